import type { Span } from '#base/bytes.js';
import { printable } from '#base/text.js';
import type { DissectLine } from './dissect.js';
import { decodeEthernet } from './ethernet.js';
import { decodeIp, ETHERTYPE_IPV4, ETHERTYPE_IPV6, formatIp } from './ip.js';
import { decodeSsdp, SSDP_PORT } from './ssdp.js';
import { decodeWsd, WSD_PORT } from './wsd.js';
import type { XmlElement } from './xml.js';

/** Paths of the layers that are dissected here. */
export const DISCOVERY_LAYERS: readonly string[] = ['ssdp', 'wsd'];

/**
 * The layers behind Ethernet of a whole datagram of SSDP or WS-Discovery: IP with UDP, then each header, or each element
 * with a text. Spans count in the frame. Nothing for any other frame.
 */
export function dissectDiscovery(frame: Uint8Array): DissectLine[] {
  const ethernet = decodeEthernet(frame);
  if (ethernet === null || ![ETHERTYPE_IPV4, ETHERTYPE_IPV6].includes(ethernet.etherType)) return [];
  const packet = decodeIp(frame, ethernet.payloadOffset);
  const udp = packet?.udp ?? null;
  if (packet === null || udp === null) return [];
  const ports = [udp.sourcePort, udp.destinationPort];
  const lines = ports.includes(SSDP_PORT)
    ? ssdpLines(udp.payload)
    : ports.includes(WSD_PORT)
      ? wsdLines(udp.payload)
      : [];
  if (lines.length === 0) return [];
  const from = `${formatIp(packet.source)} port ${udp.sourcePort}`;
  const to = `${formatIp(packet.destination)} port ${udp.destinationPort}`;
  const { start } = udp.payloadSpan;
  const head = { start: ethernet.payloadOffset, end: start };
  return [
    line('layer', 0, head, 'udp', `UDP from ${from} to ${to}, TTL ${packet.ttl}`),
    ...packet.issues.map(({ code, at, text }) => line('issue', 1, at, 'udp', `${code}: ${text}`)),
    ...lines.map((inner) => ({ ...inner, at: { start: inner.at.start + start, end: inner.at.end + start } })),
  ];
}

function ssdpLines(payload: Uint8Array): DissectLine[] {
  const { startLine, headers, body, issues } = decodeSsdp(payload);
  const whole = { start: 0, end: payload.length };
  return [
    line('layer', 0, whole, 'ssdp', `SSDP, ${payload.length} bytes`),
    line('node', 1, startLine.span, 'ssdp.startLine', textAt(payload, startLine.span)),
    ...headers.map(({ name, span }) => line('node', 1, span, `ssdp.${name}`, textAt(payload, span))),
    ...(body === null ? [] : [line('node', 1, body, 'ssdp.body', `${body.end - body.start} bytes behind the headers`)]),
    ...issues.map(({ code, at, path, text }) => line('issue', 1, at, path, `${code}: ${text}`)),
  ];
}

function wsdLines(payload: Uint8Array): DissectLine[] {
  const { soap, kind } = decodeWsd(payload);
  const { root, issues } = soap.xml;
  const whole = { start: 0, end: payload.length };
  return [
    line('layer', 0, whole, 'wsd', `WS-Discovery ${kind}, ${payload.length} bytes`),
    ...(root === null ? [] : elementLines(root, 1)),
    ...issues.map(({ code, at, text, ...place }) =>
      line('issue', 1, at, 'wsd', `${code}: ${text} (line ${place.line}, column ${place.column})`),
    ),
  ];
}

function elementLines(element: XmlElement, depth: number): DissectLine[] {
  const encoder = new TextEncoder();
  const attributes = element.attributes
    .filter(({ name }) => !name.startsWith('xmlns'))
    .map(({ name, value }) => ` ${printable(encoder.encode(`${name}=${value}`))}`);
  const value = element.text.trim() === '' ? '' : `: ${printable(encoder.encode(element.text.trim()))}`;
  const text = `${printable(encoder.encode(element.name)).slice(1, -1)}${attributes.join('')}${value}`;
  const own = line('node', depth, element.span, `wsd.${element.local}`, text);
  return [own, ...element.children.flatMap((child) => elementLines(child, depth + 1))];
}

function textAt(bytes: Uint8Array, { start, end }: Span): string {
  return printable(bytes.subarray(start, end));
}

function line(kind: DissectLine['kind'], depth: number, at: Span, path: string, text: string): DissectLine {
  return { kind, depth, at, inPlaintext: false, path, text };
}
