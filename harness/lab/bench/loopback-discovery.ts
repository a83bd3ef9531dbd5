import { fromHex } from '#base/bytes.js';
import type { FetchOutput, FetchResult, FollowUpEngine, FollowUpOutput, SearchOutput } from '#discovery/engine.js';
import type { DeviceOutput, DiscoveryDevice, HttpResponse } from '#reference/discovery/engine.js';
import { familyOf, type Family } from '#reference/discovery/network.js';
import { encodeEthernet } from '#wire/ethernet.js';
import { encodeUdp, ETHERTYPE_IPV4, ETHERTYPE_IPV6, isMulticastIp, parseIp } from '#wire/ip.js';
import { SSDP_GROUP_IPV4, SSDP_PORT } from '#wire/ssdp.js';
import { WSD_GROUP_IPV4, WSD_GROUP_IPV6, WSD_PORT } from '#wire/wsd.js';
import type { Recorder } from '#evidence/recorder.js';
import { DiscoveryJournal } from '../discovery/journal.js';
import type { SimulatedClock } from '../link/in-process.js';

export interface LoopbackFollowUp {
  readonly device: DiscoveryDevice;
  readonly deviceMac: Uint8Array;
  /** Addresses it has, text form; of each family the first is what it sends from. */
  readonly deviceAddresses: readonly string[];
  readonly engine: FollowUpEngine;
  readonly clock: SimulatedClock;
  readonly sink: Pick<Recorder, 'frame' | 'event' | 'document'>;
  /** Capture interface of the network. */
  readonly interfaceId: number;
  readonly limitMs: number;
  readonly onStep: (step: string) => void;
}

const OWN_MAC = fromHex('020000000002');
/** Our own address on it. */
export const OWN_ADDRESS = '192.0.2.1';
const OWN_ADDRESS_IPV6 = 'fe80::2';
const LATENCY_MS = 1;
const FIRST_SEARCH_PORT = 50_000;
const FETCH_LIMIT_MS = 30_000;
const MAX_BODY_BYTES = 1024 * 1024;
/** TTL of what we send. */
const OWN_TTL = 2;
/** Far more steps than any follow-up takes: a device that never comes to rest ends here. */
const MAX_STEPS = 200_000;

const OWN = { ipv4: OWN_ADDRESS, ipv6: OWN_ADDRESS_IPV6 } as const;
const GROUPS = {
  ssdp: { ipv4: SSDP_GROUP_IPV4, ipv6: 'ff02::c', port: SSDP_PORT },
  wsd: { ipv4: WSD_GROUP_IPV4, ipv6: WSD_GROUP_IPV6, port: WSD_PORT },
} as const;

/**
 * Let the follow-up and a reference device find each other on a network that is only this process: datagrams and
 * requests pass between the engines on the simulated clock, and are recorded as the frames they would be.
 */
export function followUpOnLoopback(job: LoopbackFollowUp): void {
  new Network(job).run();
}

class Network {
  private readonly journal: DiscoveryJournal;
  private queue: { readonly atMs: number; readonly action: () => void }[] = [];
  private readonly searchPorts = new Map<string, { readonly port: number; readonly protocol: 'ssdp' | 'wsd' }>();
  private outcome: 'all-seen' | 'limit' | null = null;

  constructor(private readonly job: LoopbackFollowUp) {
    this.journal = new DiscoveryJournal(job.sink, job.clock);
  }

  run(): void {
    const { engine, device, deviceAddresses, limitMs, clock } = this.job;
    this.journal.started(deviceAddresses, limitMs);
    this.fromDevice(device.start(deviceAddresses, clock.monotonicMs()));
    this.fromEngine(engine.start(clock.monotonicMs()));
    for (let step = 0; step < MAX_STEPS && this.outcome === null; step++) if (!this.next()) break;
    this.journal.ended(this.outcome ?? 'aborted');
  }

  private next(): boolean {
    const first = this.queue.reduce<(typeof this.queue)[number] | null>(
      (best, each) => (best === null || each.atMs < best.atMs ? each : best),
      null,
    );
    if (first === null) return false;
    this.queue = this.queue.filter((each) => each !== first);
    this.job.clock.advanceTo(first.atMs);
    first.action();
    return true;
  }

  private after(delayMs: number, action: () => void): void {
    this.queue.push({ atMs: this.job.clock.monotonicMs() + delayMs, action });
  }

  private fromDevice(outputs: readonly DeviceOutput[]): void {
    const { clock, device, engine, deviceMac } = this.job;
    for (const output of outputs) {
      if (output.kind === 'wake') {
        this.after(output.atMs - clock.monotonicMs(), () => {
          this.fromDevice(device.tick(clock.monotonicMs()));
        });
        continue;
      }
      const { protocol, bytes, ttl, family } = output;
      const { port } = GROUPS[protocol];
      const to = output.to ?? { address: GROUPS[protocol][family], port };
      const address = this.deviceAddress(family);
      if (address === undefined || familyOf(to.address) !== family) continue;
      const from = { address, port };
      this.record('in', deviceMac, from, to, ttl, bytes);
      const isMulticast = isGroup(to.address);
      const isForUs = isMulticast
        ? to.port === port
        : to.address === OWN[family] && [...this.searchPorts.values()].some((search) => search.port === to.port);
      if (!isForUs) continue;
      this.after(LATENCY_MS, () => {
        this.fromEngine(engine.datagram({ protocol, from, isMulticast, bytes }, clock.monotonicMs()));
      });
    }
  }

  private fromEngine(outputs: readonly FollowUpOutput[]): void {
    const { clock, engine, onStep } = this.job;
    for (const output of outputs) {
      if (output.kind === 'search') this.search(output);
      else if (output.kind === 'close') this.close(output.name);
      else if (output.kind === 'fetch') this.fetch(output);
      else if (output.kind === 'event') this.journal.event(output.name, output.detail);
      else if (output.kind === 'progress') onStep(output.step);
      else if (output.kind === 'stimulate') this.stimulate(output.name);
      else if (output.kind === 'end') this.outcome = output.outcome;
      else
        this.after(output.atMs - clock.monotonicMs(), () => {
          this.fromEngine(engine.tick(clock.monotonicMs()));
        });
    }
  }

  private search({ name, protocol, bytes, to, family }: SearchOutput): void {
    const { clock, device } = this.job;
    if (this.deviceAddress(family) === undefined) return;
    const known = this.searchPorts.get(name);
    const port = known?.port ?? FIRST_SEARCH_PORT + this.searchPorts.size;
    this.searchPorts.set(name, { port, protocol });
    const from = { address: OWN[family], port };
    const target = to ?? { address: GROUPS[protocol][family], port: GROUPS[protocol].port };
    this.record('out', OWN_MAC, from, target, OWN_TTL, bytes);
    const isMulticast = isGroup(target.address);
    this.after(LATENCY_MS, () => {
      this.fromDevice(device.datagram({ protocol, from, isMulticast, bytes }, clock.monotonicMs()));
    });
  }

  private close(name: string): void {
    const search = this.searchPorts.get(name);
    if (search !== undefined) this.journal.searched(name, search.protocol, search.port);
  }

  private fetch(output: FetchOutput): void {
    const { clock, engine } = this.job;
    const startWallMs = clock.wallMs();
    const { result, delayMs } = this.answer(output);
    this.after(LATENCY_MS + Math.min(delayMs, FETCH_LIMIT_MS), () => {
      this.journal.fetched(output, startWallMs, result, result.body?.length ?? 0);
      this.fromEngine(engine.fetched(result, clock.monotonicMs()));
    });
  }

  private answer(output: FetchOutput): { result: FetchResult; delayMs: number } {
    const { clock, device, deviceAddresses } = this.job;
    const { id, method, headers, body, isChunked } = output;
    const failed = (
      code: 'refused' | 'unreachable' | 'tls',
      text: string,
    ): { result: FetchResult; delayMs: number } => ({
      result: { id, ...NOTHING, problem: { code, text } },
      delayMs: 0,
    });
    const url = new URL(output.url);
    const isSecure = url.protocol === 'https:';
    const port = Number(url.port || (isSecure ? 443 : 80));
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (!deviceAddresses.includes(host)) return failed('unreachable', `nobody has the address ${host}`);
    const served = device.ports.find((each) => each.port === port);
    if (served === undefined) return failed('refused', `port ${port} is closed`);
    if (served.isSecure !== isSecure) return failed('tls', `port ${port} speaks ${served.isSecure ? 'TLS' : 'no TLS'}`);
    if (method === 'CONNECT') return { result: { id, ...NOTHING }, delayMs: 0 };
    const response = device.request(
      {
        method,
        path: `${url.pathname}${url.search}`,
        headers: new Map([...headers, ...(isChunked ? [['transfer-encoding', 'chunked'] as const] : [])]),
        body: body ?? new Uint8Array(0),
      },
      clock.monotonicMs(),
    );
    return { result: resultOf(id, response), delayMs: response.delayMs };
  }

  private stimulate(name: 'leave' | 'power-cycle'): void {
    const { clock, device, deviceAddresses, engine } = this.job;
    const nowMs = clock.monotonicMs();
    this.journal.stimulating(name);
    this.fromDevice(name === 'leave' ? device.stop(nowMs) : device.start(deviceAddresses, nowMs));
    this.after(LATENCY_MS, () => {
      this.fromEngine(engine.stimulated(name, null, clock.monotonicMs()));
    });
  }

  private deviceAddress(family: Family): string | undefined {
    return this.job.deviceAddresses.find((address) => familyOf(address) === family);
  }

  private record(
    direction: 'in' | 'out',
    source: Uint8Array,
    from: { readonly address: string; readonly port: number },
    to: { readonly address: string; readonly port: number },
    ttl: number,
    payload: Uint8Array,
  ): void {
    const { clock, sink, interfaceId, deviceMac } = this.job;
    const destination = addressOf(to.address);
    const peer = direction === 'in' ? OWN_MAC : deviceMac;
    const packet = encodeUdp({
      family: familyOf(to.address),
      source: addressOf(from.address),
      destination,
      sourcePort: from.port,
      destinationPort: to.port,
      ttl,
      payload,
    });
    const frame = encodeEthernet({
      destination: isGroup(to.address) ? groupMac(destination) : peer,
      source,
      etherType: familyOf(to.address) === 'ipv4' ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6,
      payload: packet,
    });
    sink.frame(frame, clock.wallNs(), { direction, interfaceId });
  }
}

const NOTHING = { status: null, httpVersion: null, headers: [], body: null, problem: null } as const;

function resultOf(id: number, { status, headers, body, delayMs }: HttpResponse): FetchResult {
  if (delayMs > FETCH_LIMIT_MS)
    return { id, ...NOTHING, problem: { code: 'timeout', text: `no answer within ${FETCH_LIMIT_MS / 1000} s` } };
  const answered = { id, status, httpVersion: '1.1', headers };
  if (status >= 300 && status < 400)
    return { ...answered, body, problem: { code: 'redirect', text: `status ${status}: redirects are not followed` } };
  if (body.length <= MAX_BODY_BYTES) return { ...answered, body, problem: null };
  const text = `the body has more than ${MAX_BODY_BYTES} bytes`;
  return { ...answered, body: body.subarray(0, MAX_BODY_BYTES), problem: { code: 'too-large', text } };
}

function addressOf(text: string): Uint8Array {
  return parseIp(text) ?? new Uint8Array(4);
}

/** Where a multicast goes on Ethernet (RFC 1112, 6.4; RFC 2464, 7). */
function groupMac(group: Uint8Array): Uint8Array {
  if (group.length === 16) return Uint8Array.of(0x33, 0x33, ...group.subarray(12));
  return Uint8Array.of(0x01, 0x00, 0x5e, (group[1] ?? 0) & 0x7f, ...group.subarray(2));
}

function isGroup(address: string): boolean {
  return isMulticastIp(addressOf(address));
}
