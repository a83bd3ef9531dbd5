import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { RallyError } from '#base/error.js';
import { lineSplitter, parseReport, type Order, type Report } from './messages.js';

/** A killed process group is gone within this time. */
const KILL_LIMIT_MS = 2000;
/** Kept of what the place wrote besides its reports. */
const ERROR_BYTES = 64 * 1024;

/** A process that is a place, and how it is talked to. */
export interface PlaceChannel {
  /** What messages call it. */
  readonly name: string;
  /** Leader of a process group of its own. */
  readonly child: ChildProcess;
  /** Orders go in here, reports come out there: one JSON object a line. */
  readonly input: Writable;
  readonly output: Readable;
  /** What else it writes. */
  readonly errors: readonly Readable[];
  /** From its start to its first report, and from the end of one job until it takes the next. */
  readonly readyLimitMs: number;
  /** What was told to stop closes its bundle and ends within this time, or is killed. */
  readonly stopLimitMs: number;
  /** Give up whatever keeps it alive. */
  letGo(): void;
  /** Why it ended before its first report, from its last words and exit status. */
  explain(said: string, status: string): RallyError;
}

/** A place while it lives. Its process group ends with it. */
export class PlaceProcess {
  /** Its exit status in words, once it is gone with all its output. Never rejects. */
  readonly ended: Promise<string>;
  /** The program inside waits for an order. */
  ready = false;
  alive = true;
  /** When it wrote anything last; of `performance.now()`. */
  lastSignMs = -Infinity;
  private listener: ((report: Report) => void) | null = null;
  private errorOutput = Buffer.alloc(0);

  constructor(readonly channel: PlaceChannel) {
    const { child, input, output, errors } = channel;
    // Writing to a place that has just died is no news: its exit is.
    input.on('error', () => undefined);
    output.on(
      'data',
      lineSplitter((line) => {
        this.receive(line);
      }),
    );
    for (const stream of errors)
      stream.on('data', (chunk: Buffer) => {
        this.lastSignMs = performance.now();
        this.keepErrorOutput(chunk);
      });
    this.ended = new Promise<string>((resolve) => {
      child.on('error', (error) => {
        resolve(error.message);
      });
      child.on('close', (code, signal) => {
        resolve(`exit ${String(code ?? signal)}`);
      });
    }).then((status) => {
      this.alive = false;
      this.ready = false;
      channel.letGo();
      return status;
    });
  }

  /** Who is told what the place reports; one at a time. */
  listen(listener: ((report: Report) => void) | null): void {
    this.listener = listener;
  }

  order(order: Order): void {
    if (order.kind === 'record') this.ready = false;
    this.channel.input.write(`${JSON.stringify(order)}\n`);
  }

  /** What was written besides reports since this was asked last; normally nothing. */
  takeErrorOutput(): string {
    const text = this.errorOutput.toString('utf8').trim();
    this.errorOutput = Buffer.alloc(0);
    return text;
  }

  /** End it with everything in it, whatever state it is in. */
  kill(): void {
    const { child, errors, output } = this.channel;
    this.channel.letGo();
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
    // The pipes close with the last process that holds them; do not wait for ever for one the kernel cannot kill.
    const limit = setTimeout(() => {
      for (const stream of [output, ...errors]) stream.destroy();
    }, KILL_LIMIT_MS);
    void this.ended.then(() => {
      clearTimeout(limit);
    });
  }

  private receive(line: string): void {
    this.lastSignMs = performance.now();
    const report = parseReport(line);
    if (report === null) {
      // Whoever wrote to the bench's standard output: it is not for us.
      this.keepErrorOutput(Buffer.from(`${line}\n`));
      return;
    }
    if (report.kind === 'ready') this.ready = true;
    if (report.kind === 'exit') {
      this.ready = false;
      this.keepErrorOutput(Buffer.from(report.said, 'base64'));
    }
    this.listener?.(report);
  }

  private keepErrorOutput(chunk: Buffer): void {
    this.errorOutput = Buffer.concat([this.errorOutput, chunk]).subarray(-ERROR_BYTES);
  }
}
