import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createFollowUp } from '#discovery/follow-up.js';
import { readBundle } from '#evidence/bundle-read.js';
import type { Datagram, Discovery } from '#evidence/discovery-model.js';
import type { BenchEvent } from '#evidence/model.js';
import { makeDevice } from '#reference/device.js';
import { createDiscoveryDevice } from '#reference/discovery/device.js';
import { referenceParts } from '#reference/enrollee.js';
import { requireModel } from '#reference/models.js';
import { streamOf } from '#reference/seed.js';
import { ssdpHeader } from '#wire/ssdp.js';
import { followUpOnLoopback, OWN_ADDRESS } from '../bench/loopback-discovery.js';
import { MemorySink } from '../bench/loopback-evidence.js';
import { SimulatedClock } from '../link/in-process.js';
import { FOLLOW_UP_SETUP, NAMESPACE_DEVICE_ADDRESS6 } from '../testing/follow-up.js';
import { probeInNamespace } from '../testing/in-namespace.js';
import type { FollowUpSaid, ReferenceFollowUp } from '../testing/reference-follow-up-probe.js';

const RUN_LIMIT_MS = 90_000;
const LIMIT_MS = 30_000;
/** Until the answer to a Probe may come, and what follows the first answer: scopes are asked for then. */
const ANSWERS_MS = 5500 + 500;
/** Of a set of announcements, and the quiet that ends it. */
const ANNOUNCING_MS = 2000 + 1500;
/** Byebyes in three copies. */
const LEAVING_MS = 1500;

interface Found {
  readonly discovery: Discovery;
  readonly events: readonly BenchEvent[];
  readonly said: FollowUpSaid;
}

describe('follow-up against a reference device in a network namespace', function () {
  this.timeout(RUN_LIMIT_MS);
  let base = '';

  before(() => {
    base = mkdtempSync(join(tmpdir(), 'rally-follow-up-'));
  });

  after(() => {
    rmSync(base, { recursive: true });
  });

  async function find(name: string, options: Omit<ReferenceFollowUp, 'bundleDir'>): Promise<Found> {
    const plan: ReferenceFollowUp = { ...options, bundleDir: join(base, name) };
    const args = [JSON.stringify(plan)];
    const program = 'reference-follow-up-probe.ts';
    const said = (await probeInNamespace(program, FOLLOW_UP_SETUP, RUN_LIMIT_MS, { args })) as FollowUpSaid;
    const { evidence } = await readBundle(plan.bundleDir);
    if (evidence.discovery === undefined) throw new Error('the bundle tells of no follow-up');
    return { discovery: evidence.discovery, events: evidence.events, said };
  }

  it('sees of the all-in-one what it sees in one process, and takes as long as the protocols wait', async () => {
    const { discovery, events, said } = await find('all-in-one', { model: 'all-in-one' });
    const expected = onLoopback('all-in-one');
    expect(outcomeOf(events)).to.equal('all-seen');
    expect(discovery.isComplete).to.equal(true);
    expect(countsOf(discovery)).to.deep.equal(countsOf(expected));
    expect(answersOf(discovery)).to.deep.equal(answersOf(expected));
    expect(fetchesOf(discovery)).to.deep.equal(fetchesOf(expected));
    expect(discovery.stimuli.map(({ name, failed }) => [name, failed])).to.deep.equal([
      ['leave', null],
      ['power-cycle', null],
    ]);
    expect(said.tookMs).to.be.within(ANSWERS_MS - 500, ANSWERS_MS + LEAVING_MS + ANNOUNCING_MS);
    console.log(`        ${Math.round(said.tookMs)} ms, ${Math.round(untilMs(expected))} ms on the simulated clock`);
  });

  it('asks by IPv6 too where the device has an address of it', async () => {
    const { discovery, events } = await find('ipv6', { model: 'all-in-one', hasIpv6: true });
    expect(outcomeOf(events)).to.equal('all-seen');
    const byIpv6 = discovery.datagrams.filter(({ family, isRepeat }) => family === 'ipv6' && !isRepeat);
    const asked = byIpv6.filter(({ sender }) => sender === 'other');
    expect(asked.map(({ destination }) => `${destination.address} ${destination.port}`).toSorted()).to.deep.equal([
      'ff02::c 1900',
      'ff02::c 3702',
    ]);
    const said = new Set(byIpv6.filter(({ sender }) => sender === 'dut').map(kindOf));
    expect([...said]).to.include.members(['ssdp notify ssdp:alive upnp:rootdevice', 'wsd hello', 'wsd probe-matches']);
    expect([...said].filter((kind) => kind.startsWith('ssdp response'))).to.not.be.empty;
    // Formed after the follow-up had begun to listen, and announced by duplicate address detection alone.
    expect(discovery.addresses).to.include(NAMESPACE_DEVICE_ADDRESS6);
    const fetched = discovery.fetches.filter(({ purpose }) => purpose === 'description');
    expect(fetched.map(({ status, problem }) => [status, problem])).to.deep.equal(fetched.map(() => [200, null]));
    expect(fetched.map(({ url }) => new URL(url).hostname.startsWith('['))).to.include.members([true, false]);
  });

  it('fetches the metadata of a Secure DPWS device by TLS', async () => {
    const { discovery } = await find('secure', { model: 'secure-scanner' });
    expect(fetchesOf(discovery)).to.deep.equal(fetchesOf(onLoopback('secure-scanner')));
    expect(discovery.fetches.every(({ url }) => url.startsWith('https:'))).to.equal(true);
  });

  it('waits for refreshed announcements as long as it is told, and goes on when they do not come', async () => {
    const { events } = await find('refresh', { model: 'upnp-renderer', refreshWaitMs: 2000, limitMs: 8000 });
    const [start, end] = ['discovery-start', 'discovery-end'].map((kind) => events.find((each) => each.kind === kind));
    const tookMs = (end?.monotonicMs ?? 0) - (start?.monotonicMs ?? 0);
    // Quiet ends the set after at most 3 s; 2 s later nothing was refreshed; then it leaves and returns.
    expect(tookMs).to.be.within(4500, 13_000);
    expect(outcomeOf(events)).to.equal('all-seen');
  });
});

function outcomeOf(events: readonly BenchEvent[]): unknown {
  return events.find(({ kind }) => kind === 'discovery-end')?.detail['outcome'];
}

/** The same device and questions in one process, on a simulated clock. */
function onLoopback(id: string): Discovery {
  const device = makeDevice(requireModel(id), 1);
  const { upnp, dpws } = referenceParts(device, []).identities;
  const clock = new SimulatedClock(0);
  const sink = new MemorySink(clock);
  const address = '192.0.2.20';
  followUpOnLoopback({
    device: createDiscoveryDevice(device, []),
    deviceMac: device.mac,
    deviceAddresses: [address],
    engine: createFollowUp({
      declared: { upnp: upnp !== undefined, dpws: dpws !== undefined },
      promised: { upnp: upnp?.slice(-36) ?? null, dpws: dpws?.slice(-36) ?? null },
      families: ['ipv4'],
      addresses: [address],
      ownAddress: OWN_ADDRESS,
      limitMs: LIMIT_MS,
      refreshWaitMs: 0,
      abilities: { leave: true, powerCycle: true },
      random: streamOf(1, 'registrar', 1),
    }),
    clock,
    sink,
    interfaceId: 2,
    limitMs: LIMIT_MS,
    onStep: () => undefined,
  });
  const { discovery } = sink.evidence(device.mac, 0, []);
  if (discovery === undefined) throw new Error('there was no follow-up');
  return discovery;
}

function untilMs({ sinceMs, untilMs: end }: Discovery): number {
  return end - (sinceMs ?? 0);
}

/** What the device said, by kind, without repeats. */
function countsOf({ datagrams }: Discovery): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const each of datagrams) {
    if (each.sender !== 'dut' || each.isRepeat) continue;
    const kind = kindOf(each);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function kindOf({ ssdp, wsd }: Datagram): string {
  if (ssdp === null) return `wsd ${wsd?.kind ?? ''}`;
  const value = (name: string): string => ssdpHeader(ssdp, name)?.value ?? '';
  return `ssdp ${ssdp.kind} ${value('NTS')} ${value('NT')}${value('ST')}`;
}

/** How many answers each search had, by what was searched for. */
function answersOf({ searches }: Discovery): string[] {
  return searches
    .map(({ request, answers }) => {
      const { ssdp, wsd } = request;
      const what =
        ssdp === null
          ? (wsd?.kind ?? '')
          : `${ssdpHeader(ssdp, 'ST')?.value ?? ''} MX ${ssdpHeader(ssdp, 'MX')?.value ?? 'none'}`;
      return `${what}: ${answers.filter(({ isRepeat }) => !isRepeat).length}`;
    })
    .toSorted();
}

function fetchesOf({ fetches }: Discovery): string[] {
  return fetches
    .map(({ purpose, method, status, problem }) => `${method} ${purpose}: ${status ?? problem?.code ?? 'connected'}`)
    .toSorted();
}
