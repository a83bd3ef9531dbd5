import pc from 'picocolors';
import { installOf } from '#judge/install.js';
import type { Totals } from '#judge/record.js';
import { repeatedText } from '#judge/repeats.js';
import type { Verdict } from '#judge/rule.js';
import { isTelling } from '#judge/trace.js';
import { locationLine } from './hexdump.js';
import { maskView } from './mask.js';
import { clip, visible, wrap } from './text.js';
import { traceLines } from './trace-console.js';
import {
  byReason,
  groupBy,
  judged,
  leadingFindings,
  missingIds,
  NOTICE,
  sentenceOf,
  totalsOf,
  withOutcome,
  type JudgedResult,
  type ReasonGroup,
  type RunView,
} from './view.js';
import { idleWaivers, waivedText } from './waiver-words.js';

export interface SummaryOptions {
  /** Escape sequences for colour; only for a terminal. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Where the time of the run went, one line. */
  readonly time?: string;
  /** The parts of the run, one line; absent where it has but one. */
  readonly parts?: string;
  /** Where things lie, e.g. `['Report', 'runs/1/report.html']`. */
  readonly files?: readonly (readonly [label: string, path: string])[];
}

/** Rules and groups written out before the rest is only counted: the summary stays on one screen. */
const MAX_FAILED = 6;
const MAX_WARNINGS = 4;
const MAX_GROUPS = 6;
const MAX_IDS = 4;
const MIN_WIDTH = 40;

type Column = { readonly title: string; readonly key: keyof Totals; readonly paint?: 'red' | 'yellow' };

const COLUMNS: readonly Column[] = [
  { title: 'pass', key: 'pass' },
  { title: 'warn', key: 'warnings', paint: 'yellow' },
  { title: 'fail', key: 'fail', paint: 'red' },
  { title: 'waived', key: 'waived', paint: 'yellow' },
  { title: 'incon', key: 'inconclusive', paint: 'yellow' },
  { title: 'not run', key: 'not-run', paint: 'yellow' },
  { title: 'n/a', key: 'not-applicable' },
  { title: 'error', key: 'error', paint: 'red' },
  { title: 'outside', key: 'outOfScope' },
];

/** The one-screen summary of a run, ending with a line end. Device text is made visible, secrets are masked. */
export function formatSummary(view: Omit<RunView, 'bundleDir'>, options: SummaryOptions): string {
  const masked = maskView(view);
  const { verdicts } = masked;
  const colors = pc.createColors(options.color);
  const width = Math.max(MIN_WIDTH, options.width);
  const results = judged(verdicts);
  const failed = withOutcome(results, 'fail');
  const waived = withOutcome(results, 'waived');
  const warned = results.filter((result) => result.verdict === 'pass' && result.warning);
  const blocks = [
    head(masked, width, options),
    table(masked, colors, width),
    failed.length === 0 ? [] : ruleBlock(failed, MAX_FAILED, colors.red(colors.bold('FAIL')), width),
    waived.length === 0 ? [] : ruleBlock(waived, MAX_FAILED, colors.yellow(colors.bold('WAIVED')), width),
    warned.length === 0 ? [] : ruleBlock(warned, MAX_WARNINGS, colors.yellow(colors.bold('WARN')), width),
    reasonBlock(masked, colors, width),
    repeatBlock(results, width),
    waiverBlock(masked, colors, width),
    traceBlock(masked, colors, width),
    [
      ...wrap(visible(sentenceOf(verdicts)), width).map((line) => sentenceColor(masked, colors)(colors.bold(line))),
      ...installLines(masked, width),
      ...wrap(NOTICE, width).map((line) => colors.dim(line)),
    ],
    (options.files ?? []).map(([label, path]) => `${label}: ${visible(path)}`),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

type Colors = ReturnType<typeof pc.createColors>;
type Summarised = Omit<RunView, 'bundleDir'>;

function head({ info, verdicts }: Summarised, width: number, { time, parts }: SummaryOptions): string[] {
  const { dut, scope, strict } = verdicts;
  const lines = [
    `Device  ${visible(dut.name)}${dut.mac === null ? '' : ` (${visible(dut.mac)})`}`,
    `Scope   ${scope}${strict ? ', strict' : ''}`,
    `Bench   ${visible(info.bench)}, ${visible(info.place)}; ${info.tool.name} ${info.tool.version}, ${info.startedAt}`,
    ...(parts === undefined ? [] : [`Parts   ${parts}`]),
    ...(time === undefined ? [] : [`Time    ${time}`]),
  ];
  return lines.map((line) => clip(line, width));
}

function table({ verdicts }: Summarised, colors: Colors, width: number): string[] {
  const groups = [...groupBy(verdicts.results, (result) => result.area)].map(
    ([area, results]) => [area, totalsOf(results)] as const,
  );
  const all = totalsOf(verdicts.results);
  // Columns without a single count only cost width; pass and fail are always said.
  const columns = COLUMNS.filter(({ key }) => (all[key] ?? 0) > 0 || key === 'pass' || key === 'fail');
  const countsWidth = columns.reduce((sum, { title }) => sum + 2 + title.length, 0);
  const longest = Math.max(5, ...groups.map(([area]) => area.length));
  const nameWidth = Math.min(longest, Math.max(8, width - countsWidth));
  const line = (name: string, cells: readonly string[]): string =>
    [clip(name, nameWidth).padEnd(nameWidth), ...cells].join('  ');
  const counts = (totals: Totals): string[] =>
    columns.map(({ title, key, paint }) => {
      const count = totals[key] ?? 0;
      const text = String(count).padStart(title.length);
      return paint !== undefined && count > 0 ? colors[paint](text) : text;
    });
  return [
    colors.dim(
      line(
        'area',
        columns.map(({ title }) => title),
      ),
    ),
    ...groups.map(([area, totals]) => line(area, counts(totals))),
    ...(groups.length > 1 ? [line('total', counts(all))] : []),
  ];
}

function ruleBlock(results: readonly JudgedResult[], max: number, word: string, width: number): string[] {
  const lines = results.slice(0, max).flatMap((result) => ruleLines(result, word, width));
  if (results.length > max) lines.push(`${word} and ${results.length - max} more, see the report`);
  return lines;
}

function ruleLines(result: JudgedResult, word: string, width: number): string[] {
  const [first, ...others] = leadingFindings(result);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const details = [
    first?.at === undefined ? '' : locationLine(first.at),
    first?.expected === undefined || first.actual === undefined
      ? `${first?.text ?? result.reason}${more}`
      : `expected ${first.expected}; actual ${first.actual}${more}`,
    result.waived === undefined ? '' : `Waived ${waivedText(result.waived)}`,
    `Remedy: ${first?.remedy ?? result.remedy}`,
  ].filter((line) => line !== '');
  return [
    `${word} ${clip(`${result.id} ${result.title}`, width - 5)}`,
    ...details.flatMap((detail) => wrap(clip(visible(detail), 3 * width), width - 5).map((line) => `     ${line}`)),
  ];
}

function reasonBlock({ verdicts }: Summarised, colors: Colors, width: number): string[] {
  const words: readonly (readonly [Verdict, string])[] = [
    ['error', colors.red('ERROR')],
    ['inconclusive', colors.yellow('INCONCLUSIVE')],
    ['not-run', colors.yellow('NOT RUN')],
  ];
  const groups = words.flatMap(([verdict, word]) =>
    actionableFirst(byReason(verdicts, verdict)).map(({ ids, reason }) => {
      const named = ids.slice(0, MAX_IDS).join(', ');
      const rest = ids.length > MAX_IDS ? ` and ${ids.length - MAX_IDS} more` : '';
      const [start = '', ...lines] = wrap(clip(visible(`${named}${rest}: ${reason}`), 3 * width), width - 13);
      return [`${word}${' '.repeat(13 - verdict.length)}${start}`, ...lines.map((line) => `${' '.repeat(13)}${line}`)];
    }),
  );
  const shown = groups.slice(0, MAX_GROUPS).flat();
  if (groups.length > MAX_GROUPS) shown.push(`and ${groups.length - MAX_GROUPS} more reasons, see the report`);
  const missing = missingIds(verdicts);
  if (missing.length > 0)
    shown.push(`${colors.red('ERROR')}${' '.repeat(8)}${missing.join(', ')}: planned, no verdict`);
  return shown;
}

/** Rules that were looked at again: a pass among them did not come at the first time. */
function repeatBlock(results: readonly JudgedResult[], width: number): string[] {
  const groups = groupBy(
    results.filter(({ repeated }) => repeated !== undefined),
    repeatedText,
  );
  return [...groups].flatMap(([text, repeated]) => {
    const named = repeated.slice(0, MAX_IDS).map(({ id }) => id);
    const rest = repeated.length > MAX_IDS ? ` and ${repeated.length - MAX_IDS} more` : '';
    const [start = '', ...lines] = wrap(`${named.join(', ')}${rest}: ${text}`, width - 13);
    return [`REPEATED     ${start}`, ...lines.map((line) => `${' '.repeat(13)}${line}`)];
  });
}

/** Waivers that waive nothing: nobody keeps one for longer than it is needed unawares. */
function waiverBlock({ verdicts }: Summarised, colors: Colors, width: number): string[] {
  return idleWaivers(verdicts)
    .slice(0, MAX_GROUPS)
    .flatMap(([{ state }, text]) => {
      const lines = wrap(clip(visible(`${text.charAt(0).toUpperCase()}${text.slice(1)}`), 3 * width), width);
      return state === 'expired' ? lines.map((line) => colors.red(line)) : lines;
    });
}

/** What a bench cannot show comes last: somebody can do something about the rest. */
function actionableFirst(groups: readonly ReasonGroup[]): ReasonGroup[] {
  const isBeyond = ({ reason }: ReasonGroup): boolean => reason.startsWith('needs ');
  return [...groups.filter((group) => !isBeyond(group)), ...groups.filter(isBeyond)];
}

function traceBlock({ trace }: Summarised, colors: Colors, width: number): string[] {
  if (trace === undefined) return [];
  const paint = { plain: String, good: colors.green, bad: colors.red };
  return traceLines(trace, width).map(({ text, tone }) => paint[tone](text));
}

/** What Windows would do; nothing where no promise was seen at all. */
function installLines({ verdicts, trace }: Summarised, width: number): string[] {
  if (trace === undefined || (trace.declares === 'unknown' && !isTelling(trace))) return [];
  return wrap(visible(installOf(verdicts, trace).sentence), width);
}

function sentenceColor({ verdicts }: Summarised, colors: Colors): (text: string) => string {
  if (verdicts.exitCode === 0) return colors.green;
  return verdicts.exitCode === 2 ? colors.yellow : colors.red;
}
