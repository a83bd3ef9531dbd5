import { u16be } from '#base/bytes.js';
import type { Issue } from '../issue.js';
import { decodeTlvs, encodeTlvs, WPS_SHAPE, type TlvList, type TlvNode } from '../tlv.js';
import { ATTRIBUTES, ATTRIBUTE, attributePathName } from './attributes.js';

/** WSC Message Type values (attribute 0x1022). */
export const MESSAGE_TYPE = {
  Beacon: 0x01,
  ProbeRequest: 0x02,
  ProbeResponse: 0x03,
  M1: 0x04,
  M2: 0x05,
  M2D: 0x06,
  M3: 0x07,
  M4: 0x08,
  M5: 0x09,
  M6: 0x0a,
  M7: 0x0b,
  M8: 0x0c,
  WSC_ACK: 0x0d,
  WSC_NACK: 0x0e,
  WSC_DONE: 0x0f,
} as const;

const HEADER_BYTES = WPS_SHAPE.typeBytes + WPS_SHAPE.lengthBytes;

export type MessageName = keyof typeof MESSAGE_TYPE;

const MESSAGE_NAMES: ReadonlyMap<number, MessageName> = new Map(
  Object.entries(MESSAGE_TYPE).map(([name, value]) => [value, name as MessageName]),
);

/** Name of a Message Type value, or null for one that is not defined. */
export function messageName(type: number | null): MessageName | null {
  return type === null ? null : (MESSAGE_NAMES.get(type) ?? null);
}

/** What the paths of a message begin with: `m1`, `wscdone`; `wsc` where its type is unknown. */
export function messagePathName(name: MessageName | null): string {
  return name === null ? 'wsc' : name.toLowerCase().replace('_', '');
}

/** A WSC message: the attribute list exactly as it stands in the bytes. `encodeTlvs(message.list)` equals `bytes`. */
export interface WscMessage {
  readonly bytes: Uint8Array;
  readonly list: TlvList;
  readonly attributes: readonly TlvNode[];
  /** Value of the first whole one-byte Message Type attribute, else null. */
  readonly messageType: number | null;
  readonly name: MessageName | null;
  readonly issues: readonly Issue[];
}

/**
 * Decode the attributes of one WSC message (no EAP header). Never throws. Paths begin with the message's name in
 * lower case (`m1.uuidE`, `m1.vendorExtension[0]`), or `wsc` where the Message Type is unknown. Attributes that may
 * repeat are counted from 0 in brackets; a repeated attribute that may not is counted as well, from its second on.
 */
export function decodeWsc(bytes: Uint8Array): WscMessage {
  const messageType = findMessageType(bytes);
  const name = messageName(messageType);
  const root = messagePathName(name);
  const list = decodeAttributes(bytes, root);
  return { bytes, list, attributes: list.nodes, messageType, name, issues: list.issues };
}

/** The name that every path begins with is needed before anything is decoded: this looks at headers only. */
function findMessageType(bytes: Uint8Array): number | null {
  for (let at = 0; bytes.length - at >= HEADER_BYTES;) {
    const valueAt = at + HEADER_BYTES;
    const end = Math.min(bytes.length, valueAt + u16be(bytes, at + 2));
    if (u16be(bytes, at) === ATTRIBUTE.MessageType && end - valueAt === 1) return bytes[valueAt] ?? null;
    at = end;
  }
  return null;
}

/**
 * Decode a list of attributes that stands by itself or inside another attribute: a Credential, an opened Encrypted
 * Settings. Never throws.
 *
 * @param root what every path begins with, e.g. `m5.encryptedSettings`
 * @param baseOffset offset of `bytes[0]` in the message the spans are counted in
 */
export function decodeAttributes(bytes: Uint8Array, root: string, baseOffset = 0): TlvList {
  const seen = new Map<number, number>();
  return decodeTlvs(bytes, WPS_SHAPE, baseOffset, (type) => {
    if (type < 0) return `${root}.rest`;
    const count = seen.get(type) ?? 0;
    seen.set(type, count + 1);
    const repeats = ATTRIBUTES.get(type)?.repeats ?? false;
    return `${root}.${attributePathName(type)}${repeats || count > 0 ? `[${count}]` : ''}`;
  });
}

/** Bytes of a message: the inverse of {@link decodeWsc}. */
export function encodeWsc(message: Pick<WscMessage, 'list'>): Uint8Array {
  return encodeTlvs(message.list);
}

/** First attribute with this id, or null. */
export function attribute(message: Pick<WscMessage, 'attributes'>, id: number): TlvNode | null {
  return message.attributes.find((node) => node.type === id) ?? null;
}

/** All attributes with this id, in message order. */
export function attributesOf(message: Pick<WscMessage, 'attributes'>, id: number): TlvNode[] {
  return message.attributes.filter((node) => node.type === id);
}
