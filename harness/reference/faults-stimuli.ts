import { AUTHENTICATION_FAULTS } from './stimuli/authentication.js';
import type { Fault } from './fault.js';

/** Faults that show only when the Registrar leaves the protocol or goes to its limits. */
export const STIMULUS_FAULTS: readonly Fault[] = [...AUTHENTICATION_FAULTS];
