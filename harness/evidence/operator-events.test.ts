import { expect } from 'chai';
import type { OperatorAnswer } from './model.js';
import { operatorAnswersOf, operatorDetail, OPERATOR_EVENT } from './operator-events.js';
import { formatEvent, parseEvents } from './run-json.js';

const ANSWER: OperatorAnswer = {
  question: 'label-has-pin',
  text: 'Is there a PIN on the label?',
  answer: 'yes',
  by: 'person',
  timeMs: 1_700_000_000_123,
  limitMs: 60_000,
  note: 'typed at the terminal',
};

/** Answers as a bundle gives them back; `change` breaks what stands in it. */
function readBack(
  answers: readonly OperatorAnswer[],
  change: Readonly<Record<string, unknown>> = {},
): OperatorAnswer[] {
  const lines = answers.map((answer) =>
    formatEvent({ monotonicMs: 5, kind: OPERATOR_EVENT, detail: { ...operatorDetail(answer), ...change } }),
  );
  return operatorAnswersOf(parseEvents(lines.join('')));
}

describe('answers of the operator', () => {
  it('come back from the events as they were', () => {
    const { question, text, timeMs } = ANSWER;
    const unasked: OperatorAnswer = { question, text, timeMs, answer: 'unasked', note: 'nobody is there' };
    expect(readBack([ANSWER, unasked])).to.deep.equal([ANSWER, unasked]);
    for (const answer of ['no', 'declined', 'failed', 'unanswered'] as const)
      expect(readBack([{ ...ANSWER, answer }])).to.deep.equal([{ ...ANSWER, answer }]);
  });

  it('are passed over where the record lacks what makes an answer', () => {
    for (const change of [
      { question: 7 },
      { text: null },
      { answer: 'perhaps' },
      { wallMs: 'noon' },
      { wallMs: null },
      { by: undefined },
      { by: 'somebody' },
    ])
      expect(readBack([ANSWER], change), JSON.stringify(change)).to.deep.equal([]);
  });

  it('leave out what else is not of its kind', () => {
    const [read] = readBack([ANSWER], { limitMs: 'long', note: 4 });
    expect(read).to.include({ answer: 'yes' }).and.not.have.any.keys('limitMs', 'note');
    expect(operatorAnswersOf([{ monotonicMs: 1, kind: 'progress', detail: operatorDetail(ANSWER) }])).to.deep.equal([]);
  });
});
