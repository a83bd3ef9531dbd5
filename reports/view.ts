import type { Evidence } from '#evidence/model.js';
import type { RuleResult, RunInfo, Totals, Verdicts } from '#judge/record.js';
import { repeatedText } from '#judge/repeats.js';
import { totalsOf as judgedTotals } from '#judge/results.js';
import type { RuleId, Verdict } from '#judge/rule.js';
import { plannedMismatch } from '#judge/sentence.js';
import { outcomeOf, type Outcome } from '#judge/waivers.js';
import type { Trace } from '#judge/trace.js';

/** What every report is written from: the run record, and the evidence behind it where it is at hand. */
export interface RunView {
  readonly info: RunInfo;
  readonly verdicts: Verdicts;
  /** The evidence bundle; the reports name it, only the caller reads it. */
  readonly bundleDir: string;
  /** Messages and frames for annotated hex and capture slices; without it findings show their own bytes only. */
  readonly evidence?: Evidence;
  /** The identities through all layers; without it reports show none. */
  readonly trace?: Trace;
}

/** A rule that was judged. */
export type JudgedResult = RuleResult & { readonly verdict: Verdict };

/** The rules in scope that carry a verdict, in the order of the record. */
export function judged(verdicts: Verdicts): JudgedResult[] {
  return verdicts.results.filter((result): result is JudgedResult => result.inScope && result.verdict !== undefined);
}

/** Rules that were planned and have no verdict: none in a sound record. */
export function missingIds(verdicts: Verdicts): RuleId[] {
  const done = new Set(judged(verdicts).map((result) => result.id));
  return verdicts.planned.filter((id) => !done.has(id));
}

/** The sentence of the record, or why no report may repeat it: a run that judged other rules than it planned. */
export function sentenceOf(verdicts: Verdicts): string {
  const mismatch = plannedMismatch(verdicts);
  return mismatch === null ? verdicts.sentence : `no statement: the record contradicts its plan (${mismatch})`;
}

/** The judged rules, then those that were planned and have no verdict as errors of ours. */
export function reported(verdicts: Verdicts): JudgedResult[] {
  const known = new Map(verdicts.results.map((result) => [result.id, result]));
  const reason = 'This rule was planned and has no verdict in the run record.';
  const missing = missingIds(verdicts).map((id): JudgedResult => {
    return {
      ...(known.get(id) ?? unknownRule(id)),
      inScope: true,
      verdict: 'error',
      reason,
      findings: [{ verdict: 'error', text: reason }],
    };
  });
  return [...judged(verdicts), ...missing];
}

function unknownRule(id: RuleId): RuleResult {
  return {
    id,
    area: 'unknown',
    clause: 'unknown',
    title: 'Rule without a result',
    requirement: '',
    why: '',
    remedy: '',
    level: 'MUST',
    revision: 1,
    source: [],
    interpretation: [],
    inScope: true,
    warning: false,
    reason: '',
    blockedBy: [],
    findings: [],
  };
}

/** Count verdicts and warnings of some rules, as the record counts all of them. */
export function totalsOf(results: readonly RuleResult[]): Totals {
  const inScope = results.filter((result) => result.inScope);
  return { ...judgedTotals(inScope), outOfScope: results.length - inScope.length };
}

/** Split into groups by a key, groups and members in first-seen order. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The reason of a verdict, with the rules that block it where it does not name them itself. */
export function reasonOf({ reason, blockedBy }: Pick<RuleResult, 'reason' | 'blockedBy'>): string {
  const unnamed = blockedBy.filter((id) => !reason.includes(id));
  return unnamed.length === 0 ? reason : `${reason} (blocked by ${unnamed.join(', ')})`;
}

/** Rules without a judgement and their reasons, rules with the same reason together, in the order of the record. */
export interface ReasonGroup {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly ids: readonly RuleId[];
}

/** Group the rules of one verdict by their reason. */
export function byReason(verdicts: Verdicts, verdict: Verdict): ReasonGroup[] {
  const results = judged(verdicts).filter((result) => result.verdict === verdict);
  return [...groupBy(results, reasonOf)].map(([reason, group]) => ({
    verdict,
    reason,
    ids: group.map((result) => result.id),
  }));
}

/** Rules whose repeats said the same, after the same first verdict. */
export interface RepeatGroup {
  /** `first verdict inconclusive, repeat 1 pass`. */
  readonly text: string;
  readonly ids: readonly RuleId[];
}

/** Group the rules that were repeated by what came of it. */
export function byRepeat(results: readonly JudgedResult[]): RepeatGroup[] {
  const repeated = results.filter((result) => result.repeated !== undefined);
  return [...groupBy(repeated, repeatedText)].map(([text, group]) => ({ text, ids: group.map(({ id }) => id) }));
}

/** Judged rules with one outcome. */
export function withOutcome(results: readonly JudgedResult[], outcome: Outcome): JudgedResult[] {
  return results.filter((result) => outcomeOf(result) === outcome);
}

/** The findings a report shows first: those of the rule's own verdict, then failures of a warning; never none twice. */
export function leadingFindings(
  result: Pick<JudgedResult, 'verdict' | 'warning' | 'findings'>,
): RuleResult['findings'] {
  const wanted: Verdict = result.warning ? 'fail' : result.verdict;
  const leading = result.findings.filter((finding) => finding.verdict === wanted);
  return leading.length > 0 ? leading : result.findings;
}

/** Standing notice of every report. */
export const NOTICE =
  'Not affiliated with Microsoft or the Wi-Fi Alliance. The result of a test run, not a certification.';
