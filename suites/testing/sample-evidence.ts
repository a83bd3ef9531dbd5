import type { Evidence } from '#evidence/model.js';
import { overTheAir } from './air.js';
import type { SampleDevice } from './devices.js';
import { twoSessions } from './evidence.js';
import { onNetwork, type WsdScript } from './wsd.js';

/** Evidence of the sample devices without a fault, built once: keys take time to compute. */

const RADIO = new WeakMap<SampleDevice, Evidence>();
const WIRED = new WeakMap<SampleDevice, Evidence>();
const NETWORK = new WeakMap<WsdScript, Evidence>();

/** Two sessions on the radio bench. */
export function radioEvidence(device: SampleDevice): Evidence {
  return once(RADIO, device, () => overTheAir(device));
}

/** Two sessions on the wired bench. */
export function wiredEvidence(device: SampleDevice): Evidence {
  return once(WIRED, device, () => twoSessions(device));
}

/** A run with the sample printer in which it says and serves this. */
export function networkEvidence(script: WsdScript): Evidence {
  return once(NETWORK, script, () => onNetwork(script));
}

function once<Key extends object>(known: WeakMap<Key, Evidence>, key: Key, build: () => Evidence): Evidence {
  const built = known.get(key) ?? build();
  known.set(key, built);
  return built;
}
