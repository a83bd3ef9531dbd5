import type { Finding, Level, Verdict } from './rule.js';

/** From strongest to weakest: a failure that was seen stays one when the bench dies later. */
export const PRECEDENCE: readonly Verdict[] = ['fail', 'error', 'inconclusive', 'not-run', 'pass', 'not-applicable'];

/**
 * Verdict of a list of findings: the strongest among them, so `not-applicable` only when all are. A rule that says
 * nothing has broken its contract: `error`.
 */
export function foldFindings(findings: readonly Finding[]): Verdict {
  return PRECEDENCE.find((verdict) => findings.some((finding) => finding.verdict === verdict)) ?? 'error';
}

export interface LevelledVerdict {
  readonly verdict: Verdict;
  /** A SHOULD that does not hold, strict or not. */
  readonly warning: boolean;
}

/** What a folded verdict counts as: a SHOULD that fails is a pass with a warning unless strict, INFO never fails. */
export function applyLevel(folded: Verdict, level: Level, strict: boolean): LevelledVerdict {
  if (folded !== 'fail' || level === 'MUST') return { verdict: folded, warning: false };
  if (level === 'INFO') return { verdict: 'pass', warning: false };
  return { verdict: strict ? 'fail' : 'pass', warning: true };
}

/** What a rule's findings count as: a failure that an interpretation lowers to a SHOULD warns, and hides no other. */
export function levelledVerdict(findings: readonly Finding[], level: Level, strict: boolean): LevelledVerdict {
  const isLowered = (finding: Finding): boolean => finding.verdict === 'fail' && finding.level === 'SHOULD';
  const others = findings.filter((finding) => !isLowered(finding));
  if (level !== 'MUST' || others.length === findings.length) return applyLevel(foldFindings(findings), level, strict);
  const binding = others.length === 0 ? 'pass' : foldFindings(others);
  return { verdict: strict ? 'fail' : binding, warning: binding !== 'fail' };
}
