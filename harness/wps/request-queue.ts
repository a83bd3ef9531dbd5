import { eapolPacket, EAPOL_TYPE } from '#wire/eap/eapol.js';
import { EAP_CODE, eapPacket } from '#wire/eap/eap.js';
import type { EngineOutput, PacketScript } from './engine.js';

/** One message to be sent in EAP requests. */
export interface QueuedMessage {
  readonly what: string;
  /** EAP bodies, one a request: several for a fragmented message. Empty for EAP-Failure, which asks nothing. */
  readonly bodies: readonly Uint8Array[];
  readonly delayMs: number;
  /** How often, and how long after it was sent, each packet is repeated besides ordinary retransmission. */
  readonly copiesMs: readonly number[];
}

export interface RequestQueueOptions {
  readonly retransmitMs: number;
  readonly firstIdentifier: number;
  /** Sees each packet once, also EAP-Failure; absent: packets go as they are. */
  readonly packetScript?: PacketScript | undefined;
}

interface Outstanding {
  readonly what: string;
  /** What is sent for the request; more than one packet, or none, only by a script. */
  readonly packets: readonly Uint8Array[];
  readonly identifier: number;
  sends: number;
  resendAtMs: number;
  copiesAtMs: readonly number[];
}

/**
 * The requests of an EAP authenticator: strictly one after the other, each repeated byte for byte until it is answered
 * (RFC 3748 section 4.1: the identifier changes with every new request and stays in a retransmission).
 */
export class RequestQueue {
  readonly #retransmitMs: number;
  readonly #packetScript: PacketScript;
  readonly #messages: QueuedMessage[] = [];
  #identifier: number;
  #nextBody = 0;
  #heldUntilMs: number | null = null;
  #outstanding: Outstanding | null = null;

  constructor({ retransmitMs, firstIdentifier, packetScript = ({ bytes }) => [bytes] }: RequestQueueOptions) {
    this.#retransmitMs = retransmitMs;
    this.#packetScript = packetScript;
    this.#identifier = firstIdentifier;
  }

  /** Identifier of the request that waits for its answer, or null when none does. */
  get awaited(): number | null {
    return this.#outstanding?.identifier ?? null;
  }

  /** The request that waits was sent `tries` times, and the time of its last try is over. */
  unanswered(tries: number, nowMs: number): boolean {
    const waiting = this.#outstanding;
    return waiting !== null && waiting.sends >= tries && nowMs >= waiting.resendAtMs;
  }

  /** The message being sent has fragments left. */
  get hasMoreFragments(): boolean {
    return this.#nextBody < (this.#messages[0]?.bodies.length ?? 0);
  }

  /** Another message waits behind the one being sent. */
  get hasMoreMessages(): boolean {
    return this.#messages.length > 1;
  }

  /** Nothing is sent, held back or waited for. */
  get idle(): boolean {
    return this.#messages.length === 0 && this.#outstanding === null;
  }

  /** When {@link due} has something to do next; null when only an answer can change anything. */
  get wakeAtMs(): number | null {
    const times = [...(this.#outstanding?.copiesAtMs ?? [])];
    if (this.#heldUntilMs !== null) times.push(this.#heldUntilMs);
    if (this.#outstanding !== null) times.push(this.#outstanding.resendAtMs);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Forget everything unsent and unanswered, and send these instead. */
  replace(messages: readonly QueuedMessage[], nowMs: number): EngineOutput[] {
    this.#messages.length = 0;
    this.#messages.push(...messages);
    this.#outstanding = null;
    return this.#begin(nowMs);
  }

  /** The answer asked for the next fragment. */
  nextFragment(nowMs: number): EngineOutput[] {
    return this.#transmit(nowMs);
  }

  /** The message is answered: go on with the one behind it. */
  nextMessage(nowMs: number): EngineOutput[] {
    this.#messages.shift();
    this.#outstanding = null;
    return this.#begin(nowMs);
  }

  /** A request between: acknowledges a fragment of the peer. The message being sent stays the one that is answered. */
  interject(what: string, body: Uint8Array, nowMs: number): EngineOutput[] {
    return this.#request(what, body, [], nowMs);
  }

  /** What time has brought: a message held back, a copy, a retransmission. */
  due(nowMs: number): EngineOutput[] {
    if (this.#heldUntilMs !== null && nowMs >= this.#heldUntilMs) return this.#transmit(nowMs);
    const waiting = this.#outstanding;
    if (waiting === null) return [];
    const outputs: EngineOutput[] = [];
    const repeat = waiting.packets.map((bytes): EngineOutput => ({ kind: 'send', bytes, what: waiting.what }));
    for (const at of waiting.copiesAtMs) if (at <= nowMs) outputs.push(...repeat);
    waiting.copiesAtMs = waiting.copiesAtMs.filter((at) => at > nowMs);
    if (nowMs >= waiting.resendAtMs) {
      waiting.sends += 1;
      waiting.resendAtMs = nowMs + this.#retransmitMs;
      outputs.push(...repeat);
    }
    return outputs;
  }

  #begin(nowMs: number): EngineOutput[] {
    this.#nextBody = 0;
    this.#heldUntilMs = null;
    const message = this.#messages[0];
    if (message === undefined) return [];
    if (message.delayMs <= 0) return this.#transmit(nowMs);
    this.#heldUntilMs = nowMs + message.delayMs;
    return [];
  }

  #transmit(nowMs: number): EngineOutput[] {
    this.#heldUntilMs = null;
    const message = this.#messages[0];
    if (message === undefined) return [];
    const body = message.bodies[this.#nextBody];
    if (body !== undefined) {
      this.#nextBody += 1;
      return this.#request(message.what, body, message.copiesMs, nowMs);
    }
    const failure = eapPacket(EAP_CODE.Failure, this.#identifier);
    const sent = this.#scripted(message.what, eapolPacket(EAPOL_TYPE.EapPacket, failure));
    return [...sent, ...message.copiesMs.flatMap(() => sent), ...this.nextMessage(nowMs)];
  }

  #request(what: string, body: Uint8Array, copiesMs: readonly number[], nowMs: number): EngineOutput[] {
    this.#identifier = (this.#identifier + 1) & 0xff;
    const identifier = this.#identifier;
    const sent = this.#scripted(what, eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(EAP_CODE.Request, identifier, body)));
    const packets = sent.map(({ bytes }) => bytes);
    const copiesAtMs = copiesMs.map((afterMs) => nowMs + afterMs);
    this.#outstanding = { what, packets, identifier, sends: 1, resendAtMs: nowMs + this.#retransmitMs, copiesAtMs };
    const atOnce = copiesAtMs.filter((at) => at <= nowMs);
    this.#outstanding.copiesAtMs = copiesAtMs.filter((at) => at > nowMs);
    return [...sent, ...atOnce.flatMap(() => sent)];
  }

  #scripted(what: string, packet: Uint8Array): Extract<EngineOutput, { kind: 'send' }>[] {
    return this.#packetScript({ what, bytes: packet }).map((bytes) => ({ kind: 'send', bytes, what }));
  }
}
