import { equal, hash32 } from '#base/bytes.js';
import { decodeEap, EAP_CODE, EAP_TYPE, type EapMessage } from '#wire/eap/eap.js';
import { decodeEapol, EAPOL_HEADER_BYTES, EAPOL_TYPE, type EapolPacket } from '#wire/eap/eapol.js';
import { OP_CODE, WscReassembler, type Reassembly } from '#wire/eap/eap-wsc.js';
import type { FramingRemark } from '#wire/eap/remark.js';
import { wscCarrier } from '#wire/eap/wsc-carrier.js';
import type { EapPacket, ExchangeMessage, FramingIssue, Part, Side } from './model.js';
import type { EapRole, RawExchange, RawPacket, UnreadablePacket } from './raw-exchange.js';

/** The packets of an exchange, decoded; keys and its end are not looked at here. */
export interface DecodedExchange {
  readonly packets: readonly EapPacket[];
  readonly messages: readonly ExchangeMessage[];
  readonly identities: readonly EapPacket[];
  readonly framing: readonly FramingIssue[];
}

/** Padding, a frame check sequence, or what a capture appends: IEEE 802.1X has receivers ignore it. */
const NOT_OF_THE_DEVICE = 'eapol-trailing-bytes';

/** Decode the packets of an exchange. Never throws on what was sent. */
export function decodeExchange(raw: RawExchange): DecodedExchange {
  const decoder = new Decoder(raw.enrolleeRole);
  for (const packet of raw.packets) decoder.take(packet);
  if (raw.enrolleeRole === 'supplicant') for (const packet of raw.unreadableAnswers) decoder.takeUnreadable(packet);
  decoder.framing.sort((a, b) => a.packet.frame.number - b.packet.frame.number);
  return decoder;
}

class Decoder implements DecodedExchange {
  readonly packets: EapPacket[] = [];
  readonly messages: ExchangeMessage[] = [];
  readonly identities: EapPacket[] = [];
  readonly framing: FramingIssue[] = [];
  private readonly enrolleeRole: EapRole;
  private readonly reassemblers = { enrollee: new WscReassembler(), registrar: new WscReassembler() };
  /** Offset of the EAP-WSC payload in each packet's EAP packet. */
  private readonly payloadOffsets: number[] = [];
  /** Earlier packets by side, identifier, length and hash, to find what repeats them. */
  private readonly seen = new Map<string, Uint8Array[]>();

  constructor(enrolleeRole: EapRole) {
    this.enrolleeRole = enrolleeRole;
  }

  take(raw: RawPacket): void {
    const eapol = decodeEapol(raw.frame.bytes.subarray(raw.start, raw.end));
    const eap = decodeEap(eapol.body);
    const from: Side = raw.from === this.enrolleeRole ? 'enrollee' : 'registrar';
    const start = raw.start + EAPOL_HEADER_BYTES;
    const packet: EapPacket = {
      frame: raw.frame,
      from,
      span: { start, end: start + eapol.body.length },
      bytes: eapol.body,
      code: raw.peek.code,
      identifier: raw.peek.identifier,
      type: eap.type,
      retransmission: this.repeats(from, raw.peek.identifier, eapol.body),
    };
    this.packets.push(packet);
    if (packet.retransmission) {
      this.payloadOffsets.push(0);
      return;
    }
    if (packet.code === EAP_CODE.Response && packet.type === EAP_TYPE.Identity && from === 'enrollee')
      this.identities.push(packet);
    this.remarkHeaders(packet, eapol, eap);
    this.takeWsc(packet, eap);
  }

  /** What the Enrollee sent without an EAP header is no packet of the exchange, but its framing is remarked. */
  takeUnreadable({ frame, start, end }: UnreadablePacket): void {
    const bytes = frame.bytes.subarray(start, end);
    const eapol = decodeEapol(bytes);
    const at = Math.min(end, start + EAPOL_HEADER_BYTES);
    const [code = 0, identifier = 0] = eapol.body;
    if (this.repeats('enrollee', identifier, bytes)) return;
    const packet: EapPacket = {
      frame,
      from: 'enrollee',
      span: { start: at, end: at + eapol.body.length },
      bytes: eapol.body,
      code,
      identifier,
      type: null,
      retransmission: false,
    };
    const holdsEap = eapol.header?.packetType === EAPOL_TYPE.EapPacket;
    this.remarkHeaders(packet, eapol, holdsEap ? decodeEap(eapol.body) : null);
  }

  private repeats(from: Side, identifier: number, bytes: Uint8Array): boolean {
    const key = `${from} ${identifier} ${bytes.length} ${hash32(bytes)}`;
    const earlier = this.seen.get(key);
    if (earlier === undefined) this.seen.set(key, [bytes]);
    else if (earlier.some((other) => equal(other, bytes))) return true;
    else earlier.push(bytes);
    return false;
  }

  private takeWsc(packet: EapPacket, eap: EapMessage): void {
    const carrier = wscCarrier(eap);
    this.payloadOffsets.push(carrier.payloadOffset);
    this.remark(packet, carrier.issues, 0);
    if (carrier.payload === null) return;
    const result = this.reassemblers[packet.from].push(carrier.payload, this.packets.length - 1);
    for (const issue of result.issues) {
      const carrying = this.packets[issue.packet];
      if (carrying !== undefined) this.remark(carrying, [issue], this.payloadOffsets[issue.packet] ?? 0);
    }
    if (result.kind !== 'message') return;
    // WSC_Start has no attributes: it is no message.
    const isStart = result.opCode === OP_CODE.Start && result.wsc.bytes.length === 0;
    if (!isStart) this.messages.push(this.message(packet, result));
  }

  private message(last: EapPacket, result: Extract<Reassembly, { kind: 'message' }>): ExchangeMessage {
    const parts: Part[] = [];
    const packets: EapPacket[] = [];
    for (const { packet: index, payloadOffset, messageOffset, lengthBytes } of result.parts) {
      const packet = this.packets[index];
      if (packet === undefined) continue;
      packets.push(packet);
      const frameOffset = packet.span.start + (this.payloadOffsets[index] ?? 0) + payloadOffset;
      parts.push({ frame: packet.frame, messageOffset, frameOffset, lengthBytes });
    }
    const { opCode, wsc } = result;
    return { from: last.from, opCode, wsc, parts, packets, timeNs: last.frame.timeNs };
  }

  private remarkHeaders(packet: EapPacket, eapol: EapolPacket, eap: EapMessage | null): void {
    this.remark(
      packet,
      eapol.issues.filter(({ code }) => code !== NOT_OF_THE_DEVICE),
      -EAPOL_HEADER_BYTES,
    );
    if (eap !== null) this.remark(packet, eap.issues, 0);
  }

  /** Remarks on the Enrollee's packets, with offsets moved into the EAP packet (0 for the EAPOL header before it). */
  private remark(packet: EapPacket, issues: readonly FramingRemark[], offset: number): void {
    if (packet.from !== 'enrollee') return;
    for (const { code, at, expected, actual } of issues) {
      const moved = { start: Math.max(0, at.start + offset), end: Math.max(0, at.end + offset) };
      this.framing.push({ packet, code, at: moved, expected, actual });
    }
  }
}
