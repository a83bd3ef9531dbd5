import { AUTHENTICATION_STIMULI } from './authentication.js';
import type { Stimulus, StimulusId } from './stimulus.js';

/** Every stimulus, in the order of the ids. */
export const STIMULI: readonly Stimulus[] = [...AUTHENTICATION_STIMULI];

/** The stimulus of this id; null for none. */
export function stimulusOf(id: StimulusId): Stimulus | null {
  return STIMULI.find((stimulus) => stimulus.id === id) ?? null;
}
