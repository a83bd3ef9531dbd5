import type { Sequence, SequenceLane, SequenceMessage, SequenceRow } from './sequence.js';
import { svgArrow, svgBand, svgBox, svgDocument, svgLine, svgMark, svgText, type Tone } from './svg.js';
import { clip, fit, lineWidth, visible, wrap } from './text.js';

/** Measures of the picture, pixels. */
const MARGIN = 16;
const TIME = 92;
const FRAME = 64;
const LANE = 376;
const REMARKS = 380;
const LINE = 16;
const ROW = 30;
const HEAD = 92;
/** Width of each kind of text. */
const TEXT = lineWidth(6.2);
const STRONG = lineWidth(6.9);
const TITLE = lineWidth(9.4);
/** Lines of the findings at one message, and characters of one. */
const MAX_MARK_LINES = 6;
const MAX_MARK = 240;
/** Rules that are named where not every finding at a message is written out. */
const MAX_NAMED = 12;
/** Findings on the whole that are written out. */
const MAX_UNPLACED = 5;

interface Laid {
  readonly row: SequenceRow;
  readonly y: number;
  readonly height: number;
  readonly lines: readonly string[];
}

/**
 * The picture of a sequence: a lane for each side, time runs down. Messages that a finding points at are boxed and have
 * it beside them; repetitions are broken lines. Strings of a device are text.
 */
export function sequenceSvg(sequence: Sequence): string {
  const { lanes, rows } = sequence;
  const isMarked = rows.some((row) => row.kind === 'message' && row.marks.length > 0);
  const width = 2 * MARGIN + TIME + FRAME + (lanes.length - 1) * LANE + 140 + (isMarked ? REMARKS : 0);
  const head = headLines(sequence, width);
  const top = HEAD + head.length * LINE;
  const laid = layOut(rows, top);
  const last = laid.at(-1);
  const bottom = last === undefined ? top : last.y + last.height;
  const xOf = (key: string): number =>
    MARGIN +
    TIME +
    FRAME +
    70 +
    Math.max(
      0,
      lanes.findIndex((lane) => lane.key === key),
    ) *
      LANE;
  const first = rows.find((row) => row.kind === 'message');
  const body = [
    svgText(MARGIN, 30, fit(visible(sequence.title), width - 2 * MARGIN, TITLE), { title: true }),
    ...head.map(({ line, tone }, index) => svgText(MARGIN, 50 + index * LINE, line, { tone, strong: tone === 'bad' })),
    ...laid.flatMap((each) => boxed(each, width)),
    ...lanes.flatMap((lane) => laneHead(lane, xOf(lane.key), top - 26, bottom)),
    ...laid.flatMap((each) => drawn(each, xOf, lanes, first?.timeNs ?? 0n)),
  ];
  return svgDocument({ width, height: bottom + MARGIN, title: sequence.title, description: sequence.outcome }, body);
}

interface HeadLine {
  readonly line: string;
  readonly tone: Tone;
}

function headLines({ outcome, unplaced }: Sequence, width: number): HeadLine[] {
  const room = width - 2 * MARGIN;
  const told = unplaced.slice(0, MAX_UNPLACED).map(({ id, text }) => `${id}: ${clip(visible(text), MAX_MARK)}`);
  if (unplaced.length > told.length) told.push(`and ${unplaced.length - told.length} more findings on the whole`);
  return [
    ...wrap(`${visible(outcome)}.`, room, STRONG).map((line): HeadLine => ({ line, tone: 'muted' })),
    ...told.flatMap((text) => wrap(text, room, STRONG)).map((line): HeadLine => ({ line, tone: 'bad' })),
  ];
}

function layOut(rows: readonly SequenceRow[], top: number): Laid[] {
  let y = top;
  return rows.map((row) => {
    const lines = row.kind === 'message' ? markLines(row) : [];
    const height = Math.max(ROW, lines.length * LINE + 12);
    const laid: Laid = { row, y, height, lines };
    y += height;
    return laid;
  });
}

function markLines({ marks }: SequenceMessage): string[] {
  const room = REMARKS - 12;
  // Each takes a line at least: what comes after these is never written out.
  const lines = marks
    .slice(0, MAX_MARK_LINES)
    .flatMap(({ id, text }) => wrap(`${id}: ${clip(visible(text), MAX_MARK)}`, room, TEXT));
  if (lines.length <= MAX_MARK_LINES && marks.length <= MAX_MARK_LINES) return lines;
  const ids = [...new Set(marks.map(({ id }) => id))];
  const named = ids.slice(0, MAX_NAMED).join(', ');
  const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : '';
  return [...lines.slice(0, MAX_MARK_LINES - 1), fit(`here: ${named}${more}`, room, TEXT)];
}

function laneHead({ label, detail }: SequenceLane, x: number, y: number, bottom: number): string[] {
  return [
    svgLine(
      [
        [x, y + 22],
        [x, bottom],
      ],
      'plain',
    ),
    svgText(x, y, visible(label), { strong: true, middle: true }),
    ...(detail === '' ? [] : [svgText(x, y + LINE, visible(detail), { tone: 'muted', small: true, middle: true })]),
  ];
}

/** Behind everything else: the box of a message that is marked. */
function boxed({ row, y, height }: Laid, width: number): string[] {
  if (row.kind !== 'message' || row.marks.length === 0) return [];
  return [svgBox({ x: MARGIN - 6, y: y + 1, width: width - 2 * MARGIN + 12, height: height - 3 }, 'bad')];
}

function drawn(
  { row, y, height, lines }: Laid,
  xOf: (key: string) => number,
  lanes: readonly SequenceLane[],
  startNs: bigint,
): string[] {
  const [left, right] = [xOf(lanes[0]?.key ?? ''), xOf(lanes.at(-1)?.key ?? '')];
  const middle = (left + right) / 2;
  const room = right - left + 120;
  if (row.kind !== 'message') {
    const tone = row.kind === 'note' && row.tone === 'bad' ? 'bad' : 'muted';
    return [
      svgBand({ x: left - 60, y: y + 5, width: right - left + 120, height: height - 10 }),
      svgText(middle, y + 19, fit(visible(row.kind === 'fold' ? `… ${row.text} …` : row.text), room, STRONG), {
        tone,
        strong: tone === 'bad',
        middle: true,
      }),
    ];
  }
  const { from, to, name, frames, look, marks, timeNs } = row;
  const isMarked = marks.length > 0;
  const [fromX, toX] = [xOf(from), xOf(to)];
  const tone: Tone = isMarked || look === 'refusal' ? 'bad' : look === 'again' || look === 'end' ? 'quiet' : 'plain';
  const label = `${visible(name)}${look === 'again' ? ' (again)' : ''}`;
  const at = y + 22;
  const remarks = right + 70;
  return [
    svgText(MARGIN, at - 4, offsetText(timeNs - startNs), { mono: true, tone: 'muted' }),
    svgText(MARGIN + TIME, at - 4, frames.length === 0 ? '' : `#${frames.join(', ')}`, { mono: true, tone: 'muted' }),
    svgText((fromX + toX) / 2, at - 5, fit(label, Math.abs(toX - fromX) - 16, isMarked ? STRONG : TEXT), {
      tone: tone === 'quiet' ? 'muted' : tone,
      strong: isMarked,
      middle: true,
      halo: true,
    }),
    svgArrow([fromX, at], [toX, at], tone, look === 'again'),
    ...(isMarked ? [svgMark(remarks - 14, y + 14, 'cross')] : []),
    ...lines.map((line, index) => svgText(remarks, y + 18 + index * LINE, line, { tone: 'bad' })),
  ];
}

/** `+0.004213 s`; whole seconds above a minute. */
function offsetText(offsetNs: bigint): string {
  const sign = offsetNs < 0n ? '-' : '+';
  const us = (offsetNs < 0n ? -offsetNs : offsetNs) / 1000n;
  return `${sign}${us / 1_000_000n}.${String(us % 1_000_000n).padStart(6, '0')}`;
}
