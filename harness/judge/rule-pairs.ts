import type { RuleResult, Verdicts } from './record.js';
import type { RuleId } from './rule.js';
import { outcomeOf } from './waivers.js';

/** What two records say of one rule; null in the one that does not know it. */
export interface RulePair {
  readonly id: RuleId;
  readonly before: RuleResult | null;
  readonly after: RuleResult | null;
}

/** Every rule of two records, those of the later one in its order, then those it no longer has. */
export function rulePairs(before: Pick<Verdicts, 'results'>, after: Pick<Verdicts, 'results'>): RulePair[] {
  const earlier = new Map(before.results.map((result) => [result.id, result]));
  const later = new Set(after.results.map(({ id }) => id));
  return [
    ...after.results.map((result) => ({ id: result.id, before: earlier.get(result.id) ?? null, after: result })),
    ...before.results
      .filter(({ id }) => !later.has(id))
      .map((result) => ({ id: result.id, before: result, after: null })),
  ];
}

/** What a result amounts to, in a word or two: the verdict, `waived`, `pass with a warning`, or `outside the scope`. */
export function outcomeText(result: Pick<RuleResult, 'verdict' | 'warning' | 'waived'>): string {
  const outcome = outcomeOf(result);
  if (outcome === undefined) return 'outside the scope';
  return outcome === 'pass' && result.warning ? 'pass with a warning' : outcome;
}
