import { toHex, type Span } from '#base/bytes.js';
import type { Location } from '#judge/rule.js';
import { framePosition, type LocatedBytes } from './locate.js';
import { eapSegments, wscSegments, type Segment } from './segments.js';
import { markup, visible } from './text.js';

/**
 * Annotated hex: the bytes of a message cut at its TLVs, each line with its offsets in the message and in the frame and
 * what it is, the bytes of a finding in brackets. As plain text, and as HTML with the same text.
 */

export interface HexdumpOptions {
  readonly bytesPerLine: 8 | 16;
  /** Attributes shown on either side of the marked one; the rest is folded. Absent: the whole message. */
  readonly context?: number;
}

/** One line. `fold` stands for a stretch that is not shown; `gap` for a spot where something is missing. */
type Line =
  | {
      readonly kind: 'bytes';
      readonly span: Span;
      readonly label: string;
      readonly depth: number;
    }
  | { readonly kind: 'fold'; readonly span: Span; readonly label: string }
  | { readonly kind: 'gap'; readonly at: number };

type PlacedLine = Exclude<Line, { kind: 'gap' }>;

/** Bytes that {@link locationLine} writes out. */
const MAX_LINE_BYTES = 16;
/** Lines of a value that are shown when none of its bytes is marked. */
const UNMARKED_LINES = 2;
/** Lines around the first marked byte that are shown of a long marked value. */
const MARKED_LINES = 8;

/** Annotated hex as plain text: marked bytes in brackets, their lines begin with `>`. */
export function hexdumpText(located: LocatedBytes, options: HexdumpOptions): string {
  return render(located, options, (text) => text, visible);
}

/** The same as HTML for a `pre` element: marked bytes and their `>` are `<b>`, everything else is escaped. */
export function hexdumpHtml(located: LocatedBytes, options: HexdumpOptions): string {
  return render(located, options, (text) => `<b>${text}</b>`, markup);
}

/** What a finding says of its own place, in one line: message, path, offsets, bytes. */
export function locationLine(at: Location): string {
  const cut = at.hexCut === true || at.hex.length > 2 * MAX_LINE_BYTES;
  const parts = [
    at.message,
    at.path,
    `offset ${offsetText(at.messageOffset)}`,
    at.frame === undefined
      ? ''
      : `frame ${at.frame}${at.frameOffset === undefined ? '' : ` offset ${offsetText(at.frameOffset)}`}`,
    at.exchange === undefined ? '' : `exchange ${at.exchange}`,
    at.hex === '' ? '' : `bytes ${spaced(at.hex.slice(0, 2 * MAX_LINE_BYTES))}${cut ? ' …' : ''}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** `0x01a4`: how every report prints an offset. */
export function offsetText(offset: number): string {
  return `0x${offset.toString(16).padStart(4, '0')}`;
}

/** Hex digits in pairs. */
function spaced(hex: string): string {
  return hex.replace(/(..)(?=.)/g, '$1 ');
}

function render(
  located: LocatedBytes,
  options: HexdumpOptions,
  strong: (text: string) => string,
  escape: (text: string) => string,
): string {
  const out: string[] = [heading(located, escape)];
  const width = 3 * options.bytesPerLine + 1;
  for (const line of linesOf(located, options)) {
    if (line.kind === 'fold') {
      out.push(escape(`          … ${line.span.end - line.span.start} bytes: ${line.label}`));
    } else if (line.kind === 'gap') {
      out.push(`${strong(escape('>'))} ${offsets(located, line.at)} ${strong('[ missing here ]')}`);
    } else {
      const marked = overlaps(line.span, located.marked);
      const lead = marked ? strong(escape('>')) : ' ';
      const label = line.label === '' ? '' : `${'  '.repeat(line.depth)}${line.label}`;
      const hex = hexColumn(located, line.span, strong);
      const padding = label === '' ? '' : ' '.repeat(width - 3 * (line.span.end - line.span.start) - 1);
      out.push(`${lead} ${offsets(located, line.span.start)} ${hex}${padding} ${escape(label)}`.trimEnd());
    }
  }
  return out.join('\n');
}

function heading(located: LocatedBytes, escape: (text: string) => string): string {
  const frames = [...new Set(located.parts.map((part) => part.frame.number))];
  const where = frames.length === 0 ? '' : `, ${frames.length === 1 ? 'frame' : 'frames'} ${frames.join(', ')}`;
  const size = `${located.bytes.length} ${located.bytes.length === 1 ? 'byte' : 'bytes'}`;
  return `${escape(`${located.name}, ${size}${where}`)}\n  message${frames.length === 0 ? '' : ' frame'}`;
}

function offsets(located: LocatedBytes, messageOffset: number): string {
  const position = framePosition(located.parts, messageOffset);
  return `${offsetText(messageOffset)}  ${position === null ? '' : `${offsetText(position.offset)} `}`;
}

/** One blank or bracket before each byte and one after the last. */
function hexColumn(located: LocatedBytes, span: Span, strong: (text: string) => string): string {
  const { marked } = located;
  let text = '';
  let run = '';
  for (let at = span.start; at < span.end; at++) {
    const byte = toHex(located.bytes.subarray(at, at + 1));
    const inside = at >= marked.start && at < marked.end;
    if (inside) {
      const first = at === Math.max(marked.start, span.start);
      run += `${first ? '[' : ' '}${byte}`;
      if (at + 1 === Math.min(marked.end, span.end)) {
        text += strong(`${run}]`);
        run = '';
      }
    } else {
      const closed = at > span.start && at === marked.end && marked.end > marked.start;
      text += closed ? byte : ` ${byte}`;
    }
  }
  return overlaps(span, marked) && marked.end >= span.end ? text : `${text} `;
}

function overlaps(a: Span, b: Span): boolean {
  return b.start < b.end && a.start < b.end && b.start < a.end;
}

function linesOf(located: LocatedBytes, options: HexdumpOptions): Line[] {
  const segments = located.wsc === null ? eapSegments(located.bytes) : wscSegments(located.wsc);
  const shown = options.context === undefined ? null : window(segments, located.marked, options.context);
  const lines: PlacedLine[] = [];
  let folded: Segment[] = [];
  const unfold = (): void => {
    const [first] = folded;
    const last = folded.at(-1);
    if (first === undefined || last === undefined) return;
    const names = folded.filter((segment) => segment.depth === 0).map(shortName);
    const label = names.length <= 1 ? (names[0] ?? first.label) : `${names[0] ?? ''} to ${names.at(-1) ?? ''}`;
    lines.push({ kind: 'fold', span: { start: first.span.start, end: last.span.end }, label });
    folded = [];
  };
  for (const segment of segments) {
    if (shown !== null && (segment.span.end <= shown.start || segment.span.start >= shown.end)) {
      folded.push(segment);
    } else {
      unfold();
      lines.push(...segmentLines(segment, located, options));
    }
  }
  unfold();
  const { start, end } = located.marked;
  if (start !== end) return lines;
  const after = lines.findIndex((line) => line.span.start >= start);
  const gap: Line = { kind: 'gap', at: start };
  return after === -1 ? [...lines, gap] : [...lines.slice(0, after), gap, ...lines.slice(after)];
}

/** The stretch that is shown: attributes that hold marked bytes and `context` neighbours on either side. */
function window(segments: readonly Segment[], marked: Span, context: number): Span {
  const starts = segments.filter((segment) => segment.depth === 0).map((segment) => segment.span.start);
  const end = segments.at(-1)?.span.end ?? 0;
  const first = starts.findLastIndex((start) => start <= marked.start);
  const afterLast = starts.findIndex((start) => start >= Math.max(marked.end, marked.start + 1));
  const last = afterLast === -1 ? starts.length : afterLast;
  return {
    start: starts[Math.max(0, first - context)] ?? 0,
    end: starts[last + context] ?? end,
  };
}

function segmentLines(segment: Segment, located: LocatedBytes, options: HexdumpOptions): PlacedLine[] {
  const all: PlacedLine[] = [];
  let { start } = segment.span;
  while (start < segment.span.end) {
    const end = Math.min(segment.span.end, start + options.bytesPerLine, partEnd(located, start));
    const label = start === segment.span.start ? segment.label : '';
    all.push({ kind: 'bytes', span: { start, end }, label, depth: segment.depth });
    start = end;
  }
  if (options.context === undefined) return all;
  const marked = all.findIndex((line) => line.kind === 'bytes' && overlaps(line.span, located.marked));
  const from = marked === -1 ? 0 : Math.max(0, marked - UNMARKED_LINES);
  const to = marked === -1 ? UNMARKED_LINES : marked + MARKED_LINES;
  return [...foldOf(all.slice(0, from)), ...all.slice(from, to), ...foldOf(all.slice(to))];
}

/** A single line is not worth folding. */
function foldOf(lines: PlacedLine[]): PlacedLine[] {
  const [first] = lines;
  const last = lines.at(-1);
  if (lines.length <= 1 || first?.kind !== 'bytes' || last?.kind !== 'bytes') return lines;
  return [{ kind: 'fold', span: { start: first.span.start, end: last.span.end }, label: 'not shown' }];
}

/** A line never runs over the end of a fragment, so that its frame offset holds for all of it. */
function partEnd(located: LocatedBytes, messageOffset: number): number {
  const position = framePosition(located.parts, messageOffset);
  if (position === null) return located.bytes.length;
  const end = position.part.messageOffset + position.part.lengthBytes;
  return end > messageOffset ? end : located.bytes.length;
}

function shortName(segment: Segment): string {
  return segment.label.replace(/ \(.*$/, '');
}
