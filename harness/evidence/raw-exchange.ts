import { equal } from '#base/bytes.js';
import { EAP_CODE, EAP_TYPE } from '#wire/eap/eap.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import type { MacKey } from './mac-key.js';
import type { Frame } from './model.js';
import { isM1, isRegistrarIdentity, isWscIdentity, type EapPeek } from './peek.js';

/** The EAP roles, by which an exchange is collected; who is the Enrollee is known when its M1 is. */
export type EapRole = 'supplicant' | 'authenticator';

/** An EAPOL packet of an exchange: `frame.bytes[start, end)`. */
export interface RawPacket {
  readonly frame: Frame;
  readonly from: EapRole;
  readonly start: number;
  readonly end: number;
  readonly peek: EapPeek;
}

/** An EAPOL packet without a whole EAP header: `frame.bytes[start, end)`. */
export type UnreadablePacket = Omit<RawPacket, 'peek' | 'from'>;

/** EAPOL-Starts of one exchange that are kept: a device may send them for ever. */
const MAX_STARTS = 64;

/** Silence after which whatever comes is a new exchange; longer than any session lives. */
const LONGEST_SILENCE_NS = 300_000_000_000n;

/** One exchange as it is collected: its frames, and the little that tells where it begins and ends. */
export class RawExchange {
  readonly supplicant: MacKey;
  /** Null while unknown. */
  authenticator: MacKey | null = null;
  readonly packets: RawPacket[] = [];
  /** Number and time of the first frame, EAPOL-Start included. */
  readonly firstNumber: number;
  readonly firstTimeNs: bigint;
  lastTimeNs: bigint;
  /** It is known to be seen from its begin on. */
  readonly fromBegin: boolean;
  /** Something of WPS was seen in it. */
  confirmed = false;
  /** Another EAP method was seen before anything of WPS. */
  foreign = false;
  /** EAP-Success or EAP-Failure was seen. */
  closed = false;
  /** Frames of it that the capture cut, or that came in 802.11 fragments. */
  damagedFrames = 0;
  /** What the supplicant sent without a whole EAP header, or under no EAPOL type there is: it did answer. */
  readonly unreadableAnswers: UnreadablePacket[] = [];
  /** EAPOL-Starts, at most {@link MAX_STARTS}. */
  readonly starts: Pick<Frame, 'number' | 'timeNs'>[] = [];
  /** The capture's own total of lost packets at the begin and at the end of the exchange. */
  readonly dropsBefore: number;
  dropsAfter: number | null = null;
  private wscSeen = false;
  private messagesSeen = false;
  private firstM1: RawPacket | null = null;

  constructor(begin: {
    readonly supplicant: MacKey;
    readonly number: number;
    readonly timeNs: bigint;
    readonly fromBegin: boolean;
    readonly drops: number;
  }) {
    this.supplicant = begin.supplicant;
    this.firstNumber = begin.number;
    this.firstTimeNs = begin.timeNs;
    this.lastTimeNs = begin.timeNs;
    this.fromBegin = begin.fromBegin;
    this.dropsBefore = begin.drops;
  }

  /** Take an EAPOL-Start. */
  addStart(number: number, timeNs: bigint): void {
    if (this.starts.length < MAX_STARTS) this.starts.push({ number, timeNs });
  }

  /** Take a packet; `drops` is the capture's total of lost packets so far. */
  add(packet: RawPacket, drops: number): void {
    const { peek, frame } = packet;
    // An answer of a wrong type to the request for an identity does not make another method of the exchange.
    const isIdentity = this.packets.at(-1)?.peek.type === EAP_TYPE.Identity && this.answers(packet);
    this.packets.push(packet);
    this.lastTimeNs = frame.timeNs;
    if (peek.opCode >= 0 || isWscIdentity(frame.bytes, peek, packet.start)) this.confirmed = true;
    else if (peek.type > EAP_TYPE.Nak && !this.confirmed && !isIdentity) this.foreign = true;
    if (peek.opCode >= 0) this.wscSeen = true;
    if (peek.opCode > OP_CODE.Start) this.messagesSeen = true;
    if (isM1(frame.bytes, peek)) this.firstM1 ??= packet;
    if (!this.closed && (peek.code === EAP_CODE.Failure || peek.code === EAP_CODE.Success)) {
      this.closed = true;
      this.dropsAfter = drops;
    }
  }

  /** True when a packet cannot belong to this exchange any more, so that a new one begins with it. */
  isOver(packet: RawPacket): boolean {
    const { peek, frame } = packet;
    if (frame.timeNs - this.lastTimeNs > LONGEST_SILENCE_NS) return true;
    if (peek.type === EAP_TYPE.Identity) return this.closed || (this.wscSeen && !this.answers(packet));
    if (this.closed) return !this.repeats(packet);
    // Only the authenticator starts WSC, and without data: all else is a wrong op-code, and no new exchange.
    if (peek.opCode === OP_CODE.Start && packet.from === 'authenticator' && peek.dataAt === peek.end)
      return this.messagesSeen && !this.repeats(packet);
    return this.firstM1 !== null && isM1(frame.bytes, peek) && !sameData(this.firstM1, packet);
  }

  /** An EAPOL-Start now begins a new exchange: this one has ended, or was silent for too long. */
  isOverAtStart(timeNs: bigint): boolean {
    return this.closed || timeNs - this.lastTimeNs > LONGEST_SILENCE_NS;
  }

  /**
   * Time of the supplicant's first packet, else of the first frame. Requests for the identity that nobody answered may be
   * from long before, when the device was waited for in vain.
   */
  get heardTimeNs(): bigint {
    return this.packets.find(({ from }) => from === 'supplicant')?.frame.timeNs ?? this.firstTimeNs;
  }

  /** The role that spoke last. */
  get lastFrom(): EapRole | null {
    return this.packets[this.packets.length - 1]?.from ?? null;
  }

  /** Role of the Enrollee: who sends M1; without one the supplicant, unless it names itself a Registrar. */
  get enrolleeRole(): EapRole {
    if (this.firstM1 !== null) return this.firstM1.from;
    const registers = this.packets.some(
      ({ from, frame, peek, start }) => from === 'supplicant' && isRegistrarIdentity(frame.bytes, peek, start),
    );
    return registers ? 'authenticator' : 'supplicant';
  }

  /** Address of the Enrollee. */
  get enrollee(): MacKey {
    return this.enrolleeRole === 'supplicant' ? this.supplicant : (this.authenticator ?? this.supplicant);
  }

  /** Address of the Registrar; null while unknown. */
  get registrar(): MacKey | null {
    return this.enrolleeRole === 'supplicant' ? this.authenticator : this.supplicant;
  }

  /** It answers the request that came last, whatever it says. */
  private answers({ from, peek }: RawPacket): boolean {
    const last = this.packets[this.packets.length - 1];
    if (from !== 'supplicant' || last?.from !== 'authenticator') return false;
    return last.peek.code === EAP_CODE.Request && last.peek.identifier === peek.identifier;
  }

  private repeats(packet: RawPacket): boolean {
    return this.packets.some((earlier) => earlier.from === packet.from && equal(eapBytes(earlier), eapBytes(packet)));
  }
}

/** The EAP packet of an EAPOL packet, as far as both length fields and the frame let it go. */
export function eapBytes(packet: RawPacket): Uint8Array {
  return packet.frame.bytes.subarray(packet.start + 4, packet.peek.end);
}

function sameData(a: RawPacket, b: RawPacket): boolean {
  return equal(a.frame.bytes.subarray(a.peek.dataAt, a.peek.end), b.frame.bytes.subarray(b.peek.dataAt, b.peek.end));
}
