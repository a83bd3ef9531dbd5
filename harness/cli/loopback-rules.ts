import type { CatalogueEntry } from '#judge/catalogue.js';
import type { Rule } from '#judge/rule.js';
import { outsideScope } from '#judge/scope.js';
import { SCENARIOS } from '#lab/bench/scripted-session.js';
import { LOOPBACK_KINDS } from '#lab/bench/loopback-evidence.js';

/** Why the loopback bench cannot show a rule, however many sessions it holds and under whatever script; null when it can. */
export function beyondLoopback(rule: Rule): string | null {
  return outsideScope(rule, 'loopback', { kinds: LOOPBACK_KINDS, sessions: Infinity, scenarios: SCENARIOS });
}

/** Rules the loopback bench can show: those that the scope of its evidence holds. */
export function shownRules(catalogue: readonly CatalogueEntry[]): Rule[] {
  return catalogue.map(({ rule }) => rule).filter((rule) => beyondLoopback(rule) === null);
}
