import type { CatalogueEntry } from '#judge/catalogue.js';
import type { RuleResult, Verdicts } from '#judge/record.js';
import type { Rule } from '#judge/rule.js';
import { EVIDENCE_NAMES, OBSERVED_KINDS, scenarioText } from '#judge/scope.js';

/** What listening has for each rule: id, level, verdict, and why it is not judged where it is not. */
export function observedRows(catalogue: readonly CatalogueEntry[], { results }: Verdicts): string[][] {
  return catalogue.map(({ rule }) => {
    const result = results.find(({ id }) => id === rule.id);
    return [rule.id, rule.level, ...wordsFor(rule, result)];
  });
}

/** Verdict and reason. */
function wordsFor(rule: Rule, result: RuleResult | undefined): [string, string] {
  const hidden = hiddenFrom(rule);
  if (hidden !== null) return ['not-run', hidden];
  if (result?.verdict === undefined) return ['outside', result?.reason ?? 'not judged'];
  switch (result.verdict) {
    case 'pass':
    case 'fail':
      return ['judged', ''];
    case 'not-applicable':
      return rule.needs.includes('keys') ? ['inconclusive', 'no session keys'] : ['judged', ''];
    default:
      return [result.verdict, result.reason];
  }
}

/** What the rule needs that nobody hears; null: nothing. */
function hiddenFrom(rule: Rule): string | null {
  if (rule.scenarios !== undefined) return `needs ${scenarioText(rule.scenarios)}`;
  const hidden = rule.needs.filter((kind) => kind !== 'keys' && !OBSERVED_KINDS.includes(kind));
  return hidden.length === 0 ? null : `needs ${hidden.map((kind) => EVIDENCE_NAMES[kind]).join(', ')}`;
}
