import { NO_KEYS, type KeyRing, type NamedKeys } from '#evidence/keys.js';
import { SimulatedClock } from '#lab/link/in-process.js';
import { LOOPBACK_CAPTURES, LoopbackBench, type EvidenceSink } from '#lab/bench/loopback.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import type { Profile } from '#profile/schema.js';
import { makeDevice, type Device } from '#reference/device.js';
import { FAULTS } from '#reference/faults.js';
import { MODELS } from '#reference/models.js';
import type { CaptureLinkType } from '#wire/pcap/blocks.js';
import { decodeEapol } from '#wire/eap/eapol.js';
import { decodeEap } from '#wire/eap/eap.js';
import { wscCarrier } from '#wire/eap/wsc-carrier.js';
import { decodeEthernet, ETHERTYPE } from '#wire/ethernet.js';
import type { Dice } from './dice.js';

export interface SeedFrame {
  readonly linkType: CaptureLinkType;
  readonly bytes: Uint8Array;
}

/** A registration of a reference device, as the loopback bench records it. */
export interface Recording {
  readonly device: Device;
  /** The exchange: EAPOL, and what went through the air. */
  readonly frames: readonly SeedFrame[];
  /** What was said on the network after it. */
  readonly network: readonly SeedFrame[];
  readonly keys: KeyRing;
  readonly profile: Profile;
}

const DEVICE_SEED = 1;
const recordings = new Map<string, Recording>();

/** Forget all recordings: some hundred of them, of all models with all faults, take as much as a leak would. */
export function releaseRecordings(): void {
  recordings.clear();
}

/** Which recording: numbers of a model and of a fault, any byte each, or {@link NO_FAULT}. */
export interface Choice {
  readonly model: number;
  readonly fault: number;
}

/** Number of no fault. */
export const NO_FAULT = -1;

export function anyChoice(dice: Dice): Choice {
  return { model: dice.below(MODELS.length), fault: dice.below(2 * FAULTS.length) % 256 };
}

/** A recorded registration to start from: of any reference device, right or with one of its faults. */
export function anyRecording(dice: Dice): Recording {
  return recordingOf(anyChoice(dice));
}

/** The registration that a choice names; a fault that this model cannot have is left out. */
export function recordingOf(choice: Choice): Recording {
  const model = MODELS[choice.model % MODELS.length];
  if (model === undefined) throw new RangeError('there is no reference model');
  const fault = FAULTS[choice.fault];
  const faults = fault === undefined || fault.refuses(model) !== null ? [] : [fault];
  const name = [model.id, ...faults.map(({ id }) => id)].join(' ');
  const known = recordings.get(name);
  if (known !== undefined) return known;
  const device = makeDevice(model, DEVICE_SEED);
  const made = record(
    device,
    faults.map(({ behaviour }) => behaviour(device)),
  );
  recordings.set(name, made);
  return made;
}

function record(device: Device, faults: Parameters<typeof loopbackProfile>[1]): Recording {
  const clock = new SimulatedClock(0);
  const frames: SeedFrame[] = [];
  const network: SeedFrame[] = [];
  const sessions: NamedKeys[] = [];
  const sink: EvidenceSink = {
    frame: (bytes, _timeNs, { interfaceId = 0 }) => {
      const { linkType, interfaceName } = LOOPBACK_CAPTURES[interfaceId] ?? LOOPBACK_CAPTURES[0];
      (interfaceName === 'network' ? network : frames).push({ linkType, bytes });
    },
    event: () => undefined,
    document: () => undefined,
    keys: (keys) => {
      sessions.push(keys);
    },
    secret: () => undefined,
  };
  new LoopbackBench({ device, faults, sessions: 1 }, sink, clock).run();
  const keys: KeyRing = { ...NO_KEYS, sessions, pin: device.model.method === 'pin' ? device.pin : null };
  return { device, frames, network, keys, profile: loopbackProfile(device, faults, 1) };
}

/** EAPOL packets of a recording, in order. */
export function eapolOf({ frames }: Recording): Uint8Array[] {
  return frames.flatMap(({ linkType, bytes }) => {
    const frame = linkType === 'ethernet' ? decodeEthernet(bytes) : null;
    return frame?.etherType === ETHERTYPE.Eapol ? [frame.payload] : [];
  });
}

/** EAP-WSC payloads of a recording, in order. */
export function payloadsOf(recording: Recording): Uint8Array[] {
  return eapolOf(recording).flatMap((bytes) => {
    const { payload } = wscCarrier(decodeEap(decodeEapol(bytes).body));
    return payload === null ? [] : [payload];
  });
}

/** WSC messages of a recording, those in fragments left out. */
export function messagesOf(recording: Recording): Uint8Array[] {
  return payloadsOf(recording).flatMap((payload) =>
    payload[1] === 0 && payload.length > 2 ? [payload.subarray(2)] : [],
  );
}
