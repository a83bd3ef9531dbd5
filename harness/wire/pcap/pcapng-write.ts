import { concat } from '#base/bytes.js';
import { BLOCK, BYTE_ORDER_MAGIC, OPTION, linkTypeNumber, type CaptureLinkType } from './blocks.js';

/**
 * Encoders of pcapng blocks, little-endian. One block is one byte string, so that a recorder can write it with one
 * system call and a kill leaves at most one cut block behind.
 */

export interface SectionHeader {
  /** Name and version of the program that writes. */
  readonly application: string;
  readonly os?: string;
  readonly comment?: string;
}

export interface InterfaceDescription {
  readonly linkType: CaptureLinkType;
  /** Most bytes a packet of this interface is recorded with; 0 for no limit. */
  readonly snapLengthBytes: number;
  readonly name?: string;
  readonly description?: string;
  /** The filter in force, libpcap syntax. */
  readonly filter?: string;
}

export interface EnhancedPacket {
  /** Number of the interface description block in its section, from 0. */
  readonly interfaceId: number;
  /** Nanoseconds since 1970. */
  readonly timeNs: bigint;
  readonly bytes: Uint8Array;
  /** Length on the wire; that of `bytes` when absent. */
  readonly wireLength?: number;
  readonly direction?: 'inbound' | 'outbound';
  readonly comment?: string;
  /** Packets lost between the one before and this one, as far as the interface and the system know. */
  readonly dropCount?: number;
}

/** Section Header Block. The section's length is left open. */
export function sectionHeader(header: SectionHeader): Uint8Array {
  const fixed = concat(le32(BYTE_ORDER_MAGIC), le16(1), le16(0), new Uint8Array(8).fill(0xff));
  return block(
    BLOCK.sectionHeader,
    fixed,
    textOption(OPTION.comment, header.comment),
    textOption(OPTION.sectionOs, header.os),
    textOption(OPTION.sectionApplication, header.application),
  );
}

/** Interface Description Block with time stamps in nanoseconds. */
export function interfaceDescription(description: InterfaceDescription): Uint8Array {
  const fixed = concat(le16(linkTypeNumber(description.linkType)), le16(0), le32(description.snapLengthBytes));
  const { filter } = description;
  return block(
    BLOCK.interfaceDescription,
    fixed,
    textOption(OPTION.interfaceName, description.name),
    textOption(OPTION.interfaceDescription, description.description),
    option(OPTION.interfaceTimeResolution, Uint8Array.of(9)),
    // The first byte says in which language the filter is written; 0 is a libpcap string.
    filter === undefined ? NONE : option(OPTION.interfaceFilter, concat(Uint8Array.of(0), utf8(filter))),
  );
}

/** Enhanced Packet Block. Throws RangeError for a time before 1970 or beyond 64 bits. */
export function enhancedPacket(packet: EnhancedPacket): Uint8Array {
  if (packet.timeNs < 0n || packet.timeNs > 0xffff_ffff_ffff_ffffn)
    throw new RangeError(`time ${packet.timeNs} does not fit 64 bits`);
  const fixed = concat(
    le32(packet.interfaceId),
    le32(Number(packet.timeNs >> 32n)),
    le32(Number(packet.timeNs & 0xffff_ffffn)),
    le32(packet.bytes.length),
    le32(packet.wireLength ?? packet.bytes.length),
    packet.bytes,
    padding(packet.bytes.length),
  );
  const { direction, dropCount } = packet;
  return block(
    BLOCK.enhancedPacket,
    fixed,
    textOption(OPTION.comment, packet.comment),
    direction === undefined ? NONE : option(OPTION.packetFlags, le32(direction === 'inbound' ? 1 : 2)),
    dropCount === undefined ? NONE : option(OPTION.packetDropCount, le64(BigInt(dropCount))),
  );
}

/** Interface Statistics Block; the drop counts are totals since the recording began. */
export function interfaceStatistics(statistics: {
  readonly interfaceId: number;
  readonly timeNs: bigint;
  readonly interfaceDrop?: number;
  readonly systemDrop?: number;
}): Uint8Array {
  const { interfaceId, timeNs, interfaceDrop, systemDrop } = statistics;
  return block(
    BLOCK.interfaceStatistics,
    concat(le32(interfaceId), le32(Number(timeNs >> 32n)), le32(Number(timeNs & 0xffff_ffffn))),
    interfaceDrop === undefined ? NONE : option(OPTION.statisticsInterfaceDrop, le64(BigInt(interfaceDrop))),
    systemDrop === undefined ? NONE : option(OPTION.statisticsSystemDrop, le64(BigInt(systemDrop))),
  );
}

const NONE = new Uint8Array(0);

/** One block: both length fields are right, `fixed` must be whole 32-bit words, options are closed where there are any. */
function block(type: number, fixed: Uint8Array, ...options: readonly Uint8Array[]): Uint8Array {
  const list = concat(...options);
  const end = list.length === 0 ? NONE : le32(OPTION.end);
  const total = le32(12 + fixed.length + list.length + end.length);
  return concat(le32(type), total, fixed, list, end, total);
}

function option(code: number, value: Uint8Array): Uint8Array {
  return concat(le16(code), le16(value.length), value, padding(value.length));
}

function textOption(code: number, text: string | undefined): Uint8Array {
  return text === undefined ? NONE : option(code, utf8(text));
}

/** UTF-8, at most the 65535 bytes an option can hold; a longer text is cut at a character. */
function utf8(text: string): Uint8Array {
  const out = new Uint8Array(0xffff - 1);
  return out.subarray(0, new TextEncoder().encodeInto(text, out).written);
}

function padding(lengthBytes: number): Uint8Array {
  return new Uint8Array((4 - (lengthBytes % 4)) % 4);
}

function le16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff);
}

function le32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff);
}

function le64(value: bigint): Uint8Array {
  return concat(le32(Number(value & 0xffff_ffffn)), le32(Number((value >> 32n) & 0xffff_ffffn)));
}
