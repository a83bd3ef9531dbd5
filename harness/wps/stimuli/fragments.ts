import type { Stimulus, StimulusId } from './stimulus.js';

function inFragments(id: StimulusId, fragmentBytes: number): Stimulus {
  return {
    id,
    does: `sends its messages in fragments of ${fragmentBytes} bytes`,
    departure: () => ({ fragmentBytes }),
  };
}

/**
 * A Registrar whose messages come in fragments: M2 in many, every message in some, and only M2, but in long ones. M2 has
 * about 400 bytes, M6 120.
 */
export const FRAGMENT_STIMULI: readonly Stimulus[] = [
  inFragments('reg-33a', 50),
  inFragments('reg-33b', 110),
  inFragments('reg-33c', 300),
];
