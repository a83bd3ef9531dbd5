import { TRACE_LAYERS, type Trace, type TraceRow } from '#judge/trace.js';

/** One sighting of an identity, before those that say the same are put together. */
export type RawRow = Omit<TraceRow, 'count' | 'uuid'> & {
  /** Exchange number, where it is told in the place. */
  readonly exchange?: number;
};

/** Longest identity that is written out, characters. */
const MAX_SENT = 120;
/** Identities that are listed for one place. */
const MAX_PER_PLACE = 4;

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** The UUID in a text as 36 lower-case characters; null without one. */
export function normalised(text: string): string | null {
  return UUID.exec(text)?.[0].toLowerCase() ?? null;
}

/** Put together what says the same in one place, in the order of the layers; what is too much is only counted. */
export function gather(raw: readonly RawRow[]): Pick<Trace, 'rows' | 'unlisted'> {
  const groups = new Map<string, RawRow[]>();
  for (const row of raw) {
    const key = JSON.stringify([row.layer, row.way, row.place, row.sent]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const perPlace = new Map<string, number>();
  const rows = [...groups.values()].flatMap((group): TraceRow[] => {
    const [first] = group;
    if (first === undefined) return [];
    const place = `${first.layer} ${first.way ?? ''} ${first.place}`;
    const before = perPlace.get(place) ?? 0;
    perPlace.set(place, before + 1);
    return before < MAX_PER_PLACE ? [rowOf(first, group)] : [];
  });
  return { rows: inOrder(rows), unlisted: groups.size - rows.length };
}

function rowOf({ exchange, ...first }: RawRow, group: readonly RawRow[]): TraceRow {
  const numbers = [...new Set(group.flatMap((each) => each.exchange ?? []))];
  return {
    ...first,
    place: exchange === undefined ? first.place : `${first.place}, ${exchangesText(numbers)}`,
    sent: shortened(first.sent),
    uuid: normalised(first.sent),
    count: group.length,
  };
}

/** `exchange 1`, `exchanges 1 and 2`, `exchanges 1 to 5`. */
function exchangesText(numbers: readonly number[]): string {
  const first = numbers[0] ?? 0;
  const last = numbers.at(-1) ?? first;
  if (numbers.length === 1) return `exchange ${first}`;
  if (numbers.length > 2 && last - first === numbers.length - 1) return `exchanges ${first} to ${last}`;
  const shown = numbers.slice(0, MAX_PER_PLACE);
  const rest = numbers.length - shown.length;
  if (rest > 0) return `exchanges ${shown.join(', ')} and ${rest} more`;
  return `exchanges ${shown.slice(0, -1).join(', ')} and ${last}`;
}

function shortened(text: string): string {
  // One more than is written out, of two code units each: what is longer is seen to be.
  const characters = [...text.slice(0, 2 * (MAX_SENT + 1))];
  return characters.length <= MAX_SENT ? text : `${characters.slice(0, MAX_SENT - 1).join('')}…`;
}

/** By way, what holds for all first; within a way by layer. */
function inOrder(rows: readonly TraceRow[]): TraceRow[] {
  return [null, 'upnp', 'dpws'].flatMap((way) =>
    TRACE_LAYERS.flatMap((layer) => rows.filter((row) => row.way === way && row.layer === layer)),
  );
}
