import { u32be, u32le } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import { linkTypeOf, MAX_PACKET_BYTES, PCAP_MAGIC } from './blocks.js';
import { read32, type ByteOrder } from './order.js';
import { PacketView } from './packet.js';
import type { CaptureSink, Format } from './reader.js';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** Classic pcap by its first 4 bytes, or null when they are no pcap magic. */
export function createPcapFormat(magic: Uint8Array, sink: CaptureSink): Format | null {
  for (const order of ['little', 'big'] as const) {
    const value = order === 'little' ? u32le(magic, 0) : u32be(magic, 0);
    if (value === PCAP_MAGIC.microseconds) return new PcapFormat(order, microseconds, sink);
    if (value === PCAP_MAGIC.nanoseconds) return new PcapFormat(order, nanoseconds, sink);
  }
  return null;
}

const microseconds = (high: number, low: number): bigint => BigInt(high) * 1_000_000_000n + BigInt(low) * 1000n;
const nanoseconds = (high: number, low: number): bigint => BigInt(high) * 1_000_000_000n + BigInt(low);

class PcapFormat implements Format {
  readonly name = 'pcap';
  readonly wanted = true;
  /** That of the file header first, then that of a record. */
  headerBytes = FILE_HEADER_BYTES;
  private readonly order: ByteOrder;
  private readonly sink: CaptureSink;
  private readonly view = new PacketView();

  constructor(order: ByteOrder, clock: PacketView['clock'], sink: CaptureSink) {
    this.order = order;
    this.sink = sink;
    this.view.clock = clock;
  }

  measure(bytes: Uint8Array, at: number, offset: number): number {
    if (offset === 0) return FILE_HEADER_BYTES;
    const captured = read32(bytes, at + 8, this.order);
    if (captured > MAX_PACKET_BYTES) {
      const text = `offset ${offset}: a packet of ${captured} bytes, more than the ${MAX_PACKET_BYTES} there can be`;
      throw new RallyError('ERR_CAPTURE_FORMAT', text, { context: { offset } });
    }
    return RECORD_HEADER_BYTES + captured;
  }

  record(bytes: Uint8Array, at: number, lengthBytes: number, offset: number): void {
    if (offset === 0) this.fileHeader(bytes, at);
    else this.packet(bytes, at, lengthBytes);
  }

  summary(): ReturnType<Format['summary']> {
    return { packets: this.view.number, skipped: 0, unknownLinkTypes: [] };
  }

  finish(): void {
    // An unknown link type ended the reading at the file header already.
  }

  private fileHeader(bytes: Uint8Array, at: number): void {
    const network = read32(bytes, at + 20, this.order);
    const number = network & 0xffff;
    const linkType = linkTypeOf(number);
    if (linkType === null)
      throw new RallyError('ERR_LINK_TYPE', `offset 20: link type ${number}`, { context: { offset: 20 } });
    this.view.linkType = linkType;
    // Bit 26 says that the four topmost bits count the 16-bit words of the frame check sequence.
    this.view.fcsBytes = (network & 0x0400_0000) !== 0 ? (network >>> 28) * 2 : 0;
    this.headerBytes = RECORD_HEADER_BYTES;
  }

  private packet(bytes: Uint8Array, at: number, lengthBytes: number): void {
    const { view, order } = this;
    view.number++;
    view.timeHigh = read32(bytes, at, order);
    view.timeLow = read32(bytes, at + 4, order);
    view.buffer = bytes;
    view.start = at + RECORD_HEADER_BYTES;
    view.end = at + lengthBytes;
    view.wireLength = Math.max(read32(bytes, at + 12, order), lengthBytes - RECORD_HEADER_BYTES);
    this.sink.packet(view);
  }
}
