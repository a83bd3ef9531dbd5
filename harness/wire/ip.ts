import { be, concat, toHex, u16be, u32be, u8, type Span } from '#base/bytes.js';
import type { Issue } from './issue.js';

/** Internet Protocol, as far as datagrams of discovery need it: IPv4 and IPv6 (RFC 791, 8200), UDP (RFC 768), fragments. */

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_IPV6 = 0x86dd;
const PROTOCOL_UDP = 17;

const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const FRAGMENT_HEADER_BYTES = 8;
const UDP_HEADER_BYTES = 8;
const PROTOCOL = { HopByHop: 0, Routing: 43, Fragment: 44, Destination: 60 } as const;

export type IpFamily = 'ipv4' | 'ipv6';

/** Where a fragment belongs in what it is a part of. */
export interface IpFragment {
  readonly identification: number;
  /** Offset of its payload in the whole one, bytes. */
  readonly offsetBytes: number;
  readonly isLast: boolean;
}

export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** A view; as much as there is. */
  readonly payload: Uint8Array;
  readonly payloadSpan: Span;
}

/** An IP packet, or one put together from fragments. Spans count in `bytes`. */
export interface IpPacket {
  readonly family: IpFamily;
  /** 4 or 16 bytes each. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** TTL or hop limit. */
  readonly ttl: number;
  /** What the payload is: the protocol behind the extension headers that were read. */
  readonly protocol: number;
  /** Set for a fragment; null for a whole packet. */
  readonly fragment: IpFragment | null;
  readonly bytes: Uint8Array;
  readonly payload: Span;
  /** Set for a whole packet of UDP. */
  readonly udp: UdpDatagram | null;
  /** `ip-header-cut`, `ip-length-past-end`, `udp-header-cut`, `udp-length-wrong`. */
  readonly issues: readonly Issue[];
}

/**
 * Decode the packet in `[start, end)`; what stands behind its own length (padding) is left out. Checksums are not
 * looked at: they are often filled in behind the capture. Null when it is neither IPv4 nor IPv6, or cut in its header.
 */
export function decodeIp(bytes: Uint8Array, start = 0, end = bytes.length): IpPacket | null {
  const version = start < end ? u8(bytes, start) >> 4 : 0;
  if (version === 4) return decodeIpv4(bytes, start, end);
  return version === 6 ? decodeIpv6(bytes, start, end) : null;
}

function decodeIpv4(bytes: Uint8Array, start: number, end: number): IpPacket | null {
  const headerBytes = (u8(bytes, start) & 0x0f) * 4;
  if (headerBytes < IPV4_HEADER_BYTES || end - start < headerBytes) return null;
  const issues: Issue[] = [];
  // 0: the length was left to the network card (segmentation offload).
  const totalBytes = u16be(bytes, start + 2) === 0 ? end - start : u16be(bytes, start + 2);
  const payload = { start: start + headerBytes, end: endOf(start, totalBytes, end, issues) };
  const flags = u16be(bytes, start + 6);
  const isWhole = (flags & 0x3fff) === 0;
  const identification = u16be(bytes, start + 4);
  const fragment = { identification, offsetBytes: (flags & 0x1fff) * 8, isLast: (flags & 0x2000) === 0 };
  return withUdp({
    family: 'ipv4',
    source: bytes.subarray(start + 12, start + 16),
    destination: bytes.subarray(start + 16, start + 20),
    ttl: u8(bytes, start + 8),
    protocol: u8(bytes, start + 9),
    fragment: isWhole ? null : fragment,
    bytes,
    payload: { start: Math.min(payload.start, payload.end), end: payload.end },
    issues,
  });
}

function decodeIpv6(bytes: Uint8Array, start: number, end: number): IpPacket | null {
  if (end - start < IPV6_HEADER_BYTES) return null;
  const issues: Issue[] = [];
  const payloadEnd = endOf(start, IPV6_HEADER_BYTES + u16be(bytes, start + 4), end, issues);
  return withUdp({
    family: 'ipv6',
    source: bytes.subarray(start + 8, start + 24),
    destination: bytes.subarray(start + 24, start + 40),
    ttl: u8(bytes, start + 7),
    bytes,
    ...behindExtensions(bytes, u8(bytes, start + 6), start + IPV6_HEADER_BYTES, payloadEnd, issues),
    issues,
  });
}

/** Skip the extension headers of IPv6 until a payload, a fragment, or where they are cut. */
function behindExtensions(
  bytes: Uint8Array,
  first: number,
  start: number,
  end: number,
  issues: Issue[],
): Pick<IpPacket, 'protocol' | 'fragment' | 'payload'> {
  let protocol = first;
  let at = start;
  while (isExtension(protocol)) {
    const isFragment = protocol === PROTOCOL.Fragment;
    const lengthBytes = isFragment || end - at < 2 ? FRAGMENT_HEADER_BYTES : (u8(bytes, at + 1) + 1) * 8;
    if (end - at < lengthBytes) {
      issues.push(ipIssue('ip-header-cut', { start: at, end }, `an extension header has ${end - at} bytes`));
      return { protocol, fragment: null, payload: { start: at, end } };
    }
    protocol = u8(bytes, at);
    const place = u16be(bytes, at + 2);
    at += lengthBytes;
    // Offset 0 and no more: a whole packet behind a fragment header (RFC 6946).
    if (isFragment && (place & 0xfff9) !== 0) {
      const identification = u32be(bytes, at - 4);
      const fragment = { identification, offsetBytes: place & 0xfff8, isLast: (place & 1) === 0 };
      return { protocol, fragment, payload: { start: at, end } };
    }
  }
  return { protocol, fragment: null, payload: { start: at, end } };
}

function isExtension(protocol: number): boolean {
  return Object.values(PROTOCOL).some((known) => known === protocol);
}

function endOf(start: number, totalBytes: number, end: number, issues: Issue[]): number {
  if (totalBytes > end - start) {
    const text = `the packet has ${totalBytes} bytes, only ${end - start} are there`;
    issues.push(ipIssue('ip-length-past-end', { start, end }, text));
  }
  return Math.min(end, start + totalBytes);
}

function withUdp(packet: Omit<IpPacket, 'udp' | 'issues'> & { readonly issues: Issue[] }): IpPacket {
  const { bytes, payload, issues } = packet;
  if (packet.fragment !== null || packet.protocol !== PROTOCOL_UDP) return { ...packet, udp: null };
  const lengthBytes = payload.end - payload.start;
  if (lengthBytes < UDP_HEADER_BYTES) {
    issues.push(ipIssue('udp-header-cut', payload, `UDP has ${lengthBytes} bytes`));
    return { ...packet, udp: null };
  }
  const declared = u16be(bytes, payload.start + 4);
  if (declared !== lengthBytes) {
    const at = { start: payload.start + 4, end: payload.start + 6 };
    issues.push(ipIssue('udp-length-wrong', at, `UDP says ${declared} bytes, ${lengthBytes} are there`));
  }
  const end = declared < UDP_HEADER_BYTES ? payload.end : Math.min(payload.end, payload.start + declared);
  const payloadSpan = { start: payload.start + UDP_HEADER_BYTES, end };
  const udp = {
    sourcePort: u16be(bytes, payload.start),
    destinationPort: u16be(bytes, payload.start + 2),
    payload: bytes.subarray(payloadSpan.start, payloadSpan.end),
    payloadSpan,
  };
  return { ...packet, udp };
}

/** The packet that `payload`, put together from fragments, makes with the header of the first of them. */
export function wholePacket(head: IpPacket, payload: Uint8Array): IpPacket {
  const issues: Issue[] = [];
  const whole = { protocol: head.protocol, payload: { start: 0, end: payload.length } };
  const found = head.family === 'ipv6' ? behindExtensions(payload, head.protocol, 0, payload.length, issues) : whole;
  return withUdp({ ...head, ...found, fragment: null, bytes: payload, issues });
}

export function ipIssue(code: string, at: Span, text: string): Issue {
  return { code, at, path: 'ip', text };
}

/** Text of 4 bytes in dotted decimals, of 16 as RFC 5952 wants it. Throws RangeError on another length. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw new RangeError(`an IP address has 4 or 16 bytes, not ${bytes.length}`);
  const isMapped = toHex(bytes.subarray(0, 12)) === '00000000000000000000ffff';
  if (isMapped) return `::ffff:${formatIp(bytes.subarray(12))}`;
  const groups = Array.from({ length: 8 }, (_, index) => u16be(bytes, 2 * index).toString(16));
  const zeros = longestZeros(groups);
  if (zeros.end - zeros.start < 2) return groups.join(':');
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.end).join(':')}`;
}

function longestZeros(groups: readonly string[]): Span {
  let longest = { start: 0, end: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === '0') end += 1;
    if (end - start > longest.end - longest.start) longest = { start, end };
  }
  return longest;
}

/** Bytes of an IPv4 (4, dotted decimals) or IPv6 address (16); null for any other text, one with a scope id included. */
export function parseIp(text: string): Uint8Array | null {
  if (!text.includes(':')) return parseIpv4(text);
  const [left = '', right, ...more] = text.split('::');
  const head = groupsOf(left);
  const tail = right === undefined ? new Uint8Array(0) : groupsOf(right);
  if (head === null || tail === null || more.length > 0) return null;
  // Only the very end may be written as IPv4.
  if (right !== undefined && left.includes('.')) return null;
  const missing = 16 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 2) return null;
  return concat(head, new Uint8Array(missing), tail);
}

function groupsOf(text: string): Uint8Array | null {
  if (text === '') return new Uint8Array(0);
  const groups = text.split(':');
  const embedded = parseIpv4(groups.at(-1) ?? '');
  const plain = embedded === null ? groups : groups.slice(0, -1);
  if (plain.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null;
  return concat(...plain.map((group) => be(Number.parseInt(group, 16), 2)), embedded ?? new Uint8Array(0));
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return null;
  return Uint8Array.from(parts, Number);
}

/** An address of 224.0.0.0/4 or ff00::/8, as bytes or as text; false for a text that is no address. */
export function isMulticastIp(address: Uint8Array | string): boolean {
  const bytes = typeof address === 'string' ? parseIp(address) : address;
  if (bytes === null) return false;
  return bytes.length === 4 ? u8(bytes, 0) >> 4 === 0xe : bytes[0] === 0xff;
}

/** What {@link encodeUdp} makes a packet of. Addresses as bytes or as text. */
export interface UdpSource {
  readonly family: IpFamily;
  readonly source: Uint8Array | string;
  readonly destination: Uint8Array | string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly ttl: number;
  readonly payload: Uint8Array;
}

/** A whole IP packet of UDP with right checksums. Throws RangeError for an address of another family or a bad size. */
export function encodeUdp(udp: UdpSource): Uint8Array {
  const source = addressOf(udp.source, udp.family);
  const destination = addressOf(udp.destination, udp.family);
  const length = be(UDP_HEADER_BYTES + udp.payload.length, 2);
  const ports = concat(be(udp.sourcePort, 2), be(udp.destinationPort, 2));
  const pseudo = concat(source, destination, be(PROTOCOL_UDP, 2), length, ports, length, udp.payload);
  const sum = be(checksum(pseudo) || 0xffff, 2);
  return concat(ipHeader(udp, source, destination), ports, length, sum, udp.payload);
}

function ipHeader({ family, ttl, payload }: UdpSource, source: Uint8Array, destination: Uint8Array): Uint8Array {
  const lengthBytes = UDP_HEADER_BYTES + payload.length;
  if (family === 'ipv6') {
    const start = concat(be(0x60000000, 4), be(lengthBytes, 2), be(PROTOCOL_UDP, 1), be(ttl, 1));
    return concat(start, source, destination);
  }
  const start = concat(
    be(0x4500, 2),
    be(IPV4_HEADER_BYTES + lengthBytes, 2),
    be(0, 4),
    be(ttl, 1),
    be(PROTOCOL_UDP, 1),
  );
  const sum = checksum(concat(start, source, destination));
  return concat(start, be(sum, 2), source, destination);
}

function addressOf(address: Uint8Array | string, family: IpFamily): Uint8Array {
  const bytes = typeof address === 'string' ? parseIp(address) : address;
  if (bytes?.length === (family === 'ipv4' ? 4 : 16)) return bytes;
  throw new RangeError(`not an address of ${family}: ${String(address)}`);
}

/** Internet checksum (RFC 1071): ones' complement of the sum of 16-bit words, the last one padded with zero. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
