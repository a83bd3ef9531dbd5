import { toHex, u16be } from '#base/bytes.js';

/** An address that a station on the link uses, or is about to. */
export interface AddressClaim {
  /** Of the station, 6 bytes. */
  readonly mac: Uint8Array;
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
}

const ETHERNET_HEADER_BYTES = 14;
const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;
const ARP_BYTES = 28;
const ARP_SENDER_AT = 14;
const IPV4_BYTES = 20;
const IPV4_SOURCE_AT = 12;
const IPV6_BYTES = 40;
const IPV6_SOURCE_AT = 8;
const NEXT_HEADER_AT = 6;
const ICMPV6 = 58;
const NEIGHBOUR_SOLICITATION = 135;
/** Target address in a Neighbour Solicitation, behind the IPv6 header (RFC 4861, section 4.3). */
const TARGET_AT = IPV6_BYTES + 8;

/**
 * What an Ethernet frame tells of its sender's address: the source of an IP packet, the sender of an ARP packet, or what
 * IPv6 asks about before it takes it (RFC 4862, duplicate address detection). Null where it tells of none.
 */
export function addressClaim(frame: Uint8Array): AddressClaim | null {
  if (frame.length < ETHERNET_HEADER_BYTES) return null;
  const mac = frame.subarray(6, 12);
  const packet = frame.subarray(ETHERNET_HEADER_BYTES);
  switch (u16be(frame, 12)) {
    case ETHERTYPE.arp:
      return packet.length < ARP_BYTES ? null : ipv4(mac, packet.subarray(ARP_SENDER_AT, ARP_SENDER_AT + 4));
    case ETHERTYPE.ipv4:
      return packet.length < IPV4_BYTES ? null : ipv4(mac, packet.subarray(IPV4_SOURCE_AT, IPV4_SOURCE_AT + 4));
    case ETHERTYPE.ipv6:
      return packet.length < IPV6_BYTES ? null : ipv6(mac, packet);
    default:
      return null;
  }
}

/** 0.0.0.0 is who asks whether an address is free, or has none yet: that may end either way. */
function ipv4(mac: Uint8Array, bytes: Uint8Array): AddressClaim | null {
  return bytes.every((byte) => byte === 0) ? null : { mac, family: 'ipv4', address: bytes.join('.') };
}

function ipv6(mac: Uint8Array, packet: Uint8Array): AddressClaim | null {
  const source = packet.subarray(IPV6_SOURCE_AT, IPV6_SOURCE_AT + 16);
  if (source.some((byte) => byte !== 0)) return { mac, family: 'ipv6', address: ipv6Text(source) };
  const isAsking = packet[NEXT_HEADER_AT] === ICMPV6 && packet[IPV6_BYTES] === NEIGHBOUR_SOLICITATION;
  if (!isAsking || packet.length < TARGET_AT + 16) return null;
  return { mac, family: 'ipv6', address: ipv6Text(packet.subarray(TARGET_AT, TARGET_AT + 16)) };
}

/** Text form of the 16 bytes of an IPv6 address (RFC 5952). */
export function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_each, index) => u16be(bytes, 2 * index).toString(16));
  const runs = [...groups.join(' ').matchAll(/(?<![^ ])0(?: 0)+(?![^ ])/g)];
  const [longest] = runs.toSorted(([a], [b]) => b.length - a.length || 0);
  if (longest === undefined) return groups.join(':');
  const text = groups.join(' ');
  const before = text.slice(0, longest.index).trim().replaceAll(' ', ':');
  const after = text
    .slice(longest.index + longest[0].length)
    .trim()
    .replaceAll(' ', ':');
  return `${before}::${after}`;
}

/** What no router passes on: 169.254/16 and fe80::/10. */
export function isLinkLocal({ family, address }: Pick<AddressClaim, 'family' | 'address'>): boolean {
  return family === 'ipv4' ? address.startsWith('169.254.') : /^fe[89ab]/.test(address);
}

/** Key of a station: lower-case colon form. */
export function stationOf({ mac }: AddressClaim): string {
  return toHex(mac, ':');
}
