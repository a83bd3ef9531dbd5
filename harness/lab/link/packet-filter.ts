import { u32be, u16be } from '#base/bytes.js';

/** One instruction of the kernel's classic packet filter: struct sock_filter. */
export interface FilterInstruction {
  readonly code: number;
  /** How many instructions to skip where a comparison holds, and where it does not. */
  readonly whenTrue: number;
  readonly whenFalse: number;
  readonly operand: number;
}

/** Codes of the instructions used here (linux/bpf_common.h). A load beyond the packet drops it. */
export const FILTER_CODE = {
  loadByte: 0x30,
  loadByteIndexed: 0x50,
  loadHalfIndexed: 0x48,
  loadWordIndexed: 0x40,
  shiftLeft: 0x64,
  and: 0x54,
  addX: 0x0c,
  toX: 0x07,
  jumpEqual: 0x15,
  return: 0x06,
} as const;

const INSTRUCTION_BYTES = 8;
const WHOLE_PACKET = 0x4_0000;
/** Type field in the first byte of an 802.11 frame, and the type of control frames. */
const TYPE_MASK = 0x0c;
const CONTROL = 0x04;
/** Offsets of the three addresses in the 802.11 header. */
const ADDRESSES_AT = [4, 10, 16] as const;
const PER_ADDRESS = 4;
/** In the first byte of an 802.11 frame; version and type of a management frame are 0. */
const SUBTYPE_SHIFT = 4;
/** X: length of the radiotap header, little-endian in its bytes 2 and 3. */
const BEHIND_RADIOTAP: readonly FilterInstruction[] = [
  plain(FILTER_CODE.loadByte, 3),
  plain(FILTER_CODE.shiftLeft, 8),
  plain(FILTER_CODE.toX, 0),
  plain(FILTER_CODE.loadByte, 2),
  plain(FILTER_CODE.addX, 0),
  plain(FILTER_CODE.toX, 0),
];

/**
 * Filter for a monitor: lets through what has one of the addresses (6 bytes each, at most 15) in one of the first three
 * address fields of its 802.11 header, behind a radiotap header of whatever length; no control frames.
 */
export function addressFilter(addresses: readonly Uint8Array[]): FilterInstruction[] {
  const { loadByteIndexed, loadHalfIndexed, loadWordIndexed, and, jumpEqual } = FILTER_CODE;
  const comparisons = addresses.length * ADDRESSES_AT.length * PER_ADDRESS;
  const program: FilterInstruction[] = [
    ...BEHIND_RADIOTAP,
    plain(loadByteIndexed, 0),
    plain(and, TYPE_MASK),
    { code: jumpEqual, whenTrue: comparisons, whenFalse: 0, operand: CONTROL },
  ];
  let left = comparisons;
  for (const address of addresses)
    for (const at of ADDRESSES_AT) {
      program.push(plain(loadWordIndexed, at));
      program.push({ code: jumpEqual, whenTrue: 0, whenFalse: 2, operand: u32be(address, 0) });
      program.push(plain(loadHalfIndexed, at + 4));
      left -= PER_ADDRESS;
      // To the last instruction, over all that is left and the dropping one.
      program.push({ code: jumpEqual, whenTrue: left + 1, whenFalse: 0, operand: u16be(address, 4) });
    }
  return [...program, plain(FILTER_CODE.return, 0), plain(FILTER_CODE.return, WHOLE_PACKET)];
}

/**
 * Filter for a monitor: lets through management frames of these subtypes (at most 50), behind a radiotap header of
 * whatever length.
 */
export function subtypeFilter(subtypes: readonly number[]): FilterInstruction[] {
  const { loadByteIndexed, jumpEqual } = FILTER_CODE;
  const comparisons = subtypes.map((subtype, index) => ({
    code: jumpEqual,
    // To the last instruction, over the comparisons that are left and the dropping one.
    whenTrue: subtypes.length - index,
    whenFalse: 0,
    operand: subtype << SUBTYPE_SHIFT,
  }));
  return [
    ...BEHIND_RADIOTAP,
    plain(loadByteIndexed, 0),
    ...comparisons,
    plain(FILTER_CODE.return, 0),
    plain(FILTER_CODE.return, WHOLE_PACKET),
  ];
}

/** The instructions as the kernel takes them. */
export function encodeFilter(program: readonly FilterInstruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES);
  program.forEach(({ code, whenTrue, whenFalse, operand }, index) => {
    const at = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(whenTrue, at + 2);
    bytes.writeUInt8(whenFalse, at + 3);
    bytes.writeUInt32LE(operand, at + 4);
  });
  return bytes;
}

function plain(code: number, operand: number): FilterInstruction {
  return { code, whenTrue: 0, whenFalse: 0, operand };
}
