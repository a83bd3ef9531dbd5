import { ascii, u16be } from '#base/bytes.js';
import { EAP_CODE, EAP_TYPE } from '#wire/eap/eap.js';
import { EAPOL_HEADER_BYTES } from '#wire/eap/eapol.js';
import { FLAG, OP_CODE } from '#wire/eap/eap-wsc.js';
import { MESSAGE_TYPE } from '#wire/wps/message.js';

/** The few fields of an EAP packet that tell which exchange it belongs to. Nothing is judged here. */
export interface EapPeek {
  readonly code: number;
  readonly identifier: number;
  /** Method type, -1 where there is none. */
  readonly type: number;
  /** EAP-WSC op-code, -1 for anything else. */
  readonly opCode: number;
  /** EAP-WSC data in `bytes[dataAt, end)`. */
  readonly dataAt: number;
  readonly end: number;
}

const NONE = -1;
const WSC_TYPE = [EAP_TYPE.Expanded, 0x00, 0x37, 0x2a, 0x00, 0x00, 0x00, 0x01];
const WSC_IDENTITY = Array.from(ascii('WFA-SimpleConfig'));
const REGISTRAR_IDENTITY = Array.from(ascii('WFA-SimpleConfig-Registrar'));

/** Look at the EAP packet in the EAPOL packet `bytes[start, end)`; null when it has no whole EAP header. */
export function peekEap(bytes: Uint8Array, start: number, end: number): EapPeek | null {
  const at = start + EAPOL_HEADER_BYTES;
  const eapEnd = Math.min(end, at + u16be(bytes, start + 2));
  if (eapEnd - at < 4) return null;
  const code = bytes[at] ?? 0;
  const typed = (code === EAP_CODE.Request || code === EAP_CODE.Response) && eapEnd > at + 4;
  const wscAt = at + 4 + WSC_TYPE.length;
  const wsc = typed && begins(bytes, at + 4, eapEnd, WSC_TYPE) && eapEnd >= wscAt + 2;
  const withLength = wsc && ((bytes[wscAt + 1] ?? 0) & FLAG.LengthField) !== 0;
  return {
    code,
    identifier: bytes[at + 1] ?? 0,
    type: typed ? (bytes[at + 4] ?? NONE) : NONE,
    opCode: wsc ? (bytes[wscAt] ?? NONE) : NONE,
    dataAt: Math.min(eapEnd, wscAt + (withLength ? 4 : 2)),
    end: eapEnd,
  };
}

/** True for an identity that names WPS, however it goes on. */
export function isWscIdentity(bytes: Uint8Array, peek: EapPeek, start: number): boolean {
  return peek.type === EAP_TYPE.Identity && begins(bytes, start + EAPOL_HEADER_BYTES + 5, peek.end, WSC_IDENTITY);
}

/** True for the identity of a supplicant that is a Registrar; the access point is the Enrollee then. */
export function isRegistrarIdentity(bytes: Uint8Array, peek: EapPeek, start: number): boolean {
  return peek.type === EAP_TYPE.Identity && begins(bytes, start + EAPOL_HEADER_BYTES + 5, peek.end, REGISTRAR_IDENTITY);
}

/** True for the first packet of an M1: Version and Message Type come first in every message. */
export function isM1(bytes: Uint8Array, peek: EapPeek): boolean {
  const messageTypeAt = peek.dataAt + 9;
  return (
    peek.opCode === OP_CODE.Msg &&
    messageTypeAt < peek.end &&
    u16be(bytes, peek.dataAt + 5) === 0x1022 &&
    bytes[messageTypeAt] === MESSAGE_TYPE.M1
  );
}

function begins(bytes: Uint8Array, at: number, end: number, pattern: readonly number[]): boolean {
  return end - at >= pattern.length && pattern.every((byte, index) => bytes[at + index] === byte);
}
