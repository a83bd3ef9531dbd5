import type { Fault } from '../fault.js';
import { intolerantStimulus, mistaking } from './intolerance.js';
import type { Said } from './overlooking.js';

/** A device that makes its answer to a message anew when the message is repeated, and so finds it out of order. */
function madeAnew(number: string, request: string, owes: Said): Fault {
  return intolerantStimulus({
    number,
    id: `repeated-${request.toLowerCase()}-taken-for-new`,
    change: `takes a repeated ${request} for a new message, and refuses it`,
    owes,
    refuses: true,
    behaviour: () => mistaking(/^repeated-request$/),
  });
}

/** Faults of a device that does not remember what it said last. */
export const RETRANSMISSION_FAULTS: readonly Fault[] = [
  {
    ...intolerantStimulus({
      number: '37a',
      id: 'repeated-start-begins-anew',
      change: 'sends an M1 with a new nonce and key when WSC_Start is repeated',
      owes: 'M3',
      behaviour: () => mistaking(/^(repeated-request|second-start)$/),
    }),
    // The other M1 begins an exchange of its own, so that each is compared with the one before it.
    changes: [
      'exchanges',
      'Identity',
      '*.missing',
      '*.Enrollee Nonce',
      '*.Registrar Nonce',
      'M1.Public Key',
      '*.settings.E-SNonce1',
      '*.settings.E-SNonce2',
      '*.settings.IV',
    ],
  },
  madeAnew('37b', 'M2', 'M5'),
  madeAnew('37c', 'M4', 'M7'),
  madeAnew('37d', 'M6', 'WSC_DONE'),
  {
    ...intolerantStimulus({
      number: '37e',
      id: 'repeated-m8-taken-for-new',
      change: 'takes a repeated M8 for a new message, and refuses it after its WSC_Done',
      owes: 'WSC_DONE',
      behaviour: () => mistaking(/^(repeated-request|a message after the end)$/),
    }),
    changes: ['WSC_NACK.added'],
  },
];
