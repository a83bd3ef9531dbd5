import { Assembler } from '#evidence/assemble.js';
import type { NamedKeys } from '#evidence/keys.js';
import { NO_KEYS } from '#evidence/keys.js';
import type { BenchEvent, Evidence, EvidenceKind, Scenario } from '#evidence/model.js';
import type { FrameOrigin } from '#evidence/recorder.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import { SimulatedClock } from '../link/in-process.js';
import { LOOPBACK_CAPTURES, LoopbackBench, type EvidenceSink, type LoopbackPlan } from './loopback.js';

/** Kinds of evidence the loopback bench obtains. */
export const LOOPBACK_KINDS: readonly EvidenceKind[] = [
  'm1',
  'exchange',
  'keys',
  'profile',
  'sessions',
  'frames',
  'ssdp',
  'description',
  'wsd',
  'metadata',
  'operator',
];

/** Keeps what a bench records in memory, and gives it as the Evidence a bundle of it would give. */
export class MemorySink implements EvidenceSink {
  private readonly blocks: Uint8Array[] = [];
  private readonly events: BenchEvent[] = [];
  private readonly sessions: NamedKeys[] = [];
  private readonly documents = new Map<string, Uint8Array>();
  private pin: string | null = null;

  constructor(private readonly clock: SimulatedClock) {}

  frame(bytes: Uint8Array, timeNs: bigint, origin: FrameOrigin): void {
    const { direction, interfaceId = 0, ...rest } = origin;
    const side = direction === 'in' ? 'inbound' : 'outbound';
    this.blocks.push(enhancedPacket({ interfaceId, timeNs, bytes, direction: side, ...rest }));
  }

  event(kind: string, detail: Readonly<Record<string, unknown>>): void {
    this.events.push({ monotonicMs: this.clock.monotonicMs(), kind, detail });
  }

  keys(keys: NamedKeys): void {
    this.sessions.push(keys);
  }

  document(name: string, bytes: Uint8Array): void {
    this.documents.set(name, bytes);
  }

  secret(name: 'pin' | 'networkKey', value: string): void {
    if (name === 'pin') this.pin = value;
  }

  evidence(dutMac: Uint8Array, sessions: number, scenarios: readonly Scenario[]): Evidence {
    this.event('end', {});
    const keys = { ...NO_KEYS, sessions: this.sessions, pin: this.pin };
    const ability = { kinds: LOOPBACK_KINDS, sessions, scenarios };
    const run = { dutMac, ability, events: this.events, documents: this.documents };
    return this.assembled(new Assembler({ keys, run }));
  }

  /** The Evidence of the device in the frames alone, as a capture of the same gives it. */
  captured(): Evidence {
    return this.assembled(new Assembler({ keys: NO_KEYS }));
  }

  private assembled(assembler: Assembler): Evidence {
    const reader = new CaptureReader(assembler);
    reader.push(sectionHeader({ application: 'rally-conformance' }));
    for (const { linkType, interfaceName } of LOOPBACK_CAPTURES)
      reader.push(interfaceDescription({ linkType, snapLengthBytes: 0, name: interfaceName }));
    for (const block of this.blocks) reader.push(block);
    const found = assembler.finish(reader.finish());
    const evidence = found.find(({ exchanges }) => exchanges.length > 0) ?? found[0];
    if (evidence === undefined) throw new RangeError('a run without evidence');
    return evidence;
  }
}

/** Hold the planned sessions and give their evidence, without a file. */
export function loopbackEvidence(plan: LoopbackPlan): Evidence {
  return loopbackRun(plan).evidence;
}

/** The same, and what a capture of its frames alone gives. */
export function loopbackRun(plan: LoopbackPlan): { readonly evidence: Evidence; readonly captured: () => Evidence } {
  const clock = new SimulatedClock(0);
  const sink = new MemorySink(clock);
  const bench = new LoopbackBench(plan, sink, clock);
  bench.run();
  const evidence = sink.evidence(plan.device.mac, plan.sessions, bench.scenarios);
  return { evidence, captured: () => sink.captured() };
}
