import { concat } from '#base/bytes.js';
import { decodeMetadata } from '#wire/dpws-metadata.js';
import type { DpwsMetadataSource } from '#wire/dpws-metadata-write.js';
import { decodeIp, encodeUdp, formatIp, parseIp, type IpFamily } from '#wire/ip.js';
import { IpReassembler } from '#wire/ip-reassembler.js';
import { pnpxOfDpws, pnpxOfUpnp } from '#wire/pnpx.js';
import { NAMESPACE } from '#wire/soap.js';
import { NEWER_NAMESPACES } from '#wire/soap-write.js';
import { decodeSsdp, encodeSsdp, ssdpHeaders } from '#wire/ssdp.js';
import { decodeTlvs, encodeTlvs } from '#wire/tlv.js';
import { allDevices, decodeDescription } from '#wire/upnp-description.js';
import { encodeDescription } from '#wire/upnp-description-write.js';
import { decodeWsd } from '#wire/wsd.js';
import { encodeGetResponse, encodeHello, encodeProbe, encodeProbeMatches, encodeResolve } from '#wire/wsd-write.js';
import { parseXml, type XmlDocument, type XmlElement } from '#wire/xml.js';
import type { Dice } from '../dice.js';
import { editBytes } from '../mutate/edit.js';
import { editMarkup } from '../mutate/markup.js';
import { changed, ensure, ensureInside, ensureLossless, type Target } from '../target.js';

const UUID = '4d8c7308-173d-48ad-b2f9-a687d967caa9';
const ADDRESS = `urn:uuid:${UUID}`;
const APP_SEQUENCE = { instanceId: 1, messageNumber: 2, sequenceId: 'urn:s' };
const TYPES = [`{${NAMESPACE.devprof}}Device`, `{${NAMESPACE.print}}PrintDeviceType`];
const XADDRS = ['http://192.168.7.2:5357/a', 'http://[fe80::1]:5357/a'];
const DPWS_TARGET = {
  address: ADDRESS,
  types: TYPES,
  scopes: ['urn:a', 'ldap:///b'],
  xAddrs: XADDRS,
  metadataVersion: 1,
};

const SSDP_HEADERS: readonly (readonly [string, string])[] = [
  ['HOST', '239.255.255.250:1900'],
  ['CACHE-CONTROL', 'max-age = 1800'],
  ['LOCATION', 'http://192.168.7.2:80/d.xml'],
  ['NTS', 'ssdp:alive'],
  ['USN', `uuid:${UUID}::upnp:rootdevice`],
  ['EXT', ''],
];

function ssdpSeed(dice: Dice): Uint8Array {
  const startLine = dice.oneOf(['NOTIFY * HTTP/1.1', 'M-SEARCH * HTTP/1.1', 'HTTP/1.1 200 OK']);
  const headers = SSDP_HEADERS.filter(() => !dice.onceIn(4));
  return encodeSsdp(startLine, headers, { lineEnd: dice.onceIn(6) ? '\n' : '\r\n', noBlankLine: dice.onceIn(6) });
}

const ssdp: Target = {
  name: 'ssdp',
  deadlineMs: 100,
  generate: (dice) => changed(ssdpSeed(dice), dice, editMarkup),
  check: (input) => {
    const message = decodeSsdp(input);
    ensure(message.bytes === input, 'other bytes than were given');
    let end = message.startLine.span.end;
    for (const { name, span, valueSpan } of message.headers) {
      ensureInside(span, input.length, `header ${name}`);
      ensureInside(valueSpan, span.end, `value of ${name}`);
      ensure(span.start >= end && valueSpan.start >= span.start, `header ${name} over what stands before it`);
      end = span.end;
      ensure(ssdpHeaders(message, name.trim()).length > 0, `header ${name} is not found by its name`);
    }
    if (message.body !== null) ensureInside(message.body, input.length, 'body');
    for (const { at, code } of message.issues) ensureInside(at, input.length, code);
    if (message.issues.length > 0 || message.body !== null) return;
    // What is all right can be written again, but for white space around values.
    const again = encodeSsdp(
      message.startLine.text,
      message.headers.map(({ name, value }) => [name, value] as const),
    );
    const read = decodeSsdp(again).headers.map(({ name, value }) => `${name}:${value}`);
    ensure(read.join() === message.headers.map(({ name, value }) => `${name}:${value}`).join(), 'written otherwise');
  },
};

function packetsOf(dice: Dice): Uint8Array[] {
  const family: IpFamily = dice.onceIn(2) ? 'ipv4' : 'ipv6';
  const [source, destination] = family === 'ipv4' ? ['10.0.0.2', '239.255.255.250'] : ['fe80::2', 'ff02::c'];
  const ports = { sourcePort: 40_000, destinationPort: 3702, ttl: 1 };
  const packet = encodeUdp({ family, source, destination, ...ports, payload: dice.bytes(dice.below(400)) });
  if (dice.onceIn(3)) return [packet];
  const headerBytes = family === 'ipv4' ? 20 : 40;
  const dataBytes = 8 * (1 + dice.below(12));
  const count = Math.ceil((packet.length - headerBytes) / dataBytes);
  return Array.from({ length: count }, (_, index) => {
    const data = packet.subarray(headerBytes + index * dataBytes).subarray(0, dataBytes);
    const place = (index * dataBytes) | 0;
    const more = index < count - 1;
    return family === 'ipv4' ? ipv4Fragment(packet, data, place, more) : ipv6Fragment(packet, data, place, more);
  });
}

function ipv4Fragment(packet: Uint8Array, data: Uint8Array, place: number, more: boolean): Uint8Array {
  const out = concat(packet.subarray(0, 20), data);
  const view = new DataView(out.buffer);
  view.setUint16(2, out.length);
  view.setUint16(6, (more ? 0x2000 : 0) | (place / 8));
  return out;
}

function ipv6Fragment(packet: Uint8Array, data: Uint8Array, place: number, more: boolean): Uint8Array {
  const header = Uint8Array.of(17, 0, place >> 8, (place & 0xf8) | (more ? 1 : 0), 0, 0, 0, 1);
  const out = concat(packet.subarray(0, 40), header, data);
  new DataView(out.buffer).setUint16(4, out.length - 40);
  out[6] = 44;
  return out;
}

/** Input: packets one after another, each the value of a TLV. */
const ip: Target = {
  name: 'ip',
  deadlineMs: 500,
  generate: (dice) => {
    const packets = packetsOf(dice).flatMap((bytes) =>
      dice.onceIn(8) ? [] : dice.onceIn(8) ? [bytes, bytes] : [bytes],
    );
    const edited = packets.map((bytes) => (dice.onceIn(4) ? editBytes(bytes, dice) : bytes));
    const ordered = dice.onceIn(2) ? edited : edited.toReversed();
    return encodeTlvs({ nodes: ordered.map((value, type) => ({ type, value })) });
  },
  check: (input) => {
    const machine = new IpReassembler({ maxDatagrams: 4, maxBytes: 4096 });
    const pushed: Uint8Array[] = [];
    decodeTlvs(input).nodes.forEach(({ value }, index) => {
      pushed.push(value);
      const packet = decodeIp(value);
      if (packet === null) return;
      for (const address of [packet.source, packet.destination]) {
        const text = formatIp(address);
        ensureLossless(parseIp(text) ?? new Uint8Array(0), address, text);
      }
      ensureInside(packet.payload, value.length, 'payload');
      if (packet.udp !== null) ensureInside(packet.udp.payloadSpan, value.length, 'UDP payload');
      const { datagram, parts, issues } = machine.push(packet, index, index);
      for (const { at, code } of [...packet.issues, ...issues]) ensureInside(at, value.length, code);
      const joined = parts.map((part) =>
        (pushed[part.packet] ?? value).subarray(part.packetOffset, part.packetOffset + part.lengthBytes),
      );
      ensureLossless(concat(...joined), datagram?.udp?.payload ?? new Uint8Array(0), 'UDP payload from its parts');
    });
  },
};

function metadataSource(dice: Dice): DpwsMetadataSource {
  const hosted = { addresses: XADDRS, types: TYPES, serviceId: 'urn:x', hardwareIds: 'A&B', compatibleIds: 'C' };
  return {
    thisModel: { manufacturers: ['Maker'], modelNames: ['P1'], deviceCategory: 'Printers' },
    thisDevice: { friendlyNames: ['R&D'], containerId: `{${UUID}}` },
    host: { addresses: [ADDRESS], types: TYPES },
    hosted: Array.from({ length: dice.below(4) }, () => hosted),
  };
}

function metadataSeed(dice: Dice): Uint8Array {
  const writing = dice.onceIn(4) ? { namespaces: NEWER_NAMESPACES } : {};
  return encodeGetResponse({ messageId: 'urn:1', relatesTo: 'urn:2', metadata: metadataSource(dice), ...writing });
}

function wsdSeed(dice: Dice): Uint8Array {
  const writing = { messageId: 'urn:1', ...(dice.onceIn(4) ? { namespaces: NEWER_NAMESPACES } : {}) };
  const answer = { ...writing, relatesTo: 'urn:2', appSequence: APP_SEQUENCE };
  switch (dice.below(4)) {
    case 0:
      return encodeHello({ ...writing, appSequence: APP_SEQUENCE, target: DPWS_TARGET });
    case 1:
      return encodeProbe({ ...writing, types: TYPES, scopes: ['urn:a'], matchBy: 'urn:b' });
    case 2:
      return encodeResolve({ ...writing, address: ADDRESS });
    default:
      return encodeProbeMatches({ ...answer, targets: [DPWS_TARGET, DPWS_TARGET].slice(dice.below(2)) });
  }
}

function descriptionSeed(dice: Dice): Uint8Array {
  const device = (depth: number): Parameters<typeof encodeDescription>[0]['device'] & object => ({
    fields: [
      ['deviceType', 'urn:schemas-upnp-org:device:Basic:1'],
      ['friendlyName', 'R&D'],
      ['UDN', `uuid:${UUID}`],
    ],
    pnpx: { hardwareIds: 'A&B', compatibleIds: 'C', category: 'Other', containerId: `{${UUID}}` },
    services: [{ serviceType: 's', serviceId: 'i', SCPDURL: '/s', controlURL: '/c', eventSubURL: '' }],
    embedded: depth === 0 ? [] : Array.from({ length: dice.below(3) }, () => device(depth - 1)),
  });
  return encodeDescription({ device: device(2), urlBase: 'http://h/' });
}

/** Elements lie in their parents, one behind the other, and begin at their name. */
function checkTree(element: XmlElement, { bytes, encoding }: XmlDocument, end: number): void {
  ensureInside(element.span, end, element.name);
  ensureInside(element.contentSpan, element.span.end, `content of ${element.name}`);
  const isNamed = encoding !== 'utf-8' || bytes[element.at.offset] === 0x3c;
  ensure(element.at.offset === element.span.start && isNamed, `${element.name} begins elsewhere`);
  ensure(element.at.line >= 1 && element.at.column >= 1, `${element.name} is on no line`);
  let at = element.contentSpan.start;
  for (const child of element.children) {
    ensure(child.span.start >= at, `${child.name} begins before ${at}`);
    at = child.span.end;
    checkTree(child, { bytes, encoding, root: null, issues: [] }, element.contentSpan.end);
  }
  for (const { name, at: place } of element.attributes)
    ensure(place.offset > element.at.offset && place.offset < element.contentSpan.start, `${name} stands elsewhere`);
}

function checkDocument(document: XmlDocument): void {
  const { root, bytes, issues } = document;
  if (root !== null) checkTree(root, document, bytes.length);
  ensure(root !== null || issues.length > 0, 'no root, and nothing to say of it');
  for (const { at, code, line, column } of issues) {
    ensureInside(at, bytes.length, code);
    ensure(line >= 1 && column >= 1, `${code} is on no line`);
  }
}

const xml: Target = {
  name: 'xml',
  deadlineMs: 500,
  generate: (dice) => {
    const seed = dice.oneOf([metadataSeed, wsdSeed, descriptionSeed])(dice);
    return changed(seed, dice, editMarkup);
  },
  check: (input) => {
    checkDocument(parseXml(input));
    checkDocument(parseXml(input, { maxBytes: 300, maxDepth: 3, maxElements: 5, maxTextBytes: 20 }));
  },
};

const wsd: Target = {
  name: 'wsd',
  deadlineMs: 500,
  generate: (dice) => changed(wsdSeed(dice), dice, editMarkup),
  check: (input) => {
    const { soap, kind, targets } = decodeWsd(input);
    checkDocument(soap.xml);
    ensure(kind !== 'other' || targets.length === 0, 'targets of no kind');
    ensure(kind === 'other' || soap.action !== null, 'a kind without an action');
    for (const { types, metadataVersion } of targets) {
      ensure(
        types.every((name) => /^\{.*\}/s.test(name)),
        'a type that is not expanded',
      );
      ensure(metadataVersion === null || Number.isInteger(metadataVersion), 'a version that is no number');
    }
  },
};

const description: Target = {
  name: 'description',
  deadlineMs: 500,
  generate: (dice) => changed(descriptionSeed(dice), dice, editMarkup),
  check: (input) => {
    const decoded = decodeDescription(input);
    checkDocument(decoded.xml);
    for (const device of allDevices(decoded)) {
      const { hardwareIds, misplaced } = pnpxOfUpnp(device);
      ensure(hardwareIds === null || !misplaced.includes(hardwareIds.element), 'an element in its place and out of it');
    }
  },
};

const metadata: Target = {
  name: 'metadata',
  deadlineMs: 500,
  generate: (dice) => changed(metadataSeed(dice), dice, editMarkup),
  check: (input) => {
    const decoded = decodeMetadata(input);
    checkDocument(decoded.soap.xml);
    ensure(pnpxOfDpws(decoded).hosted.length === decoded.hosted.length, 'a hosted service without its place');
    ensure(decoded.metadata === null || !decoded.others.includes(decoded.metadata), 'Metadata among the others');
  },
};

/** Decoders of what devices say on the network and serve by HTTP. */
export const DISCOVERY: readonly Target[] = [ssdp, ip, xml, wsd, description, metadata];
