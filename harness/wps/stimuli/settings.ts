import { concat } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encodeAttribute } from '#wire/wps/build.js';
import { BLOCK_BYTES } from '#wire/wps/crypto.js';
import { alter, flipped, padded, plaintext, settings, without, type Edit } from './edits.js';
import { stimulus, type Stimulus } from './stimulus.js';

/** Length of a Key Wrap Authenticator attribute, with its header. */
const WRAP_BYTES = 12;

/**
 * Settings of M4 with other padding: R-SNonce1 and the Key Wrap Authenticator fill two blocks, so there is a whole block
 * of it.
 */
const withPadding = (bytes: Uint8Array): Edit => plaintext((plain) => concat(plain, bytes));

const blockOf = (byte: number): Uint8Array => new Uint8Array(BLOCK_BYTES).fill(byte);

const empty = settings(() => []);

/** Settings and hashes of M4, M6 and M8 that are not as they should be. */
export const SETTINGS_STIMULI: readonly Stimulus[] = [
  stimulus('reg-21a', 'sends M4 without R-Hash1', alter('M4', without(ATTRIBUTE.RHash1))),
  stimulus('reg-21b', 'sends M4 without R-Hash2', alter('M4', without(ATTRIBUTE.RHash2))),
  stimulus('reg-21c', 'sends M4 without R-SNonce1 in its settings', alter('M4', empty)),
  stimulus('reg-21d', 'sends M4 without Encrypted Settings', alter('M4', without(ATTRIBUTE.EncryptedSettings))),
  stimulus(
    'reg-22a',
    'pads the settings of M4 with a byte that is unlike the others',
    alter('M4', withPadding(flipped(blockOf(BLOCK_BYTES)))),
  ),
  stimulus('reg-22b', 'says 255 bytes of padding in the settings of M4', alter('M4', withPadding(blockOf(255)))),
  stimulus('reg-22c', 'says 0 bytes of padding in the settings of M4', alter('M4', withPadding(blockOf(0)))),
  stimulus(
    'reg-22d',
    'says 17 bytes of padding in the settings of M4',
    alter('M4', withPadding(blockOf(BLOCK_BYTES + 1))),
  ),
  stimulus(
    'reg-23a',
    'sends M4 without Key Wrap Authenticator in its settings',
    alter(
      'M4',
      plaintext((plain) => padded(plain.subarray(0, -WRAP_BYTES))),
    ),
  ),
  stimulus(
    'reg-23b',
    'sends M4 with a wrong Key Wrap Authenticator in its settings',
    alter(
      'M4',
      plaintext((plain) => padded(concat(plain.subarray(0, -1), flipped(plain.subarray(-1))))),
    ),
  ),
  stimulus(
    'reg-23c',
    'sends M4 with an attribute after the Key Wrap Authenticator in its settings',
    alter(
      'M4',
      plaintext((plain) => padded(concat(plain, encodeAttribute(ATTRIBUTE.NetworkIndex, Uint8Array.of(1))))),
    ),
  ),
  stimulus('reg-24a', 'sends M6 without R-SNonce2 in its settings', alter('M6', empty)),
  stimulus('reg-24b', 'sends M6 without Encrypted Settings', alter('M6', without(ATTRIBUTE.EncryptedSettings))),
  stimulus('reg-25a', 'sends M8 without Encrypted Settings', alter('M8', without(ATTRIBUTE.EncryptedSettings))),
  stimulus('reg-25b', 'sends M8 without Credential in its settings', alter('M8', empty)),
];
