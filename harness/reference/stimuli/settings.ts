import type { Fault } from '../fault.js';
import { overlookedStimulus, type Overlooked } from './overlooking.js';

const overlooked = (
  number: string,
  id: string,
  change: string,
  reason: RegExp,
  more: Partial<Overlooked> = {},
): Fault => overlookedStimulus({ number, id, change, reason, says: 'M5', ...more });

/** Faults of a device that takes settings and hashes that are not as they should be. */
export const SETTINGS_FAULTS: readonly Fault[] = [
  overlooked('21a', 'r-hash1-not-needed', 'takes an M4 without R-Hash1', /^no R-Hash1 in M4$/),
  overlooked('21b', 'r-hash2-not-needed', 'takes an M4 without R-Hash2', /^no R-Hash2 in M4$/),
  overlooked('21c', 'r-s1-not-needed', 'takes an M4 without R-SNonce1', /^no R-SNonce1 in M4$/),
  overlooked(
    '21d',
    'm4-settings-not-needed',
    'takes an M4 without Encrypted Settings',
    /^no Encrypted Settings in M4$/,
  ),
  overlooked(
    '22a',
    'padding-not-compared',
    'looks at the last byte of the padding alone',
    /M4: padding.*another value$/,
    {
      warns: true,
    },
  ),
  overlooked('22b', 'padding-of-255', 'takes 255 bytes of padding', /M4: padding.* says 255 /, { warns: true }),
  overlooked('22c', 'padding-of-0', 'takes settings without padding', /M4: padding.* says 0 /, { warns: true }),
  overlooked('22d', 'padding-of-17', 'takes 17 bytes of padding', /M4: padding.* says 17 /, { warns: true }),
  overlooked('23a', 'key-wrap-not-needed', 'takes settings without Key Wrap Authenticator', /M4: key-wrap.*-missing/),
  overlooked('23b', 'key-wrap-not-checked', 'does not compare the Key Wrap Authenticator', /M4: key-wrap.*-wrong/),
  overlooked('23c', 'key-wrap-not-last', 'reads on after the Key Wrap Authenticator', /M4: key-wrap.*-not-last/),
  overlooked('24a', 'r-s2-not-needed', 'takes an M6 without R-SNonce2', /^no R-SNonce2 in M6$/, { says: 'M7' }),
  overlooked(
    '24b',
    'm6-settings-not-needed',
    'takes an M6 without Encrypted Settings',
    /^no Encrypted Settings in M6$/,
    {
      says: 'M7',
    },
  ),
  overlooked(
    '25a',
    'm8-settings-not-needed',
    'takes an M8 without Encrypted Settings',
    /^no Encrypted Settings in M8$/,
    {
      says: 'WSC_DONE',
      warns: true,
    },
  ),
  overlooked('25b', 'credential-not-needed', 'takes an M8 without Credential', /^no Credential in M8$/, {
    says: 'WSC_DONE',
    warns: true,
  }),
];
