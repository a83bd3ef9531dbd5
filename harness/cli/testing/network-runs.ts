import type { Evidence } from '#evidence/model.js';
import { loopbackEvidence } from '#lab/bench/loopback-evidence.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import type { Profile } from '#profile/schema.js';
import { makeDevice } from '#reference/device.js';
import { DISCOVERY_FAULTS } from '#reference/discovery/faults.js';
import type { Fault } from '#reference/fault.js';
import type { Model } from '#reference/model.js';
import { MODELS } from '#reference/models.js';

/** A reference device on its network, with or without a fault, as the loopback bench recorded it. */
export interface NetworkRun {
  readonly model: Model;
  readonly fault: Fault | null;
  readonly evidence: Evidence;
  readonly profile: Profile;
}

const SEED = 1;
const SESSIONS = 1;

/** A run of this model; the same each time. */
export function networkRun(model: Model, fault: Fault | null): NetworkRun {
  const device = makeDevice(model, SEED);
  const faults = fault === null ? [] : [fault.behaviour(device)];
  const evidence = loopbackEvidence({ device, faults, sessions: SESSIONS });
  return { model, fault, evidence, profile: loopbackProfile(device, faults, SESSIONS) };
}

let runs: readonly NetworkRun[] | null = null;

/** Every model without a fault, and each fault of discovery on the first model that can have it; built once. */
export function networkRuns(): readonly NetworkRun[] {
  runs ??= [
    ...MODELS.map((model) => networkRun(model, null)),
    ...DISCOVERY_FAULTS.flatMap((fault) => {
      const model = MODELS.find((each) => fault.refuses(each) === null);
      return model === undefined ? [] : [networkRun(model, fault)];
    }),
  ];
  return runs;
}
