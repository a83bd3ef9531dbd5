import type { Evidence } from '#evidence/model.js';
import { overTheAir } from './air.js';
import type { SampleDevice } from './devices.js';
import { twoSessions } from './evidence.js';

/** Evidence of the sample devices without a fault, built once: keys take time to compute. */

const RADIO = new WeakMap<SampleDevice, Evidence>();
const WIRED = new WeakMap<SampleDevice, Evidence>();

/** Two sessions on the radio bench. */
export function radioEvidence(device: SampleDevice): Evidence {
  return once(RADIO, device, () => overTheAir(device));
}

/** Two sessions on the wired bench. */
export function wiredEvidence(device: SampleDevice): Evidence {
  return once(WIRED, device, () => twoSessions(device));
}

function once(known: WeakMap<SampleDevice, Evidence>, device: SampleDevice, build: () => Evidence): Evidence {
  const built = known.get(device) ?? build();
  known.set(device, built);
  return built;
}
