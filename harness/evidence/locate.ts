import { u16be } from '#base/bytes.js';
import { fixedFieldBytes, findWpsElement } from '#wire/dot11/elements.js';
import {
  FRAME_TYPE,
  MANAGEMENT,
  MacHeaderView,
  snapEtherType,
  snapPayload,
  visitSubframes,
} from '#wire/dot11/mac-header.js';
import { RadiotapView } from '#wire/dot11/radiotap.js';
import { ETHERTYPE } from '#wire/ethernet.js';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '#wire/ip.js';
import type { PacketView } from '#wire/pcap/packet.js';
import type { IpPlace } from './datagrams.js';

/** Where an EAPOL packet stands in a captured frame; offsets count in the frame's buffer. */
export interface EapolPlace {
  readonly start: number;
  readonly end: number;
  /** 6 bytes; -1 where the link type does not tell. */
  readonly sourceAt: number;
  readonly destinationAt: number;
  /** The capture cut the frame: bytes behind `end` are missing. */
  readonly cut: boolean;
}

/** Where a management frame with a WPS IE stands. */
export interface ManagementPlace {
  readonly subtype: number;
  readonly transmitterAt: number;
  readonly receiverAt: number;
  /** First WPS element. */
  readonly elementAt: number;
  readonly end: number;
  readonly cut: boolean;
}

/** Where a management frame without a WPS IE stands that tells of an association. */
export interface AssociationPlace {
  readonly subtype: number;
  readonly transmitterAt: number;
  readonly receiverAt: number;
  /** The frame's body: fixed fields, then elements. */
  readonly bodyAt: number;
  readonly end: number;
}

export interface LocatorSink {
  eapol(packet: PacketView, place: EapolPlace): void;
  management(packet: PacketView, place: ManagementPlace): void;
  association(packet: PacketView, place: AssociationPlace): void;
  /** A piece of an EAPOL packet that was sent in 802.11 fragments, which are not put together here. */
  fragment(packet: PacketView, sourceAt: number, destinationAt: number): void;
  /** An IP packet on a wire. What 802.11 carries after a join is encrypted, so it is not looked for there. */
  ip(packet: PacketView, place: IpPlace): void;
}

const ETHERNET_HEADER_BYTES = 14;
const VLAN_TAG_BYTES = 4;
const UNKNOWN = -1;

/** Finds what interests in captured frames, whatever their link type. Nothing is allocated for a frame without. */
export class Locator {
  private readonly sink: LocatorSink;
  private readonly radiotap = new RadiotapView();
  private readonly mac = new MacHeaderView();

  constructor(sink: LocatorSink) {
    this.sink = sink;
  }

  /** Look at one packet; calls the sink before it returns. */
  visit(packet: PacketView): void {
    switch (packet.linkType) {
      case 'dot11-radiotap':
        this.radiotapFrame(packet);
        break;
      case 'dot11':
        this.dot11Frame(packet, packet.start, this.endWithoutFcs(packet, packet.fcsBytes), false);
        break;
      case 'ethernet':
        this.ethernetFrame(packet);
        break;
      case 'linux-cooked':
        this.cookedFrame(packet, 16, 14, 6);
        break;
      case 'linux-cooked2':
        this.cookedFrame(packet, 20, 0, 12);
    }
  }

  private ethernetFrame(packet: PacketView): void {
    const { buffer, start, end } = packet;
    let at = start + ETHERNET_HEADER_BYTES;
    if (at > end) return;
    let etherType = u16be(buffer, at - 2);
    while ((etherType === ETHERTYPE.Vlan || etherType === ETHERTYPE.ServiceVlan) && at + VLAN_TAG_BYTES <= end) {
      at += VLAN_TAG_BYTES;
      etherType = u16be(buffer, at - 2);
    }
    if (etherType === ETHERTYPE.Eapol) this.eapol(packet, at, end, start + 6, start);
    else if (isIp(etherType)) this.sink.ip(packet, { start: at, end, sourceAt: start + 6 });
  }

  /** Linux cooked captures name the sender only, in a field that holds up to 8 bytes. */
  private cookedFrame(packet: PacketView, headerBytes: number, protocolAt: number, addressAt: number): void {
    const { buffer, start, end } = packet;
    if (end - start < headerBytes) return;
    const etherType = u16be(buffer, start + protocolAt);
    const sourceAt = start + addressAt;
    if (etherType === ETHERTYPE.Eapol) this.eapol(packet, start + headerBytes, end, sourceAt, UNKNOWN);
    else if (isIp(etherType)) this.sink.ip(packet, { start: start + headerBytes, end, sourceAt });
  }

  private radiotapFrame(packet: PacketView): void {
    const { radiotap } = this;
    if (!radiotap.read(packet.buffer, packet.start, packet.end) || radiotap.badFcs) return;
    const end = this.endWithoutFcs(packet, Math.max(radiotap.fcsBytes, packet.fcsBytes));
    this.dot11Frame(packet, packet.start + radiotap.lengthBytes, end, radiotap.padded);
  }

  private dot11Frame(packet: PacketView, start: number, end: number, padded: boolean): void {
    const { mac } = this;
    if (!mac.read(packet.buffer, start, end, padded) || mac.protected) return;
    if (mac.type === FRAME_TYPE.management) this.managementFrame(packet, end);
    else if (mac.amsdu) this.aggregate(packet, end);
    else this.msdu(packet, mac.bodyAt, end, mac.sourceAt, mac.destinationAt);
  }

  private aggregate(packet: PacketView, end: number): void {
    visitSubframes(packet.buffer, this.mac.bodyAt, end, (subframeAt, payloadAt, payloadEnd) => {
      this.msdu(packet, payloadAt, payloadEnd, subframeAt + 6, subframeAt);
    });
  }

  private msdu(packet: PacketView, at: number, end: number, sourceAt: number, destinationAt: number): void {
    if (snapEtherType(packet.buffer, at, end) !== ETHERTYPE.Eapol) return;
    // Only the first fragment has this header: each packet in pieces is noticed once.
    if (this.mac.fragment) this.sink.fragment(packet, sourceAt, destinationAt);
    else this.eapol(packet, snapPayload(at), end, sourceAt, destinationAt);
  }

  private managementFrame(packet: PacketView, end: number): void {
    const { mac } = this;
    if (mac.fragment) return;
    const { subtype, transmitterAt, receiverAt, bodyAt } = mac;
    const fixedBytes = fixedFieldBytes(subtype);
    const elementAt = fixedBytes < 0 ? UNKNOWN : findWpsElement(packet.buffer, bodyAt + fixedBytes, end);
    if (elementAt < 0) {
      if (isAssociation(subtype)) this.sink.association(packet, { subtype, transmitterAt, receiverAt, bodyAt, end });
      return;
    }
    this.sink.management(packet, { subtype, transmitterAt, receiverAt, elementAt, end, cut: isCut(packet) });
  }

  private eapol(packet: PacketView, start: number, end: number, sourceAt: number, destinationAt: number): void {
    this.sink.eapol(packet, { start, end, sourceAt, destinationAt, cut: isCut(packet) });
  }

  /** A cut frame has lost its frame check sequence first. */
  private endWithoutFcs(packet: PacketView, fcsBytes: number): number {
    const captured = packet.end - packet.start;
    return packet.end - Math.max(0, fcsBytes - (packet.wireLength - captured));
  }
}

/** It tells of an association that begins or ends. */
function isAssociation(subtype: number): boolean {
  return (
    subtype <= MANAGEMENT.reassociationResponse ||
    subtype === MANAGEMENT.disassociation ||
    subtype === MANAGEMENT.deauthentication
  );
}

function isIp(etherType: number): boolean {
  return etherType === ETHERTYPE_IPV4 || etherType === ETHERTYPE_IPV6;
}

function isCut(packet: PacketView): boolean {
  return packet.wireLength > packet.end - packet.start;
}
