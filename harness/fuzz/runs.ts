import { NO_KEYS, type KeyRing, type NamedKeys } from '#evidence/keys.js';
import { formatEvent } from '#evidence/run-json.js';
import { LOOPBACK_CAPTURES, LoopbackBench, type EvidenceSink } from '#lab/bench/loopback.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import { SimulatedClock } from '#lab/link/in-process.js';
import type { Profile } from '#profile/schema.js';
import { makeDevice, type Device } from '#reference/device.js';
import { MODELS } from '#reference/models.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';

export interface RunFrame {
  /** Place among the captures of the loopback bench. */
  readonly interfaceId: number;
  readonly timeNs: bigint;
  readonly direction: 'inbound' | 'outbound';
  readonly bytes: Uint8Array;
}

/** A whole run of the loopback bench, in the parts its bundle is made of. */
export interface RecordedRun {
  readonly device: Device;
  readonly profile: Profile;
  readonly keys: KeyRing;
  readonly frames: readonly RunFrame[];
  /** Lines of its events, in order. */
  readonly events: readonly string[];
  /** What was fetched, by name in the bundle, in order. */
  readonly documents: readonly (readonly [name: string, bytes: Uint8Array])[];
}

const DEVICE_SEED = 1;
const runs = new Map<string, RecordedRun>();

/** The run of a reference device, by the number of its model, any number. */
export function recordedRun(number: number): RecordedRun {
  const model = MODELS[number % MODELS.length];
  if (model === undefined) throw new RangeError('there is no reference model');
  const known = runs.get(model.id);
  if (known !== undefined) return known;
  const made = record(makeDevice(model, DEVICE_SEED));
  runs.set(model.id, made);
  return made;
}

function record(device: Device): RecordedRun {
  const clock = new SimulatedClock(0);
  const frames: RunFrame[] = [];
  const events: string[] = [];
  const documents: [string, Uint8Array][] = [];
  const sessions: NamedKeys[] = [];
  const note = (kind: string, detail: Readonly<Record<string, unknown>>): void => {
    events.push(formatEvent({ monotonicMs: clock.monotonicMs(), kind, detail }).trimEnd());
  };
  const sink: EvidenceSink = {
    frame: (bytes, timeNs, { direction, interfaceId = 0 }) => {
      frames.push({ interfaceId, timeNs, direction: direction === 'in' ? 'inbound' : 'outbound', bytes });
    },
    event: note,
    document: (name, bytes) => documents.push([name, bytes]),
    keys: (keys) => sessions.push(keys),
    secret: () => undefined,
  };
  new LoopbackBench({ device, faults: [], sessions: 1 }, sink, clock).run();
  note('end', {});
  const keys: KeyRing = { ...NO_KEYS, sessions, pin: device.model.method === 'pin' ? device.pin : null };
  return { device, profile: loopbackProfile(device, [], 1), keys, frames, events, documents };
}

/** The capture file of these frames. */
export function captureOf(frames: readonly RunFrame[]): Uint8Array[] {
  const interfaces = LOOPBACK_CAPTURES.map(({ linkType, interfaceName }) =>
    interfaceDescription({ linkType, snapLengthBytes: 0, name: interfaceName }),
  );
  return [sectionHeader({ application: 'fuzz' }), ...interfaces, ...frames.map((frame) => enhancedPacket(frame))];
}
