import type { Evidence } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import type { SampleDevice } from './devices.js';
import type { Edit } from './edits.js';
import { twoSessions } from './evidence.js';
import type { Script } from './exchange.js';

/** A device with one fault, and everything that has to fail for it: no more, no less. */
export interface FaultCase {
  readonly name: string;
  /** The device without the fault. */
  readonly device: SampleDevice;
  readonly profile: Profile | null;
  /** Built once: the same object each time. */
  readonly evidence: () => Evidence;
  /** MUST rules that fail, without `RVP-`, sorted. */
  readonly fails: readonly string[];
  /** SHOULD rules that are not met, without `RVP-`, sorted. */
  readonly warns: readonly string[];
}

/** What a fault breaks, without `RVP-`. */
export interface Broken {
  readonly fails?: readonly string[];
  readonly warns?: readonly string[];
}

/** A fault that the script makes in both of two sessions. */
export function scripted(name: string, device: SampleDevice, script: Script, broken: Broken): FaultCase {
  return observed(name, device, () => twoSessions(device, script), broken);
}

/** A fault in M1 alone, in both of two sessions. */
export function inM1(name: string, device: SampleDevice, edit: Edit, broken: Broken): FaultCase {
  return scripted(name, device, { attributes: { M1: edit } }, broken);
}

/** A fault of which the evidence is given. */
export function observed(name: string, device: SampleDevice, evidence: () => Evidence, broken: Broken): FaultCase {
  let built: Evidence | null = null;
  return {
    name: `${device.name}: ${name}`,
    device,
    profile: device.profile,
    evidence: () => (built ??= evidence()),
    fails: broken.fails ?? [],
    warns: broken.warns ?? [],
  };
}
