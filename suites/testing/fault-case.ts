import type { Evidence } from '#evidence/model.js';
import type { Verdicts } from '#judge/record.js';
import type { Profile } from '#profile/schema.js';
import type { SampleDevice } from './devices.js';
import type { Edit } from './edits.js';
import { twoSessions } from './evidence.js';
import type { Script } from './exchange.js';
import { judgeAll } from './verdicts.js';

/** A device with one fault, and everything that has to fail for it: no more, no less. */
export interface FaultCase {
  readonly name: string;
  readonly profile: Profile | null;
  readonly evidence: () => Evidence;
  /** MUST rules that fail, without `RVP-`, sorted. */
  readonly fails: readonly string[];
  /** SHOULD rules that are not met, without `RVP-`, sorted. */
  readonly warns: readonly string[];
}

interface Broken {
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
  return {
    name: `${device.name}: ${name}`,
    profile: device.profile,
    evidence,
    fails: broken.fails ?? [],
    warns: broken.warns ?? [],
  };
}

/** A case with what it was judged. */
export interface JudgedCase {
  readonly evidence: Evidence;
  readonly verdicts: Verdicts;
}

const JUDGED = new WeakMap<FaultCase, JudgedCase>();

/** Judge a case; the same case is judged once. */
export function judgedCase(each: FaultCase): JudgedCase {
  const known = JUDGED.get(each);
  if (known !== undefined) return known;
  const evidence = each.evidence();
  const judged = { evidence, verdicts: judgeAll(each.profile, evidence) };
  JUDGED.set(each, judged);
  return judged;
}
