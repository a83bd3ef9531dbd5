import type { RandomBytes } from '#base/random.js';
import { decodeEap, EAP_CODE, EAP_TYPE, expandedBody, typedBody, type EapMessage } from '#wire/eap/eap.js';
import { encodeEapWsc, OP_CODE, WscReassembler } from '#wire/eap/eap-wsc.js';
import { decodeEapol, EAPOL_TYPE } from '#wire/eap/eapol.js';
import { WSC_METHOD, wscCarrier } from '#wire/eap/wsc-carrier.js';
import type { Engine, EngineLimits, EngineOutput, OutgoingMessage, PacketScript, ScriptedMessage } from './engine.js';
import { fragmentMessage } from './fragments.js';
import type { Ending, MessageLayer, Step } from './message-layer.js';
import { RequestQueue, type QueuedMessage } from './request-queue.js';

export interface AuthenticatorOptions {
  readonly limits: EngineLimits;
  readonly random: RandomBytes;
  readonly fragmentBytes?: number | undefined;
  readonly packetScript?: PacketScript | undefined;
  /** A message layer for a registration that begins, or begins anew. */
  readonly newLayer: () => MessageLayer;
}

const NOTHING = new Uint8Array(0);
const FRAG_ACK = expandedBody(
  WSC_METHOD,
  encodeEapWsc({ header: { opCode: OP_CODE.FragAck, flags: 0 }, messageLength: null, data: NOTHING }),
);
/** Vendor id and type of an expanded Nak (RFC 3748 section 5.3.2). */
const EXPANDED_NAK = { vendorId: 0, vendorType: 3 } as const;

/**
 * EAP authenticator of EAP-WSC: Identity, WSC_Start, then the message layer's messages, EAP-Failure at the end (RFC 3748
 * section 4, WSC: EAP method).
 *
 * - It asks for the identity at once, and again with every EAPOL-Start: that begins the registration anew, also in the
 *   middle of one, as real authenticators do.
 * - Identity is asked again for as long as the session lasts (a person may have to press a button first); every other
 *   request `limits.tries` times.
 * - A response that is not to the request that waits (its identifier differs), or of a foreign method, is ignored.
 * - A message the script dropped is silence: the engine waits for EAPOL-Start, or for the end of the session.
 */
export class EapAuthenticator implements Engine {
  readonly #options: AuthenticatorOptions;
  readonly #queue: RequestQueue;
  readonly #reassembler = new WscReassembler();
  #layer: MessageLayer;
  #phase: 'identity' | 'wsc' | 'over' = 'identity';
  #ending: Ending | null = null;
  #silenceMs: number | null = null;
  /** EAP-Failure is on its way out (a script may hold it back). */
  #closing = false;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #lastHeardMs = 0;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    // A random first identifier: a peer that remembers an earlier session must not take a request for its repetition.
    this.#queue = new RequestQueue({
      retransmitMs: options.limits.retransmitMs,
      firstIdentifier: options.random(1)[0] ?? 0,
      packetScript: options.packetScript,
    });
    this.#layer = options.newLayer();
  }

  start(nowMs: number): readonly EngineOutput[] {
    this.#deadlineMs = nowMs + this.#options.limits.sessionMs;
    this.#lastHeardMs = nowMs;
    return this.#finishTurn(this.#askIdentity(nowMs), nowMs);
  }

  receive(eapol: Uint8Array, nowMs: number): readonly EngineOutput[] {
    if (this.#phase === 'over') return [];
    // A peer that never stops talking must not outlive the session either.
    return this.#finishTurn(nowMs < this.#deadlineMs ? this.#take(eapol, nowMs) : this.#pass(nowMs), nowMs);
  }

  tick(nowMs: number): readonly EngineOutput[] {
    if (this.#phase === 'over') return [];
    return this.#finishTurn(this.#pass(nowMs), nowMs);
  }

  #take(bytes: Uint8Array, nowMs: number): EngineOutput[] {
    const { header, body, missingBytes } = decodeEapol(bytes);
    if (header === null || missingBytes > 0) return [];
    this.#lastHeardMs = nowMs;
    if (header.packetType === EAPOL_TYPE.Start) return this.#restart(nowMs);
    if (header.packetType !== EAPOL_TYPE.EapPacket) return [];
    const eap = decodeEap(body);
    const answers = eap.header?.code === EAP_CODE.Response && eap.header.identifier === this.#queue.awaited;
    if (!answers || eap.missingBytes > 0 || eap.type === null) return [];
    return this.#phase === 'identity' ? this.#takeIdentity(eap, nowMs) : this.#takeMethod(eap, nowMs);
  }

  #restart(nowMs: number): EngineOutput[] {
    if (this.#closing) return [];
    if (this.#ending !== null) return this.#close(this.#ending, nowMs);
    if (this.#phase === 'wsc') this.#layer = this.#options.newLayer();
    this.#reassembler.reset();
    return [{ kind: 'progress', step: 'EAPOL-Start received' }, ...this.#askIdentity(nowMs)];
  }

  #askIdentity(nowMs: number): EngineOutput[] {
    this.#phase = 'identity';
    return this.#send([{ what: 'Identity', opCode: 0, wsc: NOTHING }], nowMs, (message) => [
      typedBody(EAP_TYPE.Identity, message.wsc),
    ]);
  }

  #takeIdentity(eap: EapMessage, nowMs: number): EngineOutput[] {
    if (eap.type !== EAP_TYPE.Identity) return [];
    // Whatever the identity says, WSC is what this authenticator speaks: a rule judges the identity.
    this.#phase = 'wsc';
    const start = this.#send([{ what: 'WSC_Start', opCode: OP_CODE.Start, wsc: NOTHING }], nowMs);
    return [{ kind: 'progress', step: 'Identity received' }, ...start];
  }

  #takeMethod(eap: EapMessage, nowMs: number): EngineOutput[] {
    const expandedNak =
      eap.expanded?.vendorId === EXPANDED_NAK.vendorId && eap.expanded.vendorType === EXPANDED_NAK.vendorType;
    if (eap.type === EAP_TYPE.Nak || expandedNak)
      return this.#close({ outcome: 'failed', text: 'the Enrollee refuses EAP-WSC by Nak' }, nowMs);
    const { payload } = wscCarrier(eap);
    if (payload === null) return [];
    if (this.#ending !== null) return this.#close(this.#ending, nowMs);
    const taken = this.#reassembler.push(payload, 0);
    switch (taken.kind) {
      case 'pending':
        if (!this.#queue.hasMoreFragments) return this.#queue.interject('WSC_FRAG_ACK', FRAG_ACK, nowMs);
        return this.#carryOut(this.#layer.refuse('a fragment came where FRAG_ACK was due'), nowMs);
      case 'frag-ack':
        if (this.#queue.hasMoreFragments) return this.#queue.nextFragment(nowMs);
        return this.#carryOut(this.#layer.refuse('FRAG_ACK came where a message was due'), nowMs);
      case 'rejected':
        return this.#carryOut(this.#layer.refuse(taken.issues.map((issue) => issue.text).join('; ')), nowMs);
      case 'message': {
        const refused = taken.opCode === OP_CODE.Nack || taken.wsc.name === 'WSC_NACK';
        if (!refused && this.#queue.hasMoreFragments)
          return this.#carryOut(this.#layer.refuse('a message came where FRAG_ACK was due'), nowMs);
        if (!refused && this.#queue.hasMoreMessages) return this.#queue.nextMessage(nowMs);
        return this.#carryOut(this.#layer.receive(taken.opCode, taken.wsc), nowMs);
      }
    }
  }

  #carryOut(step: Step, nowMs: number): EngineOutput[] {
    const outputs: EngineOutput[] = [];
    if (step.progress !== undefined) outputs.push({ kind: 'progress', step: step.progress });
    if (step.m1 !== undefined) outputs.push({ kind: 'm1', m1: step.m1 });
    if (step.keys !== undefined) outputs.push({ kind: 'keys', keys: step.keys });
    if (step.end !== undefined && step.send.length === 0) return [...outputs, ...this.#close(step.end, nowMs)];
    this.#ending = step.end ?? null;
    return [...outputs, ...this.#queue.replace(this.#queued(step.send), nowMs)];
  }

  /** Time has passed: the session's limit, a silent peer, or something of the queue. */
  #pass(nowMs: number): EngineOutput[] {
    const { limits } = this.#options;
    if (nowMs >= this.#deadlineMs && !this.#closing) return this.#close(this.#overtime(nowMs), nowMs);
    if (nowMs >= this.#deadlineMs) return this.#queue.replace([], nowMs);
    if (this.#phase === 'wsc' && this.#queue.unanswered(limits.tries, nowMs)) {
      const text = `no answer to a request sent ${limits.tries} times`;
      return this.#close(this.#ending ?? this.#timeout(text, nowMs), nowMs);
    }
    return this.#queue.due(nowMs);
  }

  #overtime(nowMs: number): Ending {
    const { sessionMs, retransmitMs } = this.#options.limits;
    const text = `not finished within ${sessionMs} ms`;
    if (this.#ending !== null) return this.#ending;
    // A peer that talks to the end without getting anywhere is not silent.
    const talks = this.#phase === 'wsc' && nowMs - this.#lastHeardMs < retransmitMs;
    return talks ? { outcome: 'failed', text } : this.#timeout(text, nowMs);
  }

  #timeout(text: string, nowMs: number): Ending {
    this.#silenceMs = nowMs - this.#lastHeardMs;
    return { outcome: 'timeout', text };
  }

  #close(ending: Ending, nowMs: number): EngineOutput[] {
    this.#ending = ending;
    this.#closing = true;
    return this.#send([{ what: 'EAP-Failure', opCode: 0, wsc: NOTHING }], nowMs, () => []);
  }

  #send(
    messages: readonly OutgoingMessage[],
    nowMs: number,
    bodies?: (message: ScriptedMessage) => readonly Uint8Array[],
  ): EngineOutput[] {
    const scripted = messages.flatMap((message) => this.#layer.outgoing(message));
    return this.#queue.replace(this.#queued(scripted, bodies), nowMs);
  }

  #queued(
    messages: readonly ScriptedMessage[],
    bodiesOf = (message: ScriptedMessage): readonly Uint8Array[] =>
      fragmentMessage(message.opCode, message.wsc, this.#options.fragmentBytes).map((payload) =>
        expandedBody(WSC_METHOD, payload),
      ),
  ): QueuedMessage[] {
    const queued: (QueuedMessage & { readonly copiesMs: number[] })[] = [];
    for (const message of messages) {
      const before = queued[queued.length - 1];
      const delayMs = message.delayMs ?? 0;
      if (message.retransmission === true && before !== undefined) before.copiesMs.push(delayMs);
      else queued.push({ what: message.what, bodies: bodiesOf(message), delayMs, copiesMs: [] });
    }
    return queued;
  }

  /** Say when to be woken, or that it is over. */
  #finishTurn(outputs: EngineOutput[], nowMs: number): readonly EngineOutput[] {
    if (this.#closing && this.#queue.idle && this.#ending !== null) {
      this.#phase = 'over';
      const silence = this.#silenceMs === null ? {} : { silenceMs: this.#silenceMs };
      return [...outputs, { kind: 'end', ...this.#ending, ...silence }];
    }
    const wakeAtMs = Math.min(this.#queue.wakeAtMs ?? this.#deadlineMs, this.#deadlineMs);
    return [...outputs, { kind: 'wake', atMs: Math.max(nowMs, wakeAtMs) }];
  }
}
