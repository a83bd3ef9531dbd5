import { slice } from '#base/bytes.js';
import type { CaptureLinkType } from './blocks.js';
import { OPTION } from './blocks.js';
import { findOption, optionText, optionU64, type ByteOrder } from './order.js';

/** Size of a buffer that copies of small packets share. */
const SHARED_BYTES = 16_384;

/** A packet that was kept: its own copy of the bytes. */
export interface StoredPacket {
  /** Number in the capture, from 1: what Wireshark shows. */
  readonly number: number;
  /** Nanoseconds since 1970; 0 where the capture has no time (pcapng Simple Packet Block). */
  readonly timeNs: bigint;
  readonly linkType: CaptureLinkType;
  readonly bytes: Uint8Array;
  /** Original length on the wire; larger than `bytes.length` when the capture cut the packet. */
  readonly wireLength: number;
}

/**
 * One packet where it lies in the read buffer. The reader hands out one and the same object again and again: it is valid
 * only during the call, and whoever keeps a packet takes {@link PacketView.store}.
 */
export class PacketView {
  /** Number in the capture, from 1. */
  number = 0;
  linkType: CaptureLinkType = 'ethernet';
  /** The packet is `buffer[start, end)`. */
  buffer: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Original length on the wire, never below the captured one. */
  wireLength = 0;
  /** Frame check sequence at the end of the packet, as far as the capture says so; bytes. */
  fcsBytes = 0;
  /** Packets lost before this one by its own count; 0 where the capture says nothing. */
  dropCount = 0;
  /** Time stamp in units of the interface, and how to read it. */
  timeHigh = 0;
  timeLow = 0;
  clock: (high: number, low: number) => bigint = noTime;
  /** Options of the packet's block, `buffer[optionsStart, optionsEnd)`. */
  optionsStart = 0;
  optionsEnd = 0;
  order: ByteOrder = 'little';
  /** Where copies of small packets go, and how far it is filled. */
  private shared: Uint8Array = new Uint8Array(0);
  private sharedUsed = 0;

  /** Nanoseconds since 1970; 0 where the capture has no time. */
  get timeNs(): bigint {
    return this.clock(this.timeHigh, this.timeLow);
  }

  /** Captured bytes, as a view. */
  get bytes(): Uint8Array {
    return slice(this.buffer, this.start, this.end - this.start);
  }

  /** First comment of the packet, or null. */
  get comment(): string | null {
    return optionText(findOption(this.buffer, this.optionsStart, this.optionsEnd, OPTION.comment, this.order));
  }

  /** Direction by the packet's flags, or null. */
  get direction(): 'inbound' | 'outbound' | null {
    const at = findOption(this.buffer, this.optionsStart, this.optionsEnd, OPTION.packetFlags, this.order);
    if (at?.length !== 4) return null;
    const flags = (this.order === 'little' ? at[0] : at[3]) ?? 0;
    return (flags & 3) === 1 ? 'inbound' : (flags & 3) === 2 ? 'outbound' : null;
  }

  /** Read the drop count of an Enhanced Packet Block from its options. */
  readDropCount(): void {
    const value = findOption(this.buffer, this.optionsStart, this.optionsEnd, OPTION.packetDropCount, this.order);
    this.dropCount = optionU64(value, this.order) ?? 0;
  }

  /** A copy that outlives the call. */
  store(): StoredPacket {
    return {
      number: this.number,
      timeNs: this.timeNs,
      linkType: this.linkType,
      bytes: this.copy(),
      wireLength: this.wireLength,
    };
  }

  /** Small packets share a buffer: one of their own for each would cost more than the bytes. */
  private copy(): Uint8Array {
    const lengthBytes = this.end - this.start;
    if (lengthBytes > SHARED_BYTES / 8) return this.buffer.slice(this.start, this.end);
    if (lengthBytes > this.shared.length - this.sharedUsed) {
      this.shared = new Uint8Array(SHARED_BYTES);
      this.sharedUsed = 0;
    }
    const copy = this.shared.subarray(this.sharedUsed, this.sharedUsed + lengthBytes);
    for (let i = 0; i < lengthBytes; i++) copy[i] = this.buffer[this.start + i] as number;
    this.sharedUsed += lengthBytes;
    return copy;
  }
}

export function noTime(): bigint {
  return 0n;
}
