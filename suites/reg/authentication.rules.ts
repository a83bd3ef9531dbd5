import type { Rule } from '#judge/rule.js';
import { refusalRule } from '../stimulus-rules.js';

const WHY = 'Whoever is in radio range can alter what a Registrar sends; only the Authenticator shows it.';
const REMEDY =
  'Compute HMAC-SHA-256 with AuthKey over your own last message and this one without its last 12 bytes; compare the first 8 bytes before anything of the message is used.';

/** Messages of the Registrar that are not authentic. */
export const authenticationRules: readonly Rule[] = [
  refusalRule({
    number: '05',
    step: 'M2',
    level: 'MUST',
    title: 'Refuse an M2 whose Authenticator is wrong',
    when: 'the Authenticator of M2 is wrong',
    why: WHY,
    remedy: REMEDY,
  }),
  refusalRule({
    number: '06',
    step: 'M4',
    level: 'MUST',
    title: 'Refuse an M4 whose Authenticator is wrong',
    when: 'the Authenticator of M4 is wrong',
    why: WHY,
    remedy: REMEDY,
  }),
  refusalRule({
    number: '07',
    step: 'M6',
    level: 'MUST',
    title: 'Refuse an M6 whose Authenticator is wrong',
    when: 'the Authenticator of M6 is wrong',
    why: WHY,
    remedy: REMEDY,
  }),
  refusalRule({
    number: '08',
    step: 'M8',
    level: 'MUST',
    title: 'Refuse an M8 whose Authenticator is wrong',
    when: 'the Authenticator of M8 is wrong',
    why: WHY,
    remedy: REMEDY,
  }),
  refusalRule({
    number: '09',
    step: 'M2',
    level: 'MUST',
    title: 'Refuse an M2 that has no Authenticator',
    when: 'M2 has no Authenticator',
    why: WHY,
    remedy: 'Refuse M2, M4, M6 and M8 unless their last attribute is an Authenticator of 8 bytes.',
  }),
];
