import { concat, toHex } from '#base/bytes.js';
import { decodeEapol, EAPOL_TYPE } from '#wire/eap/eapol.js';
import { EAP_CODE } from '#wire/eap/eap.js';
import { decodeEthernet, ETHERTYPE } from '#wire/ethernet.js';
import type { StoredPacket } from '#wire/pcap/packet.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import type { Sent } from './exchange.js';
import { captureBlocks, cooked, cooked2, dot11, ethernet, radiotap, type Wrap } from './frames.js';

/** Link layers an exchange that was recorded over Ethernet can be put into. */
export const REWRAPPED = ['ethernet', 'dot11-radiotap', 'linux-cooked', 'linux-cooked2'] as const;
export type RewrappedLinkType = (typeof REWRAPPED)[number];

const WRAPS: Readonly<Record<RewrappedLinkType, (enrollee: Uint8Array, registrar: Uint8Array) => Wrap>> = {
  ethernet,
  'dot11-radiotap': (enrollee, registrar) => radiotap(dot11({ qos: true }, enrollee, registrar)),
  'linux-cooked': cooked,
  'linux-cooked2': cooked2,
};

/** Every packet of a capture file. */
export function packetsOf(file: Uint8Array): StoredPacket[] {
  const packets: StoredPacket[] = [];
  const reader = new CaptureReader({ packet: (packet) => packets.push(packet.store()) });
  reader.push(file);
  reader.finish();
  return packets;
}

/**
 * The same EAPOL packets at the same times under another link layer, as a pcapng file. Throws on a capture that holds
 * anything else, or other than one supplicant and one authenticator: a test must know what it compares.
 */
export function rewrap(file: Uint8Array, linkType: RewrappedLinkType): Uint8Array {
  const frames = packetsOf(file).map(({ bytes, timeNs }) => {
    const frame = decodeEthernet(bytes);
    if (frame?.etherType !== ETHERTYPE.Eapol) throw new Error('not EAPOL over Ethernet');
    return { source: frame.source, payload: frame.payload, timeNs };
  });
  const enrollee = theOnly(frames.filter(({ payload }) => isOfSupplicant(payload)).map(({ source }) => source));
  const isOfEnrollee = (source: Uint8Array): boolean => toHex(source) === toHex(enrollee);
  const registrar = theOnly(frames.map(({ source }) => source).filter((source) => !isOfEnrollee(source)));
  const wrap = WRAPS[linkType](enrollee, registrar);
  const wrapped = frames.map(({ source, payload, timeNs }, index) => {
    const sent: Sent = { from: isOfEnrollee(source) ? 'enrollee' : 'registrar', what: 'recorded', eapol: payload };
    return { bytes: wrap(sent, index), timeNs };
  });
  return concat(...captureBlocks(linkType, wrapped));
}

function isOfSupplicant(payload: Uint8Array): boolean {
  const { header, body } = decodeEapol(payload);
  return header?.packetType === EAPOL_TYPE.Start || body[0] === EAP_CODE.Response;
}

function theOnly(addresses: readonly Uint8Array[]): Uint8Array {
  const [first] = addresses;
  if (first === undefined || addresses.some((address) => toHex(address) !== toHex(first)))
    throw new Error('not one address');
  return first;
}
