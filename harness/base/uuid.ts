import { allBytes, equal, fromHex, toHex } from './bytes.js';

/** 16 bytes in network order as lower-case 8-4-4-4-12 text. Throws RangeError on another length. */
export function formatUuid(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new RangeError(`a UUID has 16 bytes, not ${bytes.length}`);
  const hex = toHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The 16 bytes of 8-4-4-4-12 text (either case) in network order, or null if it is not of that form. */
export function parseUuid(text: string): Uint8Array | null {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) return null;
  return fromHex(text.replaceAll('-', ''));
}

/** The 16 bytes as a GUID structure lies in memory: the first three fields little-endian. Its own inverse. */
export function mixedEndian(bytes: Uint8Array): Uint8Array {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return Uint8Array.from(order, (index) => bytes[index] ?? 0);
}

/** The 16 bytes back to front. */
export function reversed(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes).reverse();
}

/** RFC 9562 variant 10x and version 1 to 8. */
export function isRfc9562(bytes: Uint8Array): boolean {
  const version = (bytes[6] ?? 0) >> 4;
  return bytes.length === 16 && ((bytes[8] ?? 0) & 0xc0) === 0x80 && version >= 1 && version <= 8;
}

/** UUIDs that stand in Microsoft's documentation (I-11), in network order as text. */
export const DOCUMENTATION_UUIDS = [
  'ec742c0d-5915-4bcb-b969-008132afec5e',
  '00010203-0405-0607-0809-0a0b0c0e0e0f',
  '00010203-0405-0607-0809-0a0b0c0d0e0f',
  'f8d8fe06-6f4a-4ea2-93aa-38061a6c8550',
  '55363c1c-8547-4195-a325-fc3ecba5b312',
] as const;

/**
 * Why a UUID can belong to no device: all zero, all 0xff, or one of {@link DOCUMENTATION_UUIDS} in wire order or
 * mixed-endian (RVP-TUU-09, RVP-UID-01, I-11). Null when it is usable.
 */
export function forbiddenUuid(bytes: Uint8Array): string | null {
  if (allBytes(bytes, 0)) return 'all zero';
  if (allBytes(bytes, 0xff)) return 'all 0xff';
  for (const text of DOCUMENTATION_UUIDS) {
    const known = parseUuid(text);
    if (known === null) continue;
    if (equal(bytes, known)) return `the documentation's example ${text}`;
    if (equal(mixedEndian(bytes), known)) return `the documentation's example ${text}, as a mixed-endian GUID`;
  }
  return null;
}
