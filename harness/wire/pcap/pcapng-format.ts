import { equal, fromHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import { BLOCK, BYTE_ORDER_MAGIC, linkTypeOf, MAX_BLOCK_BYTES, MAX_PACKET_BYTES, OPTION } from './blocks.js';
import type { CaptureLinkType } from './blocks.js';
import { findOption, optionU64, read16, read32, type ByteOrder } from './order.js';
import { noTime, PacketView } from './packet.js';
import type { CaptureSink, Format } from './reader.js';
import { timeScale } from './time-scale.js';

/** Block type of a Section Header Block: the same in both byte orders. */
const SECTION_HEADER = fromHex('0a0d0d0a');
const SMALLEST_BLOCK_BYTES = 12;
const WANTED: ReadonlySet<number> = new Set(Object.values(BLOCK));

/** True for the first 4 bytes of a pcapng file or section. */
export function isSectionHeader(magic: Uint8Array): boolean {
  return equal(magic, SECTION_HEADER);
}

/** pcapng from its first Section Header Block on. */
export function createPcapngFormat(sink: CaptureSink): Format {
  return new PcapngFormat(sink);
}

interface Interface {
  /** Null for a link type this tool does not read: its packets are counted and skipped. */
  readonly linkType: CaptureLinkType | null;
  readonly snapLengthBytes: number;
  readonly fcsBytes: number;
  readonly clock: PacketView['clock'];
}

class PcapngFormat implements Format {
  readonly name = 'pcapng';
  readonly headerBytes = SMALLEST_BLOCK_BYTES;
  wanted = false;
  private readonly sink: CaptureSink;
  private readonly view = new PacketView();
  private order: ByteOrder = 'little';
  private type = 0;
  private interfaces: Interface[] = [];
  private readableInterfaces = 0;
  private delivered = 0;
  private skipped = 0;
  private readonly unknownLinkTypes = new Set<number>();
  private unknownLinkTypeOffset = 0;

  constructor(sink: CaptureSink) {
    this.sink = sink;
  }

  measure(bytes: Uint8Array, at: number, offset: number): number {
    this.type = read32(bytes, at, this.order);
    // This number reads the same in both byte orders.
    if (this.type === BLOCK.sectionHeader) this.order = sectionOrder(bytes, at, offset);
    const lengthBytes = read32(bytes, at + 4, this.order);
    this.wanted = WANTED.has(this.type);
    if (lengthBytes < SMALLEST_BLOCK_BYTES || lengthBytes % 4 !== 0)
      throw damaged(offset, `a block of ${lengthBytes} bytes`);
    if (this.wanted && lengthBytes > MAX_BLOCK_BYTES)
      throw damaged(offset, `a block of ${lengthBytes} bytes, more than the ${MAX_BLOCK_BYTES} this tool takes`);
    return lengthBytes;
  }

  record(bytes: Uint8Array, at: number, lengthBytes: number, offset: number): void {
    const again = read32(bytes, at + lengthBytes - 4, this.order);
    if (again !== lengthBytes)
      throw damaged(offset, `a block that begins with length ${lengthBytes} and ends with length ${again}`);
    const end = at + lengthBytes - 4;
    switch (this.type) {
      case BLOCK.enhancedPacket:
        this.enhancedPacket(bytes, at, end, offset);
        break;
      case BLOCK.interfaceDescription:
        this.interfaceDescription(bytes, at, end, offset);
        break;
      case BLOCK.sectionHeader:
        this.interfaces = [];
        break;
      case BLOCK.simplePacket:
        this.simplePacket(bytes, at, end, offset);
        break;
      case BLOCK.packet:
        this.oldPacket(bytes, at, end, offset);
        break;
      default:
        this.statistics(bytes, at, end, offset);
    }
  }

  summary(): ReturnType<Format['summary']> {
    return { packets: this.delivered, skipped: this.skipped, unknownLinkTypes: [...this.unknownLinkTypes] };
  }

  finish(): void {
    if (this.unknownLinkTypes.size === 0 || this.readableInterfaces > 0) return;
    const numbers = [...this.unknownLinkTypes].join(', ');
    const offset = this.unknownLinkTypeOffset;
    throw new RallyError('ERR_LINK_TYPE', `offset ${offset}: link type ${numbers} on every interface`, {
      context: { offset },
    });
  }

  private interfaceDescription(bytes: Uint8Array, at: number, end: number, offset: number): void {
    atLeast(8, at, end, offset);
    const number = read16(bytes, at + 8, this.order);
    const linkType = linkTypeOf(number);
    if (linkType === null) {
      if (this.unknownLinkTypes.size === 0) this.unknownLinkTypeOffset = offset;
      this.unknownLinkTypes.add(number);
    } else this.readableInterfaces++;
    const optionOf = (code: number): Uint8Array | null => findOption(bytes, at + 16, end, code, this.order);
    const fcs = optionOf(OPTION.interfaceFcsLength)?.[0] ?? 0;
    this.interfaces.push({
      linkType,
      snapLengthBytes: read32(bytes, at + 12, this.order),
      // The specification counts bits, its example and some writers count bytes.
      fcsBytes: fcs >= 8 ? fcs >> 3 : fcs,
      clock: timeScale(optionOf(OPTION.interfaceTimeResolution), optionOf(OPTION.interfaceTimeOffset), this.order),
    });
  }

  private enhancedPacket(bytes: Uint8Array, at: number, end: number, offset: number): void {
    atLeast(20, at, end, offset);
    const from = this.interfaceOf(read32(bytes, at + 8, this.order), offset);
    this.timed(bytes, at, end, offset, from);
    if (this.view.optionsEnd > this.view.optionsStart) this.view.readDropCount();
    else this.view.dropCount = 0;
    this.deliver(from);
  }

  private oldPacket(bytes: Uint8Array, at: number, end: number, offset: number): void {
    atLeast(20, at, end, offset);
    const from = this.interfaceOf(read16(bytes, at + 8, this.order), offset);
    this.timed(bytes, at, end, offset, from);
    const drops = read16(bytes, at + 10, this.order);
    this.view.dropCount = drops === 0xffff ? 0 : drops;
    this.deliver(from);
  }

  /** Time stamp, lengths, data and options: the same in Enhanced Packet Block and its forerunner. */
  private timed(bytes: Uint8Array, at: number, end: number, offset: number, from: Interface): void {
    const { view, order } = this;
    view.clock = from.clock;
    view.timeHigh = read32(bytes, at + 12, order);
    view.timeLow = read32(bytes, at + 16, order);
    this.data(bytes, at + 28, end, read32(bytes, at + 20, order), read32(bytes, at + 24, order), offset);
  }

  private simplePacket(bytes: Uint8Array, at: number, end: number, offset: number): void {
    atLeast(4, at, end, offset);
    const from = this.interfaceOf(0, offset);
    const { view } = this;
    const wireLength = read32(bytes, at + 8, this.order);
    const limit = from.snapLengthBytes === 0 ? wireLength : Math.min(from.snapLengthBytes, wireLength);
    view.clock = noTime;
    view.dropCount = 0;
    this.data(bytes, at + 12, end, Math.min(limit, end - at - 12), wireLength, offset);
    // What follows the data here is padding only.
    view.optionsStart = view.optionsEnd;
    this.deliver(from);
  }

  private data(
    bytes: Uint8Array,
    start: number,
    end: number,
    captured: number,
    wireLength: number,
    offset: number,
  ): void {
    if (captured > MAX_PACKET_BYTES || start + captured > end)
      throw damaged(offset, `a packet of ${captured} bytes in a block that has ${end - start} for it`);
    const { view } = this;
    view.buffer = bytes;
    view.start = start;
    view.end = start + captured;
    view.wireLength = Math.max(wireLength, captured);
    view.order = this.order;
    view.optionsStart = Math.min(end, start + captured + ((4 - (captured % 4)) % 4));
    view.optionsEnd = end;
  }

  private deliver(from: Interface): void {
    // Wireshark numbers the packets this tool skips as well.
    this.view.number++;
    if (from.linkType === null) {
      this.skipped++;
      return;
    }
    this.delivered++;
    this.view.linkType = from.linkType;
    this.view.fcsBytes = from.fcsBytes;
    this.sink.packet(this.view);
  }

  private statistics(bytes: Uint8Array, at: number, end: number, offset: number): void {
    atLeast(12, at, end, offset);
    const count = (code: number): number =>
      optionU64(findOption(bytes, at + 20, end, code, this.order), this.order) ?? 0;
    const dropped = count(OPTION.statisticsInterfaceDrop) + count(OPTION.statisticsSystemDrop);
    this.sink.dropped?.(read32(bytes, at + 8, this.order), dropped);
  }

  private interfaceOf(id: number, offset: number): Interface {
    const found = this.interfaces[id];
    if (found === undefined)
      throw damaged(offset, `a packet of interface ${id}, but ${this.interfaces.length} interfaces are described`);
    return found;
  }
}

function sectionOrder(bytes: Uint8Array, at: number, offset: number): ByteOrder {
  if (read32(bytes, at + 8, 'little') === BYTE_ORDER_MAGIC) return 'little';
  if (read32(bytes, at + 8, 'big') === BYTE_ORDER_MAGIC) return 'big';
  throw damaged(offset, 'a section header without byte order magic');
}

/** The block body must have `fixedBytes` before its options. */
function atLeast(fixedBytes: number, at: number, end: number, offset: number): void {
  if (end - at - 8 < fixedBytes) throw damaged(offset, `a block of ${end - at + 4} bytes, too short for its kind`);
}

function damaged(offset: number, what: string): RallyError {
  return new RallyError('ERR_CAPTURE_FORMAT', `offset ${offset}: ${what}`, { context: { offset } });
}
