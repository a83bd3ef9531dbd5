import { decodeEap, eapPacket, expandedBody } from '#wire/eap/eap.js';
import { decodeEapWsc, encodeEapWsc, FLAG, type EapWsc } from '#wire/eap/eap-wsc.js';
import { decodeEapol, EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { WSC_METHOD, wscCarrier } from '#wire/eap/wsc-carrier.js';
import type { PacketScript } from './engine.js';

/* Ways to frame a message wrong. */

type Payload = Pick<EapWsc, 'header' | 'messageLength' | 'data'>;

/** Every EAP-WSC packet of the message of this name with its payload altered; the headers around it stay right. */
export function framed(what: string, change: (payload: Payload) => Payload): PacketScript {
  return (packet) => {
    if (packet.what !== what) return [packet.bytes];
    const eap = decodeEap(decodeEapol(packet.bytes).body);
    const { payload } = wscCarrier(eap);
    if (payload === null || eap.header === null) return [packet.bytes];
    const body = expandedBody(WSC_METHOD, encodeEapWsc(change(decodeEapWsc(payload))));
    return [eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(eap.header.code, eap.header.identifier, body))];
  };
}

/** Other flags, the length field as it is. */
export function flags(payload: Payload, change: (old: number) => number): Payload {
  const { header } = payload;
  return header === null ? payload : { ...payload, header: { ...header, flags: change(header.flags) } };
}

/** A length field that says `messageLength`. */
export function lengthField(payload: Payload, messageLength: number): Payload {
  return { ...flags(payload, (old) => old | FLAG.LengthField), messageLength };
}
