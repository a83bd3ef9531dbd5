import { be, concat, type Span } from '#base/bytes.js';
import type { Issue } from './issue.js';

/** Field widths of one number space. WPS and Microsoft: 2 and 2; WFA subelements: 1 and 1. All big-endian. */
export interface TlvShape {
  readonly typeBytes: 1 | 2;
  readonly lengthBytes: 1 | 2;
}

export const WPS_SHAPE: TlvShape = { typeBytes: 2, lengthBytes: 2 };
export const WFA_SHAPE: TlvShape = { typeBytes: 1, lengthBytes: 1 };

/** One type-length-value structure as it stands in the bytes. Nothing is clamped: see `missingBytes`. */
export interface TlvNode {
  readonly type: number;
  /** What the Length field says, in bytes. */
  readonly declaredLength: number;
  /** The value bytes that exist (a view). Shorter than `declaredLength` only in the last node of a cut list. */
  readonly value: Uint8Array;
  /** Bytes the Length field promises beyond the end of the list; 0 for a whole node. */
  readonly missingBytes: number;
  /** The whole node (header and value), in the outermost message. */
  readonly span: Span;
  /** The value alone, in the outermost message. */
  readonly valueSpan: Span;
  /** e.g. `m1.vendorExtension[1].tlv[0]`. */
  readonly path: string;
}

/** A decoded list. `encodeTlvs(list)` gives back `bytes` exactly, whatever they were. */
export interface TlvList {
  readonly shape: TlvShape;
  readonly nodes: readonly TlvNode[];
  /** Bytes after the last node that are too few for a header; null when there are none. */
  readonly rest: { readonly bytes: Uint8Array; readonly span: Span } | null;
  readonly issues: readonly Issue[];
}

/**
 * Walk a list of TLVs. Never throws. Issues: `tlv-length-past-end` (a Length reaches past the end; the node keeps what
 * there is), `tlv-rest` (1 to header-1 bytes are left over).
 *
 * @param baseOffset offset of `bytes[0]` in the outermost message; all spans are counted there
 * @param pathOf path of the node at `index` with this `type`
 */
export function decodeTlvs(
  bytes: Uint8Array,
  shape: TlvShape = WPS_SHAPE,
  baseOffset = 0,
  pathOf: (type: number, index: number) => string = (_type, index) => `tlv[${index}]`,
): TlvList {
  const header = shape.typeBytes + shape.lengthBytes;
  const nodes: TlvNode[] = [];
  const issues: Issue[] = [];
  let at = 0;
  while (bytes.length - at >= header) {
    const type = readUint(bytes, at, shape.typeBytes);
    const declaredLength = readUint(bytes, at + shape.typeBytes, shape.lengthBytes);
    const valueStart = at + header;
    const valueEnd = Math.min(bytes.length, valueStart + declaredLength);
    const missingBytes = valueStart + declaredLength - valueEnd;
    const path = pathOf(type, nodes.length);
    const span = { start: baseOffset + at, end: baseOffset + valueEnd };
    nodes.push({
      type,
      declaredLength,
      value: bytes.subarray(valueStart, valueEnd),
      missingBytes,
      span,
      valueSpan: { start: baseOffset + valueStart, end: baseOffset + valueEnd },
      path,
    });
    if (missingBytes > 0) {
      issues.push({
        code: 'tlv-length-past-end',
        at: span,
        path,
        text: `Length says ${declaredLength} bytes, only ${declaredLength - missingBytes} are there`,
      });
    }
    at = valueEnd;
  }
  let rest: TlvList['rest'] = null;
  if (at < bytes.length) {
    const span = { start: baseOffset + at, end: baseOffset + bytes.length };
    rest = { bytes: bytes.subarray(at), span };
    issues.push({
      code: 'tlv-rest',
      at: span,
      path: pathOf(-1, nodes.length),
      text: `${bytes.length - at} bytes are left, fewer than the ${header} of a TLV header`,
    });
  }
  return { shape, nodes, rest, issues };
}

/** What {@link encodeTlvs} needs of a node; `declaredLength` may lie on purpose. */
export interface TlvSource {
  readonly type: number;
  readonly value: Uint8Array;
  /** Length field to write; the true length of `value` when absent. */
  readonly declaredLength?: number;
}

/** One TLV. Throws RangeError when the type or the Length field does not fit the shape. */
export function encodeTlv(source: TlvSource, shape: TlvShape = WPS_SHAPE): Uint8Array {
  const declared = source.declaredLength ?? source.value.length;
  return concat(be(source.type, shape.typeBytes), be(declared, shape.lengthBytes), source.value);
}

/** All nodes and the rest, byte for byte. */
export function encodeTlvs(
  list: { readonly nodes: readonly TlvSource[]; readonly rest?: TlvList['rest'] },
  shape: TlvShape = WPS_SHAPE,
): Uint8Array {
  return concat(...list.nodes.map((node) => encodeTlv(node, shape)), list.rest?.bytes ?? new Uint8Array(0));
}

function readUint(bytes: Uint8Array, offset: number, width: 1 | 2): number {
  const first = bytes[offset] as number;
  return width === 1 ? first : (first << 8) | (bytes[offset + 1] as number);
}
