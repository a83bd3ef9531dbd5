import type { Clock } from '#base/clock.js';
import type { OperatorAnswer } from '#evidence/model.js';
import { operatorDetail, OPERATOR_EVENT } from '#evidence/operator-events.js';
import type { Recorder } from '#evidence/recorder.js';
import { questionsFor, type Question } from '#profile/questions.js';
import type { RecordJob } from '../job.js';

const NOT_ATTENDED = 'nobody attends the run (ixit.operator.attended), and the profile has no recorded answer';
const NO_TERMINAL = 'there is no terminal to ask at, and the profile has no recorded answer';

export interface OperatorOptions {
  readonly job: RecordJob;
  readonly evidence: Pick<Recorder, 'event'>;
  readonly clock: Clock;
}

/**
 * The person beside the device. Each question of the profile's device is put once: answered by the profile where it
 * holds an answer, else by whoever sits at the terminal; that nobody could be asked is recorded as well.
 */
export class Operator {
  /** Questions that were answered with yes. */
  private readonly affirmed = new Set<string>();

  constructor(private readonly options: OperatorOptions) {}

  /** Somebody has to look at the device for some time after an M2D. */
  get watches(): boolean {
    return this.timed().some((question) => this.reasonNotToAsk(question) === null);
  }

  /** What can be answered at any time, and what nobody will be asked later. Throws the signal's reason. */
  async answerAtOnce(): Promise<void> {
    for (const question of this.questions())
      if (question.afterM2dMs === undefined || this.reasonNotToAsk(question) !== null)
        await this.put(question, this.options.job.signal);
  }

  /**
   * What somebody has watched for since an M2D, when its time has come. Throws the signal's reason.
   *
   * @param m2dAtMs when the M2D was sent, monotonic; null: none was, so there is nothing to ask
   */
  async answerAfterM2d(m2dAtMs: number | null, signal: AbortSignal): Promise<void> {
    const { job, clock } = this.options;
    for (const question of this.timed()) {
      if (this.reasonNotToAsk(question) !== null) continue;
      if (m2dAtMs === null) {
        this.record(question, { answer: 'unasked', note: 'the device began no registration, so no M2D was sent' });
        continue;
      }
      const leftMs = m2dAtMs + (question.afterM2dMs ?? 0) - clock.monotonicMs();
      if (leftMs > 0) {
        job.onProgress({
          step: 'watch the display, and do not touch the device',
          waitingFor: 'the time a PIN has to be shown',
          limitMs: Math.ceil(leftMs),
        });
        await clock.sleep(leftMs, signal);
      }
      await this.put(question, signal);
    }
  }

  private questions(): readonly Question[] {
    const { kinds, profile } = this.options.job;
    return kinds.includes('operator') ? questionsFor(profile) : [];
  }

  private timed(): readonly Question[] {
    return this.questions().filter(({ afterM2dMs }) => afterM2dMs !== undefined);
  }

  /** Why a person is not asked; null: one is. */
  private reasonNotToAsk({ id }: Question): Pick<OperatorAnswer, 'answer' | 'by' | 'note'> | null {
    const { ask, profile } = this.options.job;
    const { attended = false, answers = {} } = profile.ixit.operator ?? {};
    const recorded = answers[id];
    if (recorded !== undefined) return { answer: recorded.answer, by: 'profile', note: recorded.evidence };
    if (!attended) return { answer: 'unasked', note: NOT_ATTENDED };
    return ask === undefined ? { answer: 'unasked', note: NO_TERMINAL } : null;
  }

  private async put(question: Question, signal: AbortSignal): Promise<void> {
    const { job } = this.options;
    const known = this.reasonNotToAsk(question);
    if (known !== null || job.ask === undefined) {
      this.record(question, known ?? { answer: 'unasked', note: NO_TERMINAL });
      return;
    }
    const { id, rule, text, follows } = question;
    if (follows !== undefined && !this.affirmed.has(follows)) return;
    const limitMs = job.profile.ixit.limits.answerMs;
    const reply = await job.ask({ id, rule, text, limitMs }, signal);
    // That something was done is no answer to a question.
    const answer = reply.answer === 'done' ? 'failed' : reply.answer;
    const isAnswer = answer === 'yes' || answer === 'no';
    this.record(question, { answer, limitMs, ...(isAnswer ? { by: 'person' } : {}) });
  }

  private record({ id, text }: Question, what: Omit<OperatorAnswer, 'question' | 'text' | 'timeMs'>): void {
    const { evidence, clock } = this.options;
    if (what.answer === 'yes') this.affirmed.add(id);
    evidence.event(OPERATOR_EVENT, operatorDetail({ question: id, text, ...what, timeMs: clock.wallMs() }));
  }
}
