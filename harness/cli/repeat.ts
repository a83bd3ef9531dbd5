import { isStimulus, type Ability } from '#evidence/model.js';
import { ORDINARY_PART } from '#evidence/parts.js';
import { notAble } from '#judge/examine.js';
import type { RuleResult, Verdicts } from '#judge/record.js';
import type { Verdict } from '#judge/rule.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { wholeEvidence } from './judge-evidence.js';
import type { Obtained } from './obtain.js';

const OPEN: readonly (Verdict | undefined)[] = ['fail', 'inconclusive', 'error', 'not-run'];

/** The rules of a run that failed or were left open, but for what the run cannot show, however often. */
export function openRules({ results }: Verdicts, ability: Ability): RuleResult[] {
  return results.filter(
    ({ id, inScope, verdict }) => inScope && OPEN.includes(verdict) && (verdict !== 'not-run' || canShow(id, ability)),
  );
}

function canShow(id: string, ability: Ability): boolean {
  const rule = CATALOGUE.find((entry) => entry.rule.id === id)?.rule;
  return rule !== undefined && notAble(rule, ability) === null;
}

/**
 * The parts of a run that have to be recorded again for some rules, in their order: those whose stimulus a rule needs, of
 * a rule about many stimuli those in whose sessions it found something; for all other rules the ordinary part.
 */
export function partsFor(
  rules: readonly RuleResult[],
  obtained: Pick<Obtained, 'evidence' | 'repeats'>,
  parts: readonly string[],
): string[] {
  const wanted = new Set(rules.flatMap((rule) => partsOf(rule, obtained, parts)));
  return parts.filter((part) => wanted.has(part));
}

function partsOf(
  { id, verdict, findings }: RuleResult,
  obtained: Pick<Obtained, 'evidence' | 'repeats'>,
  parts: readonly string[],
): string[] {
  const rule = CATALOGUE.find((entry) => entry.rule.id === id)?.rule;
  const stimuli = (rule?.scenarios ?? []).filter((scenario) => isStimulus(scenario) && parts.includes(scenario));
  if (stimuli.length === 0) return [ORDINARY_PART];
  const { exchanges } = wholeEvidence(obtained);
  const told = findings
    .filter((finding) => finding.verdict === verdict)
    .flatMap(({ at }) => exchanges.filter(({ number }) => number === at?.exchange))
    .flatMap(({ script, recovers }) => recovers ?? script ?? []);
  const named = stimuli.filter((stimulus) => told.includes(stimulus));
  return named.length > 0 ? named : stimuli;
}
