import { fromHex } from '#base/bytes.js';
import type { FetchOutput, FetchResult, FollowUpEngine, FollowUpOutput, SearchOutput } from '#discovery/engine.js';
import type { DeviceOutput, DiscoveryDevice, HttpResponse } from '#reference/discovery/engine.js';
import { encodeEthernet } from '#wire/ethernet.js';
import { encodeUdp, ETHERTYPE_IPV4, isMulticastIp, parseIp } from '#wire/ip.js';
import { SSDP_GROUP_IPV4, SSDP_PORT } from '#wire/ssdp.js';
import { WSD_GROUP_IPV4, WSD_PORT } from '#wire/wsd.js';
import type { Recorder } from '#evidence/recorder.js';
import { DiscoveryJournal } from '../discovery/journal.js';
import type { SimulatedClock } from '../link/in-process.js';

export interface LoopbackFollowUp {
  readonly device: DiscoveryDevice;
  readonly deviceMac: Uint8Array;
  /** IPv4 address it was given. */
  readonly deviceAddress: string;
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
const LATENCY_MS = 1;
const FIRST_SEARCH_PORT = 50_000;
const FETCH_LIMIT_MS = 30_000;
const MAX_BODY_BYTES = 1024 * 1024;
/** TTL of what we send. */
const OWN_TTL = 2;
/** Far more steps than any follow-up takes: a device that never comes to rest ends here. */
const MAX_STEPS = 200_000;

const GROUPS = {
  ssdp: { address: SSDP_GROUP_IPV4, port: SSDP_PORT },
  wsd: { address: WSD_GROUP_IPV4, port: WSD_PORT },
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
    const { engine, device, deviceAddress, limitMs, clock } = this.job;
    this.journal.started([deviceAddress], limitMs);
    this.fromDevice(device.start([deviceAddress], clock.monotonicMs()));
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
    const { clock, device, deviceAddress, engine, deviceMac } = this.job;
    for (const output of outputs) {
      if (output.kind === 'wake') {
        this.after(output.atMs - clock.monotonicMs(), () => {
          this.fromDevice(device.tick(clock.monotonicMs()));
        });
        continue;
      }
      const { protocol, bytes, ttl } = output;
      // A device with one address speaks IPv4 only.
      if (output.family === 'ipv6') continue;
      const to = output.to ?? GROUPS[protocol];
      const from = { address: deviceAddress, port: GROUPS[protocol].port };
      this.record('in', deviceMac, from, to, ttl, bytes);
      const isMulticast = isGroup(to.address);
      const isForUs = isMulticast
        ? to.port === GROUPS[protocol].port
        : to.address === OWN_ADDRESS && [...this.searchPorts.values()].some(({ port }) => port === to.port);
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
    if (family === 'ipv6') return;
    const { clock, device } = this.job;
    const known = this.searchPorts.get(name);
    const port = known?.port ?? FIRST_SEARCH_PORT + this.searchPorts.size;
    this.searchPorts.set(name, { port, protocol });
    const from = { address: OWN_ADDRESS, port };
    const target = to ?? GROUPS[protocol];
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
    const { clock, device, deviceAddress } = this.job;
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
    if (url.hostname !== deviceAddress) return failed('unreachable', `nobody has the address ${url.hostname}`);
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
    const { clock, device, deviceAddress, engine } = this.job;
    const nowMs = clock.monotonicMs();
    this.fromDevice(name === 'leave' ? device.stop(nowMs) : device.start([deviceAddress], nowMs));
    this.after(LATENCY_MS, () => {
      this.fromEngine(engine.stimulated(name, null, clock.monotonicMs()));
    });
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
    const [, second = 0, third = 0, fourth = 0] = destination;
    const group = Uint8Array.of(0x01, 0x00, 0x5e, second & 0x7f, third, fourth);
    const peer = direction === 'in' ? OWN_MAC : deviceMac;
    const packet = encodeUdp({
      family: 'ipv4',
      source: addressOf(from.address),
      destination,
      sourcePort: from.port,
      destinationPort: to.port,
      ttl,
      payload,
    });
    const frame = encodeEthernet({
      destination: isGroup(to.address) ? group : peer,
      source,
      etherType: ETHERTYPE_IPV4,
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

function isGroup(address: string): boolean {
  return isMulticastIp(addressOf(address));
}
