import type { RandomBytes } from '#base/random.js';
import type { FetchPurpose } from '#evidence/discovery-model.js';
import { decodeWsd, type WsdTarget } from '#wire/wsd.js';
import type { Agenda } from './agenda.js';
import type { ReceivedDatagram } from './engine.js';
import { FOREIGN_UUID, getRequest, messageId, probeRequest, resolveRequest } from './requests.js';
import { reachable, refusal } from './target.js';

export interface DpwsOptions {
  /** The device declares DPWS or Secure DPWS; without, it is only looked whether it offers it. */
  readonly isDeclared: boolean;
  /** Lower-case UUID that M1 promises; null when it is not known. */
  readonly promised: string | null;
  readonly families: readonly ('ipv4' | 'ipv6')[];
  /** The device's addresses as far as they are known, text form. */
  readonly addresses: () => readonly string[];
  readonly random: RandomBytes;
}

/** APP_MAX_DELAY of DPWS 2006/02 is 5 s: what has not come until then does not come. */
const ANSWERS_MS = 5500;
/** MULTICAST_UDP_REPEAT: a question is sent twice. */
const REPEAT_MS = 150;
/** An address that nobody has: an answer sent there would be lost. */
const NOT_ANONYMOUS = 'http://192.0.2.1/nowhere';

/** What a device has said of itself, as far as requests need it. */
interface Known {
  readonly address: string;
  readonly url: string;
}

/** What there is to be seen of a device by WS-Discovery and DPWS: Hello, answers to Probe and Resolve, its metadata. */
export class DpwsFollowUp {
  isFound = false;
  private searchesOpen = 0;
  private fetchesOpen = 0;
  private readonly asked = new Set<string>();
  private hellos = 0;
  private byes = 0;
  private hellosBefore: number | null = null;
  private known: Known | null = null;

  constructor(
    private readonly agenda: Agenda,
    private readonly options: DpwsOptions,
  ) {}

  start(): void {
    const { isDeclared, promised, families } = this.options;
    for (const family of families) this.lookBy(family);
    if (!isDeclared) return;
    this.probe('probe-device', { types: 'device' });
    this.probe('probe-foreign-type', { types: 'foreign' });
    if (promised !== null) this.resolve('resolve', `urn:uuid:${promised}`);
    this.resolve('resolve-foreign', `urn:uuid:${FOREIGN_UUID}`);
  }

  /** Search for everything by this family. */
  lookBy(family: 'ipv4' | 'ipv6'): void {
    this.probe('probe-wildcard', { types: null }, family);
  }

  datagram({ bytes, from }: ReceivedDatagram): void {
    const message = decodeWsd(bytes);
    if (message.kind === 'bye') this.byes++;
    const isTold = ['hello', 'probe-matches', 'resolve-matches'].includes(message.kind);
    if (!isTold) return;
    this.isFound = true;
    if (message.kind === 'hello') {
      this.hellos++;
      this.byes = 0;
    }
    if (!this.options.isDeclared) return;
    for (const target of message.targets) this.told(target, from.address);
  }

  isSatisfied(): boolean {
    if (this.searchesOpen + this.fetchesOpen > 0) return false;
    return !this.options.isDeclared || (this.isFound && this.hellos > 0 && this.known !== null);
  }

  hasLeft(): boolean {
    return !this.isFound || this.byes > 0;
  }

  restarted(): void {
    this.hellosBefore = this.hellos;
  }

  hasReturned(): boolean {
    return !this.isFound || this.hellosBefore === null || this.hellos > this.hellosBefore;
  }

  private told(target: WsdTarget, from: string): void {
    const address = target.address?.value;
    if (address === undefined) return;
    const [scope] = target.scopes;
    if (scope !== undefined && !this.asked.has('probe-strcmp0')) this.probeScopes(scope);
    const [url] = target.xAddrs;
    if (url === undefined) {
      if (!this.asked.has('resolve-found') && this.known === null) this.resolve('resolve-found', address);
      return;
    }
    if (this.known !== null) return;
    this.known = { address, url };
    const problem = refusal(url, reachable(this.options.addresses(), from));
    if (problem === null) this.fetchAll(this.known);
    else
      this.agenda.emit({
        kind: 'event',
        name: 'fetch',
        detail: { purpose: 'connect', method: 'CONNECT', url, messageId: null, problem },
      });
  }

  private probeScopes(scope: string): void {
    this.probe('probe-strcmp0', { types: null, scopes: { value: scope, matchBy: 'strcmp0' } });
    this.probe('probe-rfc2396', { types: null, scopes: { value: scope, matchBy: 'rfc2396' } });
    const otherCase = swapCase(scope);
    if (otherCase !== scope)
      this.probe('probe-scope-case', { types: null, scopes: { value: otherCase, matchBy: 'strcmp0' } });
  }

  /** One after the other: small devices serve one connection. */
  private fetchAll({ address, url }: Known): void {
    const { random } = this.options;
    const get = (options: { replyTo?: string; isExtended?: boolean }): ((id: string) => Uint8Array) => {
      return (id) => getRequest({ to: address, id, ...options });
    };
    const requests: readonly (readonly [FetchPurpose, ((id: string) => Uint8Array) | null])[] = [
      ['connect', null],
      ['metadata', get({})],
      ['metadata-chunked', get({})],
      ['metadata-extended', get({ isExtended: true })],
      ['metadata-reply-to', get({ replyTo: NOT_ANONYMOUS })],
      ['directed-probe', (id) => probeRequest(id, { types: 'device' }, address)],
    ];
    this.fetchesOpen++;
    const next = (index: number): void => {
      const request = requests[index];
      if (request === undefined) {
        this.fetchesOpen--;
        return;
      }
      const [purpose, build] = request;
      const id = build === null ? null : messageId(random);
      this.agenda.fetch(
        {
          purpose,
          method: build === null ? 'CONNECT' : 'POST',
          url,
          headers: build === null ? [] : [['content-type', 'application/soap+xml; charset=utf-8']],
          body: build === null || id === null ? null : build(id),
          isChunked: purpose === 'metadata-chunked',
          messageId: id,
        },
        () => {
          next(index + 1);
        },
      );
    };
    next(0);
  }

  private probe(name: string, content: Parameters<typeof probeRequest>[1], family: 'ipv4' | 'ipv6' = 'ipv4'): void {
    this.ask(name, family, probeRequest(messageId(this.options.random), content));
  }

  private resolve(name: string, address: string): void {
    this.ask(name, 'ipv4', resolveRequest(messageId(this.options.random), address));
  }

  private ask(name: string, family: 'ipv4' | 'ipv6', bytes: Uint8Array): void {
    this.asked.add(name);
    this.searchesOpen++;
    const full = family === 'ipv6' ? `${name} by IPv6` : name;
    const output = { kind: 'search', name: full, protocol: 'wsd', family, to: null, bytes } as const;
    this.agenda.emit(output);
    this.agenda.after(REPEAT_MS, () => {
      this.agenda.emit(output);
    });
    this.agenda.after(ANSWERS_MS, () => {
      this.searchesOpen--;
      this.agenda.emit({ kind: 'close', name: full });
    });
  }
}

/** Every letter in its other case: no longer the same scope under strcmp0. */
function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
