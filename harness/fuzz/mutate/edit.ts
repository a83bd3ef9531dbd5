import { concat } from '#base/bytes.js';
import type { Dice } from '../dice.js';

/** One change of a byte string that knows something of its structure. */
export type Edit = (bytes: Uint8Array, dice: Dice) => Uint8Array;

/** `bytes` with `[start, end)` replaced. */
export function splice(
  bytes: Uint8Array,
  start: number,
  end: number,
  ...replacement: readonly Uint8Array[]
): Uint8Array {
  return concat(bytes.subarray(0, start), ...replacement, bytes.subarray(end));
}

/** `bytes` with the big-endian number of `lengthBytes` at `offset` replaced; unchanged where it does not fit. */
export function withNumber(bytes: Uint8Array, offset: number, lengthBytes: number, value: number): Uint8Array {
  if (offset < 0 || offset + lengthBytes > bytes.length) return bytes;
  const out = Uint8Array.from(bytes);
  for (let i = 0; i < lengthBytes; i++) out[offset + i] = (value / 2 ** (8 * (lengthBytes - 1 - i))) & 0xff;
  return out;
}

/** What lengths are tempted to be instead of `right`: one off, nothing, far too much, or anything. */
export function lyingLength(right: number, limit: number, dice: Dice): number {
  const lies = [0, right - 1, right + 1, right + 4, right - 4, right * 2, limit - 1, dice.below(limit)];
  return Math.max(0, Math.min(limit - 1, dice.oneOf(lies)));
}

const INTERESTING = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

const BYTE_EDITS: readonly Edit[] = [
  (bytes, dice) => {
    const at = dice.below(bytes.length);
    return withNumber(bytes, at, 1, (bytes[at] ?? 0) ^ (1 << dice.below(8)));
  },
  (bytes, dice) => withNumber(bytes, dice.below(bytes.length), 1, dice.oneOf(INTERESTING)),
  (bytes, dice) => withNumber(bytes, dice.below(bytes.length), 2, dice.oneOf([0, 1, 0x7fff, 0x8000, 0xffff])),
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  (bytes, dice) => bytes.subarray(dice.below(bytes.length + 1)),
  (bytes, dice) => {
    const at = dice.below(bytes.length);
    return splice(bytes, at, Math.min(bytes.length, at + 1 + dice.below(8)));
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return splice(bytes, at, at, dice.bytes(1 + dice.below(8)));
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length);
    const end = Math.min(bytes.length, at + 1 + dice.below(64));
    return splice(bytes, end, end, bytes.subarray(at, end));
  },
];

/** A change that knows nothing of the structure: what is left when every field has been tried. */
export const editBytes: Edit = (bytes, dice) => dice.oneOf(BYTE_EDITS)(bytes, dice);
