import type { Rule } from '#judge/rule.js';
import { refusalRule, reportRule, tolerationRule, type StimulusRule } from '../stimulus-rules.js';

type Own = Pick<StimulusRule, 'number' | 'title' | 'when'> & Partial<StimulusRule>;

const WHY_INCOMPLETE = 'A device that takes such a Credential says it is set up, and cannot join the network.';
const WHY_USABLE =
  'A device that refuses a Credential it could use is not set up, with nothing wrong that a user sees.';
const REMEDY_INCOMPLETE =
  'Check each Credential of M8 for SSID, Authentication Type, Encryption Type, Network Key and MAC Address; refuse M8 with WSC_NACK when none is complete.';
const REMEDY_USABLE = 'Go through the Credentials of M8 in their order and take the first one that can be used.';

const refusal = (own: Own): Rule =>
  refusalRule({ step: 'M8', level: 'SHOULD', why: WHY_INCOMPLETE, remedy: REMEDY_INCOMPLETE, ...own });
const toleration = (own: Own): Rule =>
  tolerationRule({ step: 'M8', level: 'SHOULD', why: WHY_USABLE, remedy: REMEDY_USABLE, ...own });
const report = (own: Own & Pick<StimulusRule, 'why'>): Rule =>
  reportRule({ step: 'M8', level: 'INFO', remedy: 'Nothing has to be repaired.', ...own });

const lacks = (number: string, name: string): Rule =>
  refusal({
    number,
    title: `Refuse an M8 whose Credential has no ${name}`,
    when: `the only Credential of M8 has no ${name}`,
  });

const passphrase = (number: string, character: string): Rule =>
  refusal({
    number,
    title: `Refuse a passphrase with ${character} in it`,
    when: `the passphrase in M8 has ${character} in it`,
    why: 'Written to a settings file as it is, it becomes a line of its own: whoever registers the device sets what it likes.',
    remedy: 'Take a Network Key of 8 to 63 bytes only where each is a printable character of ASCII (0x20 to 0x7e).',
  });

/** What a device makes of a Credential it cannot use, or of one that is unlike the usual ones. */
export const credentialRules: readonly Rule[] = [
  lacks('26a', 'SSID'),
  lacks('26b', 'Authentication Type'),
  lacks('26c', 'Encryption Type'),
  lacks('26d', 'Network Key'),
  lacks('26e', 'MAC Address'),
  report({
    number: '26f',
    title: 'Tell what comes of an open network without Network Key',
    when: 'the Credential is of an open network and has no Network Key',
    why: 'An open network has no key, so the attribute may be missing or empty.',
  }),
  report({
    number: '26g',
    title: "Tell what comes of another device's MAC Address in M8",
    when: 'the MAC Address in the Credential is that of another device',
    why: 'A device may take the Credential all the same; strict ones refuse it.',
  }),
  toleration({
    number: '26h',
    title: 'Take an SSID that is filled up with zeros',
    when: 'the SSID in M8 is filled up with zeros to 32 bytes',
    why: 'Some access points send the whole of a buffer.',
    remedy: 'Take the SSID as it is, or without the zero bytes at its end; do not refuse it for them.',
  }),
  toleration({
    number: '26i',
    title: 'Take a Network Key with a zero byte after it',
    when: 'a zero byte follows the passphrase in M8',
    why: 'Some access points count the end of a C string in.',
    remedy: 'Take zero bytes off the end of a passphrase before its characters are checked.',
  }),
  report({
    number: '26j',
    title: 'Tell what comes of an empty SSID',
    when: 'the SSID in M8 is empty',
    why: 'There is no such network; refusing it and not finding it come to the same.',
  }),
  refusal({
    number: '26k',
    title: 'Refuse an M8 whose Encryption Type is 0',
    when: 'the Encryption Type in M8 is 0, which is none',
  }),
  refusal({
    number: '26l',
    title: 'Refuse the Credential of a network with WEP',
    when: 'the only Credential of M8 is for WEP',
    why: 'WEP is broken within minutes; WSC 2.0 forbids it.',
    remedy: 'Refuse an M8 whose every Credential is for WEP or TKIP alone with WSC_NACK.',
    appliesWhen: (profile) =>
      profile?.ics.wscVersion === '1.0' ? 'a WSC 1.0 device may use WEP; the profile says it is one' : true,
  }),
  toleration({
    number: '26m',
    title: 'Use the good one of a Credential with WEP and a good one',
    when: 'a good Credential follows one for WEP in M8',
  }),
  toleration({
    number: '26n',
    title: 'Take an M8 with two Credentials',
    when: 'M8 has two Credentials that are both good',
  }),
  toleration({
    number: '26o',
    title: 'Take a Credential of mixed types',
    when: 'the Credential says WPA and WPA2 (0x0022) with TKIP and AES (0x000c)',
    why: 'Access points that serve old stations too say both, and the device can use the better one.',
    remedy: 'Look at the types as sets of bits: WPA2-PSK and AES among them are enough.',
  }),
  toleration({
    number: '26p',
    level: 'MUST',
    title: 'Take a Network Key of 64 hex digits',
    when: 'the Network Key in M8 is 64 hex digits',
    why: 'Access points hand the key out in this form, too: to a device without display, for one.',
    remedy:
      'Take a Network Key of 64 hex digits as the 32 bytes of the key itself, without deriving it from a passphrase.',
  }),
  passphrase('27a', 'a control character'),
  passphrase('27b', 'a line end'),
];
