/**
 * Byte strings with checked access. Offsets are counted in bytes from the start of the array that is passed in.
 * Every reader throws {@link Truncated} instead of clamping, so that a short buffer can never pass for a shorter value.
 */

/** Half-open byte range `[start, end)` of a message, a frame or a capture. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A read wanted more bytes than there are: `need` bytes at `offset`, of which only `have` exist. */
export class Truncated extends Error {
  constructor(
    readonly offset: number,
    readonly need: number,
    readonly have: number,
  ) {
    super(`need ${need} bytes at offset ${offset}, have ${have}`);
    this.name = 'Truncated';
  }
}

function checkRange(bytes: Uint8Array, offset: number, lengthBytes: number): void {
  const have = Math.max(0, bytes.length - offset);
  if (offset < 0 || lengthBytes < 0 || have < lengthBytes) throw new Truncated(offset, lengthBytes, have);
}

/** View (no copy) of `lengthBytes` bytes at `offset`. Throws {@link Truncated}. */
export function slice(bytes: Uint8Array, offset: number, lengthBytes: number): Uint8Array {
  checkRange(bytes, offset, lengthBytes);
  return bytes.subarray(offset, offset + lengthBytes);
}

/** Unsigned 8-bit value at `offset`. Throws {@link Truncated}. */
export function u8(bytes: Uint8Array, offset: number): number {
  checkRange(bytes, offset, 1);
  return bytes[offset] as number;
}

/** Unsigned 16-bit big-endian value at `offset`. Throws {@link Truncated}. */
export function u16be(bytes: Uint8Array, offset: number): number {
  checkRange(bytes, offset, 2);
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}

/** Unsigned 16-bit little-endian value at `offset`. Throws {@link Truncated}. */
export function u16le(bytes: Uint8Array, offset: number): number {
  checkRange(bytes, offset, 2);
  return (bytes[offset] as number) | ((bytes[offset + 1] as number) << 8);
}

/** Unsigned 32-bit big-endian value at `offset`. Throws {@link Truncated}. */
export function u32be(bytes: Uint8Array, offset: number): number {
  checkRange(bytes, offset, 4);
  return (u16be(bytes, offset) * 0x10000 + u16be(bytes, offset + 2)) >>> 0;
}

/** Unsigned 32-bit little-endian value at `offset`. Throws {@link Truncated}. */
export function u32le(bytes: Uint8Array, offset: number): number {
  checkRange(bytes, offset, 4);
  return (u16le(bytes, offset + 2) * 0x10000 + u16le(bytes, offset)) >>> 0;
}

/** `value` as `lengthBytes` big-endian bytes (1 to 4). Throws RangeError if it does not fit. */
export function be(value: number, lengthBytes: 1 | 2 | 3 | 4): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * lengthBytes))
    throw new RangeError(`${value} does not fit ${lengthBytes} bytes`);
  const out = new Uint8Array(lengthBytes);
  let rest = value;
  for (let i = lengthBytes - 1; i >= 0; i--) {
    out[i] = rest & 0xff;
    rest = Math.floor(rest / 256);
  }
  return out;
}

/** All parts one after another, in a new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Same length and same bytes. Not constant-time: never used on a secret a peer can probe. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A quick number of 32 bits (FNV-1a) to look bytes up by. Who makes the bytes can make two of the same number. */
export function hash32(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash >>> 0;
}

/** Every byte equals `value` (false for an empty array). */
export function allBytes(bytes: Uint8Array, value: number): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte === value);
}

/** Lower-case hex; `separator` between bytes (none by default). */
export function toHex(bytes: Uint8Array, separator = ''): string {
  let out = '';
  for (let i = 0; i < bytes.length; i++) {
    if (i > 0) out += separator;
    out += (bytes[i] as number).toString(16).padStart(2, '0');
  }
  return out;
}

/** Bytes of a hex string; blanks, colons and line ends are ignored. Throws TypeError on anything else. */
export function fromHex(hex: string): Uint8Array {
  const digits = hex.replace(/[\s:]/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) throw new TypeError('not a whole number of hex bytes');
  const out = new Uint8Array(digits.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** ASCII bytes of `text`. Throws TypeError on a character above 0x7f. */
export function ascii(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) throw new TypeError(`not ASCII at ${i}`);
    out[i] = code;
  }
  return out;
}
