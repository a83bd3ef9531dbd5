import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { AUTHENTICATOR_TLV_BYTES } from '#wire/wps/crypto.js';
import { alter, flipped, withValue } from './edits.js';
import { stimulus, type Stimulus } from './stimulus.js';

const wrongAuthenticator = withValue(ATTRIBUTE.Authenticator, flipped, false);

/** A Registrar that does not know the password, or cannot prove that it is the one that sent M2. */
export const AUTHENTICATION_STIMULI: readonly Stimulus[] = [
  stimulus(
    'reg-03',
    'does not know the first half of the password: R-Hash1 in M4 does not open',
    alter('M4', withValue(ATTRIBUTE.RHash1, flipped)),
  ),
  stimulus(
    'reg-04',
    'does not know the second half of the password: R-Hash2 in M4 does not open',
    alter('M4', withValue(ATTRIBUTE.RHash2, flipped)),
  ),
  stimulus('reg-05', 'sends M2 with a wrong Authenticator', alter('M2', wrongAuthenticator)),
  stimulus('reg-06', 'sends M4 with a wrong Authenticator', alter('M4', wrongAuthenticator)),
  stimulus('reg-07', 'sends M6 with a wrong Authenticator', alter('M6', wrongAuthenticator)),
  stimulus('reg-08', 'sends M8 with a wrong Authenticator', alter('M8', wrongAuthenticator)),
  stimulus(
    'reg-09',
    'sends M2 without Authenticator',
    alter('M2', (wsc) => wsc.subarray(0, wsc.length - AUTHENTICATOR_TLV_BYTES)),
  ),
];
