import type { Evidence } from '#evidence/model.js';
import { loopbackEvidence } from '#lab/bench/loopback-evidence.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import type { Profile } from '#profile/schema.js';
import { makeDevice } from '#reference/device.js';
import type { Fault } from '#reference/fault.js';
import type { Model } from '#reference/model.js';
import { FAULTS } from '#reference/faults.js';
import { MODELS, requireModel } from '#reference/models.js';
import { DESC_CASES, SSDP_CASES } from './network-cases.js';
import { SSDP_ANSWER_CASES } from './network-cases-answers.js';
import { IDENTITY_CASES } from './network-cases-identity.js';
import { SPELLING_CASES } from './network-cases-spelling.js';
import { SSDP_FORM_CASES } from './network-cases-ssdp.js';
import { STAY_CASES } from './network-cases-stay.js';
import { PNPX_CASES } from './network-cases-pnpx.js';
import { SITUATIONS } from './network-situations.js';

/** What was recorded of a reference device on its network. */
export interface NetworkRun {
  readonly model: Model;
  /** What is special about it. */
  readonly name: string;
  readonly evidence: Evidence;
  readonly profile: Profile | null;
}

const SEED = 1;
const SESSIONS = 1;
/** Both transports, UPnP 1.1; UPnP 1.0; a Transport UUID; DPWS through TLS. */
const SITUATED = ['all-in-one', 'upnp-renderer', 'dpws-printer', 'secure-scanner'];

/** A run of this model with this fault; the same each time. */
function runOf(model: Model, fault: Fault | null): NetworkRun & { readonly profile: Profile } {
  const device = makeDevice(model, SEED);
  const faults = fault === null ? [] : [fault.behaviour(device)];
  const evidence = loopbackEvidence({ device, faults, sessions: SESSIONS });
  const profile = loopbackProfile(device, faults, SESSIONS);
  return { model, name: fault === null ? 'without a fault' : `with ${fault.id}`, evidence, profile };
}

/** What `build` gives, built once. */
function once<Value>(build: () => Value): () => Value {
  let built: Value | null = null;
  return () => (built ??= build());
}

/** Every model without a fault. */
export const conformantRuns = once(() => MODELS.map((model) => runOf(model, null)));

/** The run of one model without a fault. */
export function conformantRun(id: string): NetworkRun & { readonly profile: Profile } {
  const model = requireModel(id);
  return conformantRuns().find((run) => run.model === model) ?? runOf(model, null);
}

/** Each fault on the first model that can have it. */
export const faultRuns = once(() =>
  FAULTS.flatMap((fault) => {
    const model = MODELS.find((each) => fault.refuses(each) === null);
    return model === undefined ? [] : [runOf(model, fault)];
  }),
);

/** What is on the network is of one model, M1 of another. */
export const mixedRuns = once(() =>
  SITUATED.map(conformantRun).flatMap((run) =>
    SITUATED.filter((id) => id !== run.model.id).map((id): NetworkRun => {
      const { exchanges } = conformantRun(id).evidence;
      return { ...run, name: `with M1 of ${id}`, evidence: { ...run.evidence, exchanges } };
    }),
  ),
);

/** What is served and said, at the boundaries of the rules on UPnP and PnP-X. */
export const caseRuns = once(() =>
  [
    ...SSDP_CASES,
    ...DESC_CASES,
    ...PNPX_CASES,
    ...IDENTITY_CASES,
    ...SSDP_FORM_CASES,
    ...SSDP_ANSWER_CASES,
    ...SPELLING_CASES,
    ...STAY_CASES,
  ].map(({ name, model, change }): NetworkRun => {
    const run = conformantRun(model);
    return { ...run, name, evidence: change(run.evidence) };
  }),
);

/** Runs of which too little was seen. */
export const situationRuns = once(() =>
  SITUATED.map(conformantRun).flatMap(({ model, evidence, profile }) =>
    SITUATIONS.map(({ name, change, profile: changed }): NetworkRun => ({
      ...{ model, name, evidence: change(evidence) },
      profile: changed === undefined ? profile : changed(profile),
    })),
  ),
);
