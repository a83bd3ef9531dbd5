import { be, concat, fromHex } from '#base/bytes.js';
import { encodeEthernet, ETHERTYPE, PAE_GROUP_ADDRESS } from '#wire/ethernet.js';
import type { CaptureLinkType } from '#wire/pcap/blocks.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import { Assembler, type AssemblerOptions } from '../assemble.js';
import type { Evidence } from '../model.js';
import { ENROLLEE, REGISTRAR, type Sent } from './exchange.js';

/** How a packet of an exchange lies in a frame. */
export type Wrap = (sent: Sent, index: number) => Uint8Array;

const SNAP_EAPOL = fromHex('aaaa03 000000 888e');

/** Addresses of a packet; `group`: a wired supplicant sends to the group address. */
function addresses(sent: Sent, enrollee: Uint8Array, registrar: Uint8Array): [Uint8Array, Uint8Array] {
  return sent.from === 'enrollee' ? [registrar, enrollee] : [enrollee, registrar];
}

export function ethernet(enrollee = ENROLLEE, registrar = REGISTRAR): Wrap {
  return (sent) => {
    const [destination, source] = addresses(sent, enrollee, registrar);
    return encodeEthernet({ destination, source, etherType: ETHERTYPE.Eapol, payload: sent.eapol });
  };
}

/** Everything goes to the group address, as on a wire. */
export function groupEthernet(enrollee = ENROLLEE, registrar = REGISTRAR): Wrap {
  return (sent) => {
    const [, source] = addresses(sent, enrollee, registrar);
    return encodeEthernet({ destination: PAE_GROUP_ADDRESS, source, etherType: ETHERTYPE.Eapol, payload: sent.eapol });
  };
}

export interface Dot11Options {
  readonly qos?: boolean;
  readonly amsdu?: boolean;
  readonly fourAddresses?: boolean;
  readonly retry?: boolean;
  readonly protected?: boolean;
}

/** An 802.11 data frame, to the access point or from it. */
export function dot11(options: Dot11Options = {}, enrollee = ENROLLEE, registrar = REGISTRAR): Wrap {
  return (sent, index) => {
    const [destination, source] = addresses(sent, enrollee, registrar);
    const toDs = sent.from === 'enrollee';
    const four = options.fourAddresses === true;
    const qos = options.qos === true || options.amsdu === true;
    const ds = four ? 3 : toDs ? 1 : 2;
    const flags = ds | (options.retry === true ? 0x08 : 0) | (options.protected === true ? 0x40 : 0);
    const control = Uint8Array.of(qos ? 0x88 : 0x08, flags);
    const hop = four || toDs ? [registrar, enrollee, destination] : [enrollee, registrar, source];
    const fourth = four ? source : new Uint8Array(0);
    const qosControl = qos ? Uint8Array.of(options.amsdu === true ? 0x80 : 0, 0) : new Uint8Array(0);
    const sequence = Uint8Array.of((index << 4) & 0xf0, index >> 4);
    const msdu = concat(SNAP_EAPOL, sent.eapol);
    const body = options.amsdu === true ? amsdu(destination, source, msdu) : msdu;
    return concat(control, Uint8Array.of(0, 0), ...hop, sequence, fourth, qosControl, body);
  };
}

/** Two subframes: something else, then the packet. */
function amsdu(destination: Uint8Array, source: Uint8Array, msdu: Uint8Array): Uint8Array {
  const other = fromHex('aaaa03 000000 0800 01');
  const first = concat(destination, source, be(other.length, 2), other);
  const padding = new Uint8Array((4 - (first.length % 4)) % 4);
  return concat(first, padding, destination, source, be(msdu.length, 2), msdu);
}

/** Radiotap with time stamp, flags and a signal, FCS at the end. */
export function radiotap(inner: Wrap): Wrap {
  const header = fromHex('00 00 1200 23000000 0102030405060708 10 c5');
  return (sent, index) => concat(header, inner(sent, index), fromHex('deadbeef'));
}

export function cooked(enrollee = ENROLLEE, registrar = REGISTRAR): Wrap {
  return (sent) => {
    const [, source] = addresses(sent, enrollee, registrar);
    const kind = sent.from === 'enrollee' ? 0 : 4;
    return concat(be(kind, 2), be(1, 2), be(6, 2), source, be(0, 2), be(ETHERTYPE.Eapol, 2), sent.eapol);
  };
}

export function cooked2(enrollee = ENROLLEE, registrar = REGISTRAR): Wrap {
  return (sent) => {
    const [, source] = addresses(sent, enrollee, registrar);
    const kind = sent.from === 'enrollee' ? 0 : 4;
    return concat(
      be(ETHERTYPE.Eapol, 2),
      be(0, 2),
      be(3, 4),
      be(1, 2),
      Uint8Array.of(kind, 6),
      source,
      be(0, 2),
      sent.eapol,
    );
  };
}

/** Every way an exchange can lie in a capture that this tool reads. */
export const LAYERS: readonly (readonly [string, CaptureLinkType, Wrap])[] = [
  ['Ethernet', 'ethernet', ethernet()],
  ['Ethernet to the group address', 'ethernet', groupEthernet()],
  ['802.11', 'dot11', dot11()],
  ['802.11 with QoS', 'dot11', dot11({ qos: true })],
  ['802.11 A-MSDU', 'dot11', dot11({ amsdu: true })],
  ['802.11 with four addresses', 'dot11', dot11({ fourAddresses: true, qos: true })],
  ['802.11 behind radiotap', 'dot11-radiotap', radiotap(dot11({ qos: true }))],
  ['Linux cooked', 'linux-cooked', cooked()],
  ['Linux cooked 2', 'linux-cooked2', cooked2()],
];

/** A management frame with these fixed fields and elements. */
export function management(
  subtype: number,
  transmitter: Uint8Array,
  receiver: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  const control = Uint8Array.of(subtype << 4, 0, 0, 0);
  return concat(control, receiver, transmitter, receiver, Uint8Array.of(0, 0), body);
}

export interface Captured {
  readonly bytes: Uint8Array;
  readonly timeNs?: bigint;
  readonly wireLength?: number;
  readonly dropCount?: number;
}

/** Blocks of a pcapng file: header and interface, then one block a frame, a millisecond apart. */
export function captureBlocks(linkType: CaptureLinkType, frames: readonly Captured[]): Uint8Array[] {
  const begin = concat(sectionHeader({ application: 'test' }), interfaceDescription({ linkType, snapLengthBytes: 0 }));
  return [
    begin,
    ...frames.map(({ timeNs, ...frame }, index) =>
      enhancedPacket({ interfaceId: 0, timeNs: timeNs ?? frameTime(index), ...frame }),
    ),
  ];
}

/** Time of the frame with this index where none is given. */
export function frameTime(index: number): bigint {
  return 1_700_000_000_000_000_000n + BigInt(index) * 1_000_000n;
}

export function framesOf(sent: readonly Sent[], wrap: Wrap): Captured[] {
  return sent.map((packet, index) => ({ bytes: wrap(packet, index) }));
}

/** Evidence of a capture file. */
export function assembleFile(file: Uint8Array, options: AssemblerOptions = {}): Evidence[] {
  const assembler = new Assembler(options);
  const reader = new CaptureReader(assembler);
  reader.push(file);
  return assembler.finish(reader.finish());
}

export function assemble(
  linkType: CaptureLinkType,
  frames: readonly Captured[],
  options: AssemblerOptions = {},
): Evidence[] {
  return assembleFile(concat(...captureBlocks(linkType, frames)), options);
}
