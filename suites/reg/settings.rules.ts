import type { Rule } from '#judge/rule.js';
import { refusalRule, type StimulusRule } from '../stimulus-rules.js';

type Own = Pick<StimulusRule, 'number' | 'title' | 'when'> & Partial<Pick<StimulusRule, 'step' | 'level'>>;

const WHY_PROOF =
  'Without them the Registrar has proven nothing, and the device would give its half of the secret away.';
const WHY_PADDING = 'Padding that is not looked at lets a message through that nobody wrote, and tells it from others.';
const WHY_WRAP = 'The Key Wrap Authenticator is what shows that the settings are those the Registrar put in.';
const WHY_LAST = 'A device that takes such an M8 says it is set up, and has no network.';

const REMEDY_PROOF =
  'Look for R-Hash1 and R-Hash2 in M4, R-SNonce1 in its settings and R-SNonce2 in those of M6; refuse with WSC_NACK where one is missing.';
const REMEDY_PADDING =
  'Take 1 to 16 bytes of padding off, and refuse settings whose last bytes do not all say how many they are.';
const REMEDY_WRAP =
  'Refuse settings unless their last attribute is a Key Wrap Authenticator that is right for all that stands before it.';
const REMEDY_LAST = 'Refuse an M8 without settings, or whose settings hold no Credential, with WSC_NACK.';

const proof = (own: Own): Rule =>
  refusalRule({ step: 'M4', level: 'MUST', ...own, why: WHY_PROOF, remedy: REMEDY_PROOF });
const padding = (own: Own): Rule =>
  refusalRule({ step: 'M4', level: 'SHOULD', ...own, why: WHY_PADDING, remedy: REMEDY_PADDING });
const wrap = (own: Own): Rule => refusalRule({ step: 'M4', level: 'MUST', ...own, why: WHY_WRAP, remedy: REMEDY_WRAP });
const last = (own: Own): Rule =>
  refusalRule({ step: 'M8', level: 'SHOULD', ...own, why: WHY_LAST, remedy: REMEDY_LAST });

/** What a device makes of hashes and settings that are not as they should be. */
export const settingsRules: readonly Rule[] = [
  proof({ number: '21a', title: 'Refuse an M4 that has no R-Hash1', when: 'M4 has no R-Hash1' }),
  proof({ number: '21b', title: 'Refuse an M4 that has no R-Hash2', when: 'M4 has no R-Hash2' }),
  proof({
    number: '21c',
    title: 'Refuse an M4 whose settings hold no R-SNonce1',
    when: 'the settings of M4 hold no R-SNonce1',
  }),
  proof({
    number: '21d',
    title: 'Refuse an M4 that has no Encrypted Settings',
    when: 'M4 has no Encrypted Settings',
  }),
  padding({
    number: '22a',
    title: 'Refuse settings whose padding bytes are not all alike',
    when: 'one byte of the padding in the settings of M4 is unlike the others',
  }),
  padding({
    number: '22b',
    title: 'Refuse settings that say 255 bytes of padding',
    when: 'the settings of M4 say 255 bytes of padding',
  }),
  padding({
    number: '22c',
    title: 'Refuse settings that say 0 bytes of padding',
    when: 'the settings of M4 say 0 bytes of padding',
  }),
  padding({
    number: '22d',
    title: 'Refuse settings that say 17 bytes of padding',
    when: 'the settings of M4 say 17 bytes of padding',
  }),
  wrap({
    number: '23a',
    title: 'Refuse settings that have no Key Wrap Authenticator',
    when: 'the settings of M4 have no Key Wrap Authenticator',
  }),
  wrap({
    number: '23b',
    title: 'Refuse settings whose Key Wrap Authenticator is wrong',
    when: 'the Key Wrap Authenticator in the settings of M4 is wrong',
  }),
  wrap({
    number: '23c',
    title: 'Refuse settings that go on after their Key Wrap Authenticator',
    when: 'an attribute follows the Key Wrap Authenticator in the settings of M4',
  }),
  proof({
    number: '24a',
    step: 'M6',
    title: 'Refuse an M6 whose settings hold no R-SNonce2',
    when: 'the settings of M6 hold no R-SNonce2',
  }),
  proof({
    number: '24b',
    step: 'M6',
    title: 'Refuse an M6 that has no Encrypted Settings',
    when: 'M6 has no Encrypted Settings',
  }),
  last({
    number: '25a',
    title: 'Refuse an M8 that has no Encrypted Settings',
    when: 'M8 has no Encrypted Settings',
  }),
  last({
    number: '25b',
    title: 'Refuse an M8 whose settings hold no Credential',
    when: 'the settings of M8 hold no Credential',
  }),
];
