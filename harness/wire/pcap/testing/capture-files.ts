import { be, concat } from '#base/bytes.js';
import type { ByteOrder } from '../order.js';
import { CaptureReader, type CaptureSummary } from '../reader.js';

/** Builders of capture files the writer does not make: classic pcap, big-endian sections, foreign blocks. */

export function u16(value: number, order: ByteOrder): Uint8Array {
  return order === 'big' ? be(value, 2) : be(value, 2).reverse();
}

export function u32(value: number, order: ByteOrder): Uint8Array {
  return order === 'big' ? be(value, 4) : be(value, 4).reverse();
}

export interface PcapOptions {
  readonly order: ByteOrder;
  readonly unit: 'us' | 'ns';
  /** Link type number and FCS bits as they stand in the header. */
  readonly network: number;
}

export interface PcapPacket {
  readonly seconds: number;
  /** In the file's unit. */
  readonly fraction: number;
  readonly bytes: Uint8Array;
  readonly wireLength?: number;
}

export function pcapHeader({ order, unit, network }: PcapOptions): Uint8Array {
  const magic = unit === 'us' ? 0xa1b2c3d4 : 0xa1b23c4d;
  return concat(
    u32(magic, order),
    u16(2, order),
    u16(4, order),
    u32(0, order),
    u32(0, order),
    u32(262_144, order),
    u32(network, order),
  );
}

export function pcapRecord(packet: PcapPacket, order: ByteOrder): Uint8Array {
  return concat(
    u32(packet.seconds, order),
    u32(packet.fraction, order),
    u32(packet.bytes.length, order),
    u32(packet.wireLength ?? packet.bytes.length, order),
    packet.bytes,
  );
}

export function pcapFile(options: PcapOptions, packets: readonly PcapPacket[]): Uint8Array {
  return concat(pcapHeader(options), ...packets.map((packet) => pcapRecord(packet, options.order)));
}

/** A pcapng block with both lengths right; the body is padded to whole words. */
export function block(type: number, body: Uint8Array, order: ByteOrder = 'little'): Uint8Array {
  const padding = new Uint8Array((4 - (body.length % 4)) % 4);
  const total = u32(12 + body.length + padding.length, order);
  return concat(u32(type, order), total, body, padding, total);
}

export function option(code: number, value: Uint8Array, order: ByteOrder = 'little'): Uint8Array {
  const padding = new Uint8Array((4 - (value.length % 4)) % 4);
  return concat(u16(code, order), u16(value.length, order), value, padding);
}

/** Section Header Block in either order. */
export function section(order: ByteOrder): Uint8Array {
  const body = concat(u32(0x1a2b3c4d, order), u16(1, order), u16(0, order), new Uint8Array(8).fill(0xff));
  return block(0x0a0d0d0a, body, order);
}

/** Interface Description Block of any link type number, with options. */
export function anInterface(linkType: number, order: ByteOrder, ...options: readonly Uint8Array[]): Uint8Array {
  return block(1, concat(u16(linkType, order), u16(0, order), u32(0, order), ...options), order);
}

/** Enhanced Packet Block with a raw time stamp. */
export function rawPacket(
  packet: { interfaceId: number; high: number; low: number; bytes: Uint8Array; wireLength?: number },
  order: ByteOrder,
): Uint8Array {
  const { interfaceId, high, low, bytes } = packet;
  const padding = new Uint8Array((4 - (bytes.length % 4)) % 4);
  const head = [interfaceId, high, low, bytes.length, packet.wireLength ?? bytes.length];
  return block(6, concat(...head.map((value) => u32(value, order)), bytes, padding), order);
}

/** One packet as the reader delivered it. */
export interface SeenPacket {
  readonly number: number;
  readonly timeNs: bigint;
  readonly linkType: string;
  readonly hex: string;
  readonly wireLength: number;
  readonly fcsBytes: number;
  readonly dropCount: number;
  readonly comment: string | null;
  readonly direction: string | null;
}

/** Everything a reader makes of a file that comes in chunks of these sizes (one chunk without sizes). */
export function readAll(
  file: Uint8Array,
  chunkSizes: readonly number[] = [],
): { packets: SeenPacket[]; drops: [number, number][]; summary: CaptureSummary } {
  const packets: SeenPacket[] = [];
  const drops: [number, number][] = [];
  const reader = new CaptureReader({
    packet: (view) => {
      const { number, timeNs, linkType, wireLength, fcsBytes, dropCount, comment, direction } = view;
      const hex = Buffer.from(view.bytes).toString('hex');
      packets.push({ number, timeNs, linkType, hex, wireLength, fcsBytes, dropCount, comment, direction });
    },
    dropped: (interfaceId, count) => drops.push([interfaceId, count]),
  });
  let at = 0;
  for (const size of chunkSizes) {
    // A copy that is wiped afterwards: a reader that kept a view would be found out.
    const chunk = file.slice(at, at + size);
    reader.push(chunk);
    chunk.fill(0xa5);
    at += size;
  }
  reader.push(file.subarray(at));
  return { packets, drops, summary: reader.finish() };
}
