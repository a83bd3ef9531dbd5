import { u16be, u16le, u32be, u32le } from '#base/bytes.js';
import { OPTION } from './blocks.js';

/** Byte order of a capture file, or of one section of a pcapng file. */
export type ByteOrder = 'little' | 'big';

/** 16-bit value in the file's order. Throws Truncated. */
export function read16(bytes: Uint8Array, at: number, order: ByteOrder): number {
  return order === 'little' ? u16le(bytes, at) : u16be(bytes, at);
}

/** 32-bit value in the file's order. Throws Truncated. */
export function read32(bytes: Uint8Array, at: number, order: ByteOrder): number {
  return order === 'little' ? u32le(bytes, at) : u32be(bytes, at);
}

/**
 * Value of the first option with this code in `bytes[start, end)`, as a view; null where there is none. A list that
 * runs past its end gives what stands before.
 */
export function findOption(
  bytes: Uint8Array,
  start: number,
  end: number,
  code: number,
  order: ByteOrder,
): Uint8Array | null {
  let at = start;
  while (end - at >= 4) {
    const found = read16(bytes, at, order);
    const lengthBytes = read16(bytes, at + 2, order);
    if (found === OPTION.end || at + 4 + lengthBytes > end) return null;
    if (found === code) return bytes.subarray(at + 4, at + 4 + lengthBytes);
    at += 4 + lengthBytes + ((4 - (lengthBytes % 4)) % 4);
  }
  return null;
}

/** UTF-8 option value without trailing NULs; bytes that are no UTF-8 become U+FFFD. */
export function optionText(value: Uint8Array | null): string | null {
  return value === null ? null : new TextDecoder().decode(value).replace(/\0+$/, '');
}

/** 64-bit option value, exact up to 2^53; null for another length. All ones, which means unknown, gives null too. */
export function optionU64(value: Uint8Array | null, order: ByteOrder): number | null {
  if (value?.length !== 8) return null;
  const high = read32(value, order === 'little' ? 4 : 0, order);
  const low = read32(value, order === 'little' ? 0 : 4, order);
  return high === 0xffff_ffff && low === 0xffff_ffff ? null : high * 2 ** 32 + low;
}
