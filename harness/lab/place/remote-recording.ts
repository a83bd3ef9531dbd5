import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { RallyError } from '#base/error.js';
import type { RecordJob, RecordPlan, RecordResult } from '../job.js';
import { errorFrom, lineSplitter, parseReport, type Order, type Report } from './messages.js';

/** An aborted bench closes its bundle within this time, or is killed. */
const STOP_LIMIT_MS = 10_000;
/** A killed process group is gone within this time. */
const KILL_LIMIT_MS = 2000;
/** On top of the profile's own limits: how long the bench may say nothing before it counts as hung. */
const SILENCE_SLACK_MS = 30_000;
/** Kept of what the place wrote besides its reports. */
const ERROR_BYTES = 64 * 1024;

/** How a place is talked to. */
export interface PlaceChannel {
  /** What messages call it. */
  readonly name: string;
  /** Orders go in here, reports come out there: one JSON object a line. */
  readonly input: Writable;
  readonly output: Readable;
  /** What else it writes. */
  readonly errors: readonly Readable[];
  /** From its start to its first report. */
  readonly readyLimitMs: number;
  /** Give up whatever keeps it alive. */
  letGo(): void;
  /** Why it ended before its first report, from its last words and exit status. */
  explain(said: string, status: string): RallyError;
}

export interface RemoteResult extends RecordResult {
  /** What was written besides reports; normally nothing. */
  readonly errorOutput: string;
}

/** A recording that another process carries out, in a place of its own. Its process group ends with it. */
export class RemoteRecording {
  /** Never rejects. */
  readonly result: Promise<RemoteResult>;
  private readonly startMs = performance.now();
  private ready = false;
  private end: (Report & { kind: 'end' }) | null = null;
  private killedBecause: RallyError | null = null;
  private errorOutput = Buffer.alloc(0);
  private silence: NodeJS.Timeout | undefined;
  private killTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly job: RecordJob,
    private readonly child: ChildProcess,
    private readonly place: PlaceChannel,
  ) {
    // Writing to a place that has just died is no news: its exit is.
    place.input.on('error', () => undefined);
    place.output.on(
      'data',
      lineSplitter((line) => {
        this.receive(line);
      }),
    );
    for (const stream of place.errors)
      stream.on('data', (chunk: Buffer) => {
        this.keepErrorOutput(chunk);
      });
    this.listenForSilence(place.readyLimitMs);
    const onAbort = (): void => {
      this.stop();
    };
    job.signal.addEventListener('abort', onAbort, { once: true });
    if (job.signal.aborted) onAbort();
    this.result = this.closed().then((status) => {
      job.signal.removeEventListener('abort', onAbort);
      clearTimeout(this.silence);
      clearTimeout(this.killTimer);
      place.letGo();
      return this.resultOf(status);
    });
  }

  private closed(): Promise<string> {
    return new Promise((resolve) => {
      this.child.on('error', (error) => {
        resolve(error.message);
      });
      this.child.on('exit', (code, signal) => {
        resolve(`exit ${String(code ?? signal)}`);
      });
    });
  }

  private order(order: Order): void {
    this.place.input.write(`${JSON.stringify(order)}\n`);
  }

  private receive(line: string): void {
    const report = parseReport(line);
    if (report === null) {
      // Whoever wrote to the bench's standard output: it is not for us.
      this.keepErrorOutput(Buffer.from(`${line}\n`));
      return;
    }
    const { limits, radio } = this.job.profile.ixit;
    this.listenForSilence(limits.startMs + limits.sessionMs + (radio?.joinMs ?? 0) + SILENCE_SLACK_MS);
    if (report.kind === 'ready') {
      this.ready = true;
      this.order({
        kind: 'record',
        plan: { ...planOf(this.job), placeMs: Math.round(performance.now() - this.startMs) },
      });
    }
    if (report.kind === 'progress') this.job.onProgress(report.event);
    if (report.kind === 'end') this.ended(report);
  }

  private ended(report: Report & { kind: 'end' }): void {
    this.end = report;
    // Nothing is left to be done inside; what does not end by itself is ended.
    clearTimeout(this.silence);
    clearTimeout(this.killTimer);
    this.killTimer = setTimeout(() => {
      this.kill(null);
    }, STOP_LIMIT_MS);
  }

  private keepErrorOutput(chunk: Buffer): void {
    this.errorOutput = Buffer.concat([this.errorOutput, chunk]).subarray(-ERROR_BYTES);
  }

  private listenForSilence(limitMs: number): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.kill(
        new RallyError('ERR_TIMEOUT', `the bench in ${this.place.name} said nothing for ${limitMs} ms and was killed`),
      );
    }, limitMs);
  }

  private stop(): void {
    if (this.ready) this.order({ kind: 'stop' });
    this.killTimer = setTimeout(
      () => {
        this.kill(aborted());
      },
      this.ready ? STOP_LIMIT_MS : 0,
    );
  }

  private kill(reason: RallyError | null): void {
    this.killedBecause = reason;
    this.place.letGo();
    const { pid } = this.child;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
    // The pipes close with the last process that holds them; do not wait for ever for one the kernel cannot kill.
    this.killTimer = setTimeout(() => {
      for (const stream of this.place.errors) stream.destroy();
    }, KILL_LIMIT_MS);
  }

  private resultOf(status: string): RemoteResult {
    const errorOutput = this.errorOutput.toString('utf8').trim();
    const failed = (error: RallyError): RemoteResult => ({ ended: 'failed', error, errorOutput });
    if (this.end !== null) {
      const { ended, error } = this.end;
      return { ended, ...(error === undefined ? {} : { error: errorFrom(error) }), errorOutput };
    }
    if (this.job.signal.aborted) return { ended: 'aborted', error: aborted(), errorOutput };
    if (this.killedBecause !== null) return failed(this.killedBecause);
    const said = errorOutput.split('\n').at(-1) ?? '';
    if (!this.ready) return failed(this.place.explain(said, status));
    return failed(
      new RallyError('ERR_BENCH_DIED', `the bench in ${this.place.name} ended before its work was done (${status})`, {
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
  const { bench, place, profile, bundleDir, sessions, scope, kinds, toolVersion } = job;
  return { bench, place, profile, bundleDir, sessions, scope, kinds, toolVersion };
}
