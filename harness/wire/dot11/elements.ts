import { concat } from '#base/bytes.js';
import { MANAGEMENT } from './mac-header.js';

/** Fixed fields before the information elements, by management subtype; other subtypes carry no WPS IE. */
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [MANAGEMENT.associationRequest, 4],
  [MANAGEMENT.associationResponse, 6],
  [MANAGEMENT.reassociationRequest, 10],
  [MANAGEMENT.reassociationResponse, 6],
  [MANAGEMENT.probeRequest, 0],
  [MANAGEMENT.probeResponse, 12],
  [MANAGEMENT.beacon, 12],
]);

/** Bytes of fixed fields before the elements of a management frame, or -1 when it can carry no WPS IE. */
export function fixedFieldBytes(subtype: number): number {
  return FIXED_BYTES.get(subtype) ?? -1;
}

const VENDOR_ELEMENT = 0xdd;
const ELEMENT_HEADER_BYTES = 2;
/** 00 50 f2 and type 04: the WPS information element. */
const WPS_PREFIX_BYTES = 4;

/** Offset of the first WPS information element in `bytes[at, end)`, or -1. Allocates nothing. */
export function findWpsElement(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (end - next >= ELEMENT_HEADER_BYTES) {
    const valueAt = next + ELEMENT_HEADER_BYTES;
    const lengthBytes = bytes[next + 1] as number;
    if (
      bytes[next] === VENDOR_ELEMENT &&
      lengthBytes >= WPS_PREFIX_BYTES &&
      valueAt + WPS_PREFIX_BYTES <= end &&
      bytes[valueAt] === 0x00 &&
      bytes[valueAt + 1] === 0x50 &&
      bytes[valueAt + 2] === 0xf2 &&
      bytes[valueAt + 3] === 0x04
    )
      return next;
    next = valueAt + lengthBytes;
  }
  return -1;
}

/** Robust Security Network: WPA2 and later. */
const RSN_ELEMENT = 0x30;

/** Whether `bytes[at, end)` has an RSN element: an association with a network that has a key. */
export function hasRsnElement(bytes: Uint8Array, at: number, end: number): boolean {
  let next = at;
  while (end - next >= ELEMENT_HEADER_BYTES) {
    if (bytes[next] === RSN_ELEMENT) return true;
    next += ELEMENT_HEADER_BYTES + (bytes[next + 1] as number);
  }
  return false;
}

/** Where a stretch of the concatenated WPS data stands. */
export interface WpsElementPart {
  /** Offset of the stretch in the concatenated data. */
  readonly dataOffset: number;
  /** Offset of the stretch in `bytes`. */
  readonly offset: number;
  readonly lengthBytes: number;
}

export interface WpsElements {
  /** The data of all WPS elements, one after another. */
  readonly data: Uint8Array;
  readonly parts: readonly WpsElementPart[];
  /** Bytes the last element promises beyond the end of the frame. */
  readonly missingBytes: number;
}

/** All WPS information elements of `bytes[at, end)`, or null without one. A single element is not copied. */
export function wpsElements(bytes: Uint8Array, at: number, end: number): WpsElements | null {
  const parts: WpsElementPart[] = [];
  let dataBytes = 0;
  let missingBytes = 0;
  let next = findWpsElement(bytes, at, end);
  while (next >= 0) {
    const lengthBytes = (bytes[next + 1] as number) - WPS_PREFIX_BYTES;
    const offset = next + ELEMENT_HEADER_BYTES + WPS_PREFIX_BYTES;
    const there = Math.min(lengthBytes, end - offset);
    parts.push({ dataOffset: dataBytes, offset, lengthBytes: there });
    dataBytes += there;
    missingBytes = lengthBytes - there;
    next = findWpsElement(bytes, offset + there, end);
  }
  if (parts.length === 0) return null;
  const views = parts.map(({ offset, lengthBytes }) => bytes.subarray(offset, offset + lengthBytes));
  const [only] = views;
  return { data: views.length === 1 && only !== undefined ? only : concat(...views), parts, missingBytes };
}

/**
 * Whether the WPS elements of `bytes[at, end)`, one after another, hold exactly `data`. `at` is the first of them.
 * Allocates nothing.
 */
export function equalsWpsData(data: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  let compared = 0;
  let next = at;
  while (next >= 0) {
    const offset = next + ELEMENT_HEADER_BYTES + WPS_PREFIX_BYTES;
    const there = Math.min((bytes[next + 1] as number) - WPS_PREFIX_BYTES, end - offset);
    if (compared + there > data.length) return false;
    for (let i = 0; i < there; i++) if (data[compared + i] !== bytes[offset + i]) return false;
    compared += there;
    next = findWpsElement(bytes, offset + there, end);
  }
  return compared === data.length;
}
