import { be, concat, u16be, u8 } from '#base/bytes.js';
import { hexNumber, remark, type FramingRemark } from './remark.js';

/** EAPOL packet types (IEEE 802.1X). */
export const EAPOL_TYPE = { EapPacket: 0, Start: 1, Logoff: 2, Key: 3 } as const;

/** Last packet type that IEEE 802.1X defines; those above Key have nothing to do with EAP. */
export const LAST_EAPOL_TYPE = 8;

/** Version our own packets carry: IEEE 802.1X-2004, what hostapd sends. */
export const EAPOL_VERSION = 2;

/** Bytes of the header: version, packet type, body length. */
export const EAPOL_HEADER_BYTES = 4;

/** Payload of the shortest Ethernet frame: up to here bytes after the packet are ordinary padding. */
const ETHERNET_MIN_PAYLOAD_BYTES = 46;

export interface EapolHeader {
  readonly version: number;
  readonly packetType: number;
  /** What the body length field says, in bytes. */
  readonly declaredLength: number;
}

/** An EAPOL packet as it stands in the bytes. `encodeEapol(packet)` gives them back, whatever they were. */
export interface EapolPacket {
  /** Null when there are fewer than 4 bytes; all bytes are then in `trailing`. */
  readonly header: EapolHeader | null;
  /** The body bytes that exist (a view at offset 4). */
  readonly body: Uint8Array;
  /** Bytes the length field promises beyond the end. */
  readonly missingBytes: number;
  /** Bytes after the body: padding of a short frame, or too much. */
  readonly trailing: Uint8Array;
  /**
   * `eapol-header-cut`, `eapol-version-unknown` (not 1 to 3), `eapol-type-unknown` (above 8), `eapol-length-past-end`,
   * `eapol-trailing-bytes` (more than the padding of the shortest Ethernet frame explains).
   */
  readonly issues: readonly FramingRemark[];
}

const NOTHING = new Uint8Array(0);

/** Decode from the version byte on. Never throws. */
export function decodeEapol(bytes: Uint8Array): EapolPacket {
  if (bytes.length < EAPOL_HEADER_BYTES) {
    const issue = remark('eapol-header-cut', 'eapol', 0, bytes.length, '4 bytes of header', `${bytes.length}`);
    return { header: null, body: NOTHING, missingBytes: 0, trailing: bytes, issues: [issue] };
  }
  const version = u8(bytes, 0);
  const packetType = u8(bytes, 1);
  const declaredLength = u16be(bytes, 2);
  const end = Math.min(bytes.length, EAPOL_HEADER_BYTES + declaredLength);
  const missingBytes = EAPOL_HEADER_BYTES + declaredLength - end;
  const trailing = bytes.subarray(end);
  const issues: FramingRemark[] = [];
  if (version < 1 || version > 3)
    issues.push(remark('eapol-version-unknown', 'eapol.version', 0, 1, '0x01, 0x02 or 0x03', hexNumber(version)));
  if (packetType > LAST_EAPOL_TYPE)
    issues.push(remark('eapol-type-unknown', 'eapol.type', 1, 2, '0x00 for an EAP packet', hexNumber(packetType)));
  if (missingBytes > 0) {
    const there = `${end - EAPOL_HEADER_BYTES} bytes`;
    issues.push(remark('eapol-length-past-end', 'eapol.length', 2, 4, there, `${declaredLength} bytes`));
  }
  if (trailing.length > 0 && bytes.length > ETHERNET_MIN_PAYLOAD_BYTES) {
    const at = [end, bytes.length] as const;
    issues.push(remark('eapol-trailing-bytes', 'eapol.trailing', ...at, 'no bytes', `${trailing.length} bytes`));
  }
  return {
    header: { version, packetType, declaredLength },
    body: bytes.subarray(EAPOL_HEADER_BYTES, end),
    missingBytes,
    trailing,
    issues,
  };
}

/** Bytes of a packet: the inverse of {@link decodeEapol}. A header may lie on purpose. */
export function encodeEapol(packet: Pick<EapolPacket, 'header' | 'body' | 'trailing'>): Uint8Array {
  const { header } = packet;
  const head =
    header === null ? NOTHING : concat(be(header.version, 1), be(header.packetType, 1), be(header.declaredLength, 2));
  return concat(head, packet.body, packet.trailing);
}

/** A right packet of this type around a body of at most 65535 bytes. */
export function eapolPacket(packetType: number, body: Uint8Array = NOTHING): Uint8Array {
  const header = { version: EAPOL_VERSION, packetType, declaredLength: body.length };
  return encodeEapol({ header, body, trailing: NOTHING });
}
