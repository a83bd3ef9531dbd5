import { isTelling, partingOf, type Trace, type TracePromise, type TraceRow } from '#judge/trace.js';
import { clip, visible, wrap } from './text.js';
import { NOT_LOOKED_FOR } from './trace-words.js';

/** Lines of the table, its heading among them. */
const MAX_LINES = 16;
/** Different identities that are shown of one way. */
const MAX_FOUND = 3;

/** Columns that have to be left beside an identity, for what is wrong with it to go on below. */
const MIN_TOLD = 20;

/** How a line is coloured. */
export type LineTone = 'plain' | 'good' | 'bad';

export interface TraceLine {
  readonly text: string;
  readonly tone: LineTone;
}

/** What is told of an identity, before it is known how much fits a line. */
interface Told {
  readonly identity: string;
  readonly told: string;
  readonly tone: LineTone;
}

/**
 * The trace as a few lines: for each way what M1 promises and each identity that was found, with its places. Empty when
 * nothing is promised and nothing was found.
 *
 * @param width columns of the terminal
 */
export function traceLines(trace: Trace, width: number): TraceLine[] {
  if (!isTelling(trace)) return [];
  const common = trace.rows.filter(({ way }) => way === null);
  const all: Told[] = [
    line('UUID trace', '', 'plain'),
    ...found(common, () => false).flatMap(([sent, rows]) => {
      const parting = rows.find(({ agreement }) => agreement === 'parts');
      return parting === undefined
        ? [line(sent, `UUID-E of ${placesOf(rows)}`, 'plain')]
        : partedLines(sent, 'parts', parting, rows);
    }),
    ...trace.promises.flatMap((promise) => wayLines(trace, promise)),
  ];
  const undeclared = trace.rows.filter(
    ({ way }) => way !== null && !trace.promises.some((promise) => promise.way === way),
  );
  all.push(
    ...found(undeclared, () => false).map(([sent, rows]) => line(sent, `${placesOf(rows)}: not promised`, 'plain')),
  );
  const lines = all.flatMap((each) => laidOut(each, width));
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES - 1), { text: clip('and more, see the report', width), tone: 'plain' }];
}

/** With the identity in a column of its own. What is wrong goes on below, so that its rule is never cut off. */
function laidOut({ identity, told, tone }: Told, width: number): TraceLine[] {
  if (told === '') return [{ text: clip(visible(identity), width), tone }];
  const head = `  ${visible(identity).padEnd(IDENTITY)}  `;
  const room = width - head.length;
  if (tone !== 'bad' || room < MIN_TOLD) return [{ text: clip(head + visible(told), width), tone }];
  return wrap(visible(told), room).map((text, index) => ({
    text: `${index === 0 ? head : ' '.repeat(head.length)}${text}`,
    tone,
  }));
}

function wayLines(trace: Trace, { way, transport, expected, origin, problem }: TracePromise): Told[] {
  if (expected === null) return [line(transport, `what M1 promises cannot be told: ${problem}`, 'bad')];
  const rows = trace.rows.filter(
    (row) => row.way === way && !['m1', 'container'].includes(row.layer) && row.agreement !== 'alone',
  );
  const first = partingOf(trace, way);
  const groups = found(rows, (row) => row === first);
  const lines = groups.slice(0, MAX_FOUND).flatMap(([sent, own]): Told[] => {
    const parting = own.find(({ agreement }) => agreement === 'parts');
    if (parting === undefined) return [line(sent, `agrees: ${placesOf(own)}`, 'good')];
    return partedLines(sent, own.some((row) => row === first) ? 'parts here' : 'parts', parting, own);
  });
  const from = origin === 'transport-uuid' ? 'Transport UUID' : 'UUID-E';
  const more = groups.length - MAX_FOUND;
  return [
    line(expected, `promised by M1 for ${transport} (${from})`, 'plain'),
    ...lines,
    ...(more > 0 ? [line('', `and ${more} more`, 'bad')] : []),
    ...(lines.length === 0 ? [line('', trace.isLookedFor ? 'not seen' : NOT_LOOKED_FOR, 'plain')] : []),
  ];
}

/** Where it parts and by which rule, then how. */
function partedLines(sent: string, word: string, { how, owner }: TraceRow, rows: readonly TraceRow[]): Told[] {
  return [line(sent, `${word}: ${placesOf(rows)} (${owner ?? ''})`, 'bad'), line('', how, 'bad')];
}

/** Rows by what was sent, those that `leads` first. */
function found(rows: readonly TraceRow[], leads: (row: TraceRow) => boolean): [sent: string, rows: TraceRow[]][] {
  const groups = new Map<string, TraceRow[]>();
  for (const row of rows) groups.set(row.sent, [...(groups.get(row.sent) ?? []), row]);
  return [...groups].sort(([, a], [, b]) => Number(b.some(leads)) - Number(a.some(leads)));
}

/** What places are called where there is little room. */
const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^UUID-E of Probe Requests$/, 'Probe Request'],
  [/^UUID-E of /, ''],
  [/^(USN|NT) of ssdp:alive$/, '$1'],
  [/^USN of the answer to M-SEARCH$/, 'answer'],
  [/^UDN of the root device$/, 'UDN'],
  [/^UDN of an embedded device$/, 'embedded UDN'],
  [/^Host of the metadata$/, 'metadata'],
];

function placesOf(rows: readonly TraceRow[]): string {
  const places = rows.map(({ place }) => SHORT.reduce((text, [long, short]) => text.replace(long, short), place));
  return [...new Set(places)].join(', ');
}

function line(identity: string, told: string, tone: LineTone): Told {
  return { identity, told, tone };
}

/** `urn:uuid:` and a UUID. */
const IDENTITY = 45;
