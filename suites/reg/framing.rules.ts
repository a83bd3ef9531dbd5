import type { Rule } from '#judge/rule.js';
import { reportRule, tolerationRule } from '../stimulus-rules.js';

const WHY =
  'Lengths that lie are how a device is brought to read or write where it must not. Whatever it does, it has to work on afterwards.';
const REMEDY =
  'Hold every length against the bytes that are there before any of them is used, and drop the message when they disagree.';

/** Framing that no device has to take or to refuse in a certain way: what is wrong with M2. */
const REPORTED: readonly (readonly [number: string, title: string, when: string])[] = [
  ['35a', 'Survive a first fragment without length', 'the first fragment of M2 has no length field'],
  ['35b', 'Survive a fragment under another op-code', 'the op-code of M2 changes after the first fragment'],
  ['35c', 'Survive more bytes than announced', 'the fragments of M2 hold more bytes than the first announces'],
  ['35d', 'Survive a length of 65535', 'the first fragment of M2 announces 65535 bytes, and about 400 come'],
  ['35e', 'Survive fewer bytes than announced', 'M2 comes in one packet that announces 100 bytes more than it holds'],
  ['36a', 'Survive an EAPOL length that is too large', 'the EAPOL header of M2 says 4 bytes more than there are'],
  ['36b', 'Survive an EAPOL length that is too small', 'the EAPOL header of M2 says 4 bytes fewer than EAP does'],
];

/** Messages of the Registrar that are framed wrong. */
export const framingRules: readonly Rule[] = [
  ...REPORTED.map(([number, title, when]) =>
    reportRule({ number, step: 'M2', level: 'INFO', title, when, why: WHY, remedy: REMEDY }),
  ),
  tolerationRule({
    number: '36c',
    step: 'M2',
    level: 'SHOULD',
    title: 'Ignore bytes after an EAPOL packet',
    when: 'each message of the Registrar comes with 4 bytes after its EAPOL packet',
    why: 'Links pad short frames, and some leave the check sequence in: IEEE 802.1X has receivers ignore what follows the packet.',
    remedy: 'Take the length of a packet from its EAPOL header, not from the frame.',
  }),
];
