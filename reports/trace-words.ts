import type { Location } from '#judge/rule.js';
import { partingOf, type Trace, type TraceRow } from '#judge/trace.js';

/** `frame 59, byte 260, line 8`; `006-description.xml, line 2, column 586`. */
export function originText(at: Location): string {
  const text = at.line === undefined || at.column === undefined ? '' : `line ${at.line}, column ${at.column}`;
  const place =
    at.document ??
    (at.frame === undefined
      ? `byte ${at.messageOffset} of ${at.message}`
      : `frame ${at.frame}${at.frameOffset === undefined ? '' : `, byte ${at.frameOffset}`}`);
  return at.document === undefined || text === '' ? place : `${place}, ${text}`;
}

/** `agrees`; `parts here: is in upper case (RVP-UID-05)`, with `here` only where it is first. */
export function agreementText({ agreement, how, owner }: TraceRow, isFirst: boolean): string {
  const why = owner === null ? how : `${how} (${owner})`;
  if (agreement === 'alone') return why;
  if (agreement === 'parts') return isFirst ? `parts here: ${why}` : why;
  return agreement === 'given' ? 'what M1 gives' : 'agrees';
}

/** True for the row at which the identities of its way part. */
export function isParting(trace: Trace, row: TraceRow): boolean {
  return row.way !== null && partingOf(trace, row.way) === row;
}

/** What one way comes to: whether it agrees, null where nothing can be compared. */
export interface TraceResult {
  readonly agrees: boolean | null;
  readonly text: string;
}

/** What the trace comes to, one line a declared way; why nothing is promised where nothing is. */
export function traceResults(trace: Trace): TraceResult[] {
  if (trace.promises.length === 0) {
    const isNone = trace.declares === 'none';
    const text = isNone ? 'M1 declares no transport: no identity is promised.' : 'No promise of M1 could be read.';
    return [{ agrees: null, text }];
  }
  return trace.promises.map(({ way, transport, expected, problem }): TraceResult => {
    if (expected === null) return { agrees: false, text: `${transport}: what M1 promises cannot be told: ${problem}.` };
    const parting = partingOf(trace, way);
    if (parting !== null)
      return { agrees: false, text: `${transport}: the identities part at ${parting.place}, which ${parting.how}.` };
    const found = trace.rows.filter((row) => row.way === way && row.layer !== 'm1' && row.layer !== 'container');
    return found.some(({ agreement }) => agreement === 'agrees')
      ? { agrees: true, text: `${transport}: found under the UUID that M1 promises, in every place.` }
      : { agrees: null, text: `${transport}: nothing was found that could be compared with M1.` };
  });
}
