import { u16be } from '#base/bytes.js';
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

/** Most datagrams kept, and of one sender: a device that shouts must not push the others out. */
const PROTOCOL_UDP = 17;
const MAX_DATAGRAMS = 40_000;
const MAX_OF_SENDER = 10_000;
const MAX_SEARCHERS = 4096;
const MAX_FRAGMENT_FRAMES = 1024;
/** 239.255.255.250, the group of both protocols, and the last byte of theirs in IPv6. */
const GROUP_IPV4 = [239, 255, 255, 250];
const GROUP_IPV6_LAST = 0x0c;

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
  private readonly bySender = new Map<MacKey | null, number>();

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
    const { datagram, parts, issues } = this.reassembler.push(ip, frame.number, Number(frame.timeNs) / 1e6);
    this.lostFragments += issues.filter(({ code }) => code === 'ip-reassembly-dropped').length;
    const protocol = datagram === null ? null : this.protocolOf(datagram);
    if (datagram === null || protocol === null || !this.hasRoom(sender)) return;
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

  private hasRoom(sender: MacKey | null): boolean {
    const count = this.bySender.get(sender) ?? 0;
    this.bySender.set(sender, count + 1);
    const hasRoom = count < MAX_OF_SENDER && this.kept.length < MAX_DATAGRAMS;
    if (!hasRoom) this.beyond++;
    return hasRoom;
  }
}

/** `address` in text form and port of both ends. */
export function endpointsOf({ packet }: RawDatagram): Pick<Datagram, 'source' | 'destination' | 'isMulticast'> {
  return {
    source: { address: formatIp(packet.source), port: packet.udp?.sourcePort ?? 0 },
    destination: { address: formatIp(packet.destination), port: packet.udp?.destinationPort ?? 0 },
    isMulticast: isMulticastIp(packet.destination),
  };
}
