import { ACKNOWLEDGEMENT_STIMULI } from './acknowledgement.js';
import { AIR_STIMULI } from './air.js';
import { AUTHENTICATION_STIMULI } from './authentication.js';
import { CREDENTIAL_STIMULI } from './credential.js';
import { FRAGMENT_STIMULI } from './fragments.js';
import { FRAMING_STIMULI, START_STIMULI } from './framing.js';
import { OFFER_STIMULI } from './offer.js';
import { RETRANSMISSION_STIMULI } from './retransmission.js';
import { SETTINGS_STIMULI } from './settings.js';
import { SILENCE_STIMULI } from './silence.js';
import type { Stimulus, StimulusId } from './stimulus.js';
import { VERSION_STIMULI } from './versions.js';

/** Every stimulus, in the order of the ids. */
export const STIMULI: readonly Stimulus[] = [
  ...AUTHENTICATION_STIMULI,
  ...OFFER_STIMULI,
  ...SETTINGS_STIMULI,
  ...CREDENTIAL_STIMULI,
  ...ACKNOWLEDGEMENT_STIMULI,
  ...VERSION_STIMULI,
  ...FRAGMENT_STIMULI,
  ...FRAMING_STIMULI,
  ...RETRANSMISSION_STIMULI,
  ...START_STIMULI,
  ...SILENCE_STIMULI,
  ...AIR_STIMULI,
];

/** The stimulus of this id; null for none. */
export function stimulusOf(id: StimulusId): Stimulus | null {
  return STIMULI.find((stimulus) => stimulus.id === id) ?? null;
}
