import { be, concat } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { PRIME_LESS_ONE, PUBLIC_KEY_BYTES, sharedSecret } from '#wire/wps/crypto.js';
import { MESSAGE_TYPE } from '#wire/wps/message.js';
import type { Script } from '../engine.js';
import { m2dFrom } from '../registrar-messages.js';
import { alter, replace, without, withValue, type Edit } from './edits.js';
import { stimulus, type Stimulus } from './stimulus.js';

/** A private value whose public key begins with a zero byte: one in 256 does. */
const ZERO_FIRST = Uint8Array.of(0x06, 0x00);

/** Private values are tried from here on. */
const FIRST_TRIED = 0x1000;

const publicKeyOf = (value: Uint8Array): Edit => withValue(ATTRIBUTE.PublicKey, () => value);

/** A number below 256 as a public key. */
const numbered = (value: number): Uint8Array => concat(new Uint8Array(PUBLIC_KEY_BYTES - 1), Uint8Array.of(value));

const typed = (type: number): Edit => withValue(ATTRIBUTE.MessageType, () => Uint8Array.of(type));

/** A private value that gives a secret whose first byte is zero with this public key. */
function zeroSecret(enrolleePublicKey: Uint8Array): Uint8Array {
  for (let tried = FIRST_TRIED; ; tried++) {
    const privateKey = be(tried, 3);
    if (sharedSecret(privateKey, enrolleePublicKey)[0] === 0) return privateKey;
  }
}

/** Says M2D three times, and then M2. */
const severalM2ds: Script = (message) => {
  if (message.what !== 'M2') return [message];
  const m2d = { ...message, what: 'M2D', wsc: m2dFrom(message.wsc, 0) };
  return [m2d, m2d, m2d, message];
};

const otherOpCode = (opCode: number): Script => replace('M2', (m2) => ({ ...m2, opCode }));

/** An M2 that is not as it should be, or is as it seldom is. */
export const OFFER_STIMULI: readonly Stimulus[] = [
  stimulus('reg-10', 'sends M2 without Public Key', alter('M2', without(ATTRIBUTE.PublicKey))),
  stimulus(
    'reg-11',
    'sends 192 bytes ff as Public Key',
    alter('M2', publicKeyOf(new Uint8Array(PUBLIC_KEY_BYTES).fill(0xff))),
  ),
  stimulus('reg-12a', 'sends 0 as Public Key', alter('M2', publicKeyOf(numbered(0)))),
  stimulus('reg-12b', 'sends 1 as Public Key', alter('M2', publicKeyOf(numbered(1)))),
  stimulus('reg-12c', 'sends p - 1 as Public Key', alter('M2', publicKeyOf(PRIME_LESS_ONE))),
  {
    id: 'reg-13',
    does: 'sends a Public Key of 191 bytes, which left out its leading zero',
    departure: () => ({
      privateKey: ZERO_FIRST,
      script: alter(
        'M2',
        withValue(ATTRIBUTE.PublicKey, (key) => key.subarray(1)),
      ),
    }),
  },
  {
    id: 'reg-14',
    does: 'has a Public Key that begins with a zero byte',
    departure: () => ({ privateKey: ZERO_FIRST }),
  },
  {
    id: 'reg-15',
    does: 'has a Public Key with which the shared secret begins with a zero byte',
    departure: () => ({ choosePrivateKey: zeroSecret }),
  },
  stimulus('reg-16a', 'sends M2 without Registrar Nonce', alter('M2', without(ATTRIBUTE.RegistrarNonce))),
  stimulus('reg-16b', 'sends M2 without UUID-R', alter('M2', without(ATTRIBUTE.UuidR))),
  stimulus('reg-16c', 'sends M2 without Enrollee Nonce', alter('M2', without(ATTRIBUTE.EnrolleeNonce))),
  stimulus('reg-16d', 'sends M2 without Device Password ID', alter('M2', without(ATTRIBUTE.DevicePasswordID))),
  stimulus('reg-16e', 'sends M2 without Message Type', alter('M2', without(ATTRIBUTE.MessageType))),
  stimulus('reg-16f', 'sends M2 with the undefined Message Type 0x30', alter('M2', typed(0x30))),
  stimulus('reg-16g', 'sends M2 with the Message Type of M4', alter('M2', typed(MESSAGE_TYPE.M4))),
  stimulus('reg-16h', 'sends M2 with the Message Type of M6', alter('M2', typed(MESSAGE_TYPE.M6))),
  stimulus('reg-16i', 'sends M2 with the Message Type of M8', alter('M2', typed(MESSAGE_TYPE.M8))),
  stimulus('reg-17a', 'sends M2 under the undefined op-code 0x07', otherOpCode(0x07)),
  stimulus('reg-17b', 'sends M2 under the op-code of WSC_Start', otherOpCode(0x01)),
  stimulus('reg-17c', 'sends M2 under the op-code of WSC_Done', otherOpCode(0x05)),
  {
    id: 'reg-18',
    does: 'sends M2 with the Device Password ID of the push button in a session by PIN',
    method: 'pin',
    departure: () => ({
      script: alter(
        'M2',
        withValue(ATTRIBUTE.DevicePasswordID, () => be(4, 2)),
      ),
    }),
  },
  stimulus('reg-20', 'says M2D three times before M2', severalM2ds),
];
