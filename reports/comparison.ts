import pc from 'picocolors';
import type { Comparison, Move, RuleMove, Side } from '#judge/comparison.js';
import type { RuleId } from '#judge/rule.js';
import { clip, visible, wrap } from './text.js';
import { groupBy, reasonOf } from './view.js';
import { waivedText } from './waiver-words.js';

/** Groups of rules, in the order in which they matter, each with its heading. */
export const MOVE_HEADINGS: readonly (readonly [move: Move, heading: string])[] = [
  ['regressions', 'Regressions'],
  ['noLongerWaived', 'Failing as before, no longer waived'],
  ['newlyWaived', 'Failing as before, waived now'],
  ['repaired', 'Repaired'],
  ['noLongerJudged', 'No longer judged'],
  ['newWarnings', 'New warnings'],
  ['goneWarnings', 'Warnings that are gone'],
  ['newlyJudged', 'Judged now, outside the scope before'],
  ['nowPassing', 'Passing now, open or not applicable before'],
  ['newRules', 'New rules'],
  ['retiredRules', 'Retired rules'],
];

/** Rules that moved alike for the same reason. */
export interface MoveGroup {
  readonly before: string;
  readonly after: string;
  readonly reason: string;
  readonly rules: readonly RuleMove[];
}

/** Rules written out, groups shown and ids named before the rest is only counted. */
const MAX_REGRESSIONS = 10;
const MAX_OTHERS = 3;
const MAX_CHANGES = 8;
const MAX_IDS = 6;
const MIN_WIDTH = 40;

/** The comparison on one screen, ending with a line end: cautions first, the sentence last. */
export function formatComparison(
  comparison: Comparison,
  options: { readonly color: boolean; readonly width: number },
): string {
  const colors = pc.createColors(options.color);
  const width = Math.max(MIN_WIDTH, options.width);
  const isWorse = comparison.regressions.length > 0;
  const blocks = [
    comparison.cautions
      .flatMap((caution) => wrap(visible(caution), width))
      .map((line) => colors.yellow(colors.bold(line))),
    [...sideLines('Before', comparison.before, width), ...sideLines('After', comparison.after, width)],
    changeLines(comparison, width),
    ...MOVE_HEADINGS.map(([move, heading]) => {
      const painted = move === 'regressions' ? colors.red(colors.bold(heading)) : colors.bold(heading);
      return moveLines(painted, comparison[move], move === 'regressions' ? MAX_REGRESSIONS : MAX_OTHERS, width);
    }),
    waiverLines(comparison, width),
    countLines(comparison, width),
    wrap(comparisonSentence(comparison), width).map((line) => (isWorse ? colors.red : colors.green)(colors.bold(line))),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** One line that says it all. */
export function comparisonSentence({ regressions, repaired, stillFailing }: Comparison): string {
  const failing = regressions.filter(fails).length;
  const worse =
    regressions.length === 0
      ? 'no regression'
      : `${regressions.length} regression${regressions.length === 1 ? '' : 's'} (${failing} failing now, ${regressions.length - failing} that can no longer be judged)`;
  return `${worse}; ${repaired.length} repaired, ${stillFailing.length} still failing`;
}

/** True for a rule that fails now, waived or not. */
function fails({ after }: RuleMove): boolean {
  return after === 'fail' || after === 'waived';
}

/** Rules of one kind of move, those that moved alike for the same reason together; what fails now comes first. */
export function moveGroups(moves: readonly RuleMove[]): MoveGroup[] {
  const sorted = [...moves].sort((a, b) => Number(fails(b)) - Number(fails(a)));
  const key = (move: RuleMove): string => JSON.stringify([move.before, move.after, reasonOf(move), move.revisions]);
  return [...groupBy(sorted, key).values()].flatMap((rules) => {
    const [first] = rules;
    return first === undefined ? [] : [{ before: first.before, after: first.after, reason: reasonText(first), rules }];
  });
}

function reasonText(move: RuleMove): string {
  if (move.revisions === undefined) return reasonOf(move);
  const [before, after] = move.revisions;
  const note = `the rule itself changed, revision ${before} -> ${after}; judge the earlier run again to tell`;
  return reasonOf(move) === '' ? note : `${reasonOf(move)} (${note})`;
}

/** The first ids, and how many more there are. */
export function namedIds(ids: readonly RuleId[], max = MAX_IDS): string {
  const rest = ids.length - max;
  return `${ids.slice(0, max).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function sideLines(label: string, { device, mac, startedAt, scope, sentence }: Side, width: number): string[] {
  return [
    clip(
      `${label.padEnd(8)}${visible(device)}${mac === null ? '' : ` (${visible(mac)})`}, ${startedAt}, scope ${scope}`,
      width,
    ),
    clip(`        ${visible(sentence)}`, width),
  ];
}

function changeLines({ changes }: Comparison, width: number): string[] {
  const lines = changes
    .slice(0, MAX_CHANGES)
    .map(({ what, before, after }) => `Changed ${visible(what)}: ${short(before)} -> ${short(after)}`);
  if (changes.length > MAX_CHANGES) lines.push(`and ${changes.length - MAX_CHANGES} more changes`);
  return lines.map((line) => clip(line, width));
}

/** A digest is told by its beginning. */
function short(value: string): string {
  return visible(/^[0-9a-f]{64}$/.test(value) ? value.slice(0, 16) : clip(value, 40));
}

function moveLines(heading: string, moves: readonly RuleMove[], max: number, width: number): string[] {
  if (moves.length === 0) return [];
  const groups = moveGroups(moves);
  const lines = groups.slice(0, max).flatMap(({ before, after, reason, rules }) => {
    const [first] = rules;
    const what =
      rules.length === 1 && first !== undefined ? `${first.id} ${first.title}` : namedIds(rules.map(({ id }) => id));
    const told = [`  ${before} -> ${after}: ${visible(what)}`];
    return reason === '' ? told : [...told, `      ${visible(reason)}`];
  });
  const rest = groups.slice(max).reduce((sum, { rules }) => sum + rules.length, 0);
  if (rest > 0) lines.push(`  and ${rest} more`);
  return [`${heading} (${moves.length})`, ...lines.map((line) => clip(line, width))];
}

/** One line a change of a waiver: `expired RVP-DESC-013, until 2026-11-01 by QA: ...`. */
export function waiverChangeText({ change, rule, waiver }: Comparison['waiverChanges'][number]): string {
  return `${change} ${rule}, ${waivedText(waiver)}`;
}

function waiverLines({ waiverChanges: all }: Comparison, width: number): string[] {
  if (all.length === 0) return [];
  const lines = all.slice(0, MAX_CHANGES).map((change) => `  ${visible(waiverChangeText(change))}`);
  if (all.length > MAX_CHANGES) lines.push(`  and ${all.length - MAX_CHANGES} more`);
  return [`Waivers (${all.length})`, ...lines.map((line) => clip(line, width))];
}

function countLines({ stillFailing, revisedRules }: Comparison, width: number): string[] {
  const lines: string[] = [];
  if (stillFailing.length > 0) lines.push(`Still failing (${stillFailing.length}): ${namedIds(stillFailing)}`);
  if (revisedRules.length > 0) {
    const named = revisedRules.slice(0, MAX_IDS).map(({ id, before, after }) => `${id} ${before} -> ${after}`);
    const rest = revisedRules.length - named.length;
    lines.push(`Revised rules (${revisedRules.length}): ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`);
  }
  return lines.map((line) => clip(line, width));
}
