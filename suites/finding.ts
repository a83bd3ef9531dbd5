import type { Finding, Location, RuleId } from '#judge/rule.js';

/** Constructors of findings: what a rule says of one spot. */

/** The requirement holds at one spot; `text` says what was examined. */
export function pass(text: string, at?: Location): Finding {
  return { verdict: 'pass', text, ...(at === undefined ? {} : { at }) };
}

/** A pass worth telling: an INFO remark or a lawful oddity. */
export function note(text: string, at?: Location): Finding {
  return { ...pass(text, at), note: true };
}

export interface Failure {
  readonly expected: string;
  readonly actual: string;
  readonly at: Location;
  readonly remedy: string;
}

/** The requirement is broken at one spot. */
export function fail(text: string, failure: Failure): Finding {
  return { verdict: 'fail', text, ...failure };
}

/** The spot cannot be judged because another rule failed there, or is itself blocked (precedence 2). */
export function blocked(blockedBy: RuleId, text: string): Finding {
  return { verdict: 'inconclusive', text, blockedBy };
}

/** The evidence is not enough. */
export function inconclusive(text: string): Finding {
  return { verdict: 'inconclusive', text };
}

/** The subject is lawfully absent (precedence 3). */
export function notApplicable(text: string): Finding {
  return { verdict: 'not-applicable', text };
}

/** What the rule needs was not done in this run. */
export function notRun(text: string): Finding {
  return { verdict: 'not-run', text };
}

/** Our bench failed, so the evidence is missing through no fault of the device. */
export function benchError(text: string): Finding {
  return { verdict: 'error', text };
}
