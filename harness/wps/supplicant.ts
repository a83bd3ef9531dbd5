import { ascii, equal } from '#base/bytes.js';
import {
  decodeEap,
  EAP_CODE,
  EAP_TYPE,
  eapPacket,
  ENROLLEE_IDENTITY,
  expandedBody,
  typedBody,
  type EapMessage,
} from '#wire/eap/eap.js';
import { encodeEapWsc, OP_CODE, WscReassembler } from '#wire/eap/eap-wsc.js';
import { decodeEapol, EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { WSC_METHOD, wscCarrier } from '#wire/eap/wsc-carrier.js';
import type { Engine, EngineOutput, PacketScript, ScriptedMessage } from './engine.js';
import type { EnrolleeLimits } from './enrollee-config.js';
import { fragmentMessage } from './fragments.js';
import type { Ending, MessageLayer, Step } from './message-layer.js';

export interface SupplicantOptions {
  readonly limits: EnrolleeLimits;
  readonly fragmentBytes?: number | undefined;
  readonly packetScript?: PacketScript | undefined;
  /** Uses a packet although its framing is wrong, if this is true of the remark's code: a broken device. */
  readonly overlooks?: ((code: string) => boolean) | undefined;
  /** A message layer for a registration that begins, or begins anew. */
  readonly newLayer: () => MessageLayer;
}

interface Held {
  readonly atMs: number;
  readonly output: Extract<EngineOutput, { kind: 'send' }>;
}

interface LastRequest {
  readonly bytes: Uint8Array;
  readonly identifier: number;
  /** What it was answered with: said again, byte for byte, when the request is repeated. */
  readonly answers: Extract<EngineOutput, { kind: 'send' }>[];
}

const NOTHING = new Uint8Array(0);
const FRAG_ACK = encodeEapWsc({ header: { opCode: OP_CODE.FragAck, flags: 0 }, messageLength: null, data: NOTHING });
/** Remarks on a packet's framing that do not keep a peer from using it. */
const TOLERATED: readonly string[] = ['fewer-than-announced', 'frag-ack-not-empty'];
/** Expanded Nak that asks for EAP-WSC (RFC 3748 section 5.3.2). */
const EXPANDED_NAK = expandedBody({ vendorId: 0, vendorType: 3 }, expandedBody(WSC_METHOD, NOTHING));

/**
 * EAP peer of EAP-WSC on a wired port: EAPOL-Start, identity, then the message layer's messages; ends with EAP-Failure,
 * which is how a registration that succeeded ends, too (RFC 3748 section 4, WSC: EAP method).
 *
 * A repeated request is answered with the same bytes; a new Identity request begins the registration anew; a request
 * whose framing is wrong gets no answer.
 */
export class EapSupplicant implements Engine {
  readonly #options: SupplicantOptions;
  readonly #reassembler = new WscReassembler();
  #layer: MessageLayer;
  /** The layer has seen a message: beginning anew needs another. */
  #used = false;
  #last: LastRequest | null = null;
  /** Packets of a fragmented message that wait for FRAG_ACK. */
  #fragments: readonly { readonly what: string; readonly body: Uint8Array }[] = [];
  #held: readonly Held[] = [];
  #starts = 0;
  #nextStartMs = Number.POSITIVE_INFINITY;
  #ending: Ending | null = null;
  #over = false;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #idleAtMs = Number.POSITIVE_INFINITY;
  #lastHeardMs = 0;

  constructor(options: SupplicantOptions) {
    this.#options = options;
    this.#layer = options.newLayer();
  }

  start(nowMs: number): readonly EngineOutput[] {
    this.#deadlineMs = nowMs + this.#options.limits.sessionMs;
    this.#lastHeardMs = nowMs;
    return this.#finishTurn(this.#sendStart(nowMs), nowMs);
  }

  receive(eapol: Uint8Array, nowMs: number): readonly EngineOutput[] {
    if (this.#over) return [];
    return this.#finishTurn(nowMs < this.#deadlineMs ? this.#take(eapol, nowMs) : this.#pass(nowMs), nowMs);
  }

  tick(nowMs: number): readonly EngineOutput[] {
    if (this.#over) return [];
    return this.#finishTurn(this.#pass(nowMs), nowMs);
  }

  #sendStart(nowMs: number): EngineOutput[] {
    const { retransmitMs, tries } = this.#options.limits;
    this.#starts += 1;
    this.#nextStartMs = this.#starts < tries ? nowMs + retransmitMs : Number.POSITIVE_INFINITY;
    const messages = this.#layer.outgoing({ what: 'EAPOL-Start', opCode: 0, wsc: NOTHING });
    return this.#hold(
      messages.map((message) => [message, eapolPacket(EAPOL_TYPE.Start)]),
      nowMs,
    );
  }

  #take(bytes: Uint8Array, nowMs: number): EngineOutput[] {
    const { header, body, missingBytes } = decodeEapol(bytes);
    if (header?.packetType !== EAPOL_TYPE.EapPacket || missingBytes > 0) return [];
    const eap = decodeEap(body);
    if (eap.header === null || eap.missingBytes > 0) return [];
    this.#lastHeardMs = nowMs;
    if (eap.header.code === EAP_CODE.Failure) return this.#takeFailure(eap.header.identifier);
    if (eap.header.code !== EAP_CODE.Request || eap.type === null) return [];
    this.#nextStartMs = Number.POSITIVE_INFINITY;
    if (this.#last?.identifier === eap.header.identifier && equal(this.#last.bytes, body)) return this.#last.answers;
    this.#last = { bytes: Uint8Array.from(body), identifier: eap.header.identifier, answers: [] };
    if (this.#ending === null) this.#idleAtMs = nowMs + this.#options.limits.idleMs;
    return this.#answerRequest(eap, nowMs);
  }

  /** An identifier one above the last request's is tolerated, as wpa_supplicant does. */
  #takeFailure(identifier: number): EngineOutput[] {
    if (this.#last === null || ((identifier - this.#last.identifier) & 0xff) > 1) return [];
    this.#end(this.#ending ?? { outcome: 'failed', text: 'EAP-Failure before the registration was over' });
    return [];
  }

  #answerRequest(eap: EapMessage, nowMs: number): EngineOutput[] {
    if (eap.type === EAP_TYPE.Identity) return this.#answerIdentity(nowMs);
    if (eap.type === EAP_TYPE.Notification)
      return this.#respond([['Notification', typedBody(EAP_TYPE.Notification), 0]], nowMs);
    if (eap.type === EAP_TYPE.Expanded) {
      const { payload } = wscCarrier(eap);
      if (payload !== null) return this.#takeWsc(payload, nowMs);
      return this.#respond([['EAP-Nak', EXPANDED_NAK, 0]], nowMs);
    }
    return this.#respond([['EAP-Nak', typedBody(EAP_TYPE.Nak, Uint8Array.of(EAP_TYPE.Expanded)), 0]], nowMs);
  }

  #answerIdentity(nowMs: number): EngineOutput[] {
    if (this.#used && this.#ending === null) {
      this.#layer = this.#options.newLayer();
      this.#used = false;
    }
    this.#reassembler.reset();
    this.#fragments = [];
    const messages = this.#layer.outgoing({ what: 'Identity', opCode: 0, wsc: ascii(ENROLLEE_IDENTITY) });
    return this.#respond(
      messages.map((message) => [message.what, typedBody(EAP_TYPE.Identity, message.wsc), message.delayMs ?? 0]),
      nowMs,
    );
  }

  #takeWsc(payload: Uint8Array, nowMs: number): EngineOutput[] {
    const taken = this.#reassembler.push(payload, 0);
    const { overlooks = () => false } = this.#options;
    const isWrong = taken.issues.some(({ code }) => !TOLERATED.includes(code) && !overlooks(code));
    if (isWrong || taken.kind === 'rejected') {
      this.#reassembler.reset();
      return [];
    }
    const [next, ...rest] = this.#fragments;
    if (taken.kind === 'frag-ack') {
      if (next === undefined) return [];
      this.#fragments = rest;
      return this.#respond([[next.what, next.body, 0]], nowMs);
    }
    // Only FRAG_ACK is lawful while fragments of ours are left.
    if (next !== undefined) return [];
    if (taken.kind === 'pending')
      return this.#respond([['WSC_FRAG_ACK', expandedBody(WSC_METHOD, FRAG_ACK), 0]], nowMs);
    this.#used = true;
    return this.#carryOut(this.#layer.receive(taken.opCode, taken.wsc), nowMs);
  }

  #carryOut(step: Step, nowMs: number): EngineOutput[] {
    const outputs: EngineOutput[] = [];
    if (step.progress !== undefined) outputs.push({ kind: 'progress', step: step.progress });
    if (step.keys !== undefined) outputs.push({ kind: 'keys', keys: step.keys });
    if (step.end !== undefined) {
      this.#ending = step.end;
      this.#idleAtMs = nowMs + this.#options.limits.closingMs;
    }
    return [...outputs, ...this.#respond(this.#bodies(step.send), nowMs)];
  }

  /** First packet of each message; the fragments that are left are those of the last. */
  #bodies(messages: readonly ScriptedMessage[]): [string, Uint8Array, number][] {
    const bodies: [string, Uint8Array, number][] = [];
    for (const message of messages) {
      const { what } = message;
      const payloads = fragmentMessage(message.opCode, message.wsc, this.#options.fragmentBytes);
      const [first, ...rest] = payloads.map((payload) => ({ what, body: expandedBody(WSC_METHOD, payload) }));
      if (first === undefined) continue;
      this.#fragments = rest;
      bodies.push([what, first.body, message.delayMs ?? 0]);
    }
    return bodies;
  }

  #respond(
    bodies: readonly (readonly [what: string, body: Uint8Array, delayMs: number])[],
    nowMs: number,
  ): EngineOutput[] {
    const identifier = this.#last?.identifier ?? 0;
    return this.#hold(
      bodies.map(([what, body, delayMs]) => {
        const packet = eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(EAP_CODE.Response, identifier, body));
        return [{ what, delayMs }, packet];
      }),
      nowMs,
      this.#last,
    );
  }

  /** Send what is due now, keep the rest until its time. */
  #hold(
    packets: readonly (readonly [{ what: string; delayMs?: number }, Uint8Array])[],
    nowMs: number,
    answered: LastRequest | null = null,
  ): EngineOutput[] {
    const packetScript: PacketScript = this.#options.packetScript ?? (({ bytes }) => [bytes]);
    const outputs: EngineOutput[] = [];
    for (const [{ what, delayMs = 0 }, packet] of packets) {
      for (const bytes of packetScript({ what, bytes: packet })) {
        const output = { kind: 'send', bytes, what } as const;
        answered?.answers.push(output);
        if (delayMs <= 0) outputs.push(output);
        else this.#held = [...this.#held, { atMs: nowMs + delayMs, output }];
      }
    }
    return outputs;
  }

  #pass(nowMs: number): EngineOutput[] {
    const { idleMs, sessionMs } = this.#options.limits;
    if (nowMs >= this.#deadlineMs) this.#giveUp(`not finished within ${sessionMs} ms`);
    else if (nowMs >= this.#idleAtMs) this.#giveUp(`nothing from the Registrar within ${idleMs} ms`);
    if (this.#over) return [];
    const due = this.#held.filter(({ atMs }) => atMs <= nowMs).map(({ output }) => output);
    this.#held = this.#held.filter(({ atMs }) => atMs > nowMs);
    return nowMs >= this.#nextStartMs ? [...due, ...this.#sendStart(nowMs)] : due;
  }

  #giveUp(text: string): void {
    this.#end(this.#ending ?? { outcome: 'timeout', text });
  }

  #end(ending: Ending): void {
    this.#ending = ending;
    this.#over = true;
  }

  #finishTurn(outputs: EngineOutput[], nowMs: number): readonly EngineOutput[] {
    if (this.#over && this.#ending !== null) {
      const silence = this.#ending.outcome === 'timeout' ? { silenceMs: nowMs - this.#lastHeardMs } : {};
      return [...outputs, { kind: 'end', ...this.#ending, ...silence }];
    }
    const times = [this.#deadlineMs, this.#idleAtMs, this.#nextStartMs, ...this.#held.map(({ atMs }) => atMs)];
    return [...outputs, { kind: 'wake', atMs: Math.max(nowMs, Math.min(...times)) }];
  }
}
