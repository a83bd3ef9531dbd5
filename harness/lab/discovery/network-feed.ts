import { equal, u16be } from '#base/bytes.js';
import type { ReceivedDatagram } from '#discovery/engine.js';
import type { Recorder } from '#evidence/recorder.js';
import { decodeEthernet } from '#wire/ethernet.js';
import { decodeIp, ETHERTYPE_IPV4, ETHERTYPE_IPV6, formatIp, isMulticastIp } from '#wire/ip.js';
import { IpReassembler } from '#wire/ip-reassembler.js';
import { SSDP_PORT } from '#wire/ssdp.js';
import { WSD_PORT } from '#wire/wsd.js';
import { addressClaim } from '../bench/address-claim.js';
import { PacketSocket, type ReceivedFrame } from '../link/packet-socket.js';

/** Every EtherType, our own frames too. */
const ETH_P_ALL = 0x0003;
/** Those of the handshake are the link's business: they are recorded with it. */
const ETHERTYPE_EAPOL = 0x888e;
/** A device has one address of IPv4 and a handful of IPv6. */
const MAX_ADDRESSES = 32;

export interface NetworkFeedOptions {
  readonly interfaceName: string;
  /** Capture interface of the bundle. */
  readonly interfaceId: number;
  readonly evidence: Recorder;
  /** Kept of the network in one run. */
  readonly limitBytes: number;
  readonly onFailure: (error: unknown) => void;
  /** True for an address (text form) that a device can rightly have there; what else it claims is not believed. */
  readonly isOwn: (address: string) => boolean;
}

/** Who is told what the device says. */
export interface FeedListener {
  datagram(datagram: ReceivedDatagram): void;
  /** It uses this address, or asks whether it is free: text form. */
  address(address: string): void;
}

/**
 * Listens on the operational network from before the device is on it: records the frames of the device and ours with it,
 * and passes on what it says by SSDP and WS-Discovery. What the follow-up sees is what the capture holds.
 */
export class NetworkFeed {
  /** The device's address, 6 bytes; null: nothing is passed on, everything that is multicast is recorded. */
  device: Uint8Array | null = null;
  private listener: FeedListener | null = null;
  /** Frames that no longer fit. */
  beyondLimit = 0;
  private readonly reassembler = new IpReassembler();
  /** Datagrams that came before the follow-up began. */
  private early: ReceivedDatagram[] = [];
  /** Addresses of the device so far. */
  private readonly addresses = new Set<string>();
  private leftBytes: number;
  private count = 0;

  private constructor(
    private readonly options: NetworkFeedOptions,
    private readonly socket: PacketSocket,
  ) {
    this.leftBytes = options.limitBytes;
  }

  /** Throws RallyError as {@link PacketSocket.open} does. */
  static async open(options: NetworkFeedOptions): Promise<NetworkFeed> {
    const { interfaceName } = options;
    const socket = await PacketSocket.open({
      interfaceName,
      etherType: ETH_P_ALL,
      multicast: [],
      everything: true,
    });
    const feed = new NetworkFeed(options, socket);
    socket.listen({
      frame: (frame) => {
        feed.frame(frame);
      },
      failure: options.onFailure,
    });
    return feed;
  }

  /** What came before is passed on first; null: nobody listens any more. */
  passTo(listener: FeedListener | null): void {
    this.listener = listener;
    if (listener === null) return;
    const { early } = this;
    this.early = [];
    for (const address of this.addresses) listener.address(address);
    for (const datagram of early) listener.datagram(datagram);
  }

  /** What came before does not count. */
  forget(): void {
    this.early = [];
    this.addresses.clear();
  }

  takeDropped(): number {
    return this.socket.takeDropped();
  }

  close(): void {
    this.socket.close();
  }

  private frame({ bytes, timeNs, isOutgoing }: ReceivedFrame): void {
    const ethernet = decodeEthernet(bytes);
    if (ethernet === null) return;
    const { source, destination, etherType, payloadOffset } = ethernet;
    const isOurs = equal(source, this.socket.mac);
    // An access point sends to all stations what one of them sends to a group: that is the same frame again.
    if (isOutgoing && !isOurs) return;
    const isDevice = this.device !== null && equal(source, this.device);
    const isGroup = ((destination[0] ?? 0) & 1) !== 0;
    const concerns = isDevice || (isOurs && (isGroup || this.device === null || equal(destination, this.device)));
    if ((concerns || isGroup) && etherType !== ETHERTYPE_EAPOL) this.record(bytes, timeNs, isOurs);
    if (isDevice) this.noteAddress(bytes);
    if (!isDevice || (etherType !== ETHERTYPE_IPV4 && etherType !== ETHERTYPE_IPV6)) return;
    this.pass(bytes, payloadOffset, timeNs);
  }

  private noteAddress(bytes: Uint8Array): void {
    const address = addressClaim(bytes)?.address;
    if (address === undefined || this.addresses.size >= MAX_ADDRESSES) return;
    if (this.addresses.has(address) || !this.options.isOwn(address)) return;
    this.addresses.add(address);
    this.listener?.address(address);
  }

  private pass(bytes: Uint8Array, at: number, timeNs: bigint): void {
    const packet = decodeIp(bytes, at);
    if (packet === null) return;
    const { datagram } = this.reassembler.push(packet, ++this.count, Number(timeNs / 1_000_000n));
    const udp = datagram?.udp ?? null;
    if (datagram === null || udp === null) return;
    const { sourcePort, destinationPort, payload } = udp;
    const isMulticast = isMulticastIp(datagram.destination);
    // To one of our sockets, or to the group of a protocol.
    const isWsd = [sourcePort, destinationPort].includes(WSD_PORT) || isXml(payload);
    const isSsdp = [sourcePort, destinationPort].includes(SSDP_PORT) || startsLikeHttp(payload);
    if (!isWsd && !isSsdp) return;
    const received: ReceivedDatagram = {
      protocol: isWsd ? 'wsd' : 'ssdp',
      from: { address: formatIp(datagram.source), port: sourcePort },
      isMulticast,
      bytes: payload,
    };
    if (this.listener !== null) this.listener.datagram(received);
    else if (this.early.length < 1000) this.early.push(received);
  }

  private record(bytes: Uint8Array, timeNs: bigint, isOurs: boolean): void {
    if (bytes.length > this.leftBytes) {
      this.beyondLimit++;
      return;
    }
    this.leftBytes -= bytes.length;
    const { evidence, interfaceId } = this.options;
    evidence.frame(bytes, timeNs, { direction: isOurs ? 'out' : 'in', interfaceId });
  }
}

const HTTP = 0x48545450;
const NOTIFY = 0x4e4f5449;

function startsLikeHttp(payload: Uint8Array): boolean {
  if (payload.length < 4) return false;
  const word = u16be(payload, 0) * 0x10000 + u16be(payload, 2);
  return word === HTTP || word === NOTIFY;
}

function isXml(payload: Uint8Array): boolean {
  return payload[0] === 0x3c || (payload[0] === 0xef && payload[3] === 0x3c);
}
