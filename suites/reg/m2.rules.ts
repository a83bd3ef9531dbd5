import type { Rule } from '#judge/rule.js';
import { refusalRule, reportRule, tolerationRule, type StimulusRule } from '../stimulus-rules.js';

type Own = Pick<StimulusRule, 'number' | 'level' | 'title' | 'when'>;

const WHY_KEY =
  'A public key that is no element of the group makes a secret that anybody can name: the whole exchange can then be read and altered.';
const WHY_INCOMPLETE = 'Keys, method and answers hang on what M2 says; what is not there cannot be agreed on.';
const WHY_OTHER = 'A device that takes any message for M2 can be led around the checks of M2.';

const REMEDY_KEY = 'Refuse M2 unless its Public Key has 192 bytes and is more than 1 and less than p - 1.';
const REMEDY_COMPLETE = 'Check M2 for its mandatory attributes before anything of it is used; refuse it with WSC_NACK.';
const REMEDY_ZEROS =
  'Keep public keys and the shared secret as 192 bytes, filled up on the left with zeros, wherever they are hashed.';

const key = (own: Own): Rule => refusalRule({ ...own, step: 'M2', why: WHY_KEY, remedy: REMEDY_KEY });
const incomplete = (own: Own): Rule =>
  refusalRule({ ...own, step: 'M2', why: WHY_INCOMPLETE, remedy: REMEDY_COMPLETE });
const other = (own: Own, remedy: string): Rule => refusalRule({ ...own, step: 'M2', why: WHY_OTHER, remedy });

const REMEDY_TYPE = 'Go by the Message Type that is due: refuse or drop every other message.';
const REMEDY_OP_CODE = 'Take M2 only from a packet with the op-code WSC_MSG (0x04); drop the packet otherwise.';

/** What a device makes of an M2 that is not as it should be, or as it seldom is. */
export const m2Rules: readonly Rule[] = [
  key({
    number: '10',
    level: 'MUST',
    title: 'Refuse an M2 that has no Public Key',
    when: 'M2 has no Public Key',
  }),
  key({
    number: '11',
    level: 'MUST',
    title: 'Refuse an M2 whose Public Key is larger than the prime',
    when: 'the Public Key of M2 is 192 bytes ff',
  }),
  key({ number: '12a', level: 'MUST', title: 'Refuse an M2 whose Public Key is 0', when: 'the Public Key of M2 is 0' }),
  key({ number: '12b', level: 'MUST', title: 'Refuse an M2 whose Public Key is 1', when: 'the Public Key of M2 is 1' }),
  key({
    number: '12c',
    level: 'MUST',
    title: 'Refuse an M2 whose Public Key is p - 1',
    when: 'the Public Key of M2 is p - 1',
  }),
  reportRule({
    number: '13',
    step: 'M2',
    level: 'INFO',
    title: 'Tell what comes of a Public Key without its leading zero',
    when: 'the Public Key of M2 has 191 bytes because its leading zero was left out',
    why: 'Some Registrars leave it out in one of 256 exchanges.',
    remedy: 'Nothing has to be repaired; a device that fills the key up with a zero works with such a Registrar.',
  }),
  tolerationRule({
    number: '14',
    step: 'M2',
    level: 'MUST',
    title: 'Register where the Public Key of M2 begins with a zero byte',
    when: 'the Public Key of M2 begins with a zero byte',
    why: 'One in 256 public keys does: the device would fail now and then, and nobody could say why.',
    remedy: REMEDY_ZEROS,
  }),
  tolerationRule({
    number: '15',
    step: 'M2',
    level: 'MUST',
    title: 'Register where the shared secret begins with a zero byte',
    when: 'the shared secret begins with a zero byte',
    why: 'One in 256 secrets does: the device would fail now and then, and nobody could say why.',
    remedy: REMEDY_ZEROS,
  }),
  incomplete({
    number: '16a',
    level: 'MUST',
    title: 'Refuse an M2 that has no Registrar Nonce',
    when: 'M2 has no Registrar Nonce',
  }),
  incomplete({
    number: '16b',
    level: 'SHOULD',
    title: 'Refuse an M2 that has no UUID-R',
    when: 'M2 has no UUID-R',
  }),
  incomplete({
    number: '16c',
    level: 'MUST',
    title: 'Refuse an M2 that has no Enrollee Nonce',
    when: 'M2 has no Enrollee Nonce',
  }),
  incomplete({
    number: '16d',
    level: 'SHOULD',
    title: 'Refuse an M2 that has no Device Password ID',
    when: 'M2 has no Device Password ID',
  }),
  other(
    {
      number: '16e',
      level: 'SHOULD',
      title: 'Do not take a message without Message Type for M2',
      when: 'M2 has no Message Type',
    },
    REMEDY_TYPE,
  ),
  other(
    {
      number: '16f',
      level: 'SHOULD',
      title: 'Do not take a message of an undefined type for M2',
      when: 'the Message Type of M2 is 0x30, which is not defined',
    },
    REMEDY_TYPE,
  ),
  other(
    {
      number: '16g',
      level: 'SHOULD',
      title: 'Do not take an M4 for M2',
      when: 'the Message Type of M2 is that of M4',
    },
    REMEDY_TYPE,
  ),
  other(
    {
      number: '16h',
      level: 'SHOULD',
      title: 'Do not take an M6 for M2',
      when: 'the Message Type of M2 is that of M6',
    },
    REMEDY_TYPE,
  ),
  other(
    {
      number: '16i',
      level: 'SHOULD',
      title: 'Do not take an M8 for M2',
      when: 'the Message Type of M2 is that of M8',
    },
    REMEDY_TYPE,
  ),
  other(
    {
      number: '17a',
      level: 'SHOULD',
      title: 'Do not take M2 from a packet of an undefined op-code',
      when: 'M2 comes under the op-code 0x07, which is not defined',
    },
    REMEDY_OP_CODE,
  ),
  other(
    {
      number: '17b',
      level: 'SHOULD',
      title: 'Do not take M2 from a WSC_Start packet',
      when: 'M2 comes under the op-code of WSC_Start',
    },
    REMEDY_OP_CODE,
  ),
  other(
    {
      number: '17c',
      level: 'SHOULD',
      title: 'Do not take M2 from a WSC_Done packet',
      when: 'M2 comes under the op-code of WSC_Done',
    },
    REMEDY_OP_CODE,
  ),
  refusalRule({
    number: '18',
    step: 'M2',
    level: 'MUST',
    title: 'Refuse to go from PIN to push button',
    when: 'M2 names the push button (Device Password ID 0x0004) in a session by PIN',
    why: 'The password of a push button is known to all: whoever is in range could take a session by PIN over.',
    remedy: 'Refuse an M2 whose Device Password ID is 0x0004 unless the push button was pressed.',
  }),
  tolerationRule({
    number: '20',
    step: 'M2',
    level: 'MUST',
    title: 'Wait through several M2Ds for M2',
    when: 'M2D comes three times before M2',
    why: 'Windows says M2D for as long as its user looks for the PIN, and other Registrars may say it, too.',
    remedy: 'Answer every M2D with WSC_ACK and stay where M2 is waited for, until the session is over.',
  }),
];
