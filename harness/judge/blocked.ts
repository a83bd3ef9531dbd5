import type { Examination } from './examine.js';
import type { Finding, RuleId } from './rule.js';

/** Examination of a rule by id; null for an id the catalogue does not have. */
export type Lookup = (id: RuleId) => Examination | null;

/**
 * Text of the contradiction when findings name a blocking rule that did not fail and is not itself blocked by one that
 * did; null when the chain of every one ends in a failure. Such a contradiction is a defect of ours.
 */
export function blockingDefect(id: RuleId, findings: readonly Finding[], lookup: Lookup): string | null {
  for (const { blockedBy } of findings) {
    if (blockedBy === undefined) continue;
    const blocker = lookup(blockedBy);
    if (blocker === null) return `says it is blocked by ${blockedBy}, which the catalogue does not have`;
    if (!endsInFailure(blocker, lookup, new Set([id, blockedBy]))) {
      return `says it is blocked by ${blockedBy}, but that rule is ${blocker.folded}`;
    }
  }
  return null;
}

function endsInFailure(examination: Examination, lookup: Lookup, visited: Set<RuleId>): boolean {
  if (examination.folded === 'fail') return true;
  return examination.findings.some(({ blockedBy }) => {
    if (blockedBy === undefined || visited.has(blockedBy)) return false;
    visited.add(blockedBy);
    const blocker = lookup(blockedBy);
    return blocker !== null && endsInFailure(blocker, lookup, visited);
  });
}
