import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import type { Fault } from '../fault.js';
import { byPin } from '../fault-conditions.js';
import { nackInsteadOf } from '../message-edits.js';
import type { Behaviour } from '../parts.js';
import { mistaking } from './intolerance.js';
import { objecting, overlookedStimulus, refusedStimuli } from './overlooking.js';

const overlooked = (number: string, id: string, change: string, reason: RegExp): Fault =>
  overlookedStimulus({ number, id, change, reason, says: 'M3' });
const overlookedShould = (number: string, id: string, change: string, reason: RegExp): Fault =>
  overlookedStimulus({ number, id, change, reason, says: 'M3', warns: true });

/** Acknowledges one M2D of a session, and refuses the next. */
function oneM2d(): Behaviour {
  let acknowledged = 0;
  return {
    message: (message) => {
      if (message.what === 'M1') acknowledged = 0;
      if (message.what === 'WSC_ACK') acknowledged++;
      return [message.what === 'WSC_ACK' && acknowledged > 1 ? nackInsteadOf(message) : message];
    },
  };
}

/** Faults of a device that takes what is no M2, or not what is one. */
export const M2_FAULTS: readonly Fault[] = [
  overlooked('10', 'm2-public-key-not-needed', 'takes an M2 that has no Public Key', /^no Public Key in M2$/),
  overlooked('11', 'm2-public-key-of-ff', 'takes a Public Key larger than the prime', /^Public Key ff\.\.ff /),
  overlooked('12a', 'm2-public-key-0', 'takes 0 for a Public Key', /^Public Key 00\.\.00 /),
  overlooked('12b', 'm2-public-key-1', 'takes 1 for a Public Key', /^Public Key 00\.\.01 /),
  overlooked('12c', 'm2-public-key-p-1', 'takes p - 1 for a Public Key', /^Public Key ff\.\.fe /),
  refusedStimuli(
    { id: 'refuses-zero-first', change: 'refuses a Public Key that begins with a zero byte', must: ['14'] },
    'M2',
    () =>
      objecting((message) => {
        const key = message.name === 'M2' ? attribute(message, ATTRIBUTE.PublicKey) : null;
        return key?.value[0] === 0 ? 'Public Key begins with zero' : null;
      }),
  ),
  refusedStimuli(
    { id: 'secret-stripped', change: 'hashes the shared secret without its leading zeros', must: ['15'] },
    'M2',
    () => ({ build: (parts) => ({ ...parts, stripsSecret: true }) }),
  ),
  overlooked(
    '16a',
    'm2-registrar-nonce-not-needed',
    'takes an M2 without Registrar Nonce',
    /^no Registrar Nonce in M2$/,
  ),
  overlookedShould('16b', 'm2-uuid-r-not-needed', 'takes an M2 without UUID-R', /^no UUID-R in M2$/),
  overlooked('16c', 'm2-enrollee-nonce-not-needed', 'takes an M2 without Enrollee Nonce', /another Enrollee Nonce$/),
  overlookedShould(
    '16d',
    'm2-password-id-not-needed',
    'takes an M2 without Device Password ID',
    /^no Device Password ID/,
  ),
  overlookedShould('16e', 'm2-type-not-needed', 'takes a message without Message Type for M2', /message without type$/),
  overlookedShould('16f', 'm2-of-unknown-type', 'takes a message of an undefined type for M2', /of unknown type$/),
  overlookedShould('16g', 'm4-for-m2', 'takes an M4 for M2', /^M4 came, M2 was due$/),
  overlookedShould('16h', 'm6-for-m2', 'takes an M6 for M2', /^M6 came, M2 was due$/),
  overlookedShould('16i', 'm8-for-m2', 'takes an M8 for M2', /^M8 came, M2 was due$/),
  overlookedShould('17a', 'm2-under-unknown-op-code', 'takes M2 under an undefined op-code', /^unknown-opcode$/),
  {
    ...overlookedShould(
      '17b',
      'm2-under-other-op-code',
      'takes M2 under an op-code of another message',
      /^opcode-mismatch$/,
    ),
    warns: ['RVP-REG-17b', 'RVP-REG-17c'],
    stimuli: ['reg-17b', 'reg-17c'],
    // One that overlooked everything from then on would take it for a WSC_Start as well.
    behaviour: () => mistaking(/^opcode-mismatch$/),
  },
  {
    ...overlooked('18', 'pin-to-push-button', 'goes from PIN to push button', /^Device Password ID of M2 is 4 /),
    refuses: byPin,
  },
  refusedStimuli({ id: 'one-m2d', change: 'refuses the Registrar at its second M2D', must: ['20'] }, 'M2', oneM2d),
];
