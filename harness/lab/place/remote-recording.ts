import { RallyError } from '#base/error.js';
import { PIN_SHOWN_MS } from '#profile/questions.js';
import type { RecordJob, RecordPlan, RecordResult } from '../job.js';
import { errorFrom, type Report } from './messages.js';
import type { PlaceProcess } from './place-process.js';

/** On top of the profile's own limits: how long the bench may say nothing before it counts as hung. */
const SILENCE_SLACK_MS = 30_000;

export interface RemoteResult extends RecordResult {
  /** What was written besides reports; normally nothing. */
  readonly errorOutput: string;
}

export interface RemoteOptions {
  /** Number of the job at its place. */
  readonly number: number;
  /** Shell command that runs beside the bench inside. */
  readonly beside?: string;
  /** How long it took until the place was there, where that is worth telling. */
  readonly placeMs?: number;
}

/**
 * One job that another process carries out, in a place of its own. A job that hangs, or does not stop when it is told
 * to, is ended together with its place; what it recorded until then stays. Never rejects.
 */
export function recordRemotely(job: RecordJob, place: PlaceProcess, options: RemoteOptions): Promise<RemoteResult> {
  return new RemoteRecording(job, place, options).result;
}

class RemoteRecording {
  readonly result: Promise<RemoteResult>;
  private ordered = false;
  private end: (Report & { kind: 'end' }) | null = null;
  private killedBecause: RallyError | null = null;
  private silence: NodeJS.Timeout | undefined;
  private killTimer: NodeJS.Timeout | undefined;
  /** Ends what a person is asked when nobody is left to be told. */
  private readonly over = new AbortController();

  constructor(
    private readonly job: RecordJob,
    private readonly place: PlaceProcess,
    private readonly options: RemoteOptions,
  ) {
    const exit = new Promise<string>((resolve) => {
      place.listen((report) => {
        this.receive(report);
        if (report.kind === 'exit') resolve(`exit ${report.status}`);
      });
    });
    this.listenForSilence(place.channel.readyLimitMs);
    const onAbort = (): void => {
      this.stop();
    };
    job.signal.addEventListener('abort', onAbort, { once: true });
    if (job.signal.aborted) onAbort();
    else if (place.ready) this.begin();
    this.result = Promise.race([exit, place.ended]).then((status) => {
      job.signal.removeEventListener('abort', onAbort);
      clearTimeout(this.silence);
      clearTimeout(this.killTimer);
      place.listen(null);
      this.over.abort(aborted());
      return this.resultOf(status);
    });
  }

  private receive(report: Report): void {
    if (report.kind === 'ready') this.begin();
    else if (report.kind === 'progress') {
      this.listenForSilence(this.silenceLimitMs());
      this.job.onProgress(report.event);
    } else if (report.kind === 'ask') this.ask(report);
    else if (report.kind === 'end') this.ended(report);
  }

  /** A person may take the whole of the time there is for an answer; meanwhile the bench has nothing to say. */
  private ask({ number, question }: Report & { kind: 'ask' }): void {
    const { ask, signal } = this.job;
    if (ask === undefined) return;
    this.listenForSilence(question.limitMs + SILENCE_SLACK_MS);
    const reply = ask(question, AbortSignal.any([signal, this.over.signal])).then((said) => {
      if (this.over.signal.aborted) return;
      this.listenForSilence(this.silenceLimitMs());
      this.place.order({ kind: 'reply', job: this.options.number, question: number, reply: said });
    });
    // An aborted question is one of an aborted job, which is told to stop, or of one that is over.
    reply.catch(() => undefined);
  }

  private begin(): void {
    if (this.ordered || this.killedBecause !== null) return;
    this.ordered = true;
    this.listenForSilence(this.silenceLimitMs());
    const { number, beside, placeMs } = this.options;
    this.place.order({
      kind: 'record',
      job: number,
      plan: { ...planOf(this.job), ...(placeMs === undefined ? {} : { placeMs }) },
      canAsk: this.job.ask !== undefined,
      ...(beside === undefined ? {} : { beside }),
    });
  }

  private silenceLimitMs(): number {
    const { limits, radio } = this.job.profile.ixit;
    // The follow-up says when it begins.
    const registeringMs = limits.startMs + limits.sessionMs + (radio?.joinMs ?? 0);
    // A display is watched only where there is somebody to ask about it.
    const watchedMs = this.job.ask === undefined ? 0 : PIN_SHOWN_MS;
    return Math.max(registeringMs, limits.discoveryMs + limits.refreshMs, watchedMs) + SILENCE_SLACK_MS;
  }

  private ended(report: Report & { kind: 'end' }): void {
    this.end = report;
    // Nothing is left to be done inside; what does not end by itself is ended.
    clearTimeout(this.silence);
    this.killAfter(this.place.channel.stopLimitMs, null);
  }

  private listenForSilence(limitMs: number): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      const { name } = this.place.channel;
      this.kill(new RallyError('ERR_TIMEOUT', `the bench in ${name} said nothing for ${limitMs} ms and was killed`));
    }, limitMs);
  }

  private stop(): void {
    if (this.ordered) this.place.order({ kind: 'stop', job: this.options.number });
    this.killAfter(this.ordered ? this.place.channel.stopLimitMs : 0, aborted());
  }

  private killAfter(limitMs: number, reason: RallyError | null): void {
    clearTimeout(this.killTimer);
    this.killTimer = setTimeout(() => {
      this.kill(reason);
    }, limitMs);
  }

  private kill(reason: RallyError | null): void {
    this.killedBecause = reason;
    this.place.kill();
  }

  private resultOf(status: string): RemoteResult {
    const { channel } = this.place;
    const errorOutput = this.place.takeErrorOutput();
    const failed = (error: RallyError): RemoteResult => ({ ended: 'failed', error, errorOutput });
    if (this.end !== null) {
      const { ended, error } = this.end;
      return { ended, ...(error === undefined ? {} : { error: errorFrom(error) }), errorOutput };
    }
    if (this.job.signal.aborted) return { ended: 'aborted', error: aborted(), errorOutput };
    if (this.killedBecause !== null) return failed(this.killedBecause);
    const said = errorOutput.split('\n').at(-1) ?? '';
    if (!this.ordered) return failed(channel.explain(said, status));
    return failed(
      new RallyError('ERR_BENCH_DIED', `the bench in ${channel.name} ended before its work was done (${status})`, {
        context: { status, said },
      }),
    );
  }
}

function aborted(): RallyError {
  return new RallyError('ERR_ABORTED', 'the recording was aborted');
}

/** The job without what cannot cross as JSON. */
function planOf(job: RecordJob): RecordPlan {
  const { bench, place, profile, bundleDir, sessions, stimuli = [], scope, kinds, toolVersion } = job;
  return { bench, place, profile, bundleDir, sessions, stimuli, scope, kinds, toolVersion };
}
