import type { Fault } from './fault.js';
import { ACKNOWLEDGEMENT_FAULTS } from './stimuli/acknowledgement.js';
import { AUTHENTICATION_FAULTS } from './stimuli/authentication.js';
import { CREDENTIAL_FAULTS } from './stimuli/credential.js';
import { FRAGMENT_FAULTS } from './stimuli/fragments.js';
import { FRAMING_FAULTS } from './stimuli/framing.js';
import { M2_FAULTS } from './stimuli/m2.js';
import { RETRANSMISSION_FAULTS } from './stimuli/retransmission.js';
import { SETTINGS_FAULTS } from './stimuli/settings.js';
import { SILENCE_FAULTS } from './stimuli/silence.js';
import { VERSION_FAULTS } from './stimuli/versions.js';

/** Faults that show only when the Registrar leaves the protocol or goes to its limits. */
export const STIMULUS_FAULTS: readonly Fault[] = [
  ...AUTHENTICATION_FAULTS,
  ...M2_FAULTS,
  ...SETTINGS_FAULTS,
  ...CREDENTIAL_FAULTS,
  ...ACKNOWLEDGEMENT_FAULTS,
  ...VERSION_FAULTS,
  ...FRAGMENT_FAULTS,
  ...FRAMING_FAULTS,
  ...RETRANSMISSION_FAULTS,
  ...SILENCE_FAULTS,
];
