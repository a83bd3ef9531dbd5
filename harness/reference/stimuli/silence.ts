import { anyModel, type Fault } from '../fault.js';
import { goesOnWith } from './overlooking.js';

const LONG_MS = 3_600_000;

/** Faults of a device that never gives up. */
export const SILENCE_FAULTS: readonly Fault[] = [
  {
    id: 'waits-for-an-hour',
    change: 'waits an hour for the next message of a Registrar',
    refuses: anyModel,
    fails: [],
    warns: ['RVP-REG-39'],
    stimuli: ['reg-39'],
    changes: goesOnWith('M3'),
    behaviour: () => ({
      build: (parts) => ({ ...parts, limits: { ...parts.limits, idleMs: LONG_MS, sessionMs: LONG_MS } }),
    }),
  },
];
