import type { BenchEvent } from './model.js';

/**
 * A run is recorded in parts. The end of each is an event that says how far capture and events had come, so that a
 * recording that was cut can be taken up behind its last whole part.
 */

/** Kind of the event that ends a part. */
export const PART_END = 'part-end';

/** Kind of the event behind which a recording was taken up again. */
export const RESUMED = 'resumed';

/** Kind of the event behind which rules are looked at once more; everything after it belongs to the repeat. */
export const REPEAT_START = 'repeat-start';

/** How far a recording had come when a part was through. */
export interface Checkpoint {
  readonly part: string;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  /** Frames in the capture so far. */
  readonly frames: number;
  /** Length of the capture so far. */
  readonly captureBytes: number;
  /** SHA-256 in hex of so much of the capture, and of `events.jsonl` up to this event. */
  readonly capture: string;
  readonly events: string;
  /** Documents so far, by name in the bundle, with their SHA-256. */
  readonly documents: Readonly<Record<string, string>>;
}

/** A repeat of some parts, after the run was through. */
export interface RepeatMark {
  /** From 1. */
  readonly number: number;
  /** Rules for whose sake it was made. */
  readonly rules: readonly string[];
  /** Frames of the recording before it. */
  readonly framesBefore: number;
}

/** Stretch of a recording that is judged by itself. */
export interface Stretch {
  /** Null for the run itself. */
  readonly repeat: RepeatMark | null;
  readonly events: readonly BenchEvent[];
}

/** What the event of a part's end holds. */
export function checkpointDetail(checkpoint: Checkpoint): Readonly<Record<string, unknown>> {
  return { ...checkpoint };
}

/** The checkpoint of an event; null for any other event, and for one that lacks what it should have. */
export function checkpointOf({ kind, detail }: BenchEvent): Checkpoint | null {
  if (kind !== PART_END) return null;
  const { part, wallMs, frames, captureBytes, capture, events, documents } = detail;
  const isWhole =
    typeof part === 'string' &&
    typeof wallMs === 'number' &&
    isCount(frames) &&
    isCount(captureBytes) &&
    typeof capture === 'string' &&
    typeof events === 'string' &&
    isDigests(documents);
  return isWhole ? { part, wallMs, frames, captureBytes, capture, events, documents } : null;
}

/** The run and its repeats, in order. A mark that lacks what it should have marks nothing. */
export function stretchesOf(events: readonly BenchEvent[]): [Stretch, ...Stretch[]] {
  const marks = events.flatMap((event, index) => {
    const repeat = repeatOf(event);
    return repeat === null ? [] : [{ repeat, index }];
  });
  const clock = events.find(({ kind }) => kind === 'clock');
  const repeats = marks.map(({ repeat, index }, at): Stretch => {
    const own = events.slice(index + 1, marks[at + 1]?.index);
    // One record of the clocks serves for the whole recording.
    return { repeat, events: clock === undefined ? own : [clock, ...own] };
  });
  return [{ repeat: null, events: events.slice(0, marks[0]?.index) }, ...repeats];
}

function repeatOf({ kind, detail }: BenchEvent): RepeatMark | null {
  if (kind !== REPEAT_START) return null;
  const { number, rules, framesBefore } = detail;
  if (!isCount(number) || !isCount(framesBefore) || !Array.isArray(rules)) return null;
  return { number, framesBefore, rules: rules.filter((id): id is string => typeof id === 'string') };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isDigests(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((digest) => typeof digest === 'string');
}

/**
 * Events of a recording as they stand behind those of another of the same run: on the clock of the first, behind a mark
 * that says what they are, documents under their names in the joined bundle. Ends of parts keep the figures of their own
 * recording.
 */
export function followingEvents(
  first: readonly BenchEvent[],
  second: readonly BenchEvent[],
  repeat: RepeatMark | null,
): BenchEvent[] {
  const own = clockOf(second);
  const shiftMs = own.originMs - clockOf(first).originMs;
  const mark: BenchEvent = {
    monotonicMs: own.monotonicMs + shiftMs,
    kind: repeat === null ? RESUMED : REPEAT_START,
    detail: { wallMs: own.wallMs, ...repeat },
  };
  const rest = second.filter(({ kind }) => kind !== 'clock');
  return [mark, ...rest.map((event) => ({ ...renamed(event, repeat), monotonicMs: event.monotonicMs + shiftMs }))];
}

/** Name in `documents/` of a joined bundle: every repeat fetches documents of the same names. */
export function documentNameIn(repeat: RepeatMark | null, name: string): string {
  return repeat === null ? name : `repeat-${repeat.number}-${name}`;
}

function renamed(event: BenchEvent, repeat: RepeatMark | null): BenchEvent {
  const { document } = event.detail;
  if (typeof document !== 'string') return event;
  return { ...event, detail: { ...event.detail, document: documentNameIn(repeat, document) } };
}

/** The first record of the clocks; `originMs` is the wall time at which the monotonic clock stood at zero. */
function clockOf(events: readonly BenchEvent[]): { monotonicMs: number; wallMs: number; originMs: number } {
  const clock = events.find(({ kind }) => kind === 'clock');
  const monotonicMs = clock?.monotonicMs ?? 0;
  const wallMs = typeof clock?.detail['wallMs'] === 'number' ? clock.detail['wallMs'] : monotonicMs;
  return { monotonicMs, wallMs, originMs: wallMs - monotonicMs };
}
