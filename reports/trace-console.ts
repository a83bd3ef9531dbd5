import { isTelling, partingOf, type Trace, type TracePromise, type TraceRow } from '#judge/trace.js';
import { clip, visible } from './text.js';

/** Lines of the table, its heading among them. */
const MAX_LINES = 12;
/** Different identities that are shown of one way. */
const MAX_FOUND = 3;

/** How a line is coloured. */
export type LineTone = 'plain' | 'good' | 'bad';

export interface TraceLine {
  readonly text: string;
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
  const lines: TraceLine[] = [
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
  lines.push(
    ...found(undeclared, () => false).map(([sent, rows]) => line(sent, `${placesOf(rows)}: not promised`, 'plain')),
  );
  const shown =
    lines.length > MAX_LINES
      ? [...lines.slice(0, MAX_LINES - 1), line('and more, see the report', '', 'plain')]
      : lines;
  return shown.map(({ text, tone }) => ({ text: clip(visible(text), width), tone }));
}

function wayLines(trace: Trace, { way, transport, expected, origin, problem }: TracePromise): TraceLine[] {
  if (expected === null) return [line(transport, `what M1 promises cannot be told: ${problem}`, 'bad')];
  const rows = trace.rows.filter(
    (row) => row.way === way && !['m1', 'container'].includes(row.layer) && row.agreement !== 'alone',
  );
  const first = partingOf(trace, way);
  const groups = found(rows, (row) => row === first);
  const lines = groups.slice(0, MAX_FOUND).flatMap(([sent, own]): TraceLine[] => {
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
    ...(lines.length === 0 ? [line('', 'not seen', 'plain')] : []),
  ];
}

/** Where it parts and by which rule, then how: both fit a line of their own. */
function partedLines(sent: string, word: string, { how, owner }: TraceRow, rows: readonly TraceRow[]): TraceLine[] {
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

/** A line with the identity in a column of its own. */
function line(identity: string, told: string, tone: LineTone): TraceLine {
  return { text: told === '' ? identity : `  ${identity.padEnd(IDENTITY)}  ${told}`, tone };
}

/** `urn:uuid:` and a UUID. */
const IDENTITY = 45;
