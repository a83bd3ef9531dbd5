import { concat } from '#base/bytes.js';
import { decodeEthernet, ETHERTYPE } from '#wire/ethernet.js';
import { BLOCK, BYTE_ORDER_MAGIC, LINK_TYPES, linkTypeNumber, OPTION, PCAP_MAGIC } from '#wire/pcap/blocks.js';
import type { ByteOrder } from '#wire/pcap/order.js';
import type { Dice } from '../dice.js';
import { eapolOf, messagesOf, type Recording, type SeedFrame } from '../seeds.js';
import { editBytes, lyingLength, splice } from './edit.js';
import { fragmentEapol } from './eapol.js';
import { editFrame, managementFrame, rewrap } from './frame.js';

/** Start of every capture's time, nanoseconds since 1970. */
const BEGIN_NS = 1_700_000_000_000_000_000n;

/** The frames of a recording under one link layer, some of them changed, in fragments, lost, repeated or swapped. */
export function editedFrames(recording: Recording, edits: number, dice: Dice): SeedFrame[] {
  const linkType = dice.onceIn(2) ? 'ethernet' : dice.oneOf(Object.values(LINK_TYPES));
  let frames: SeedFrame[] = recording.frames.map((frame) => {
    return frame.linkType === 'ethernet' ? { linkType, bytes: rewrap(linkType, frame.bytes, dice) } : frame;
  });
  if (dice.onceIn(8)) frames = inFragments(recording);
  if (dice.onceIn(4)) {
    const [wps = new Uint8Array(0)] = messagesOf(recording);
    frames.splice(dice.below(frames.length), 0, { linkType: 'dot11', bytes: managementFrame(wps, dice) });
  }
  for (let count = 0; count < edits; count++) {
    const at = dice.below(frames.length);
    const frame = frames[at];
    if (frame === undefined) break;
    const how = dice.below(10);
    if (how === 0) frames.splice(at, 1);
    else if (how === 1) frames.splice(dice.below(frames.length), 0, frame);
    else if (how === 2) frames.splice(at, 2, ...frames.slice(at, at + 2).reverse());
    else frames[at] = { ...frame, bytes: editFrame(frame.linkType, frame.bytes, dice) };
  }
  return frames;

  function inFragments(source: Recording): SeedFrame[] {
    const heads = source.frames
      .filter(({ linkType: own, bytes }) => own === 'ethernet' && decodeEthernet(bytes)?.etherType === ETHERTYPE.Eapol)
      .map(({ bytes }) => bytes.subarray(0, 14));
    return eapolOf(source).flatMap((packet, index) =>
      fragmentEapol(packet, dice).map((bytes) => ({
        linkType: 'ethernet' as const,
        bytes: concat(heads[index] ?? new Uint8Array(14), bytes),
      })),
    );
  }
}

/** A capture file of these frames in any of the formats, as a list of its blocks or records, header first. */
export function captureRecords(frames: readonly SeedFrame[], dice: Dice): Uint8Array[] {
  const order = dice.onceIn(4) ? 'big' : 'little';
  return dice.onceIn(4) ? pcapRecords(frames, order, dice) : pcapngBlocks(frames, order, dice);
}

function pcapRecords(frames: readonly SeedFrame[], order: ByteOrder, dice: Dice): Uint8Array[] {
  const linkType = frames[0]?.linkType ?? 'ethernet';
  const magic = dice.oneOf(Object.values(PCAP_MAGIC));
  const header = concat(
    n32(magic, order),
    n16(2, order),
    n16(4, order),
    n32(0, order),
    n32(0, order),
    n32(65535, order),
  );
  const own = frames.filter((frame) => frame.linkType === linkType);
  return [
    concat(header, n32(linkTypeNumber(linkType), order)),
    ...own.map(({ bytes }, index) => {
      const length = n32(bytes.length, order);
      return concat(n32(1_700_000_000 + index, order), n32(index, order), length, length, bytes);
    }),
  ];
}

function pcapngBlocks(frames: readonly SeedFrame[], order: ByteOrder, dice: Dice): Uint8Array[] {
  const types = [...new Set(frames.map(({ linkType }) => linkType))];
  const section = concat(n32(BYTE_ORDER_MAGIC, order), n16(1, order), n16(0, order), new Uint8Array(8).fill(0xff));
  const resolution = dice.onceIn(6) ? dice.below(256) : 9;
  const scale = option(OPTION.interfaceTimeResolution, Uint8Array.of(resolution), order);
  return [
    block(BLOCK.sectionHeader, section, order),
    ...types.map((linkType) => {
      const fixed = concat(n16(linkTypeNumber(linkType), order), n16(0, order), n32(0, order));
      return block(
        BLOCK.interfaceDescription,
        concat(fixed, scale, option(OPTION.end, new Uint8Array(0), order)),
        order,
      );
    }),
    ...frames.map(({ linkType, bytes }, index) => {
      const time = BEGIN_NS + BigInt(index) * 1_000_000n;
      const length = n32(bytes.length, order);
      const padding = new Uint8Array((4 - (bytes.length % 4)) % 4);
      if (dice.onceIn(40)) return block(BLOCK.simplePacket, concat(length, bytes, padding), order);
      const stamp = concat(n32(Number(time >> 32n), order), n32(Number(time & 0xffff_ffffn), order));
      const drops = dice.onceIn(20) ? option(OPTION.packetDropCount, dice.bytes(8), order) : new Uint8Array(0);
      const comment = dice.onceIn(20) ? option(OPTION.comment, dice.bytes(dice.below(20)), order) : new Uint8Array(0);
      const id = n32(types.indexOf(linkType), order);
      return block(BLOCK.enhancedPacket, concat(id, stamp, length, length, bytes, padding, comment, drops), order);
    }),
  ];
}

/** One change of the list of blocks: their order, their lengths, or the bytes of one. */
export function editRecords(records: readonly Uint8Array[], dice: Dice): Uint8Array[] {
  const at = dice.below(records.length);
  const record = records[at] ?? new Uint8Array(0);
  const put = (...by: readonly Uint8Array[]): Uint8Array[] => records.toSpliced(at, 1, ...by);
  switch (dice.below(8)) {
    case 0:
      return put();
    case 1:
      return put(record, record);
    case 2:
      return put(record.subarray(0, dice.below(record.length)));
    case 3:
      return records.slice(0, at + 1);
    case 4:
      // A length field, of the block or of the packet in it.
      return put(
        withLittle(
          record,
          dice.oneOf([4, 8, 12, 20, 24, record.length - 4]),
          lyingLength(record.length, 2 ** 32, dice),
        ),
      );
    case 5:
      return put(withLittle(record, 0, dice.onceIn(2) ? dice.below(12) : dice.oneOf(Object.values(BLOCK))));
    case 6:
      return put(splice(record, record.length, record.length, dice.bytes(dice.below(16))));
    default:
      return put(editBytes(record, dice));
  }
}

function block(type: number, body: Uint8Array, order: ByteOrder): Uint8Array {
  const length = n32(body.length + 12, order);
  return concat(n32(type, order), length, body, length);
}

function option(code: number, value: Uint8Array, order: ByteOrder): Uint8Array {
  return concat(n16(code, order), n16(value.length, order), value, new Uint8Array((4 - (value.length % 4)) % 4));
}

function withLittle(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  if (offset < 0 || offset + 4 > bytes.length) return bytes;
  return splice(bytes, offset, offset + 4, n32(value, 'little'));
}

function n16(value: number, order: ByteOrder): Uint8Array {
  return n32(value, order).subarray(order === 'little' ? 0 : 2, order === 'little' ? 2 : 4);
}

function n32(value: number, order: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, order === 'little');
  return bytes;
}
