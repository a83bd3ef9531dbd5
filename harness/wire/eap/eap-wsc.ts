import { be, concat, u16be, u8 } from '#base/bytes.js';
import { decodeWsc, MESSAGE_TYPE, type WscMessage } from '../wps/message.js';
import { hexNumber, remark, type FramingRemark } from './remark.js';

/** EAP-WSC op-codes (WSC: EAP method of Wi-Fi Simple Configuration). */
export const OP_CODE = { Start: 0x01, Ack: 0x02, Nack: 0x03, Msg: 0x04, Done: 0x05, FragAck: 0x06 } as const;

/** EAP-WSC flags: more fragments follow; a message length field (2 bytes) is there. */
export const FLAG = { MoreFragments: 0x01, LengthField: 0x02 } as const;

/** An EAP-WSC payload: what follows the expanded method type. `encodeEapWsc` gives back its bytes. */
export interface EapWsc {
  /** Null when there are fewer than 2 bytes; what there is stands in `data`. */
  readonly header: { readonly opCode: number; readonly flags: number } | null;
  /** Announced length of the whole message; null without the flag, and where the field is cut. */
  readonly messageLength: number | null;
  /** WSC TLVs, or a fragment of them. */
  readonly data: Uint8Array;
  /** Offset of `data` in the payload. */
  readonly dataOffset: number;
  /** `wsc-header-cut`, `unknown-opcode`, `unknown-flags`, `length-field-cut`; offsets in the payload. */
  readonly issues: readonly FramingRemark[];
}

/** Decode from the op-code on. Never throws. */
export function decodeEapWsc(payload: Uint8Array): EapWsc {
  if (payload.length < 2) {
    const have = `${payload.length} bytes`;
    const issue = remark('wsc-header-cut', 'eapWsc', 0, payload.length, 'op-code and flags (2 bytes)', have);
    return { header: null, messageLength: null, data: payload, dataOffset: 0, issues: [issue] };
  }
  const opCode = u8(payload, 0);
  const flags = u8(payload, 1);
  const issues: FramingRemark[] = [];
  if (opCode < OP_CODE.Start || opCode > OP_CODE.FragAck)
    issues.push(remark('unknown-opcode', 'eapWsc.opCode', 0, 1, 'an op-code from 0x01 to 0x06', hexNumber(opCode)));
  if ((flags & ~(FLAG.MoreFragments | FLAG.LengthField)) !== 0)
    issues.push(remark('unknown-flags', 'eapWsc.flags', 1, 2, 'no bits but 0x01 and 0x02', hexNumber(flags)));
  let messageLength: number | null = null;
  let dataOffset = 2;
  if ((flags & FLAG.LengthField) !== 0) {
    if (payload.length >= 4) {
      messageLength = u16be(payload, 2);
      dataOffset = 4;
    } else {
      const have = `${payload.length - 2} bytes`;
      issues.push(remark('length-field-cut', 'eapWsc.length', 2, payload.length, 'a length field of 2 bytes', have));
    }
  }
  return { header: { opCode, flags }, messageLength, data: payload.subarray(dataOffset), dataOffset, issues };
}

/** Bytes of a payload: the inverse of {@link decodeEapWsc}. Flags and length may lie on purpose. */
export function encodeEapWsc(wsc: Pick<EapWsc, 'header' | 'messageLength' | 'data'>): Uint8Array {
  const head = wsc.header === null ? [] : [be(wsc.header.opCode, 1), be(wsc.header.flags, 1)];
  const length = wsc.messageLength === null ? [] : [be(wsc.messageLength, 2)];
  return concat(...head, ...length, wsc.data);
}

/** Op-code that a message of this WSC Message Type travels under, or null for a type that is not defined here. */
export function opCodeOf(messageType: number | null): number | null {
  if (messageType === MESSAGE_TYPE.WSC_ACK) return OP_CODE.Ack;
  if (messageType === MESSAGE_TYPE.WSC_NACK) return OP_CODE.Nack;
  if (messageType === MESSAGE_TYPE.WSC_DONE) return OP_CODE.Done;
  if (messageType !== null && messageType >= MESSAGE_TYPE.M1 && messageType <= MESSAGE_TYPE.M8) return OP_CODE.Msg;
  return null;
}

/** `opcode-mismatch`: a message of a known type under another op-code. Offsets in the EAP-WSC payload. */
export function opCodeRemark(opCode: number, message: WscMessage): FramingRemark | null {
  const right = opCodeOf(message.messageType);
  if (right === null || right === opCode) return null;
  const expected = `${hexNumber(right)} for ${message.name ?? 'this message'}`;
  return remark('opcode-mismatch', 'eapWsc.opCode', 0, 1, expected, hexNumber(opCode));
}

/** Longest message a reassembler keeps: what the 16-bit length field can announce. */
export const MAX_MESSAGE_BYTES = 65535;
/** Most fragments of one message; more than any message needs, so that empty fragments end too. */
export const MAX_FRAGMENTS = 4096;

/** Where a stretch of a reassembled message comes from. */
export interface ReassembledPart {
  /** The number its packet was pushed with. */
  readonly packet: number;
  /** Offset of the stretch in that packet's EAP-WSC payload. */
  readonly payloadOffset: number;
  readonly messageOffset: number;
  readonly lengthBytes: number;
}

/** A remark on one packet of a message; offsets in that packet's EAP-WSC payload. */
export interface PacketRemark extends FramingRemark {
  /** The number its packet was pushed with. */
  readonly packet: number;
}

export type Reassembly =
  /** A message is complete (op-code FRAG_ACK excepted). It is delivered however wrong its framing was. */
  | {
      readonly kind: 'message';
      readonly opCode: number;
      readonly wsc: WscMessage;
      readonly parts: readonly ReassembledPart[];
      readonly issues: readonly PacketRemark[];
    }
  /** A fragment was taken; more are announced. `opCode` is that of the first fragment. */
  | { readonly kind: 'pending'; readonly opCode: number; readonly issues: readonly PacketRemark[] }
  /** The peer wants the next fragment of the message it is being sent. */
  | { readonly kind: 'frag-ack'; readonly issues: readonly PacketRemark[] }
  /** No message can be made of it; a message begun is given up. */
  | { readonly kind: 'rejected'; readonly issues: readonly PacketRemark[] };

interface Begun {
  readonly opCode: number;
  readonly announced: number | null;
  /** Set once more bytes than announced were remarked, so that each message says it once. */
  overrun: boolean;
  length: number;
  readonly data: Uint8Array[];
  readonly parts: ReassembledPart[];
}

/**
 * Puts the fragments of one side's EAP-WSC messages together (WSC: fragmentation). Lenient on purpose: a wrong
 * framing is remarked and the message still delivered, so that what it says can be judged too.
 *
 * Codes besides those of {@link decodeEapWsc}: `fragment-without-length`, `length-field-wrong` (first fragment or
 * unfragmented message against its own bytes), `length-field-on-later-fragment`, `opcode-changed`,
 * `more-than-announced`, `fewer-than-announced`, `empty-fragment`, `frag-ack-not-empty`, `opcode-mismatch`, and with
 * the message given up `message-too-long`, `fragments-without-end`.
 */
export class WscReassembler {
  #begun: Begun | null = null;

  /** Take one packet's EAP-WSC payload. `packet` is any number the caller tells its packets apart by. */
  push(payload: Uint8Array, packet: number): Reassembly {
    const wsc = decodeEapWsc(payload);
    const issues: FramingRemark[] = [...wsc.issues];
    const result = this.#take(wsc, payload.length, packet, issues);
    return { ...result, issues: issues.map((issue) => ({ ...issue, packet })) };
  }

  /** Forget a message begun, as when the exchange starts anew. */
  reset(): void {
    this.#begun = null;
  }

  #take(wsc: EapWsc, payloadLength: number, packet: number, issues: FramingRemark[]): WithoutIssues<Reassembly> {
    if (wsc.header === null) {
      this.#begun = null;
      return { kind: 'rejected' };
    }
    const { opCode, flags } = wsc.header;
    const whole = [0, payloadLength] as const;
    if (opCode === OP_CODE.FragAck) {
      if (payloadLength > 2 || flags !== 0) {
        const actual = `${payloadLength - 2} bytes, flags ${hexNumber(flags)}`;
        issues.push(remark('frag-ack-not-empty', 'eapWsc', ...whole, 'no data and flags 0x00', actual));
      }
      return { kind: 'frag-ack' };
    }
    const more = (flags & FLAG.MoreFragments) !== 0;
    const begun = this.#begun === null ? begin(wsc, opCode, more, issues) : proceed(this.#begun, wsc, opCode, issues);
    begun.parts.push({
      packet,
      payloadOffset: wsc.dataOffset,
      messageOffset: begun.length,
      lengthBytes: wsc.data.length,
    });
    begun.data.push(wsc.data);
    begun.length += wsc.data.length;
    this.#begun = more ? begun : null;
    if (more && wsc.data.length === 0)
      issues.push(remark('empty-fragment', 'eapWsc', ...whole, 'a fragment with data', 'no data'));
    if (begun.length > MAX_MESSAGE_BYTES || begun.parts.length > MAX_FRAGMENTS) {
      this.#begun = null;
      const tooLong = begun.length > MAX_MESSAGE_BYTES;
      const code = tooLong ? 'message-too-long' : 'fragments-without-end';
      const expected = tooLong ? `at most ${MAX_MESSAGE_BYTES} bytes` : `at most ${MAX_FRAGMENTS} fragments`;
      issues.push(remark(code, 'eapWsc', ...whole, expected, `${begun.length} bytes, more announced`));
      return { kind: 'rejected' };
    }
    remarkOverrun(begun, wsc, issues);
    return more ? { kind: 'pending', opCode: begun.opCode } : finish(begun, issues);
  }
}

type WithoutIssues<T> = T extends unknown ? Omit<T, 'issues'> : never;

function begin(wsc: EapWsc, opCode: number, more: boolean, issues: FramingRemark[]): Begun {
  const { messageLength } = wsc;
  const have = wsc.data.length;
  let announced = messageLength;
  if (messageLength === null && more) {
    issues.push(
      remark(
        'fragment-without-length',
        'eapWsc.flags',
        1,
        2,
        'flag 0x02 and a length field',
        'a first fragment without',
      ),
    );
  }
  // What the first packet itself contradicts is remarked here, once, and the field not looked at again.
  if (messageLength !== null && (more ? messageLength < have : messageLength !== have)) {
    const expected = more ? `at least ${have} bytes` : `${have} bytes`;
    issues.push(remark('length-field-wrong', 'eapWsc.length', 2, 4, expected, `${messageLength} bytes`));
    announced = null;
  }
  return { opCode, announced, overrun: false, length: 0, data: [], parts: [] };
}

function proceed(begun: Begun, wsc: EapWsc, opCode: number, issues: FramingRemark[]): Begun {
  if (opCode !== begun.opCode) {
    const expected = `${hexNumber(begun.opCode)} as in the first fragment`;
    issues.push(remark('opcode-changed', 'eapWsc.opCode', 0, 1, expected, hexNumber(opCode)));
  }
  if (wsc.messageLength !== null) {
    issues.push(
      remark('length-field-on-later-fragment', 'eapWsc.flags', 1, 4, 'no length field', `${wsc.messageLength} bytes`),
    );
  }
  return begun;
}

function remarkOverrun(begun: Begun, wsc: EapWsc, issues: FramingRemark[]): void {
  if (begun.announced === null || begun.overrun || begun.length <= begun.announced) return;
  begun.overrun = true;
  const end = wsc.dataOffset + wsc.data.length;
  const start = end - (begun.length - begun.announced);
  const expected = `${begun.announced} bytes as announced`;
  issues.push(remark('more-than-announced', 'eapWsc.data', start, end, expected, `${begun.length} bytes`));
}

function finish(begun: Begun, issues: FramingRemark[]): WithoutIssues<Reassembly> {
  const last = begun.parts[begun.parts.length - 1];
  if (begun.announced !== null && begun.length < begun.announced && last !== undefined) {
    const end = last.payloadOffset + last.lengthBytes;
    const expected = `${begun.announced} bytes as announced`;
    const at = [last.payloadOffset, end] as const;
    issues.push(remark('fewer-than-announced', 'eapWsc.data', ...at, expected, `${begun.length} bytes`));
  }
  const [only] = begun.data;
  const wsc = decodeWsc(begun.data.length === 1 && only !== undefined ? only : concat(...begun.data));
  const mismatch = opCodeRemark(begun.opCode, wsc);
  if (mismatch !== null) issues.push(mismatch);
  return { kind: 'message', opCode: begun.opCode, wsc, parts: begun.parts };
}
