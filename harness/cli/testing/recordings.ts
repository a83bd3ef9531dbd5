import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '#base/bytes.js';
import { NO_KEYS, parseKeys, type NamedKeys } from '#evidence/keys.js';
import type { BenchEvent } from '#evidence/model.js';
import type { FrameOrigin } from '#evidence/recorder.js';
import { abilityOf, BUNDLE_FILES, parseEvents, parseRunJson } from '#evidence/run-json.js';
import { packetsOf } from '#evidence/testing/rewrap.js';
import { LOOPBACK_CAPTURES, LoopbackBench, type EvidenceSink } from '#lab/bench/loopback.js';
import { LOOPBACK_KINDS } from '#lab/bench/loopback-evidence.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import { SimulatedClock } from '#lab/link/in-process.js';
import { storedProfile } from '#profile/load.js';
import { makeDevice } from '#reference/device.js';
import { MODELS } from '#reference/models.js';
import type { RecordedFrame, Recording } from '#suites/testing/prefix-oracle.js';
import { OBSERVED_BUNDLE } from '../docs-pages.js';
import { PROJECT } from './call.js';

/** Of the reference devices; and how often each registers. */
const SEED = 7;
const SESSIONS = 2;

const BUNDLES = join(PROJECT, 'fixtures', 'bundles');

/** Names of the stored bundles of the wired bench. */
export function storedBundles(): string[] {
  return readdirSync(BUNDLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !OBSERVED_BUNDLE.endsWith(`/${entry.name}`))
    .map(({ name }) => name)
    .sort();
}

/** What was stored of listening alone, as a recording that can be cut. */
export function observedRecording(): Recording {
  const folder = join(PROJECT, OBSERVED_BUNDLE);
  const run = parseRunJson(readFileSync(join(folder, BUNDLE_FILES.run), 'utf8'));
  const { dutMac, observed = false } = run.plan;
  if (dutMac === null || !observed) throw new Error('the bundle is not of listening to a known device');
  const events = parseEvents(readFileSync(join(folder, BUNDLE_FILES.events), 'utf8'));
  const packets = packetsOf(readFileSync(join(folder, BUNDLE_FILES.capture)));
  return {
    interfaces: ['dot11-radiotap'],
    frames: packets.map(({ bytes, timeNs }) => ({ bytes, timeNs, interfaceId: 0 })),
    run: { dutMac: fromHex(dutMac), ability: abilityOf(run.plan), observed, events: timed(events) },
    keys: NO_KEYS,
    profile: storedProfile(run.profile),
    scope: 'radio',
  };
}

/** A stored bundle as a recording that can be cut. Its capture has one Ethernet interface. */
export function bundleRecording(name: string): Recording {
  const read = (file: string): Buffer => readFileSync(join(BUNDLES, name, file));
  const run = parseRunJson(read(BUNDLE_FILES.run).toString());
  const { dutMac, scope } = run.plan;
  if (dutMac === null || scope !== 'wired') throw new Error(`${name} is not of a known device on the wired bench`);
  const events = parseEvents(read(BUNDLE_FILES.events).toString());
  return {
    interfaces: ['ethernet'],
    frames: packetsOf(read(BUNDLE_FILES.capture)).map(({ bytes, timeNs }) => ({ bytes, timeNs, interfaceId: 0 })),
    run: { dutMac: fromHex(dutMac), ability: abilityOf(run.plan), events: timed(events) },
    keys: parseKeys(read(BUNDLE_FILES.secrets).toString()),
    profile: storedProfile(run.profile),
    scope,
  };
}

/** Events with their wall time, by the first record, which has both clocks. */
function timed(events: readonly BenchEvent[]): (BenchEvent & { timeNs: bigint })[] {
  const [clock] = events;
  const wallMs = clock?.detail['wallMs'];
  if (clock?.kind !== 'clock' || typeof wallMs !== 'number') throw new Error('the events do not begin with the clock');
  return events.map((event) => {
    const sinceMs = event.monotonicMs - clock.monotonicMs;
    return { ...event, timeNs: BigInt(Math.round((wallMs + sinceMs) * 1e6)) };
  });
}

/** A reference model without faults on the loopback bench, as a recording that can be cut. */
export function modelRecording(id: string): Recording {
  const model = MODELS.find((known) => known.id === id);
  if (model === undefined) throw new Error(`no model ${id}`);
  const device = makeDevice(model, SEED);
  const plan = { device, faults: [], sessions: SESSIONS };
  const clock = new SimulatedClock(0);
  const kept = new KeptRecording(clock);
  const bench = new LoopbackBench(plan, kept, clock);
  bench.run();
  kept.event('end', {});
  return {
    interfaces: LOOPBACK_CAPTURES.map(({ linkType }) => linkType),
    frames: kept.frames,
    run: {
      dutMac: device.mac,
      ability: { kinds: LOOPBACK_KINDS, sessions: SESSIONS, scenarios: bench.scenarios },
      events: kept.events,
      documents: kept.documents,
    },
    keys: { ...NO_KEYS, sessions: kept.sessions, pin: kept.pin },
    profile: loopbackProfile(device, [], SESSIONS),
    scope: 'loopback',
  };
}

/** Keeps what a bench records, each event with its time. */
class KeptRecording implements EvidenceSink {
  readonly frames: RecordedFrame[] = [];
  readonly events: (BenchEvent & { timeNs: bigint })[] = [];
  readonly documents = new Map<string, Uint8Array>();
  readonly sessions: NamedKeys[] = [];
  pin: string | null = null;

  constructor(private readonly clock: SimulatedClock) {}

  frame(bytes: Uint8Array, timeNs: bigint, { interfaceId = 0 }: FrameOrigin): void {
    this.frames.push({ bytes, timeNs, interfaceId });
  }

  event(kind: string, detail: BenchEvent['detail']): void {
    this.events.push({ monotonicMs: this.clock.monotonicMs(), kind, detail, timeNs: this.clock.wallNs() });
  }

  document(name: string, bytes: Uint8Array): void {
    this.documents.set(name, bytes);
  }

  keys(keys: NamedKeys): void {
    this.sessions.push(keys);
  }

  secret(name: 'pin' | 'networkKey', value: string): void {
    if (name === 'pin') this.pin = value;
  }
}
