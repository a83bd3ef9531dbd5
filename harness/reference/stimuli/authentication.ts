import { anyModel, type Fault } from '../fault.js';
import type { Behaviour } from '../parts.js';
import { goesOnWith, overlookedStimulus, overlooking } from './overlooking.js';

/** Puts itself out of order for one session when it has refused a Registrar: it answers M1's request with nothing. */
function sulkAfterRefusal(): Behaviour {
  let sulks = false;
  let isOver = false;
  return {
    message: (message) => {
      if (message.what === 'WSC_NACK') sulks = true;
      if (message.what !== 'M1' || !sulks || isOver) return [message];
      isOver = true;
      return [];
    },
  };
}

/** Faults of a device that does not look at who speaks to it. */
export const AUTHENTICATION_FAULTS: readonly Fault[] = [
  {
    id: 'first-half-not-proven',
    change: 'reveals E-S1 to a Registrar that does not know the first half of the PIN',
    refuses: anyModel,
    fails: ['RVP-SEC-03'],
    warns: [],
    stimuli: ['reg-03', 'reg-04'],
    changes: goesOnWith('M5'),
    behaviour: () => overlooking(/does not know the first half/),
  },
  {
    id: 'second-half-not-proven',
    change: 'reveals E-S2 to a Registrar that does not know the second half of the PIN',
    refuses: anyModel,
    fails: ['RVP-SEC-03'],
    warns: [],
    stimuli: ['reg-03', 'reg-04'],
    changes: goesOnWith('M7'),
    behaviour: () => overlooking(/does not know the second half/),
  },
  overlookedStimulus({
    number: '05',
    id: 'm2-authenticator-not-checked',
    change: 'does not compare the Authenticator of M2',
    reason: /^Authenticator of M2 is wrong$/,
    says: 'M3',
  }),
  overlookedStimulus({
    number: '06',
    id: 'm4-authenticator-not-checked',
    change: 'does not compare the Authenticator of M4',
    reason: /^Authenticator of M4 is wrong$/,
    says: 'M5',
  }),
  overlookedStimulus({
    number: '07',
    id: 'm6-authenticator-not-checked',
    change: 'does not compare the Authenticator of M6',
    reason: /^Authenticator of M6 is wrong$/,
    says: 'M7',
  }),
  overlookedStimulus({
    number: '08',
    id: 'm8-authenticator-not-checked',
    change: 'does not compare the Authenticator of M8',
    reason: /^Authenticator of M8 is wrong$/,
    says: 'WSC_DONE',
  }),
  overlookedStimulus({
    number: '09',
    id: 'm2-authenticator-not-needed',
    change: 'takes an M2 that has no Authenticator',
    reason: /^the last attribute of M2 is not an Authenticator$/,
    says: 'M3',
  }),
  {
    id: 'out-of-order-after-refusal',
    change: 'sends no M1 in the session after one in which it refused a Registrar',
    refuses: anyModel,
    fails: ['RVP-REG-99'],
    warns: [],
    stimuli: ['reg-05'],
    changes: ['M1.missing', 'M3.missing', 'M5.missing', 'M7.missing', 'WSC_DONE.missing'],
    behaviour: sulkAfterRefusal,
  },
];
