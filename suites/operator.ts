import type { Evidence, OperatorAnswer } from '#evidence/model.js';
import type { Finding, Location } from '#judge/rule.js';
import { QUESTIONS, type QuestionId } from '#profile/questions.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { benchError, fail, inconclusive, notRun, pass } from './finding.js';
import { locate } from './locate.js';
import { allM1s, seconds } from './observe.js';

/** Why nothing was asked of a display or a label. */
export const NO_WORD_OF_A_DISPLAY =
  'the profile does not say whether the device has a display (ics.display), so nobody was asked about its PIN';

/** What a rule makes of the answer no. */
export interface Denied {
  /** What is wrong with the device, one sentence. */
  readonly text: string;
  readonly expected: string;
  readonly actual: string;
  readonly remedy: string;
}

/** The last thing that became of a question, or null where it was never put. */
export function answerTo(evidence: Evidence, id: QuestionId): OperatorAnswer | null {
  return evidence.operator?.findLast(({ question }) => question === id) ?? null;
}

/**
 * Judge one question by its answer: yes passes, no fails; without an answer it says why there is none.
 *
 * @param at where a finding that fails points; null: nothing in the evidence stands for it
 */
export function judgeAnswer(evidence: Evidence, id: QuestionId, denied: Denied, at: Location | null): Finding {
  const given = answerTo(evidence, id);
  if (given === null) return unasked(evidence, id);
  const { answer, note, limitMs } = given;
  switch (answer) {
    case 'yes':
      return pass(`${id}: yes, ${sourceText(given)}`);
    case 'no': {
      const { text, ...rest } = denied;
      const told = `${text} (${id}: no, ${sourceText(given)})`;
      return at === null ? inconclusive(told) : fail(told, { ...rest, at });
    }
    case 'declined':
      return notRun(`${id}: the operator declined to answer`);
    case 'unanswered':
      return notRun(`${id}: no answer${limitMs === undefined ? '' : ` within ${seconds(limitMs)}`}`);
    case 'unasked':
      return notRun(`${id}: not asked${note === undefined ? '' : `: ${note}`}`);
    case 'failed':
      return inconclusive(`${id}: the operator tried and could not tell`);
  }
}

/** Who said so, and what it rests on. */
function sourceText({ by, note }: OperatorAnswer): string {
  const rests = note === undefined ? '' : ` (${note})`;
  if (by === 'profile') return `recorded in the profile${rests}`;
  return by === 'panel' ? "read off the reference device's panel" : `answered at the terminal${rests}`;
}

/** Where a finding about what is printed on the device points: what M1 says there is to see. Null without an M1. */
export function locateConfigMethods(evidence: Evidence): Location | null {
  for (const m1 of allM1s(evidence)) {
    const node = attribute(m1.wsc, ATTRIBUTE.ConfigMethods);
    if (node !== null) return locate(m1, node);
  }
  return null;
}

function unasked({ benchFailure }: Evidence, id: QuestionId): Finding {
  const text = QUESTIONS.find((question) => question.id === id)?.text ?? '';
  if (benchFailure !== null) return benchError(`${id}: the bench failed before it was asked: ${benchFailure.text}`);
  return notRun(`${id}: nobody was asked "${text}"`);
}
