/**
 * A message sequence chart as data, whatever it is of: lanes, and what happened between them in order. It is bounded,
 * and says what it leaves out.
 */

export interface SequenceLane<Key extends string = string> {
  readonly key: Key;
  /** What stands above the lane. */
  readonly label: string;
  /** Below that, e.g. an address. */
  readonly detail: string;
}

/** A finding on a message. */
export interface SequenceMark {
  /** Who says so, e.g. a rule's id. */
  readonly id: string;
  readonly text: string;
}

/** `again`: repeats an earlier message. `refusal`: says that something went wrong. `end`: ends the conversation. */
export type MessageLook = 'plain' | 'again' | 'refusal' | 'end';

export interface SequenceMessage<Key extends string = string> {
  readonly kind: 'message';
  /** Nanoseconds since 1970, of its first frame. */
  readonly timeNs: bigint;
  readonly from: Key;
  readonly to: Key;
  readonly name: string;
  /** Numbers in the capture; empty for what the bench tells without a frame. */
  readonly frames: readonly number[];
  readonly look: MessageLook;
  readonly marks: readonly SequenceMark[];
}

/** Something to know that is no message: that nobody answered, that frames may be missing. */
export interface SequenceNote {
  readonly kind: 'note';
  /** Nanoseconds since 1970; absent where it is of no time. */
  readonly timeNs?: bigint;
  readonly text: string;
  readonly tone: 'muted' | 'bad';
}

/** Messages that are left out here. */
export interface SequenceFold {
  readonly kind: 'fold';
  readonly count: number;
  readonly text: string;
}

export type SequenceRow<Key extends string = string> = SequenceMessage<Key> | SequenceNote | SequenceFold;

export interface Sequence<Key extends string = string> {
  readonly title: string;
  /** What it came to, one sentence. */
  readonly outcome: string;
  readonly lanes: readonly SequenceLane<Key>[];
  readonly rows: readonly SequenceRow<Key>[];
  /** Findings on the whole, which no message shows. */
  readonly unplaced: readonly SequenceMark[];
}

/** Most rows of a chart. */
export const MAX_ROWS = 200;
/** Repetitions of the same message in a row that are still shown one by one. */
const MAX_REPEATS = 2;
/** Rows kept at the begin, and at either side of a message that is marked, when there are more than fit. */
const HEAD_ROWS = 60;
const BESIDE_ROWS = 2;

/** The rows of a chart within its bounds: long runs of repetitions first, then the middle; what is marked goes last. */
export function bounded<Key extends string>(rows: readonly SequenceRow<Key>[]): SequenceRow<Key>[] {
  const calm = withoutRuns(rows);
  if (calm.length <= MAX_ROWS) return calm;
  const marked = calm.flatMap((row, index) => (isMarked(row) ? [index] : []));
  const beside = marked.flatMap((index) =>
    Array.from({ length: 2 * BESIDE_ROWS + 1 }, (_unused, step) => index - BESIDE_ROWS + step),
  );
  // Every fold takes a row too.
  const kept = new Set([...marked, ...beside].slice(0, MAX_ROWS / 4));
  const rest = MAX_ROWS - 2 * kept.size;
  const head = Math.min(HEAD_ROWS, Math.floor(rest / 2));
  const tail = calm.length - Math.max(1, Math.floor(rest / 2) - 1);
  return folded(calm, (index) => index < head || index >= tail || kept.has(index), 'not shown');
}

/** Fold all but the first repetitions of runs in which a message repeats itself. */
function withoutRuns<Key extends string>(rows: readonly SequenceRow<Key>[]): SequenceRow<Key>[] {
  let run = 0;
  const isShown = rows.map((row, index) => {
    const before = rows[index - 1];
    const goesOn =
      row.kind === 'message' &&
      row.look === 'again' &&
      before?.kind === 'message' &&
      before.name === row.name &&
      before.from === row.from;
    run = goesOn ? run + 1 : 0;
    return run < MAX_REPEATS || isMarked(row);
  });
  return folded(rows, (index) => isShown[index] === true, 'repetitions of the same message');
}

function isMarked(row: SequenceRow): boolean {
  return row.kind === 'message' && row.marks.length > 0;
}

function folded<Key extends string>(
  rows: readonly SequenceRow<Key>[],
  isShown: (index: number) => boolean,
  why: string,
): SequenceRow<Key>[] {
  const out: SequenceRow<Key>[] = [];
  let hidden: SequenceRow<Key>[] = [];
  const fold = (): void => {
    if (hidden.length === 1) out.push(...hidden);
    else if (hidden.length > 1) out.push(foldOf(hidden, why));
    hidden = [];
  };
  rows.forEach((row, index) => {
    if (!isShown(index)) {
      hidden.push(row);
      return;
    }
    fold();
    out.push(row);
  });
  fold();
  return out;
}

function foldOf(hidden: readonly SequenceRow[], why: string): SequenceFold {
  const count = hidden.reduce((sum, row) => sum + (row.kind === 'fold' ? row.count : 1), 0);
  const frames = hidden.flatMap((row) => (row.kind === 'message' ? row.frames : []));
  const [first] = frames;
  const last = frames.at(-1);
  const which = first === undefined || last === undefined ? '' : `, frames ${first} to ${last}`;
  const marked = hidden.filter(isMarked).length;
  return { kind: 'fold', count, text: `${count} ${why}${which}${marked === 0 ? '' : `, ${marked} of them marked`}` };
}
