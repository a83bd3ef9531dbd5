import { u16be } from '#base/bytes.js';
import { millisecondsOf } from '#base/nanoseconds.js';
import { decodeIp, formatIp, isMulticastIp, type IpPacket } from '#wire/ip.js';
import { IpReassembler } from '#wire/ip-reassembler.js';
import { SSDP_PORT } from '#wire/ssdp.js';
import { WSD_PORT } from '#wire/wsd.js';
import type { PacketView } from '#wire/pcap/packet.js';
import type { Datagram } from './discovery-model.js';
import { macKey, type MacKey } from './mac-key.js';
import type { Frame, Part } from './model.js';

/** Where an IP packet stands in a captured frame; offsets count in the frame's buffer. */
export interface IpPlace {
  readonly start: number;
  readonly end: number;
  /** 6 bytes; -1 where the link type does not tell. */
  readonly sourceAt: number;
}

/** A datagram of discovery as it is kept, not decoded yet. */
export interface RawDatagram {
  readonly protocol: Datagram['protocol'];
  /** Of the frame that completed it. */
  readonly frame: Frame;
  readonly packet: IpPacket;
  readonly parts: readonly Part[];
  readonly sender: MacKey | null;
}

const PROTOCOL_UDP = 17;
/** Most that is kept, and of one sender: who shouts must not push the others out, least of all the DUT. */
const MAX_KEPT: Amount = { datagrams: 40_000, bytes: 24 * 2 ** 20 };
const MAX_OF_SENDER: Amount = { datagrams: 10_000, bytes: 8 * 2 ** 20 };
/** XML takes far more memory than its bytes. */
const WSD_WEIGHT = 8;
/** So many of each sender have a place of their own. */
const FIRST_OF_SENDER = 64;
const MAX_FIRST = 20_000;
const MAX_SEARCHERS = 4096;
const MAX_FRAGMENT_FRAMES = 1024;
/** 239.255.255.250, the group of both protocols, and the last byte of theirs in IPv6. */
const GROUP_IPV4 = [239, 255, 255, 250];
const GROUP_IPV6_LAST = 0x0c;

interface Amount {
  datagrams: number;
  bytes: number;
}

/** Datagrams of SSDP and WS-Discovery, and the answers to them, in capture order. Memory is bounded. */
export class DatagramStore {
  readonly kept: RawDatagram[] = [];
  /** Not kept because there were too many. */
  beyond = 0;
  /** IP fragments that could not be put together. */
  lostFragments = 0;
  private readonly reassembler = new IpReassembler();
  /** Frames of fragments by capture number, the newest. */
  private readonly fragmentFrames = new Map<number, { readonly frame: Frame; readonly at: number }>();
  /** Source ports of searches: what goes there may be an answer. */
  private readonly searchPorts = new Map<number, Datagram['protocol']>();
  private readonly bySender = new Map<MacKey | null, Amount>();
  private readonly ofAll: Amount = { datagrams: 0, bytes: 0 };
  private readonly beyondBySender = new Map<MacKey | null, number>();
  private first = 0;

  /** @param dut there is always room for as much of it as of any sender */
  constructor(private readonly dut: MacKey | null = null) {}

  /** Datagrams of this sender that were not kept, and those of senders that are not counted one by one. */
  beyondOf(sender: MacKey): number {
    const uncounted = this.beyondBySender.get(null) ?? 0;
    return uncounted + (this.beyondBySender.get(sender) ?? 0);
  }

  push(packet: PacketView, place: IpPlace): void {
    const { buffer, start } = packet;
    if (!this.mayMatter(buffer, place.start, place.end)) return;
    const sender = place.sourceAt < 0 ? null : macKey(buffer, place.sourceAt);
    const frame = packet.store();
    const at = place.start - start;
    // A cut frame's bytes end early; its own length fields say so.
    const ip = decodeIp(frame.bytes.subarray(at, place.end - start));
    if (ip === null) return;
    if (ip.fragment !== null) this.keepFragment(frame, at);
    const { datagram, parts, issues } = this.reassembler.push(ip, frame.number, millisecondsOf(frame.timeNs));
    this.lostFragments += issues.filter(({ code }) => code === 'ip-reassembly-dropped').length;
    const protocol = datagram === null ? null : this.protocolOf(datagram);
    if (datagram === null || protocol === null || !this.hasRoom(sender, weightOf(datagram, protocol))) return;
    this.kept.push({
      protocol,
      frame,
      packet: datagram,
      parts: parts.flatMap(({ packet: number, messageOffset, packetOffset, lengthBytes }) => {
        const own = number === frame.number ? { frame, at } : this.fragmentFrames.get(number);
        if (own === undefined) return [];
        return [{ frame: own.frame, messageOffset, frameOffset: own.at + packetOffset, lengthBytes }];
      }),
      sender,
    });
    this.noteSearch(datagram, protocol);
  }

  /** A look at a few bytes: most packets of a network are something else. */
  private mayMatter(buffer: Uint8Array, start: number, end: number): boolean {
    if (end - start < 28) return false;
    const version = (buffer[start] ?? 0) >> 4;
    if (version === 4) {
      if (buffer[start + 9] !== PROTOCOL_UDP) return false;
      const isFragment = (u16be(buffer, start + 6) & 0x3fff) !== 0;
      if (isFragment || GROUP_IPV4.every((byte, index) => buffer[start + 16 + index] === byte)) return true;
      const udpAt = start + ((buffer[start] ?? 0) & 0x0f) * 4;
      return udpAt + 4 <= end && this.isPort(u16be(buffer, udpAt), u16be(buffer, udpAt + 2));
    }
    if (version !== 6 || end - start < 48) return false;
    const isPlain = buffer[start + 6] === PROTOCOL_UDP;
    if (!isPlain) return (buffer[start + 6] ?? 0xff) === 44 || (buffer[start + 6] ?? 0xff) === 0;
    const isGroup = buffer[start + 24] === 0xff && buffer[start + 39] === GROUP_IPV6_LAST;
    return isGroup || this.isPort(u16be(buffer, start + 40), u16be(buffer, start + 42));
  }

  private isPort(source: number, destination: number): boolean {
    return (
      source === SSDP_PORT ||
      destination === SSDP_PORT ||
      source === WSD_PORT ||
      destination === WSD_PORT ||
      this.searchPorts.has(destination)
    );
  }

  private protocolOf({ udp, destination }: IpPacket): Datagram['protocol'] | null {
    if (udp === null) return null;
    const ports = [udp.destinationPort, udp.sourcePort];
    if (ports.includes(WSD_PORT)) return 'wsd';
    if (ports.includes(SSDP_PORT)) return 'ssdp';
    const searched = this.searchPorts.get(udp.destinationPort);
    if (searched !== undefined) return searched;
    // To the group, but to no port of either: what it says tells which.
    if (!isMulticastIp(destination)) return null;
    return udp.payload[0] === '<'.charCodeAt(0) ? 'wsd' : 'ssdp';
  }

  private noteSearch({ udp, destination }: IpPacket, protocol: Datagram['protocol']): void {
    if (udp === null || this.searchPorts.size >= MAX_SEARCHERS) return;
    const isQuestion = udp.destinationPort === SSDP_PORT || udp.destinationPort === WSD_PORT;
    if (isQuestion && (isMulticastIp(destination) || protocol === 'wsd'))
      this.searchPorts.set(udp.sourcePort, protocol);
  }

  private keepFragment(frame: Frame, at: number): void {
    this.fragmentFrames.set(frame.number, { frame, at });
    const [oldest] = this.fragmentFrames.size > MAX_FRAGMENT_FRAMES ? this.fragmentFrames.keys() : [];
    if (oldest !== undefined) this.fragmentFrames.delete(oldest);
  }

  private hasRoom(sender: MacKey | null, bytes: number): boolean {
    const own = this.bySender.get(sender) ?? { datagrams: 0, bytes: 0 };
    const isFirst = own.datagrams < FIRST_OF_SENDER && this.first < MAX_FIRST;
    const isReserved = isFirst || (sender !== null && sender === this.dut);
    if (!fits(own, bytes, MAX_OF_SENDER) || !(isReserved || fits(this.ofAll, bytes, MAX_KEPT))) {
      this.noteBeyond(sender);
      return false;
    }
    if (isFirst) this.first++;
    this.bySender.set(sender, own);
    for (const amount of isReserved ? [own] : [own, this.ofAll]) {
      amount.datagrams++;
      amount.bytes += bytes;
    }
    return true;
  }

  private noteBeyond(sender: MacKey | null): void {
    this.beyond++;
    const counted = this.bySender.has(sender) ? sender : null;
    this.beyondBySender.set(counted, (this.beyondBySender.get(counted) ?? 0) + 1);
  }
}

function fits({ datagrams, bytes }: Amount, more: number, most: Amount): boolean {
  return datagrams < most.datagrams && bytes + more <= most.bytes;
}

/** Bytes of memory that a datagram stands for, roughly. */
function weightOf({ udp }: IpPacket, protocol: Datagram['protocol']): number {
  return (udp?.payload.length ?? 0) * (protocol === 'wsd' ? WSD_WEIGHT : 1);
}

/** `address` in text form and port of both ends. */
export function endpointsOf({ packet }: RawDatagram): Pick<Datagram, 'source' | 'destination' | 'isMulticast'> {
  return {
    source: { address: formatIp(packet.source), port: packet.udp?.sourcePort ?? 0 },
    destination: { address: formatIp(packet.destination), port: packet.udp?.destinationPort ?? 0 },
    isMulticast: isMulticastIp(packet.destination),
  };
}
