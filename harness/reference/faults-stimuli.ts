import { AUTHENTICATION_FAULTS } from './stimuli/authentication.js';
import { FRAGMENT_FAULTS } from './stimuli/fragments.js';
import { RETRANSMISSION_FAULTS } from './stimuli/retransmission.js';
import { VERSION_FAULTS } from './stimuli/versions.js';
import type { Fault } from './fault.js';

/** Faults that show only when the Registrar leaves the protocol or goes to its limits. */
export const STIMULUS_FAULTS: readonly Fault[] = [
  ...AUTHENTICATION_FAULTS,
  ...VERSION_FAULTS,
  ...FRAGMENT_FAULTS,
  ...RETRANSMISSION_FAULTS,
];
