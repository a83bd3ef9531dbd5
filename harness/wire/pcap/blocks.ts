/** Numbers of the capture formats that the reader and the writer share. */

/** pcapng block types. Everything else is skipped. */
export const BLOCK = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  /** Obsolete, still found in old files. */
  packet: 2,
  simplePacket: 3,
  interfaceStatistics: 5,
  enhancedPacket: 6,
} as const;

/** Option codes; the codes of one block mean something else in another. */
export const OPTION = {
  end: 0,
  comment: 1,
  sectionOs: 3,
  sectionApplication: 4,
  interfaceName: 2,
  interfaceDescription: 3,
  interfaceTimeResolution: 9,
  interfaceFilter: 11,
  interfaceFcsLength: 13,
  interfaceTimeOffset: 14,
  packetFlags: 2,
  packetDropCount: 4,
  statisticsInterfaceDrop: 5,
  statisticsSystemDrop: 7,
} as const;

/** Value of the byte order magic when it is read in the section's own order. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Magic of a classic pcap file, read in the file's own order. */
export const PCAP_MAGIC = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d } as const;

/** Link types this tool reads, by their registered number. */
export const LINK_TYPES = {
  1: 'ethernet',
  105: 'dot11',
  113: 'linux-cooked',
  127: 'dot11-radiotap',
  276: 'linux-cooked2',
} as const;

export type CaptureLinkType = (typeof LINK_TYPES)[keyof typeof LINK_TYPES];

/** Name of a registered link type number, or null for one this tool does not read. */
export function linkTypeOf(number: number): CaptureLinkType | null {
  return (LINK_TYPES as Readonly<Record<number, CaptureLinkType>>)[number] ?? null;
}

/** Registered number of a link type: the inverse of {@link linkTypeOf}. */
export function linkTypeNumber(linkType: CaptureLinkType): number {
  for (const [number, name] of Object.entries(LINK_TYPES)) if (name === linkType) return Number(number);
  throw new RangeError(`no number for link type ${linkType}`);
}

/** Most bytes a captured packet may have: what libpcap writes at most. */
export const MAX_PACKET_BYTES = 262_144;
/** Most bytes of a block that is held as a whole: a packet and a generous set of options. */
export const MAX_BLOCK_BYTES = MAX_PACKET_BYTES + 65_536;
