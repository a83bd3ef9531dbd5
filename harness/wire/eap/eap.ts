import { be, concat, u16be, u32be, u8 } from '#base/bytes.js';
import { hexNumber, remark, type FramingRemark } from './remark.js';

/** EAP codes (RFC 3748 section 4). */
export const EAP_CODE = { Request: 1, Response: 2, Success: 3, Failure: 4 } as const;

/** EAP method types this tool meets (RFC 3748 section 5). */
export const EAP_TYPE = { Identity: 1, Notification: 2, Nak: 3, Expanded: 254 } as const;

/** Bytes of the header: code, identifier, length. */
export const EAP_HEADER_BYTES = 4;

/** Identity an Enrollee answers with, 29 ASCII bytes (WSC: EAP identity). */
export const ENROLLEE_IDENTITY = 'WFA-SimpleConfig-Enrollee-1-0';

export interface EapHeader {
  readonly code: number;
  readonly identifier: number;
  /** What the length field says: header and data, in bytes. */
  readonly declaredLength: number;
}

/** Vendor id (3 bytes) and vendor type (4 bytes) of an expanded method (RFC 3748 section 5.7). */
export interface ExpandedType {
  readonly vendorId: number;
  readonly vendorType: number;
}

/** An EAP packet as it stands in the bytes. `encodeEap(packet)` gives them back, whatever they were. */
export interface EapMessage {
  /** Null when there are fewer than 4 bytes; all bytes are then in `trailing`. */
  readonly header: EapHeader | null;
  /** Everything behind the header that the length field covers and that exists (a view at offset 4). */
  readonly body: Uint8Array;
  /** Method type: first body byte of a Request or Response; null for other codes and where it is missing. */
  readonly type: number | null;
  /** Set for a whole header of method type 254. */
  readonly expanded: ExpandedType | null;
  /** Bytes behind the type, or behind the expanded type; empty where there is no type. */
  readonly typeData: Uint8Array;
  /** Offset of `typeData` in the packet. */
  readonly typeDataOffset: number;
  /** Bytes the length field promises beyond the end. */
  readonly missingBytes: number;
  /** Bytes after the end the length field gives. */
  readonly trailing: Uint8Array;
  /**
   * `eap-header-cut`, `eap-code-unknown`, `eap-length-short` (below 4), `eap-length-past-end`, `eap-trailing-bytes`,
   * `eap-type-missing`, `eap-expanded-cut`, `eap-data-after-code` (Success or Failure with data).
   */
  readonly issues: readonly FramingRemark[];
}

const NOTHING = new Uint8Array(0);
const EXPANDED_BYTES = 8;

/** Decode from the code byte on. Never throws. */
export function decodeEap(bytes: Uint8Array): EapMessage {
  if (bytes.length < EAP_HEADER_BYTES) {
    const issue = remark('eap-header-cut', 'eap', 0, bytes.length, '4 bytes of header', `${bytes.length}`);
    return { ...withoutType(NOTHING), header: null, missingBytes: 0, trailing: bytes, issues: [issue] };
  }
  const header = { code: u8(bytes, 0), identifier: u8(bytes, 1), declaredLength: u16be(bytes, 2) };
  const issues: FramingRemark[] = [];
  const end = Math.max(EAP_HEADER_BYTES, Math.min(bytes.length, header.declaredLength));
  const body = bytes.subarray(EAP_HEADER_BYTES, end);
  const trailing = bytes.subarray(end);
  const missingBytes = Math.max(0, header.declaredLength - end);
  const declared = `${header.declaredLength} bytes`;
  if (header.declaredLength < EAP_HEADER_BYTES)
    issues.push(remark('eap-length-short', 'eap.length', 2, 4, 'at least 4 bytes', declared));
  if (missingBytes > 0) issues.push(remark('eap-length-past-end', 'eap.length', 2, 4, `${end} bytes`, declared));
  if (trailing.length > 0) {
    const at = [end, bytes.length] as const;
    issues.push(remark('eap-trailing-bytes', 'eap.trailing', ...at, 'no bytes', `${trailing.length} bytes`));
  }
  const { type, expanded, typeData, typeDataOffset } = decodeBody(header.code, body, issues);
  return { header, body, type, expanded, typeData, typeDataOffset, missingBytes, trailing, issues };
}

type Body = Pick<EapMessage, 'body' | 'type' | 'expanded' | 'typeData' | 'typeDataOffset'>;

function withoutType(body: Uint8Array): Body {
  return { body, type: null, expanded: null, typeData: NOTHING, typeDataOffset: EAP_HEADER_BYTES };
}

function decodeBody(code: number, body: Uint8Array, issues: FramingRemark[]): Body {
  const end = EAP_HEADER_BYTES + body.length;
  if (code === EAP_CODE.Success || code === EAP_CODE.Failure) {
    if (body.length > 0)
      issues.push(remark('eap-data-after-code', 'eap.data', EAP_HEADER_BYTES, end, 'no data', `${body.length} bytes`));
    return withoutType(body);
  }
  if (code !== EAP_CODE.Request && code !== EAP_CODE.Response) {
    issues.push(remark('eap-code-unknown', 'eap.code', 0, 1, 'a code from 0x01 to 0x04', hexNumber(code)));
    return withoutType(body);
  }
  const type = body[0];
  if (type === undefined) {
    issues.push(remark('eap-type-missing', 'eap.type', EAP_HEADER_BYTES, end, 'a method type', 'no data'));
    return withoutType(body);
  }
  if (type === EAP_TYPE.Expanded && body.length >= EXPANDED_BYTES) {
    const expanded = { vendorId: u32be(body, 0) & 0xffffff, vendorType: u32be(body, 4) };
    const typeDataOffset = EAP_HEADER_BYTES + EXPANDED_BYTES;
    return { body, type, expanded, typeData: body.subarray(EXPANDED_BYTES), typeDataOffset };
  }
  if (type === EAP_TYPE.Expanded) {
    const want = 'vendor id (3 bytes) and vendor type (4 bytes)';
    issues.push(remark('eap-expanded-cut', 'eap.type', EAP_HEADER_BYTES, end, want, `${body.length - 1} bytes`));
  }
  return { body, type, expanded: null, typeData: body.subarray(1), typeDataOffset: EAP_HEADER_BYTES + 1 };
}

/** Bytes of a packet: the inverse of {@link decodeEap}. A header may lie on purpose. */
export function encodeEap(packet: Pick<EapMessage, 'header' | 'body' | 'trailing'>): Uint8Array {
  const { header } = packet;
  const head =
    header === null ? NOTHING : concat(be(header.code, 1), be(header.identifier, 1), be(header.declaredLength, 2));
  return concat(head, packet.body, packet.trailing);
}

/** A right packet; `body` begins with the method type and has at most 65531 bytes (none for Success and Failure). */
export function eapPacket(code: number, identifier: number, body: Uint8Array = NOTHING): Uint8Array {
  const header = { code, identifier, declaredLength: EAP_HEADER_BYTES + body.length };
  return encodeEap({ header, body, trailing: NOTHING });
}

/** Body of a packet of a plain method type. */
export function typedBody(type: number, data: Uint8Array = NOTHING): Uint8Array {
  return concat(be(type, 1), data);
}

/** Body of a packet of an expanded method type. */
export function expandedBody({ vendorId, vendorType }: ExpandedType, data: Uint8Array): Uint8Array {
  return concat(be(EAP_TYPE.Expanded, 1), be(vendorId, 3), be(vendorType, 4), data);
}
