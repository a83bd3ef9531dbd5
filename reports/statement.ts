import { installOf } from '#judge/install.js';
import type { ScopeName, Totals } from '#judge/record.js';
import type { Finding, Level, RuleId, Verdict } from '#judge/rule.js';
import { maskView } from './mask.js';
import { visible } from './text.js';
import {
  byReason,
  groupBy,
  leadingFindings,
  NOTICE,
  reported,
  sentenceOf,
  totalsOf,
  type JudgedResult,
  type ReasonGroup,
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
}

/** What a run says of a device, for a reader who was not there: one page, or JSON. Texts are visible, no secrets. */
export interface Statement {
  readonly statementVersion: typeof STATEMENT_VERSION;
  readonly sentence: string;
  /** What Windows would do, drawn from the verdicts; null where no trace of the identities is at hand. */
  readonly onWindows: string | null;
  readonly device: { readonly name: string; readonly mac: string | null };
  readonly scope: ScopeName;
  readonly strict: boolean;
  readonly exitCode: number;
  readonly startedAt: string;
  readonly bench: string;
  readonly place: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly catalogueDigest: string;
  readonly profileDigest: string | null;
  readonly mustApplicable: number;
  readonly mustPassed: number;
  readonly totals: Totals;
  readonly byAreaAndLevel: readonly StatementTotals[];
  readonly failed: readonly StatementRule[];
  readonly warnings: readonly StatementRule[];
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
    device: { name: visible(verdicts.dut.name), mac: verdicts.dut.mac },
    scope: verdicts.scope,
    strict: verdicts.strict,
    exitCode: verdicts.exitCode,
    startedAt: info.startedAt,
    bench: info.bench,
    place: info.place,
    tool: info.tool,
    catalogueDigest: verdicts.catalogueDigest,
    profileDigest: verdicts.profileDigest,
    mustApplicable: verdicts.mustApplicable,
    mustPassed: verdicts.mustPassed,
    totals: totalsOf(complete.results),
    byAreaAndLevel,
    failed: results.filter((result) => result.verdict === 'fail').map(statementRule),
    warnings: results.filter((result) => result.verdict === 'pass' && result.warning).map(statementRule),
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
  };
}
