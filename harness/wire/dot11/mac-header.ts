import { u16be, u16le } from '#base/bytes.js';

export const FRAME_TYPE = { management: 0, control: 1, data: 2 } as const;

/** Subtypes of management frames that can carry a WPS IE, and those by which a station or its access point leaves. */
export const MANAGEMENT = {
  associationRequest: 0,
  associationResponse: 1,
  reassociationRequest: 2,
  reassociationResponse: 3,
  probeRequest: 4,
  probeResponse: 5,
  beacon: 8,
  disassociation: 10,
  deauthentication: 12,
} as const;

const FLAG = { toDs: 0x01, fromDs: 0x02, moreFragments: 0x04, retry: 0x08, protected: 0x40, order: 0x80 } as const;
const QOS_SUBTYPE = 0x08;
const NO_DATA_SUBTYPE = 0x04;
const AMSDU_PRESENT = 0x80;

const ADDRESS_BYTES = 6;
const ADDRESS1 = 4;
const ADDRESS2 = 10;
const ADDRESS3 = 16;
const SEQUENCE_CONTROL = 22;
const ADDRESS4 = 24;
const SHORT_HEADER_BYTES = 24;
const HT_CONTROL_BYTES = 4;

/** MAC header of an 802.11 management or data frame. Read again and again in place; all offsets count in the buffer. */
export class MacHeaderView {
  type = 0;
  subtype = 0;
  /** The transmitter sends the frame a second time. */
  retry = false;
  /** The body is encrypted. */
  protected = false;
  /** The body is a piece of a frame, not a whole one. */
  fragment = false;
  /** The body is a list of subframes (data frames only). */
  amsdu = false;
  /** Address 1 and 2: who is on this hop. */
  receiverAt = 0;
  transmitterAt = 0;
  /** Who the body is from and for. */
  sourceAt = 0;
  destinationAt = 0;
  bodyAt = 0;

  /**
   * Read the header at `bytes[start, end)`. False for control frames, frames without body (Null), another protocol
   * version, and headers that are cut.
   *
   * @param padded the header is padded to a multiple of 4 bytes (radiotap)
   */
  read(bytes: Uint8Array, start: number, end: number, padded: boolean): boolean {
    if (end - start < SHORT_HEADER_BYTES) return false;
    const control = u16le(bytes, start);
    this.type = (control >> 2) & 3;
    this.subtype = (control >> 4) & 15;
    if ((control & 3) !== 0 || this.type === FRAME_TYPE.control || this.type === 3) return false;
    const flags = control >> 8;
    this.retry = (flags & FLAG.retry) !== 0;
    this.protected = (flags & FLAG.protected) !== 0;
    const fragmentNumber = u16le(bytes, start + SEQUENCE_CONTROL) & 15;
    this.fragment = (flags & FLAG.moreFragments) !== 0 || fragmentNumber > 0;
    this.receiverAt = start + ADDRESS1;
    this.transmitterAt = start + ADDRESS2;
    const headerBytes =
      this.type === FRAME_TYPE.data ? this.dataHeader(bytes, start, end, flags) : this.managementHeader(start, flags);
    this.bodyAt = start + (padded ? (headerBytes + 3) & ~3 : headerBytes);
    return headerBytes > 0 && this.bodyAt <= end;
  }

  private managementHeader(start: number, flags: number): number {
    this.amsdu = false;
    this.sourceAt = start + ADDRESS2;
    this.destinationAt = start + ADDRESS1;
    return SHORT_HEADER_BYTES + ((flags & FLAG.order) !== 0 ? HT_CONTROL_BYTES : 0);
  }

  /** Header length of a data frame, 0 when there is no body to look at. */
  private dataHeader(bytes: Uint8Array, start: number, end: number, flags: number): number {
    if ((this.subtype & NO_DATA_SUBTYPE) !== 0) return 0;
    const toDs = (flags & FLAG.toDs) !== 0;
    const fromDs = (flags & FLAG.fromDs) !== 0;
    this.destinationAt = start + (toDs ? ADDRESS3 : ADDRESS1);
    this.sourceAt = start + (!fromDs ? ADDRESS2 : toDs ? ADDRESS4 : ADDRESS3);
    let headerBytes = SHORT_HEADER_BYTES + (toDs && fromDs ? ADDRESS_BYTES : 0);
    this.amsdu = false;
    if ((this.subtype & QOS_SUBTYPE) !== 0) {
      if (start + headerBytes + 2 > end) return 0;
      this.amsdu = ((bytes[start + headerBytes] ?? 0) & AMSDU_PRESENT) !== 0;
      headerBytes += 2 + ((flags & FLAG.order) !== 0 ? HT_CONTROL_BYTES : 0);
    }
    return headerBytes;
  }
}

const LLC_SNAP_BYTES = 8;

/** EtherType behind the LLC and SNAP headers at `bytes[at, end)`; -1 when it is no such header. */
export function snapEtherType(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < LLC_SNAP_BYTES) return -1;
  if (bytes[at] !== 0xaa || bytes[at + 1] !== 0xaa || bytes[at + 2] !== 0x03) return -1;
  // 00 00 00 for an encapsulated Ethernet frame, 00 00 f8 for what a bridge tunnels.
  if (bytes[at + 3] !== 0 || bytes[at + 4] !== 0 || (bytes[at + 5] !== 0 && bytes[at + 5] !== 0xf8)) return -1;
  return u16be(bytes, at + 6);
}

/** Offset of the payload behind {@link snapEtherType}'s headers. */
export function snapPayload(at: number): number {
  return at + LLC_SNAP_BYTES;
}

const SUBFRAME_HEADER_BYTES = 14;

/**
 * Call `visit` for each subframe of an A-MSDU body at `bytes[at, end)`: destination at `subframeAt`, source 6 bytes
 * later, LLC header from `payloadAt` on. Stops at a subframe whose length does not fit; returns the offset behind the
 * last one that does.
 */
export function visitSubframes(
  bytes: Uint8Array,
  at: number,
  end: number,
  visit: (subframeAt: number, payloadAt: number, payloadEnd: number) => void,
): number {
  let subframeAt = at;
  let lastEnd = at;
  while (end - subframeAt >= SUBFRAME_HEADER_BYTES) {
    const payloadAt = subframeAt + SUBFRAME_HEADER_BYTES;
    const payloadEnd = payloadAt + u16be(bytes, subframeAt + 12);
    if (payloadEnd > end) break;
    visit(subframeAt, payloadAt, payloadEnd);
    lastEnd = payloadEnd;
    // All subframes but the last are padded to a multiple of 4 bytes.
    subframeAt += (payloadEnd - subframeAt + 3) & ~3;
  }
  return lastEnd;
}
