import { ascii, be, concat, fromHex } from '#base/bytes.js';
import type { EapPacket, Evidence, Exchange, ExchangeMessage, Frame, Part } from '#evidence/model.js';
import { encodeTlv } from '#wire/tlv.js';
import { decodeWsc } from '#wire/wps/message.js';

/** Bytes before the WSC message in a frame: Ethernet 14, EAPOL 4, EAP 5, expanded type 7, op-code and flags 2. */
export const HEADERS_BYTES = 32;

/** Device name with markup and direction marks, as a hostile device would send it. */
export const HOSTILE_NAME = '<script>alert(1)</script>\u202Egnp.exe\u0007';

const attribute = (type: number, value: Uint8Array): Uint8Array => encodeTlv({ type, value });

/**
 * An M1 of a device whose Vertical Pairing Identifier is 4 bytes long: 0x1001 (length 4) 01 01 00 00, then a Transport
 * UUID, in one Microsoft extension after OS Version.
 */
export function exampleM1(): Uint8Array {
  const microsoft = concat(
    fromHex('000137'),
    attribute(0x1001, fromHex('01010000')),
    attribute(0x1002, fromHex('8f9d1c5277aa4e0b9c3d2f1e5b6a7c8d')),
  );
  return concat(
    attribute(0x104a, fromHex('10')),
    attribute(0x1022, fromHex('04')),
    attribute(0x1047, fromHex('6d4f9a1c2b3e45f8a1b2c3d4e5f60718')),
    attribute(0x1020, fromHex('02005e102030')),
    attribute(0x101a, fromHex('00112233445566778899aabbccddeeff')),
    attribute(
      0x1032,
      Uint8Array.from({ length: 192 }, (_unused, index) => (index * 7 + 1) & 0xff),
    ),
    attribute(0x1021, ascii('Contoso')),
    attribute(0x1011, new TextEncoder().encode(HOSTILE_NAME)),
    attribute(0x1012, fromHex('0000')),
    attribute(0x102d, fromHex('80000001')),
    attribute(0x1049, microsoft),
    attribute(0x1049, fromHex('00372a000120')),
  );
}

/** `message` in an Ethernet frame, EAPOL and EAP-Response/WSC around it. */
export function frameOf(number: number, message: Uint8Array, timeNs: bigint): Frame {
  const eapLength = 14 + message.length;
  const bytes = concat(
    fromHex('02005e000001 02005e102030 888e'),
    fromHex('0100'),
    be(eapLength, 2),
    fromHex('0205'),
    be(eapLength, 2),
    fromHex('fe 00372a 00000001 0400'),
    message,
  );
  return { number, timeNs, linkType: 'ethernet', bytes, wireLength: bytes.length };
}

/** Evidence of one exchange: a request the Enrollee answers with M1. */
export function exampleEvidence(): Evidence {
  const m1 = exampleM1();
  const start = frameOf(6, new Uint8Array(0), 1_790_000_000_000_000_000n);
  const frame = frameOf(7, m1, 1_790_000_000_004_000_000n);
  const request = packetOf(start, 'registrar');
  const response = packetOf(frame, 'enrollee');
  const exchange: Exchange = {
    number: 1,
    enrolleeMac: fromHex('02005e102030'),
    registrarMac: fromHex('02005e000001'),
    packets: [request, response],
    messages: [messageOf(m1, response)],
    identities: [],
    framing: [],
    closing: 'open',
    method: 'pin',
    keys: { authKey: new Uint8Array(32).fill(0xa1), keyWrapKey: new Uint8Array(16).fill(0xb2) },
    pin: '12345670',
    lossy: false,
  };
  return {
    dutMac: exchange.enrolleeMac,
    source: 'run',
    ability: { kinds: ['m1', 'exchange', 'keys'], sessions: 1 },
    exchanges: [exchange],
    management: [],
    losses: [],
    events: [],
    benchFailure: null,
  };
}

function packetOf(frame: Frame, from: EapPacket['from']): EapPacket {
  const start = 18;
  return {
    frame,
    from,
    span: { start, end: frame.bytes.length },
    bytes: frame.bytes.subarray(start),
    code: 2,
    identifier: 5,
    type: 254,
    retransmission: false,
  };
}

function messageOf(bytes: Uint8Array, packet: EapPacket): ExchangeMessage {
  const part: Part = { frame: packet.frame, messageOffset: 0, frameOffset: HEADERS_BYTES, lengthBytes: bytes.length };
  return {
    from: 'enrollee',
    opCode: 4,
    wsc: decodeWsc(bytes),
    parts: [part],
    packets: [packet],
    timeNs: packet.frame.timeNs,
  };
}
