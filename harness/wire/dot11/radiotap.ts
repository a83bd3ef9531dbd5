import { u16le, u32le } from '#base/bytes.js';

/** Flags field of radiotap. */
const FLAG = { fcsAtEnd: 0x10, padded: 0x20, badFcs: 0x40 } as const;
const PRESENT = { tsft: 0x1, flags: 0x2, more: 0x8000_0000 } as const;
const FCS_BYTES = 4;

/** What a radiotap header says that one needs to read the 802.11 frame behind it. Read again and again in place. */
export class RadiotapView {
  /** Bytes of the header: the 802.11 frame begins behind it. */
  lengthBytes = 0;
  /** Frame check sequence at the end of the frame: 4 or 0 bytes. */
  fcsBytes = 0;
  /** The 802.11 header is padded to a multiple of 4 bytes. */
  padded = false;
  /** The radio found the frame damaged. */
  badFcs = false;

  /** Read the header at `bytes[start, end)`; false when there is none (other version, or lengths that do not fit). */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < 8 || bytes[start] !== 0) return false;
    this.lengthBytes = u16le(bytes, start + 2);
    if (this.lengthBytes < 8 || start + this.lengthBytes > end) return false;
    const present = u32le(bytes, start + 4);
    this.setFlags((present & PRESENT.flags) === 0 ? 0 : this.flagsField(bytes, start, present));
    return true;
  }

  private setFlags(flags: number): void {
    this.fcsBytes = (flags & FLAG.fcsAtEnd) !== 0 ? FCS_BYTES : 0;
    this.padded = (flags & FLAG.padded) !== 0;
    this.badFcs = (flags & FLAG.badFcs) !== 0;
  }

  private flagsField(bytes: Uint8Array, start: number, present: number): number {
    let at = 8;
    let word = present;
    while ((word & PRESENT.more) !== 0 && at + 4 <= this.lengthBytes) {
      word = u32le(bytes, start + at);
      at += 4;
    }
    // The time stamp is 8 bytes, aligned to 8 from the begin of the header.
    if ((present & PRESENT.tsft) !== 0) at = ((at + 7) & ~7) + 8;
    return at < this.lengthBytes ? (bytes[start + at] ?? 0) : 0;
  }
}
