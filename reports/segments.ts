import { toHex, type Span } from '#base/bytes.js';
import { formatUuid } from '#base/uuid.js';
import { MICROSOFT_TLV, microsoftTlvName, transportName, verticalPairing } from '#wire/microsoft/vertical-pairing.js';
import type { TlvList, TlvNode } from '#wire/tlv.js';
import { ATTRIBUTES } from '#wire/wps/attributes.js';
import { formatAttributeValue, formatSubelementValue, isSecretAttribute, shortHex } from '#wire/wps/format.js';
import type { WscMessage } from '#wire/wps/message.js';
import { vendorExtensions, type VendorExtension } from '#wire/wps/vendor-extension.js';
import { subelementName } from '#wire/wps/wfa.js';
import { clip } from './text.js';

/** A stretch of bytes with one meaning. The segments of a message cover it without gap or overlap, in order. */
export interface Segment {
  readonly span: Span;
  /** What the bytes are; empty where the header before them said it all. */
  readonly label: string;
  /** 0 for the header of an attribute (and each field of an EAP packet), 1 for what is inside it, and so on. */
  readonly depth: number;
}

/** Most characters of a value in a label. */
const MAX_TEXT = 80;
const VENDOR_LABELS = {
  microsoft: 'vendor id 00 01 37: Microsoft',
  wfa: 'vendor id 00 37 2a: Wi-Fi Alliance',
  other: 'vendor id of another vendor',
  short: 'too short for a vendor id',
} as const;

/** Segments of a WSC message: attribute headers and values, vendor extensions and their TLVs taken apart. */
export function wscSegments(message: WscMessage): Segment[] {
  const extensions = new Map(vendorExtensions(message).map((extension) => [extension.node, extension]));
  const microsoft = new Map(
    verticalPairing(message).extensions.map(({ extension, list }) => [extension.node, list] as const),
  );
  const segments: Segment[] = [];
  for (const node of message.attributes) {
    const name = ATTRIBUTES.get(node.type)?.name ?? 'unknown attribute';
    segments.push(header(node, `${name} (${typeText(node.type)})`, 0));
    const extension = extensions.get(node);
    if (extension !== undefined) segments.push(...extensionSegments(extension, microsoft.get(node) ?? null));
    else if (node.value.length > 0) segments.push({ span: node.valueSpan, label: attributeText(node), depth: 1 });
  }
  segments.push(...restSegments(message.list, 0));
  return segments;
}

/** Segments of a bare EAP packet (RFC 3748; expanded type and WSC header where it has them). */
export function eapSegments(bytes: Uint8Array): Segment[] {
  const fields: [lengthBytes: number, label: string][] = [
    [1, 'EAP code'],
    [1, 'EAP identifier'],
    [2, 'EAP length'],
    [1, 'EAP type'],
  ];
  const rest = 'EAP type data';
  if (bytes[4] === 254) {
    fields.push([3, 'vendor id'], [4, 'vendor type'], [1, 'WSC op-code'], [1, 'WSC flags']);
    // Flag 0x02: a Message Length field of 2 bytes follows.
    if (((bytes[13] ?? 0) & 0x02) !== 0) fields.push([2, 'WSC message length']);
  }
  fields.push([bytes.length, bytes[4] === 254 ? 'WSC message data' : rest]);
  const segments: Segment[] = [];
  let at = 0;
  for (const [lengthBytes, label] of fields) {
    const end = Math.min(bytes.length, at + lengthBytes);
    if (end > at) segments.push({ span: { start: at, end }, label, depth: 0 });
    at = end;
  }
  return segments;
}

function extensionSegments(extension: VendorExtension, microsoft: TlvList | null): Segment[] {
  const { node, vendor, subelements } = extension;
  const { start, end } = node.valueSpan;
  if (start === end) return [];
  if (vendor === 'short') return [{ span: node.valueSpan, label: VENDOR_LABELS.short, depth: 1 }];
  const segments: Segment[] = [{ span: { start, end: start + 3 }, label: VENDOR_LABELS[vendor], depth: 1 }];
  if (microsoft !== null) segments.push(...tlvSegments(microsoft, microsoftName, microsoftSegments));
  else if (subelements !== null) segments.push(...tlvSegments(subelements, wfaName, wfaSegments));
  else if (end > start + 3) segments.push({ span: { start: start + 3, end }, label: 'vendor data', depth: 1 });
  return segments;
}

function tlvSegments(
  list: TlvList,
  nameOf: (type: number) => string,
  segmentsOf: (node: TlvNode) => Segment[],
): Segment[] {
  const width = list.shape.typeBytes;
  return [
    ...list.nodes.flatMap((node) => [
      header(node, `${nameOf(node.type)} (${typeText(node.type, width)})`, 1),
      ...segmentsOf(node),
    ]),
    ...restSegments(list, 1),
  ];
}

function microsoftName(type: number): string {
  return microsoftTlvName(type) ?? 'Microsoft TLV';
}

function wfaName(id: number): string {
  const name = subelementName(id);
  return name.startsWith('0x') ? 'unknown subelement' : name;
}

function wfaSegments(node: TlvNode): Segment[] {
  if (node.value.length === 0) return [];
  return [{ span: node.valueSpan, label: meaning(node, formatSubelementValue(node)), depth: 2 }];
}

function microsoftSegments(node: TlvNode): Segment[] {
  const { start, end } = node.valueSpan;
  if (node.type === MICROSOFT_TLV.TransportUuid && node.value.length === 16)
    return [{ span: node.valueSpan, label: formatUuid(node.value), depth: 2 }];
  if (node.type !== MICROSOFT_TLV.VerticalPairingIdentifier) return plainSegments(node);
  const segments: Segment[] = [];
  const [transport, profileRequest] = node.value;
  if (transport !== undefined)
    segments.push({
      span: { start, end: start + 1 },
      label: `Transport: ${transportName(transport) ?? 'reserved value'}`,
      depth: 2,
    });
  if (profileRequest !== undefined)
    segments.push({ span: { start: start + 1, end: start + 2 }, label: 'Profile Request', depth: 2 });
  if (end > start + 2) segments.push({ span: { start: start + 2, end }, label: 'more than the two fields', depth: 2 });
  return segments;
}

function plainSegments(node: TlvNode): Segment[] {
  return node.value.length === 0 ? [] : [{ span: node.valueSpan, label: '', depth: 2 }];
}

function restSegments(list: TlvList, depth: number): Segment[] {
  return list.rest === null ? [] : [{ span: list.rest.span, label: 'left over, too few bytes for a header', depth }];
}

function header(node: TlvNode, name: string, depth: number): Segment {
  const length =
    node.missingBytes === 0
      ? `${node.declaredLength} ${node.declaredLength === 1 ? 'byte' : 'bytes'}`
      : `Length says ${node.declaredLength} bytes, ${node.value.length} are there`;
  return { span: { start: node.span.start, end: node.valueSpan.start }, label: `${name}, ${length}`, depth };
}

function attributeText(node: TlvNode): string {
  return isSecretAttribute(node.type) ? '' : meaning(node, formatAttributeValue(node));
}

/** A value in words; empty where there are none but its hex. */
function meaning(node: TlvNode, text: string): string {
  const onlyHex = text === shortHex(node.value) || text === `0x${toHex(node.value)}`;
  return onlyHex ? '' : clip(text, MAX_TEXT);
}

function typeText(type: number, typeBytes = 2): string {
  return `0x${type.toString(16).padStart(2 * typeBytes, '0')}`;
}
