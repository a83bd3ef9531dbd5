import type { AnswerSource, AnswerWord, BenchEvent, OperatorAnswer } from './model.js';

const WORDS: readonly AnswerWord[] = ['yes', 'no', 'declined', 'failed', 'unanswered', 'unasked'];
const SOURCES: readonly AnswerSource[] = ['person', 'profile', 'panel'];

/** Kind of the events that hold a question and what became of it. */
export const OPERATOR_EVENT = 'operator';

/** The event that {@link operatorAnswersOf} reads back: kind {@link OPERATOR_EVENT} with this detail. */
export function operatorDetail({ timeMs, ...rest }: OperatorAnswer): Readonly<Record<string, unknown>> {
  return { ...rest, wallMs: timeMs };
}

/** What the operator was asked, in order. A record that lacks what it should have is passed over. */
export function operatorAnswersOf(events: readonly BenchEvent[]): OperatorAnswer[] {
  return events.flatMap(({ kind, detail }): OperatorAnswer[] => {
    if (kind !== OPERATOR_EVENT) return [];
    const { question, text, wallMs, limitMs, note } = detail;
    const answer = WORDS.find((word) => word === detail['answer']);
    const by = SOURCES.find((source) => source === detail['by']);
    if (typeof question !== 'string' || typeof text !== 'string' || answer === undefined) return [];
    if (!isFinite(wallMs)) return [];
    // An answer that nobody gave is none.
    if ((answer === 'yes' || answer === 'no') && by === undefined) return [];
    return [
      {
        question,
        text,
        answer,
        timeMs: wallMs,
        ...(by === undefined ? {} : { by }),
        ...(isFinite(limitMs) ? { limitMs } : {}),
        ...(typeof note === 'string' ? { note } : {}),
      },
    ];
  });
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
