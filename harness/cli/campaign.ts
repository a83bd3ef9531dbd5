import { RallyError } from '#base/error.js';
import { isStimulus, type Ability, type StimulusId } from '#evidence/model.js';
import { plan } from '#judge/judge.js';
import type { BaseScope } from '#judge/scope.js';
import { possibleStimuli } from '#lab/bench/scripted-session.js';
import type { RecordPlan } from '#lab/job.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { checkSelection } from './selection.js';

/**
 * The stimuli of a campaign: those that a rule to be judged needs and that the bench can give this device, in the order
 * of their ids. Throws RallyError ERR_NOTHING_SELECTED when there are none, and for a pattern that names no rule.
 */
export function stimuliOf(
  target: Pick<RecordPlan, 'bench' | 'profile'>,
  { kinds, sessions }: Pick<Ability, 'kinds' | 'sessions'>,
  wanted: { readonly scope: BaseScope; readonly select: readonly string[] },
): readonly StimulusId[] {
  checkSelection(CATALOGUE, wanted.select);
  const possible = possibleStimuli(target);
  const judged = plan(CATALOGUE, { kinds, sessions, scenarios: possible }, wanted);
  const needed = new Set(judged.flatMap(({ rule }) => rule.scenarios ?? []).filter(isStimulus));
  const stimuli = possible.filter((id) => needed.has(id));
  if (stimuli.length > 0) return stimuli;
  throw new RallyError('ERR_NOTHING_SELECTED', 'No rule to be judged needs a stimulus that this bench can give', {
    remedy: 'Leave --campaign out, or select a rule about stimuli: rally-conformance list --select reg.',
  });
}
