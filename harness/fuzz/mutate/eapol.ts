import { be, concat } from '#base/bytes.js';
import { decodeEapWsc, encodeEapWsc, FLAG, OP_CODE } from '#wire/eap/eap-wsc.js';
import { decodeEap, EAP_TYPE, eapPacket, encodeEap, expandedBody } from '#wire/eap/eap.js';
import { decodeEapol, encodeEapol, EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { WSC_METHOD, wscCarrier } from '#wire/eap/wsc-carrier.js';
import type { Dice } from '../dice.js';
import { editBytes, lyingLength, withNumber, type Edit } from './edit.js';
import { editTlvs, WPS } from './tlv.js';

/** One change of an EAPOL packet, in any of its layers. Outer lengths mostly follow what changed inside. */
export const editEapol: Edit = (bytes, dice) => {
  const packet = decodeEapol(bytes);
  const { header } = packet;
  if (header === null || dice.onceIn(16)) return editBytes(bytes, dice);
  if (dice.onceIn(12)) return withNumber(bytes, 0, 1, dice.below(5));
  if (dice.onceIn(12)) return withNumber(bytes, 1, 1, dice.onceIn(2) ? dice.below(5) : dice.below(256));
  if (dice.onceIn(12)) return withNumber(bytes, 2, 2, lyingLength(header.declaredLength, 0x10000, dice));
  if (dice.onceIn(16)) return concat(bytes, dice.bytes(dice.below(50)));
  const body = header.packetType === EAPOL_TYPE.EapPacket ? editEap(packet.body, dice) : editBytes(packet.body, dice);
  const declaredLength = dice.onceIn(10) ? header.declaredLength : body.length % 0x10000;
  return encodeEapol({ header: { ...header, declaredLength }, body, trailing: packet.trailing });
};

const editEap: Edit = (bytes, dice) => {
  const eap = decodeEap(bytes);
  const { header } = eap;
  if (header === null || dice.onceIn(16)) return editBytes(bytes, dice);
  if (dice.onceIn(12)) return withNumber(bytes, 0, 1, dice.below(6));
  if (dice.onceIn(12)) return withNumber(bytes, 1, 1, dice.onceIn(2) ? header.identifier + 1 : dice.below(256));
  if (dice.onceIn(12)) return withNumber(bytes, 2, 2, lyingLength(header.declaredLength, 0x10000, dice));
  if (dice.onceIn(12)) return withNumber(bytes, 4, 1, dice.oneOf([...Object.values(EAP_TYPE), 25, 0]));
  if (dice.onceIn(16)) return withNumber(bytes, 5 + dice.below(7), 1, dice.below(256));
  const carrier = wscCarrier(eap);
  const head = eap.body.subarray(0, eap.typeDataOffset - 4);
  const inner = carrier.payload === null ? editBytes(eap.typeData, dice) : editEapWsc(carrier.payload, dice);
  const body = concat(head, inner);
  const declaredLength = dice.onceIn(10) ? header.declaredLength : (body.length + 4) % 0x10000;
  return encodeEap({ header: { ...header, declaredLength }, body, trailing: eap.trailing });
};

/** One change of an EAP-WSC payload: op-code, flags, length field, or the message or fragment it carries. */
export const editEapWsc: Edit = (payload, dice) => {
  const wsc = decodeEapWsc(payload);
  const { header, messageLength } = wsc;
  if (header === null || dice.onceIn(16)) return editBytes(payload, dice);
  const { opCode, flags } = header;
  if (dice.onceIn(8)) return withNumber(payload, 0, 1, dice.onceIn(4) ? dice.below(256) : dice.oneOf(OP_CODES));
  if (dice.onceIn(8)) return withNumber(payload, 1, 1, dice.onceIn(4) ? dice.below(256) : dice.below(4));
  if (dice.onceIn(8)) {
    const lie = lyingLength(messageLength ?? wsc.data.length, 0x10000, dice);
    return encodeEapWsc({ header: { opCode, flags: flags | FLAG.LengthField }, messageLength: lie, data: wsc.data });
  }
  return encodeEapWsc({ header, messageLength, data: editTlvs(wsc.data, WPS, dice) });
};

const OP_CODES = Object.values(OP_CODE);

/** An EAP-WSC payload in fragments of any sizes, as a right sender or a careless one makes them. */
export function fragments(payload: Uint8Array, dice: Dice): Uint8Array[] {
  const { header, data } = decodeEapWsc(payload);
  if (header === null || data.length < 2) return [payload];
  const sizes = 1 + dice.below(Math.min(data.length, 400));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += sizes) parts.push(data.subarray(at, at + sizes));
  return parts.map((part, index) => {
    const more = index < parts.length - 1 ? FLAG.MoreFragments : 0;
    const first = index === 0 || dice.onceIn(30);
    const flags = more | (first ? FLAG.LengthField : 0);
    const messageLength = dice.onceIn(30) ? dice.below(0x10000) : data.length % 0x10000;
    return encodeEapWsc({
      header: { opCode: header.opCode, flags },
      messageLength: first ? messageLength : null,
      data: part,
    });
  });
}

/** The packets that carry the fragments of this packet; itself where it carries no EAP-WSC. */
export function fragmentEapol(bytes: Uint8Array, dice: Dice): Uint8Array[] {
  const eap = decodeEap(decodeEapol(bytes).body);
  const { payload } = wscCarrier(eap);
  if (payload === null || eap.header === null) return [bytes];
  const { code, identifier } = eap.header;
  return fragments(payload, dice).map((part, index) =>
    eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(code, (identifier + index) & 0xff, expandedBody(WSC_METHOD, part))),
  );
}

/** A WSC message in a packet of its own. */
export function carry(code: number, identifier: number, opCode: number, message: Uint8Array): Uint8Array {
  const body = expandedBody(WSC_METHOD, concat(be(opCode, 1), be(0, 1), message));
  return eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(code, identifier, body));
}
