import type { Fault } from '../fault.js';
import { overlookedStimulus, type Said } from './overlooking.js';

const NACK = /^WSC_NACK came$/;
const ACK = /^WSC_ACK came, /;
const FOREIGN = /^a message for another Enrollee Nonce$/;
const NAMELESS = /^a message without type$/;
const UNKNOWN = /^a message of unknown type$/;

/** What a device takes for M4 or M6: stimulus, id, the message in words, and why a correct device does not. */
const TAKEN: readonly (readonly [number: string, id: string, what: string, reason: RegExp, says?: Said])[] = [
  ['28a', 'nack', 'a WSC_NACK', NACK],
  ['28b', 'nack-for-m6', 'a WSC_NACK', NACK, 'M7'],
  ['29a', 'nack-without-error', 'a WSC_NACK without Configuration Error', NACK],
  ['29b', 'nack-without-enrollee-nonce', 'a WSC_NACK without Enrollee Nonce', NACK],
  ['29c', 'nack-without-registrar-nonce', 'a WSC_NACK without Registrar Nonce', NACK],
  ['29d', 'nack-with-other-enrollee-nonce', 'a WSC_NACK with another Enrollee Nonce', NACK],
  ['29e', 'nack-with-other-registrar-nonce', 'a WSC_NACK with another Registrar Nonce', NACK],
  ['29f', 'nack-without-type', 'a WSC_NACK without Message Type', NAMELESS],
  ['30a', 'ack', 'a WSC_ACK', ACK],
  ['30b', 'ack-for-m6', 'a WSC_ACK', ACK, 'M7'],
  ['30c', 'ack-without-enrollee-nonce', 'a WSC_ACK without Enrollee Nonce', FOREIGN],
  ['30d', 'ack-without-registrar-nonce', 'a WSC_ACK without Registrar Nonce', ACK],
  ['30e', 'ack-with-other-enrollee-nonce', 'a WSC_ACK with another Enrollee Nonce', FOREIGN],
  ['30f', 'ack-with-other-registrar-nonce', 'a WSC_ACK with another Registrar Nonce', ACK],
  ['30g', 'ack-without-type', 'a WSC_ACK without Message Type', NAMELESS],
  ['30h', 'ack-of-unknown-type', 'a WSC_ACK with an unknown Message Type', UNKNOWN],
];

/** Faults of a device that goes on with whatever comes. */
export const ACKNOWLEDGEMENT_FAULTS: readonly Fault[] = TAKEN.map(([number, id, what, reason, says = 'M5']) =>
  overlookedStimulus({
    number,
    id: `${id}-taken`,
    change: `takes ${what} for ${says === 'M5' ? 'M4' : 'M6'}`,
    reason,
    says,
  }),
);
