import { be, concat, fromHex } from '#base/bytes.js';
import { FRAME_TYPE, MacHeaderView, MANAGEMENT } from '#wire/dot11/mac-header.js';
import { fixedFieldBytes } from '#wire/dot11/elements.js';
import { decodeEthernet, encodeEthernet, ETHERTYPE, type EthernetFrame } from '#wire/ethernet.js';
import type { CaptureLinkType } from '#wire/pcap/blocks.js';
import { encodeTlv } from '#wire/tlv.js';
import type { Dice } from '../dice.js';
import { editBytes, lyingLength, splice, withNumber, type Edit } from './edit.js';
import { editEapol } from './eapol.js';
import { editTlvs, ELEMENTS } from './tlv.js';

const SNAP = fromHex('aaaa03 000000');
const LITTLE_RADIOTAP_LENGTH_AT = 2;

/** The same packet as it lies in a frame of another link layer. Frames that are not Ethernet stay as they are. */
export function rewrap(linkType: CaptureLinkType, ethernet: Uint8Array, dice: Dice): Uint8Array {
  const frame = decodeEthernet(ethernet);
  if (frame === null) return ethernet;
  const { source, etherType, payload } = frame;
  switch (linkType) {
    case 'ethernet':
      return ethernet;
    case 'linux-cooked':
      return concat(be(0, 2), be(1, 2), be(6, 2), source, be(0, 2), be(etherType, 2), payload);
    case 'linux-cooked2':
      return concat(be(etherType, 2), be(0, 2), be(3, 4), be(1, 2), fromHex('0006'), source, be(0, 2), payload);
    case 'dot11':
      return dataFrame(frame, dice);
    case 'dot11-radiotap':
      return overheard(dataFrame(frame, dice), dice);
  }
}

/** An 802.11 frame as a monitor has it: behind a radiotap header, with its check sequence. */
export function overheard(frame: Uint8Array, dice: Dice): Uint8Array {
  return concat(radiotap(dice), frame, new Uint8Array(4));
}

/** A header with time stamp, flags and a signal; the flags say that the frame ends with a check sequence. */
function radiotap(dice: Dice): Uint8Array {
  const header = fromHex('0000 1200 23000000 0102030405060708 10 c5');
  if (!dice.onceIn(8)) return header;
  // More words of presence bits, which a reader has to walk.
  const words = dice.below(4);
  const more = concat(...Array.from({ length: words }, () => fromHex('00000080')), fromHex('00000000'));
  const length = withNumber(header, LITTLE_RADIOTAP_LENGTH_AT, 1, 0x12 + more.length);
  return splice(withNumber(length, 7, 1, 0x80), 8, 8, more);
}

function dataFrame({ destination, source, etherType, payload }: EthernetFrame, dice: Dice): Uint8Array {
  const qos = dice.onceIn(2);
  const amsdu = qos && dice.onceIn(3);
  const [ds, first, third] = dice.onceIn(2) ? [1, destination, destination] : [2, source, source];
  const flags = ds | (dice.onceIn(8) ? 0x08 : 0) | (dice.onceIn(16) ? 0x40 : 0) | (dice.onceIn(16) ? 0x04 : 0);
  const msdu = concat(SNAP, be(etherType, 2), payload);
  const subframe = concat(destination, source, be(msdu.length % 0x10000, 2), msdu);
  return concat(
    Uint8Array.of(qos ? 0x88 : 0x08, flags, 0, 0),
    ...(ds === 1 ? [first, source, third] : [destination, first, third]),
    dice.bytes(2),
    qos ? Uint8Array.of(amsdu ? 0x80 : 0, 0) : new Uint8Array(0),
    amsdu ? concat(subframe, new Uint8Array((4 - (subframe.length % 4)) % 4), subframe) : msdu,
  );
}

/** A management frame with these elements behind its fixed fields. */
export function managementFrame(wps: Uint8Array, dice: Dice): Uint8Array {
  const subtype = dice.oneOf(Object.values(MANAGEMENT));
  const fixed = new Uint8Array(Math.max(0, fixedFieldBytes(subtype)));
  const elements = [
    { type: 0, value: dice.bytes(dice.below(33)) },
    { type: 1, value: dice.bytes(8) },
  ];
  for (let at = 0; at === 0 || at < wps.length; at += 251)
    elements.push({ type: 221, value: concat(fromHex('0050f204'), wps.subarray(at, at + 251)) });
  const body = concat(...elements.map((element) => encodeTlv(element, ELEMENTS.shape)));
  const addresses = concat(fromHex('ffffffffffff 020000000100 020000000200'), dice.bytes(2));
  return concat(Uint8Array.of(subtype << 4, 0, 0, 0), addresses, fixed, body);
}

/** One change of a captured frame, in any of its layers. */
export function editFrame(linkType: CaptureLinkType, bytes: Uint8Array, dice: Dice): Uint8Array {
  if (dice.onceIn(12)) return editBytes(bytes, dice);
  switch (linkType) {
    case 'ethernet':
      return editEthernet(bytes, dice);
    case 'linux-cooked':
      return editBehind(bytes, 16, dice);
    case 'linux-cooked2':
      return editBehind(bytes, 20, dice);
    case 'dot11':
      return editDot11(bytes, dice);
    case 'dot11-radiotap': {
      const length = (bytes[2] ?? 0) | ((bytes[3] ?? 0) << 8);
      if (dice.onceIn(10)) return withNumber(bytes, 2, 1, lyingLength(length, 256, dice));
      if (dice.onceIn(10)) return withNumber(bytes, 4 + dice.below(4), 1, dice.below(256));
      return concat(bytes.subarray(0, length), editDot11(bytes.subarray(length), dice));
    }
  }
}

const editEthernet: Edit = (bytes, dice) => {
  const frame = decodeEthernet(bytes);
  if (frame === null) return editBytes(bytes, dice);
  const tags = dice.onceIn(10)
    ? Array.from({ length: dice.below(4) }, () =>
        concat(be(dice.oneOf([ETHERTYPE.Vlan, ETHERTYPE.ServiceVlan]), 2), dice.bytes(2)),
      )
    : frame.tags;
  return encodeEthernet({ ...frame, tags, payload: editEapol(frame.payload, dice) });
};

const editBehind = (bytes: Uint8Array, headerBytes: number, dice: Dice): Uint8Array => {
  if (dice.onceIn(8)) return editBytes(bytes, dice);
  return concat(bytes.subarray(0, headerBytes), editEapol(bytes.subarray(headerBytes), dice));
};

const editDot11: Edit = (bytes, dice) => {
  const view = new MacHeaderView();
  if (!view.read(bytes, 0, bytes.length, false)) return editBytes(bytes, dice);
  if (dice.onceIn(8)) return withNumber(bytes, dice.below(2), 1, dice.below(256));
  const { bodyAt } = view;
  const body = bytes.subarray(bodyAt);
  const head = bytes.subarray(0, bodyAt);
  if (view.type === FRAME_TYPE.management) {
    const fixed = Math.max(0, fixedFieldBytes(view.subtype));
    return concat(head, body.subarray(0, fixed), editTlvs(body.subarray(fixed), ELEMENTS, dice));
  }
  if (view.amsdu) return concat(head, withNumber(body, 12, 2, lyingLength(body.length, 0x10000, dice)));
  return concat(head, body.subarray(0, 8), editEapol(body.subarray(8), dice));
};
