import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { pinChecksumValid } from '#wire/wps/crypto.js';
import { fail, inconclusive, notRun, pass } from '../finding.js';
import { answerTo, judgeAnswer, locateConfigMethods, NO_WORD_OF_A_DISPLAY } from '../operator.js';
import { REQ, WSC } from '../sources.js';

/** Digits of a PIN on a label (WSC: device password of a label). */
const LABEL_DIGITS = 8;

const pin02: Rule = {
  id: 'RVP-PIN-02',
  title: 'Bear an 8-digit PIN on a label where there is no display',
  source: [REQ, WSC],
  requirement:
    'A device without a display has a label with a PIN of 8 digits that is marked as such, the last the checksum of the others.',
  why: 'Windows asks for the PIN; without a display the label is all a user has, and a PIN with a wrong checksum is refused as mistyped.',
  level: 'MUST',
  revision: 1,
  needs: ['operator', 'profile'],
  uses: ['m1', 'exchange'],
  remedy: 'Print the PIN of the device on a label, 8 digits, with the word PIN beside it.',
  appliesWhen: 'not display',
  check: (evidence, profile) => {
    if (profile?.ics.display === undefined) return [notRun(NO_WORD_OF_A_DISPLAY)];
    const at = locateConfigMethods(evidence);
    const bears = judgeAnswer(evidence, 'label-has-pin', NO_LABEL, at);
    // Of a PIN that is not there nothing more is to be said.
    if (answerTo(evidence, 'label-has-pin')?.answer === 'no') return [bears];
    return [bears, judgeAnswer(evidence, 'label-pin-is-marked', NOT_MARKED, at), judgeDigits(evidence, profile)];
  },
};

const NO_LABEL = {
  text: 'no label on the device bears a PIN of 8 digits',
  expected: 'a label with a PIN of 8 digits',
  actual: 'none',
  remedy: 'Print the PIN of the device on a label that the user finds: 8 digits, the last their checksum.',
};

const NOT_MARKED = {
  text: 'the label does not say which of its numbers is the PIN',
  expected: 'the word PIN beside the number',
  actual: 'a number that nothing marks as the PIN',
  remedy: 'Print the word PIN (or WPS PIN) beside the number.',
};

/** Length and checksum of the PIN that was in use, without a word of its digits. */
function judgeDigits(evidence: Evidence, { ixit }: Profile): Finding {
  const used = evidence.exchanges.filter(({ method, pin }) => method === 'pin' && pin !== null);
  const taken = used.find(({ closing }) => closing === 'done');
  const pin = (taken ?? used[0])?.pin ?? ixit.pin ?? null;
  if (pin === null) return inconclusive('the PIN is not known, so its checksum cannot be looked at');
  const at = locateConfigMethods(evidence);
  const failed = (text: string, expected: string, actual: string, remedy: string): Finding => {
    // Whoever wrote the profile may have mistyped it.
    if (taken === undefined) return inconclusive(`${text}, and no exchange shows that it is that of the device`);
    return at === null ? inconclusive(text) : fail(text, { expected, actual, at, remedy });
  };
  if (pin.length !== LABEL_DIGITS)
    return failed(
      `the PIN has ${pin.length} digits`,
      `${LABEL_DIGITS} digits`,
      `${pin.length} digits`,
      'Give each device a PIN of 7 digits and their checksum.',
    );
  if (pinChecksumValid(pin)) return pass(`the PIN in use has ${LABEL_DIGITS} digits with the right checksum`);
  return failed(
    'the last digit of the PIN is not the checksum of the others',
    'the checksum of the first 7 digits as the last one',
    'another digit',
    'Compute the last digit when the PIN is made: Windows takes a PIN with a wrong checksum for a slip of the user.',
  );
}

export const labelRules: readonly Rule[] = [pin02];
