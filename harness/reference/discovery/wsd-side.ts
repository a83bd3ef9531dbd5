import type { RandomBytes } from '#base/random.js';
import { decodeWsd, type WsdTarget } from '#wire/wsd.js';
import type { Agenda } from './agenda.js';
import { drawBelow, drawMessageId } from './draw.js';
import type { DeviceEndpoint, DeviceOutput } from './engine.js';
import { familyOf, type Addresses, type Family } from './network.js';
import type { DpwsParts } from './parts.js';
import { ANONYMOUS } from './wsd-match.js';
import { encodeDraft, type WsdDraft, type WsdSaid, type WsdScript } from './wsd-draft.js';

/** UNICAST_UDP_REPEAT and MULTICAST_UDP_REPEAT of DPWS 2006/02, appendix I. */
const COPIES = 2;
const REPEAT_MIN_MS = 50;
const REPEAT_MAX_MS = 250;
/** WS-Discovery does not leave the link. */
const MULTICAST_TTL = 1;
const UNICAST_TTL = 64;

/** Copies follow within half a second; nobody asks so often. */
const MAX_ANSWERED = 256;

type Answered = 'probe' | 'resolve';

/** A device on WS-Discovery: Hello, Bye, and matches for what it is asked. */
export class WsdSide {
  private messageNumber = 0;
  private hasAnnounced = false;
  /** MessageIDs of the newest questions: a copy of one is not answered again (WS-Discovery, appendix I). */
  private readonly answered = new Set<string>();

  constructor(
    private readonly parts: DpwsParts,
    private readonly script: WsdScript,
    private readonly addresses: Addresses,
    private readonly random: RandomBytes,
    private readonly agenda: Agenda,
  ) {}

  start(nowMs: number): void {
    if (!this.parts.saysHello) return;
    this.agenda.plan(nowMs + this.parts.helloMs(this.random), (atMs) => {
      this.hasAnnounced = true;
      return this.addresses.families.flatMap((family) =>
        this.send(this.draft('Hello', null, this.said(this.addresses.hosts(family)), family), atMs),
      );
    });
  }

  stop(nowMs: number): DeviceOutput[] {
    if (!this.parts.saysBye || !(this.hasAnnounced || !this.parts.saysHello)) return [];
    const said = { ...this.said([]), types: null, scopes: null, xAddrs: null, metadataVersion: null };
    return this.addresses.families.flatMap((family) => this.send(this.draft('Bye', null, said, family), nowMs));
  }

  heard(bytes: Uint8Array, from: DeviceEndpoint, nowMs: number): void {
    const question = questionOf(bytes);
    if (question === null || !this.isMeant(question) || this.isCopy(question)) return;
    const delayMs = this.parts.answerMs(question.kind, this.random);
    if (delayMs === null) return;
    const family = familyOf(from.address);
    this.agenda.plan(nowMs + delayMs, (atMs) => {
      const said = this.said(this.addresses.hosts(family));
      return this.send({ ...this.draft(answerTo(question), question.messageId, said, family), to: from }, atMs);
    });
  }

  /** The answer to a directed Probe; null for anything else. */
  directed(bytes: Uint8Array): Uint8Array | null {
    const question = questionOf(bytes);
    if (question?.kind !== 'probe') return null;
    const said = this.isMeant(question) ? this.said(this.addresses.hosts('ipv4')) : null;
    const [draft] = this.script(
      this.numbered(this.draft('ProbeMatches', question.messageId, said, 'ipv4')),
      this.parts,
    );
    return draft === undefined ? null : (encodeDraft(draft)[0] ?? null);
  }

  private isCopy({ messageId }: Question): boolean {
    if (this.answered.has(messageId)) return true;
    this.answered.add(messageId);
    const [oldest] = this.answered.size > MAX_ANSWERED ? this.answered : [];
    if (oldest !== undefined) this.answered.delete(oldest);
    return false;
  }

  private isMeant({ kind, target }: Question): boolean {
    const { matchesProbe, matchesResolve } = this.parts;
    return kind === 'probe' ? matchesProbe(target, this.parts) : matchesResolve(target, this.parts);
  }

  private said(hosts: readonly string[]): WsdSaid {
    const { address, types, scopes, isSecure, port, path, metadataVersion } = this.parts;
    const xAddrs = hosts.map((host) => `${isSecure ? 'https' : 'http'}://${host}:${port}${path}`);
    return { address, references: '', types, scopes, xAddrs, metadataVersion };
  }

  private draft(what: WsdDraft['what'], relatesTo: string | null, said: WsdSaid | null, family: Family): WsdDraft {
    const messageId = drawMessageId(this.random);
    const messageIds = Array.from({ length: COPIES }, () => messageId);
    const { instanceId } = this.parts;
    return { what, messageIds, relatesTo, instanceId, messageNumber: null, said, family, to: null };
  }

  /** Numbered when it is sent: a later message must not have a lower number (WS-Discovery, appendix I). */
  private numbered(draft: WsdDraft): WsdDraft {
    this.messageNumber += 1;
    return { ...draft, messageNumber: this.messageNumber };
  }

  /** The first copy now, the others later. */
  private send(draft: WsdDraft, nowMs: number): DeviceOutput[] {
    return this.script(this.numbered(draft), this.parts).flatMap((made, index) => {
      // What a script adds is a message of its own.
      const each = index === 0 ? made : this.numbered(made);
      const [first, ...others] = encodeDraft(each).map((bytes): DeviceOutput => ({
        kind: 'send',
        protocol: 'wsd',
        family: each.family,
        to: each.to,
        bytes,
        ttl: each.to === null ? MULTICAST_TTL : UNICAST_TTL,
      }));
      let atMs = nowMs;
      for (const copy of others) {
        atMs += REPEAT_MIN_MS + drawBelow(this.random, REPEAT_MAX_MS - REPEAT_MIN_MS);
        this.agenda.plan(atMs, () => [copy]);
      }
      return first === undefined ? [] : [first];
    });
  }
}

interface Question {
  readonly kind: Answered;
  readonly target: WsdTarget;
  readonly messageId: string;
}

/** A Probe or Resolve of 2005/04 that can be answered where it came from; null for anything else. */
function questionOf(bytes: Uint8Array): Question | null {
  const { kind, isNewer, soap, targets } = decodeWsd(bytes);
  const [target] = targets;
  if (isNewer || target === undefined || soap.messageId === null) return null;
  if (soap.replyTo !== null && soap.replyTo.value !== ANONYMOUS) return null;
  return kind === 'probe' || kind === 'resolve' ? { kind, target, messageId: soap.messageId.value } : null;
}

function answerTo({ kind }: Question): WsdDraft['what'] {
  return kind === 'probe' ? 'ProbeMatches' : 'ResolveMatches';
}
