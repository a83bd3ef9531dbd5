import type { RandomBytes } from '#base/random.js';
import { encodeSsdp, SSDP_GROUP_IPV4, SSDP_PORT } from '#wire/ssdp.js';
import type { SsdpMessage } from '#wire/ssdp.js';
import type { Agenda } from './agenda.js';
import type { SsdpDraft, SsdpField, SsdpScript } from './behaviour.js';
import { drawBelow } from './draw.js';
import type { DeviceEndpoint, DeviceOutput } from './engine.js';
import { familyOf, type Addresses, type Family } from './network.js';
import type { SsdpTarget, UpnpParts } from './parts.js';
import { targetsOf } from './ssdp-targets.js';

const GROUP_IPV6 = '[FF02::C]';
/** Between two copies of a set: some hundred milliseconds (UDA 1.2.2). */
const COPY_MS = 200;
const UNICAST_TTL = 64;
export const DESCRIPTION_PATH = '/description.xml';

/** A device on SSDP: announces its tree, answers searches, takes its leave. */
export class SsdpSide {
  private readonly targets: readonly SsdpTarget[];
  private hasAnnounced = false;

  constructor(
    private readonly parts: UpnpParts,
    private readonly script: SsdpScript,
    private readonly addresses: Addresses,
    private readonly random: RandomBytes,
    private readonly agenda: Agenda,
  ) {
    this.targets = targetsOf(parts.root);
  }

  start(nowMs: number): void {
    this.agenda.plan(nowMs + this.parts.firstMs(this.random), (atMs) => this.announce(atMs));
  }

  /** Its byebyes, where it has said that it is there. */
  stop(nowMs: number): DeviceOutput[] {
    return this.hasAnnounced && this.parts.saysByebye ? this.sendSet('byebye', nowMs) : [];
  }

  heard(message: SsdpMessage, from: DeviceEndpoint, isMulticast: boolean, nowMs: number): void {
    const searchTarget = this.parts.understood(message);
    if (searchTarget === null) return;
    for (const target of this.parts.matching(searchTarget, this.targets)) {
      const delayMs = this.parts.answerMs({ message, isMulticast }, this.random);
      if (delayMs === null) continue;
      this.agenda.plan(nowMs + delayMs, () => this.send('answer', target, from, familyOf(from.address)));
    }
  }

  private announce(nowMs: number): DeviceOutput[] {
    const { refreshMs } = this.parts;
    this.hasAnnounced = true;
    const nextMs = nowMs + refreshMs - drawBelow(this.random, refreshMs / 10);
    this.agenda.plan(nextMs, (atMs) => this.announce(atMs));
    return this.sendSet('alive', nowMs);
  }

  /** One copy of a set now, by each family of addresses it has (UDA, annex A), the others later. */
  private sendSet(what: 'alive' | 'byebye', nowMs: number): DeviceOutput[] {
    const announced = this.parts.announced(this.targets);
    const set = this.addresses.families.flatMap((family) =>
      announced.flatMap((target) => this.send(what, target, null, family)),
    );
    let atMs = nowMs;
    for (let copy = 1; copy < this.parts.copies; copy++) {
      atMs += COPY_MS + drawBelow(this.random, COPY_MS);
      this.agenda.plan(atMs, () => set);
    }
    return set;
  }

  private send(what: SsdpDraft['what'], target: SsdpTarget, to: DeviceEndpoint | null, family: Family): DeviceOutput[] {
    const draft: SsdpDraft = {
      what,
      target,
      startLine: what === 'answer' ? 'HTTP/1.1 200 OK' : 'NOTIFY * HTTP/1.1',
      headers: [...this.headers(what, target, family), ...this.newerHeaders()],
      writing: {},
      to,
      ttl: to === null ? this.parts.ttl : UNICAST_TTL,
    };
    return this.script(draft, this.parts).map(({ startLine, headers, writing, ...rest }) => ({
      kind: 'send',
      protocol: 'ssdp',
      family,
      to: rest.to,
      ttl: rest.ttl,
      bytes: encodeSsdp(startLine, headers, writing),
    }));
  }

  private headers(what: SsdpDraft['what'], { nt, usn }: SsdpTarget, family: Family): SsdpField[] {
    const { maxAgeS, server, port } = this.parts;
    const [host = ''] = this.addresses.hosts(family);
    const group: SsdpField = ['HOST', `${family === 'ipv4' ? SSDP_GROUP_IPV4 : GROUP_IPV6}:${SSDP_PORT}`];
    const maxAge: SsdpField = ['CACHE-CONTROL', `max-age=${maxAgeS}`];
    const location: SsdpField = ['LOCATION', `http://${host}:${port}${DESCRIPTION_PATH}`];
    if (what === 'answer') return [maxAge, ['EXT', ''], location, ['SERVER', server], ['ST', nt], ['USN', usn]];
    if (what === 'byebye') return [group, ['NT', nt], ['NTS', 'ssdp:byebye'], ['USN', usn]];
    return [group, maxAge, location, ['NT', nt], ['NTS', 'ssdp:alive'], ['SERVER', server], ['USN', usn]];
  }

  /** What UPnP 1.1 adds. */
  private newerHeaders(): SsdpField[] {
    const { version, bootId, configId } = this.parts;
    if (version === '1.0') return [];
    return [
      ['BOOTID.UPNP.ORG', String(bootId)],
      ['CONFIGID.UPNP.ORG', String(configId)],
    ];
  }
}
