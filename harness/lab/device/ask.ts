/** A question as it is put to the person beside the device. Plain data: it crosses from a place to the terminal. */
export interface PutQuestion {
  readonly id: string;
  /** The rule that judges the answer; absent: it is no question, but something the run needs done. */
  readonly rule?: string;
  readonly text: string;
  /** What is answered; absent: yes or no. `done`: that it was done. `pin`: the digits that the device shows. */
  readonly wants?: 'done' | 'pin';
  /** How long an answer is waited for. */
  readonly limitMs: number;
}

/** What the person said; `unanswered` when the time ran out. */
export interface Reply {
  readonly answer: 'yes' | 'no' | 'done' | 'declined' | 'failed' | 'unanswered';
  /** With `done`, where a PIN was wanted: ASCII digits. Never written down. */
  readonly pin?: string;
}

/** Puts a question to a person. Rejects with the signal's reason when that is aborted, and for nothing else. */
export type Ask = (question: PutQuestion, signal: AbortSignal) => Promise<Reply>;
