import { equal } from '#base/bytes.js';
import type { EapPacket, Exchange, ExchangeMessage } from '#evidence/model.js';
import { decodeEap, EAP_CODE, EAP_TYPE } from '#wire/eap/eap.js';
import { decodeEapWsc, FLAG, OP_CODE } from '#wire/eap/eap-wsc.js';
import { wscCarrier } from '#wire/eap/wsc-carrier.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { formatAttributeValue } from '#wire/wps/format.js';
import { attribute } from '#wire/wps/message.js';
import { clip } from './text.js';

/** What a packet is, in the words of an engineer; what the device says in it stands as it was sent. */
export interface PacketName {
  readonly name: string;
  /** A WSC_NACK, an EAP-Nak, or a packet that is none of EAP. */
  readonly isRefusal: boolean;
}

const CODES = new Map<number, string>([
  [EAP_CODE.Request, 'EAP-Request'],
  [EAP_CODE.Response, 'EAP-Response'],
  [EAP_CODE.Success, 'EAP-Success'],
  [EAP_CODE.Failure, 'EAP-Failure'],
]);
const OP_CODES = new Map<number, string>([
  [OP_CODE.Start, 'WSC_Start'],
  [OP_CODE.Ack, 'WSC_ACK'],
  [OP_CODE.Nack, 'WSC_NACK'],
  [OP_CODE.Msg, 'WSC_MSG'],
  [OP_CODE.Done, 'WSC_Done'],
  [OP_CODE.FragAck, 'WSC_FRAG_ACK'],
]);
/** Characters of an identity that are shown. */
const MAX_IDENTITY = 40;

/** The name of each packet of an exchange; a packet that repeats an earlier one has the name of that. */
export function packetNames(exchange: Exchange): ReadonlyMap<EapPacket, PacketName> {
  const carried = new Map(
    exchange.messages.flatMap((message) => message.packets.map((packet) => [packet, message] as const)),
  );
  const names = new Map<EapPacket, PacketName>();
  for (const packet of exchange.packets) {
    const first = packet.retransmission ? firstOf(packet, exchange) : packet;
    const name = names.get(first);
    names.set(packet, name ?? nameOf(first, carried.get(first)));
  }
  return names;
}

function firstOf(packet: EapPacket, { packets }: Exchange): EapPacket {
  return packets.find(({ from, bytes }) => from === packet.from && equal(bytes, packet.bytes)) ?? packet;
}

function nameOf(packet: EapPacket, message: ExchangeMessage | undefined): PacketName {
  if (message !== undefined) return messageName(packet, message);
  const eap = decodeEap(packet.bytes);
  const code = CODES.get(packet.code);
  if (code === undefined) return { name: `EAP packet with code ${packet.code}`, isRefusal: true };
  if (packet.code === EAP_CODE.Success || packet.code === EAP_CODE.Failure) return { name: code, isRefusal: false };
  if (packet.type === EAP_TYPE.Identity) {
    const said = new TextDecoder().decode(eap.typeData);
    return { name: `${code}/Identity${said === '' ? '' : ` "${clip(said, MAX_IDENTITY)}"`}`, isRefusal: false };
  }
  const { payload } = wscCarrier(eap);
  if (payload === null) {
    if (packet.type === EAP_TYPE.Nak) return { name: `${code}/Nak`, isRefusal: true };
    return { name: `${code} of method type ${packet.type ?? 'none'}`, isRefusal: true };
  }
  const { header } = decodeEapWsc(payload);
  const opCode = header?.opCode ?? 0;
  const known = OP_CODES.get(opCode) ?? `EAP-WSC op-code ${opCode}`;
  const isPiece = opCode === OP_CODE.Msg && ((header?.flags ?? 0) & FLAG.MoreFragments) !== 0;
  return { name: isPiece ? `${known}, a fragment` : known, isRefusal: opCode === OP_CODE.Nack };
}

function messageName(packet: EapPacket, { opCode, wsc, packets }: ExchangeMessage): PacketName {
  const isNack = opCode === OP_CODE.Nack || wsc.name === 'WSC_NACK';
  const name = wsc.name === null ? `${OP_CODES.get(opCode) ?? 'WSC message'} of unknown type` : wscName(wsc.name);
  const count = packets.length;
  const piece = count > 1 ? `, fragment ${packets.indexOf(packet) + 1} of ${count}` : '';
  const error = isNack ? attribute(wsc, ATTRIBUTE.ConfigurationError) : null;
  const why = error === null ? '' : `, Configuration Error ${formatAttributeValue(error)}`;
  return { name: `${name}${piece}${why}`, isRefusal: isNack };
}

function wscName(name: string): string {
  return name === 'WSC_DONE' ? 'WSC_Done' : name;
}
