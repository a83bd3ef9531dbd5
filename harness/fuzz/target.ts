import { equal, toHex, type Span } from '#base/bytes.js';
import { isRallyError } from '#base/error.js';
import type { ErrorCode } from '#base/error-codes.js';
import type { Dice } from './dice.js';

/** One thing that is fuzzed: how its inputs are made, and what must hold for every one. */
export interface Target {
  /** Stable; what `--target` names, and the corpus folder. */
  readonly name: string;
  /** Longest one input may take; milliseconds. */
  readonly deadlineMs: number;
  /** A new input, from the structure of right ones. */
  readonly generate: (dice: Dice) => Uint8Array;
  /** Throws when a property does not hold for this input, which may be any byte string. */
  readonly check: (input: Uint8Array) => void;
}

/** A property that does not hold: the fault the fuzzer looks for. */
export class Broken extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'Broken';
  }
}

export function ensure(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Broken(what);
}

/** `encoded` must be `bytes` again. */
export function ensureLossless(encoded: Uint8Array, bytes: Uint8Array, what: string): void {
  if (equal(encoded, bytes)) return;
  throw new Broken(
    `${what}: ${bytes.length} bytes decoded, ${encoded.length} encoded, ${toHex(encoded.subarray(0, 16))}`,
  );
}

/** A span must lie in what was decoded. */
export function ensureInside({ start, end }: Span, lengthBytes: number, what: string): void {
  if (start < 0 || end < start || end > lengthBytes)
    throw new Broken(`${what}: span ${start} to ${end} in ${lengthBytes} bytes`);
}

/** Run what may refuse its input with one of these errors and must not throw any other. Null when it refused. */
export function refusing<T>(codes: readonly ErrorCode[], run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (isRallyError(error) && codes.includes(error.code)) return null;
    throw error;
  }
}

/** Apply changes one after another: mostly one or two, seldom many. */
export function changed<T>(value: T, dice: Dice, change: (value: T, dice: Dice) => T): T {
  const count = 1 + dice.below(dice.onceIn(6) ? 12 : 3);
  let now = value;
  for (let index = 0; index < count; index++) now = change(now, dice);
  return now;
}
