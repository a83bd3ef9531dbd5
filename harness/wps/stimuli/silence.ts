import type { Stimulus } from './stimulus.js';

/** WSC: a registration is over after two minutes. */
const SILENCE_MS = 120_000;
const LIMITS = { retransmitMs: 5000, tries: 3, sessionMs: SILENCE_MS + 60_000 };

/** A Registrar that says nothing for as long as a registration may last. */
export const SILENCE_STIMULI: readonly Stimulus[] = [
  {
    id: 'reg-39',
    does: 'says nothing for two minutes after M1, and then M2',
    departure: () => ({
      script: (message) => [message.what === 'M2' ? { ...message, delayMs: SILENCE_MS } : message],
      limits: LIMITS,
    }),
  },
];
