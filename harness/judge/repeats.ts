import type { Evidence } from '#evidence/model.js';
import type { RepeatMark } from '#evidence/parts.js';
import type { Profile } from '#profile/schema.js';
import type { CatalogueEntry } from './catalogue.js';
import { PRECEDENCE } from './fold.js';
import { judge, uncoveredKinds, type JudgeOptions } from './judge.js';
import type { Outcome, RuleResult, Verdicts } from './record.js';
import { totalsOf } from './results.js';
import type { Finding, RuleId, Verdict } from './rule.js';
import { exitCodeOf, sentenceOf } from './sentence.js';
import { underWaivers } from './waivers.js';

/** A run and what was recorded for the sake of some rules after it. */
export interface RunEvidence {
  readonly evidence: Evidence;
  readonly repeats: readonly (RepeatMark & { readonly evidence: Evidence })[];
}

/** What a repeat says of one rule. */
interface Repeated {
  readonly number: number;
  /** It was made for the sake of this rule. */
  readonly isMeant: boolean;
  readonly result: RuleResult;
}

/**
 * Judge a run with its repeats. Each is judged by itself. A repeat shows what the run left open, and never undoes a
 * failure: a rule that failed once has failed, whichever time it was.
 */
export function judgeRun(
  catalogue: readonly CatalogueEntry[],
  profile: Profile | null,
  { evidence, repeats }: RunEvidence,
  options: JudgeOptions,
): Verdicts {
  const first = judge(catalogue, profile, evidence, options);
  const again = new Map<RuleId, Repeated[]>();
  for (const { number, rules, evidence: second } of repeats)
    for (const result of judge(catalogue, profile, second, options).results)
      again.set(result.id, [...(again.get(result.id) ?? []), { number, isMeant: rules.includes(result.id), result }]);
  const repeated = first.results.map((result) => withRepeats(result, again.get(result.id) ?? []));
  // What a repeat showed to fail is waived as well; what it settled needs no waiver.
  const { results, ...applied } = underWaivers(repeated, first.waivers);
  const counts = countsOf(first, results);
  const outline = {
    ...first,
    results,
    ...applied,
    ...counts,
    benchFailure: evidence.benchFailure,
    uncovered: uncoveredKinds(catalogue),
  };
  return {
    ...first,
    results,
    ...applied,
    ...counts,
    totals: totalsOf(results),
    exitCode: exitCodeOf(outline),
    sentence: sentenceOf(outline),
  };
}

/** A rule's result in the run, and what its repeats change of it. */
export function withRepeats(first: RuleResult, repeats: readonly Repeated[]): RuleResult {
  const telling = repeats.filter(({ isMeant, result }) => result.inScope && (isMeant || hasFailed(result)));
  if (!first.inScope || telling.length === 0) return first;
  const all = [first, ...telling.map(({ result }) => result)];
  const chosen = all.reduce((best, result) => (weightOf(result) < weightOf(best) ? result : best));
  const passed = telling.find(({ result }) => result.verdict === 'pass' && !result.warning);
  return {
    ...chosen,
    findings: hasFailed(chosen) && passed !== undefined ? [...chosen.findings, seenToPass(passed)] : chosen.findings,
    repeated: {
      first: outcomeOf(first),
      repeats: telling.map(({ number, result }) => ({ number, ...outcomeOf(result) })),
    },
  };
}

function hasFailed({ verdict, warning }: RuleResult): boolean {
  return verdict === 'fail' || warning;
}

/** What is judged counts more than what was left open, and of what is judged, the failure. */
const WEIGHTS: readonly Verdict[] = ['fail', 'pass', 'not-applicable'];

function weightOf({ verdict = 'not-run', warning }: RuleResult): number {
  const judged = WEIGHTS.indexOf(verdict);
  if (judged < 0) return WEIGHTS.length + PRECEDENCE.indexOf(verdict);
  // A warning comes between failing and passing; under strict it is a failure, and of a rule every failure is one.
  return warning ? judged - 0.5 : judged;
}

function seenToPass({ number }: Repeated): Finding {
  return {
    verdict: 'pass',
    text: `seen to pass in repeat ${number}, which does not undo that it failed`,
    note: true,
  };
}

function outcomeOf({ verdict = 'not-run', warning }: RuleResult): Outcome {
  return { verdict, warning };
}

function countsOf(first: Verdicts, results: readonly RuleResult[]): Pick<Verdicts, 'mustApplicable' | 'mustPassed'> {
  const gained = (wanted: Verdict): number =>
    first.results
      .map((before, index) => [before, results[index]] as const)
      .filter(([{ level }]) => level === 'MUST')
      .reduce((sum, [before, after]) => sum + Number(after?.verdict === wanted) - Number(before.verdict === wanted), 0);
  return {
    mustApplicable: first.mustApplicable - gained('not-applicable'),
    mustPassed: first.mustPassed + gained('pass'),
  };
}

/** `first verdict fail, repeat 1 pass`; empty for a rule that was not repeated. */
export function repeatedText({ repeated }: Pick<RuleResult, 'repeated'>): string {
  if (repeated === undefined) return '';
  const word = ({ verdict, warning }: Outcome): string =>
    warning && verdict === 'pass' ? 'pass with a warning' : verdict;
  const repeats = repeated.repeats.map((repeat) => `, repeat ${repeat.number} ${word(repeat)}`);
  return `first verdict ${word(repeated.first)}${repeats.join('')}`;
}
