import type { Evidence } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import { eachHeard, type WsdView } from '../wsd-view.js';
import { DPWS_PRINTER } from './devices.js';
import { onNetwork, type WsdScript } from './wsd.js';

/** What the rules on WS-Discovery see of the sample printer in a run in which it says and serves this. */
export function viewOfRun(script: WsdScript = {}): WsdView {
  return viewOfEvidence(onNetwork(script));
}

/** The same of evidence in which the device was heard; throws where it was not. */
export function viewOfEvidence(evidence: Evidence, profile: Profile | null = DPWS_PRINTER.profile): WsdView {
  const views: WsdView[] = [];
  const findings = eachHeard(evidence, profile, (view) => {
    views.push(view);
    return [];
  });
  const [view] = views;
  if (view === undefined) throw new Error(`no view: ${findings[0]?.text ?? 'nothing'}`);
  return view;
}
