import type { StepState } from '#judge/install.js';

/** What a state of a step is called. */
export const STATE_WORDS: Readonly<Record<StepState, string>> = {
  done: 'yes',
  'at-risk': 'at risk',
  stops: 'stops here',
  'not-known': 'not known',
  'not-judged': 'up to the host, not judged',
  'not-reached': 'not reached',
  'not-taken': 'no pairing is expected',
};
