import type { Verdicts } from '#judge/record.js';
import { maskVerdicts } from './mask.js';
import { clip, visible } from './text.js';
import {
  byReason,
  byRepeat,
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
import { idleWaivers, waivedText } from './waiver-words.js';

/** Rules written out before the rest is only counted: the comment stays short, and below any service's limit. */
const MAX_RULES = 15;
const MAX_GROUPS = 10;
const MAX_IDS = 6;
const MAX_TEXT = 300;
const MAX_NAME = 100;

/**
 * The run as Markdown for a comment on a change or for the summary of a job. Whatever a device had a hand in stands in
 * code: no markup, no link, no mention of a person.
 */
export function summaryMarkdown(view: Omit<RunView, 'bundleDir'>): string {
  const verdicts = maskVerdicts(view.verdicts, view.evidence);
  const { info } = view;
  const { dut, scope, strict } = verdicts;
  const results = reported(verdicts);
  const failed = withOutcome(results, 'fail');
  const warned = results.filter(({ verdict, warning }) => verdict === 'pass' && warning);
  const open = (['error', 'inconclusive', 'not-run'] as const).flatMap((verdict) => byReason(verdicts, verdict));
  const blocks = [
    [`## Vertical Pairing: ${plain(sentenceOf(verdicts))}`],
    [
      `- Device: ${code(clip(dut.name, MAX_NAME))}${dut.mac === null ? '' : ` ${code(dut.mac)}`}`,
      `- Scope ${plain(scope)}${strict ? ', strict' : ''}; bench ${plain(info.bench)}, ${plain(info.place)}`,
      `- ${plain(`${info.tool.name} ${info.tool.version}`)}, ${plain(info.startedAt)}`,
      `- ${countsText(totalsOf(results))}`,
    ],
    ruleList('Failed rules', failed),
    ruleList('Waived rules', withOutcome(results, 'waived')),
    ruleList('Warnings', warned),
    repeatList(byRepeat(results)),
    reasonList(open),
    waiverList(verdicts),
    [NOTICE],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function countsText(totals: ReturnType<typeof totalsOf>): string {
  const named = [
    ['pass', totals.pass],
    ['with a warning', totals.warnings],
    ['fail', totals.fail],
    ['waived', totals.waived ?? 0],
    ['inconclusive', totals.inconclusive],
    ['not run', totals['not-run']],
    ['not applicable', totals['not-applicable']],
    ['error', totals.error],
  ] as const;
  return named
    .filter(([name, count]) => count > 0 || name === 'pass' || name === 'fail')
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function ruleList(heading: string, rules: readonly JudgedResult[]): string[] {
  if (rules.length === 0) return [];
  const lines = rules.slice(0, MAX_RULES).flatMap((result) => {
    const [first] = leadingFindings(result);
    const said =
      first?.expected === undefined || first.actual === undefined
        ? code(clip(first?.text ?? result.reason, MAX_TEXT))
        : `expected ${code(clip(first.expected, MAX_TEXT))}, actual ${code(clip(first.actual, MAX_TEXT))}`;
    const remedy = first?.remedy ?? result.remedy;
    return [
      `- **${plain(result.id)}** ${plain(result.title)}`,
      `  - ${said}`,
      ...(result.waived === undefined ? [] : [`  - Waived ${code(clip(waivedText(result.waived), MAX_TEXT))}`]),
      ...(remedy === '' ? [] : [`  - Remedy: ${plain(clip(remedy, MAX_TEXT))}`]),
    ];
  });
  if (rules.length > MAX_RULES) lines.push(`- and ${rules.length - MAX_RULES} more`);
  return [`### ${heading} (${rules.length})`, '', ...lines];
}

function reasonList(groups: readonly ReasonGroup[]): string[] {
  if (groups.length === 0) return [];
  const lines = groups
    .slice(0, MAX_GROUPS)
    .map(({ verdict, reason, ids }) => `- ${plain(verdict)} ${named(ids)}: ${code(clip(reason, MAX_TEXT))}`);
  if (groups.length > MAX_GROUPS) lines.push(`- and ${groups.length - MAX_GROUPS} more reasons`);
  return [`### Not judged`, '', ...lines];
}

function repeatList(groups: readonly RepeatGroup[]): string[] {
  if (groups.length === 0) return [];
  const lines = groups.slice(0, MAX_GROUPS).map(({ text, ids }) => `- ${named(ids)}: ${text}`);
  if (groups.length > MAX_GROUPS) lines.push(`- and ${groups.length - MAX_GROUPS} more outcomes`);
  return [`### Repeated`, '', ...lines];
}

function named(ids: ReasonGroup['ids']): string {
  const rest = ids.length - MAX_IDS;
  return `${plain(ids.slice(0, MAX_IDS).join(', '))}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function waiverList(verdicts: Pick<Verdicts, 'waivers'>): string[] {
  const lines = idleWaivers(verdicts).map(([, text]) => `- ${code(clip(text, MAX_TEXT))}`);
  if (lines.length === 0) return [];
  const more = lines.length > MAX_GROUPS ? [`- and ${lines.length - MAX_GROUPS} more`] : [];
  return ['### Waivers that waive nothing', '', ...lines.slice(0, MAX_GROUPS), ...more];
}

/** Text as a code span: between more backticks than it has in a row. */
function code(text: string): string {
  const shown = visible(text);
  const runs = shown.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  // A blank at both ends is taken away again; without it a backtick at an end would belong to the fence.
  return `${fence} ${shown === '' ? '(empty)' : shown} ${fence}`;
}

/** Text of ours: every character that could be markup is escaped, no address becomes a link, nobody is mentioned. */
function plain(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>#|~&]|(?<=www)\.|(?<=:)\/(?=\/)/gi, '\\$&')
    .replaceAll('@', '@<!-- -->');
}
