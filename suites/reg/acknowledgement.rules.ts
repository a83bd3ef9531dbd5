import type { Rule } from '#judge/rule.js';
import type { Step } from '../reactions.js';
import { refusalRule } from '../stimulus-rules.js';

const WHY = {
  M4: 'E-S1 in M5 gives away half of the PIN. It is for a Registrar that has proven in M4 that it knows that half, and nobody else.',
  M6: 'E-S2 in M7 gives away the rest of the PIN. It is for a Registrar that has proven in M6 that it knows it, and nobody else.',
} as const;

/** WSC_NACK or WSC_ACK where M4 or M6 was due: number, message, and what is wrong with it besides. */
const INSTEAD: readonly (readonly [
  number: string,
  name: 'WSC_NACK' | 'WSC_ACK',
  step: Step & keyof typeof WHY,
  wrong: string,
])[] = [
  ['28a', 'WSC_NACK', 'M4', ''],
  ['28b', 'WSC_NACK', 'M6', ''],
  ['29a', 'WSC_NACK', 'M4', ' without Configuration Error'],
  ['29b', 'WSC_NACK', 'M4', ' without Enrollee Nonce'],
  ['29c', 'WSC_NACK', 'M4', ' without Registrar Nonce'],
  ['29d', 'WSC_NACK', 'M4', ' with another Enrollee Nonce'],
  ['29e', 'WSC_NACK', 'M4', ' with another Registrar Nonce'],
  ['29f', 'WSC_NACK', 'M4', ' without Message Type'],
  ['30a', 'WSC_ACK', 'M4', ''],
  ['30b', 'WSC_ACK', 'M6', ''],
  ['30c', 'WSC_ACK', 'M4', ' without Enrollee Nonce'],
  ['30d', 'WSC_ACK', 'M4', ' without Registrar Nonce'],
  ['30e', 'WSC_ACK', 'M4', ' with another Enrollee Nonce'],
  ['30f', 'WSC_ACK', 'M4', ' with another Registrar Nonce'],
  ['30g', 'WSC_ACK', 'M4', ' without Message Type'],
  ['30h', 'WSC_ACK', 'M4', ' with an unknown Message Type'],
];

/** The Registrar breaks off, or acknowledges, where the device waits for a proof. */
export const acknowledgementRules: readonly Rule[] = INSTEAD.map(([number, name, step, wrong]) =>
  refusalRule({
    number,
    step,
    level: 'MUST',
    title: `Reveal nothing after a ${name}${wrong} instead of ${step}`,
    when: `a ${name}${wrong} comes instead of ${step}`,
    why: WHY[step],
    remedy:
      name === 'WSC_NACK'
        ? `End the exchange at a WSC_NACK, and say WSC_NACK yourself; whatever is wrong with it, send M5 and M7 only after a ${step} that was verified.`
        : `Take nothing but ${step} for ${step}: look at the Message Type first, and send M5 and M7 only after a ${step} that was verified.`,
  }),
);
