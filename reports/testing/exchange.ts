import { be, concat, fromHex, u8 } from '#base/bytes.js';
import type { EapPacket, Evidence, Exchange, ExchangeMessage, Frame, Side } from '#evidence/model.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { encodeTlv } from '#wire/tlv.js';
import { decodeWsc, MESSAGE_TYPE, type MessageName } from '#wire/wps/message.js';
import { exampleEvidence } from './m1.js';

/** Time of the first frame, nanoseconds since 1970. */
export const BEGIN_NS = 1_790_000_000_000_000_000n;

/** What a packet of a conversation is made of. */
export interface Said {
  readonly from: Side;
  /** EAP packet, from the code on. */
  readonly bytes: Uint8Array;
  /** Milliseconds since the begin. */
  readonly atMs: number;
  /** The packet carries a whole message; absent: it is no message, or a fragment of one. */
  readonly isMessage?: boolean;
}

/** An EAP-Request of the Registrar or an EAP-Response of the Enrollee that carries a WSC message and nothing else. */
export function wscPacket(
  from: Side,
  name: MessageName,
  atMs: number,
  opCode: number = OP_CODE.Msg,
  more: Uint8Array = new Uint8Array(0),
): Said {
  const message = concat(
    encodeTlv({ type: 0x104a, value: fromHex('10') }),
    encodeTlv({ type: 0x1022, value: be(MESSAGE_TYPE[name], 1) }),
    more,
  );
  return { from, bytes: wscBytes(from, opCode, message), atMs, isMessage: true };
}

/** A WSC packet without attributes: WSC_Start, WSC_FRAG_ACK. */
export function barePacket(from: Side, opCode: number, atMs: number): Said {
  return { from, bytes: wscBytes(from, opCode, new Uint8Array(0)), atMs };
}

/** EAP-Response/Identity of the Enrollee. */
export function identityPacket(identity: string, atMs: number): Said {
  return { from: 'enrollee', bytes: eapBytes(2, 1, concat(fromHex('01'), new TextEncoder().encode(identity))), atMs };
}

/** EAP-Failure of the Registrar. */
export function failurePacket(atMs: number): Said {
  return { from: 'registrar', bytes: eapBytes(4, 9, new Uint8Array(0)), atMs };
}

function wscBytes(from: Side, opCode: number, message: Uint8Array): Uint8Array {
  return eapBytes(
    from === 'enrollee' ? 2 : 1,
    5,
    concat(fromHex('fe00372a00000001'), be(opCode, 1), be(0, 1), message),
  );
}

function eapBytes(code: number, identifier: number, data: Uint8Array): Uint8Array {
  return concat(be(code, 1), be(identifier, 1), be(4 + data.length, 2), data);
}

/** An exchange of this conversation, frames numbered from `firstFrame` on; a packet said before is a repetition. */
export function exchangeOf(said: readonly Said[], more: Partial<Exchange> = {}, firstFrame = 1): Exchange {
  const [base] = exampleEvidence().exchanges;
  if (base === undefined) throw new Error('the example has no exchange');
  const packets = said.map(({ from, bytes, atMs }, index): EapPacket => {
    const frame: Frame = {
      number: firstFrame + index,
      timeNs: BEGIN_NS + BigInt(atMs) * 1_000_000n,
      linkType: 'ethernet',
      bytes,
      wireLength: bytes.length,
    };
    const code = u8(bytes, 0);
    return {
      frame,
      from,
      span: { start: 0, end: bytes.length },
      bytes,
      code,
      identifier: u8(bytes, 1),
      type: code > 2 ? null : u8(bytes, 4),
      retransmission: said.slice(0, index).some((earlier) => earlier.from === from && earlier.bytes === bytes),
    };
  });
  const messages = packets.flatMap((packet, index): ExchangeMessage[] => {
    if (said[index]?.isMessage !== true || packet.retransmission) return [];
    const message = packet.bytes.subarray(14);
    return [
      {
        from: packet.from,
        opCode: u8(packet.bytes, 12),
        wsc: decodeWsc(message),
        parts: [{ frame: packet.frame, messageOffset: 0, frameOffset: 14, lengthBytes: message.length }],
        packets: [packet],
        timeNs: packet.frame.timeNs,
      },
    ];
  });
  return { ...base, packets, messages, identities: [], keys: null, pin: null, closing: 'done', ...more };
}

/** Evidence of these exchanges. */
export function evidenceOf(exchanges: readonly Exchange[], more: Partial<Evidence> = {}): Evidence {
  return { ...exampleEvidence(), exchanges, ...more };
}
