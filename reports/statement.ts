import { installOf } from '#judge/install.js';
import type { ScopeName, Totals, Verdicts, Waived, WaiverUse } from '#judge/record.js';
import type { Finding, Level, RuleId, Verdict } from '#judge/rule.js';
import { maskView } from './mask.js';
import { firmwareText } from './profile-words.js';
import { visible } from './text.js';
import {
  byReason,
  byRepeat,
  groupBy,
  leadingFindings,
  NOTICE,
  reported,
  sentenceOf,
  totalsOf,
  withOutcome,
  type JudgedResult,
  type ReasonGroup,
  type RepeatGroup,
  type RunView,
} from './view.js';

export const STATEMENT_VERSION = 1;

/** Counts of the rules of one area and level. */
export interface StatementTotals {
  readonly area: string;
  readonly level: Level;
  readonly totals: Totals;
}

/** A rule that failed or warns. */
export interface StatementRule {
  readonly id: RuleId;
  readonly title: string;
  readonly level: Level;
  readonly requirement: string;
  readonly findings: readonly Pick<Finding, 'text' | 'expected' | 'actual' | 'at'>[];
  /** What to do, each remedy once. */
  readonly remedies: readonly string[];
  /** Present for a failure that is waived. */
  readonly waived?: Waived;
}

/** What a run says of a device, for a reader who was not there: one page, or JSON. Texts are visible, no secrets. */
export interface Statement {
  readonly statementVersion: typeof STATEMENT_VERSION;
  readonly sentence: string;
  /** What Windows would do, drawn from the verdicts; null where no trace of the identities is at hand. */
  readonly onWindows: string | null;
  /** Firmware as the profile names it; null where it does not. */
  readonly device: { readonly name: string; readonly mac: string | null; readonly firmware: string | null };
  readonly scope: ScopeName;
  readonly strict: boolean;
  readonly exitCode: number;
  readonly startedAt: string;
  readonly bench: string;
  readonly place: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly catalogueDigest: string;
  readonly profileDigest: string | null;
  /** The profile that judged, without secrets; null where there was none, or the record is of before. */
  readonly profile: Readonly<Record<string, unknown>> | null;
  readonly mustApplicable: number;
  readonly mustPassed: number;
  readonly totals: Totals;
  readonly byAreaAndLevel: readonly StatementTotals[];
  readonly failed: readonly StatementRule[];
  /** Rules that fail too, and whose failure is put up with. */
  readonly waived: readonly StatementRule[];
  /** Every waiver of the profile, with what became of it. */
  readonly waivers: readonly WaiverUse[];
  /** What would have to be otherwise for `conformant`; empty where it is. */
  readonly missing: readonly string[];
  readonly warnings: readonly StatementRule[];
  /** What was recorded again for the sake of a rule, and what came of it: a repeat never undoes a failure. */
  readonly repeated: readonly RepeatGroup[];
  readonly notJudged: readonly ReasonGroup[];
  readonly notice: string;
}

const NOT_JUDGED: readonly Verdict[] = ['error', 'inconclusive', 'not-run', 'not-applicable'];
export const LEVELS: readonly Level[] = ['MUST', 'SHOULD', 'INFO'];

/** The statement of a run. */
export function statementOf(view: RunView): Statement {
  const { verdicts, trace, info } = maskView(view);
  const results = reported(verdicts);
  const complete = { ...verdicts, results: [...results, ...verdicts.results.filter((result) => !result.inScope)] };
  const byAreaAndLevel = [...groupBy(complete.results, (result) => result.area)].flatMap(([area, group]) =>
    LEVELS.flatMap((level) => {
      const rules = group.filter((result) => result.level === level);
      return rules.length === 0 ? [] : [{ area, level, totals: totalsOf(rules) }];
    }),
  );
  return {
    statementVersion: STATEMENT_VERSION,
    sentence: visible(sentenceOf(verdicts)),
    onWindows: trace === undefined ? null : visible(installOf(verdicts, trace).sentence),
    device: { name: visible(verdicts.dut.name), mac: verdicts.dut.mac, firmware: firmwareText(info) },
    scope: verdicts.scope,
    strict: verdicts.strict,
    exitCode: verdicts.exitCode,
    startedAt: info.startedAt,
    bench: info.bench,
    place: info.place,
    tool: info.tool,
    catalogueDigest: verdicts.catalogueDigest,
    profileDigest: verdicts.profileDigest,
    profile: info.profile ?? null,
    mustApplicable: verdicts.mustApplicable,
    mustPassed: verdicts.mustPassed,
    totals: totalsOf(complete.results),
    byAreaAndLevel,
    failed: withOutcome(results, 'fail').map(statementRule),
    waived: withOutcome(results, 'waived').map(statementRule),
    waivers: (verdicts.waivers?.list ?? []).map((waiver) => {
      return { ...waiver, rule: visible(waiver.rule), reason: visible(waiver.reason), owner: visible(waiver.owner) };
    }),
    missing: missingForConformance(verdicts, results),
    warnings: results.filter((result) => result.verdict === 'pass' && result.warning).map(statementRule),
    repeated: byRepeat(results),
    notJudged: NOT_JUDGED.flatMap((verdict) => byReason(complete, verdict)).map((group) => ({
      ...group,
      reason: visible(group.reason),
    })),
    notice: NOTICE,
  };
}

/** The statement as JSON, indented, ending with a line end. */
export function statementJson(statement: Statement): string {
  return `${JSON.stringify(statement, null, 2)}\n`;
}

function statementRule(result: JudgedResult): StatementRule {
  const findings = leadingFindings(result);
  return {
    id: result.id,
    title: result.title,
    level: result.level,
    requirement: result.requirement,
    findings: findings.map(({ text, expected, actual, at }) => ({
      text: visible(text),
      ...(expected === undefined ? {} : { expected: visible(expected) }),
      ...(actual === undefined ? {} : { actual: visible(actual) }),
      ...(at === undefined ? {} : { at }),
    })),
    remedies: [...new Set(findings.map((finding) => visible(finding.remedy ?? result.remedy)))],
    ...(result.waived === undefined ? {} : { waived: visibleWaived(result.waived) }),
  };
}

function visibleWaived({ reason, owner, expires }: Waived): Waived {
  return { reason: visible(reason), owner: visible(owner), expires };
}

/** Why a record does not say `conformant`, one line each. */
function missingForConformance(verdicts: Verdicts, results: readonly JudgedResult[]): string[] {
  if (verdicts.exitCode === 0 && verdicts.sentence.startsWith('conformant')) return [];
  const must = results.filter(({ level }) => level === 'MUST');
  const applicable = must.filter(({ verdict }) => verdict !== 'not-applicable').length;
  const outside = Math.max(0, verdicts.mustApplicable - applicable);
  const counted = (count: number, text: string): string[] =>
    count === 0 ? [] : [`${count} MUST ${count === 1 ? 'rule' : 'rules'} ${text}`];
  return [
    ...(verdicts.scope === 'full' ? [] : [`a run of scope full instead of ${verdicts.scope}`]),
    ...counted(outside, 'outside the scope'),
    ...counted(withOutcome(must, 'fail').length, 'to be repaired'),
    ...counted(withOutcome(must, 'waived').length, 'waived'),
    ...counted(
      withOutcome(must, 'inconclusive').length + withOutcome(must, 'not-run').length,
      'to be judged to an end',
    ),
    ...counted(withOutcome(must, 'error').length, 'that ended in an error of ours'),
  ];
}
