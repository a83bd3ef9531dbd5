/** A question as it is put to the person beside the device. Plain data: it crosses from a place to the terminal. */
export interface PutQuestion {
  readonly id: string;
  /** The rule that judges the answer. */
  readonly rule: string;
  readonly text: string;
  /** How long an answer is waited for. */
  readonly limitMs: number;
}

/** What the person said; `unanswered` when the time ran out. */
export interface Reply {
  readonly answer: 'yes' | 'no' | 'declined' | 'failed' | 'unanswered';
}

/** Puts a question to a person. Rejects with the signal's reason when that is aborted, and for nothing else. */
export type Ask = (question: PutQuestion, signal: AbortSignal) => Promise<Reply>;
