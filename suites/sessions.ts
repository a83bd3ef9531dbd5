import type { Evidence } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import { benchError, notRun } from './finding.js';
import { m1sOf, type M1 } from './observe.js';
import { overlapText } from './overlap.js';

/** Sessions that can be compared at all. */
export const FEWEST_SESSIONS = 2;

/** The last M1 of each exchange: one observation a session. */
export function sessionM1s(evidence: Evidence): M1[] {
  return evidence.exchanges.flatMap((exchange) => m1sOf(exchange).at(-1) ?? []);
}

/** Why so few observations cannot show that sessions agree or differ, or null when there are enough. */
export function tooFew(evidence: Evidence, observed: number, what: string, fewest = FEWEST_SESSIONS): Finding | null {
  const { ability, benchFailure } = evidence;
  if (benchFailure !== null && observed < ability.sessions)
    return benchError(`${observed} of ${ability.sessions} planned sessions: ${benchFailure.text}`);
  if (observed >= fewest) return null;
  const seen = observed === 0 ? 'none' : `only ${observed}`;
  return notRun(`comparing needs ${fewest} ${what}; there is ${seen}${overlapText(evidence)}`);
}
