import { RallyError } from '#base/error.js';
import type { Clock } from '#base/clock.js';
import type { ConsolePort, SerialStep } from '#profile/control.js';
import { asRallyError } from '../../failure.js';
import { OpenPort } from './console-port.js';
import type { ConsoleLog } from './console-log.js';
import { Lines } from './lines.js';
import { Pattern, wholePin, type PatternMatch } from './pattern.js';
import type { SecretMask } from './secret-mask.js';

/** A prompt is what stands at the end of a line that did not go on for so long. */
const PROMPT_QUIET_MS = 100;
/** How often a port that was gone is tried again. */
const REOPEN_MS = 250;
/** Lines nobody has waited for yet; of more the oldest are dropped. */
const MAX_LINES = 5000;
/** Above this share of bytes that are no text, the speed of the port is in doubt. */
const GARBAGE_SHARE = 0.3;

export interface ConsoleOptions {
  readonly settings: ConsolePort;
  readonly log: ConsoleLog;
  readonly mask: SecretMask;
  readonly clock: Clock;
}

/** The serial console of the device: one port, open for the whole run, all that goes over it written down. */
export class DeviceConsole {
  private port: OpenPort | null = null;
  private gone: RallyError | null = null;
  private readonly closing = new AbortController();
  private readonly lines = new Lines();
  private heard: string[] = [];
  /** Since the step began. */
  private bytes = 0;
  private garbageBytes = 0;
  private lastLine = '';
  private wake: () => void = () => undefined;

  private constructor(private readonly options: ConsoleOptions) {}

  /** Throws RallyError ERR_CONTROL_PORT, ERR_NATIVE_MODULE. */
  static async open(options: ConsoleOptions): Promise<DeviceConsole> {
    const opened = new DeviceConsole(options);
    await opened.connect();
    return opened;
  }

  /**
   * Carry out steps in turn. Returns the PIN that the last group for it holds, null where there is none. Throws
   * RallyError ERR_CONTROL_TIMEOUT, ERR_CONTROL_FAILED, ERR_CONTROL_PORT, ERR_CONTROL_PATTERN, and the signal's reason.
   */
  async carryOut(steps: readonly SerialStep[], signal: AbortSignal): Promise<string | null> {
    this.heard = [];
    let pin: string | null = null;
    for (const step of steps) pin = (await this.step(step, signal)) ?? pin;
    return pin;
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.flush();
    await this.port?.close();
  }

  private async step(step: SerialStep, signal: AbortSignal): Promise<string | null> {
    signal.throwIfAborted();
    const limit = AbortSignal.timeout(step.limitMs);
    this.bytes = 0;
    this.garbageBytes = 0;
    this.lastLine = '';
    if (step.send !== undefined) await this.send(step.send, step, AbortSignal.any([signal, limit]), signal);
    if (step.expect === undefined) return null;
    return this.comes(new Expectation(step.expect, step), limit, signal);
  }

  private async send(line: string, step: SerialStep, until: AbortSignal, signal: AbortSignal): Promise<void> {
    for (;;) {
      const { port } = this;
      if (port === null) {
        this.failIfGone();
        if (!(await this.news(until))) throw this.timedOut(step, signal);
        continue;
      }
      try {
        this.options.log.sent(step.isSecret ? '(not shown)' : line);
        await port.send(line);
        return;
      } catch (error) {
        if (!this.options.settings.comesAndGoes) throw error;
        // It went before anybody saw it: the line is sent again when it is back.
        await port.close();
        if (this.port === port) this.lost(asRallyError(error));
      }
    }
  }

  private async comes(expectation: Expectation, limit: AbortSignal, signal: AbortSignal): Promise<string | null> {
    const { step, wanted } = expectation;
    const until = AbortSignal.any([signal, limit]);
    for (;;) {
      const found = this.examine(expectation);
      if (found !== null) return wholePin(found);
      this.failIfGone();
      if (step.isPrompt && this.bytes > 0 && this.lines.unfinished !== '') {
        if (await this.news(AbortSignal.any([until, AbortSignal.timeout(PROMPT_QUIET_MS)]))) continue;
        const prompt = wanted.firstIn([this.lines.unfinished]);
        if (prompt !== null) return wholePin(prompt);
      }
      if (await this.news(until)) continue;
      signal.throwIfAborted();
      // What came while this process stood still is read before the limit counts.
      await new Promise((resolve) => setImmediate(resolve));
      const late = this.examine(expectation);
      if (late !== null) return wholePin(late);
      throw this.timedOut(step, signal);
    }
  }

  /** Look at the lines that came, up to one that is expected. Throws ERR_CONTROL_FAILED for one that was not hoped for. */
  private examine({ wanted, unwanted, step }: Expectation): PatternMatch | null {
    const lines = this.heard;
    const found = wanted.firstIn(lines);
    const failed = unwanted?.firstIn(found === null ? lines : lines.slice(0, found.at)) ?? null;
    if (failed !== null)
      throw new RallyError(
        'ERR_CONTROL_FAILED',
        `the console said: ${this.options.mask.mask(lines[failed.at] ?? '')}`,
        { context: { expected: step.expect, failsOn: step.failsOn } },
      );
    this.heard = found === null ? [] : lines.slice(found.at + 1);
    return found;
  }

  private timedOut(step: SerialStep, signal: AbortSignal): RallyError {
    signal.throwIfAborted();
    const what = step.expect === undefined ? 'could not be written to' : `did not say ${step.expect}`;
    return new RallyError('ERR_CONTROL_TIMEOUT', `the console ${what} within ${step.limitMs} ms: ${this.whatCame()}`, {
      context: { path: this.options.settings.path, expected: step.expect, bytes: this.bytes },
      ...(this.isGarbage() ? { remedy: 'Compare ixit.control.console.baudRate with the console of the device.' } : {}),
    });
  }

  private whatCame(): string {
    if (this.bytes === 0) return 'nothing came';
    if (this.isGarbage()) return `most of the ${this.bytes} bytes that came are no text: is the speed right?`;
    const last = this.options.mask.mask(this.lines.unfinished === '' ? this.lastLine : this.lines.unfinished);
    return `${this.bytes} bytes came, at last: ${last.slice(0, 200)}`;
  }

  private isGarbage(): boolean {
    return this.bytes > 0 && this.garbageBytes > this.bytes * GARBAGE_SHARE;
  }

  /** True when something has happened, false when the signal was aborted first. */
  private news(until: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (until.aborted) {
        resolve(false);
        return;
      }
      const onAbort = (): void => {
        resolve(false);
      };
      until.addEventListener('abort', onAbort, { once: true });
      this.wake = () => {
        until.removeEventListener('abort', onAbort);
        resolve(true);
      };
    });
  }

  private async connect(): Promise<void> {
    const port = await OpenPort.open(this.options.settings, {
      data: (chunk) => {
        this.receive(chunk);
      },
      gone: (error) => {
        this.lost(error);
      },
    });
    this.port = port;
    this.gone = null;
    this.options.log.remark('the port is open');
    this.wake();
  }

  private receive(chunk: Uint8Array): void {
    const lines = this.lines.push(chunk);
    this.bytes += chunk.length;
    this.garbageBytes += chunk.filter((byte) => byte > 0x7e || (byte < 0x20 && !WHITE_SPACE.includes(byte))).length;
    this.lastLine = lines.findLast((line) => line !== '') ?? this.lastLine;
    this.options.log.received(lines);
    this.heard = [...this.heard, ...lines].slice(-MAX_LINES);
    this.wake();
  }

  private lost(error: RallyError): void {
    this.port = null;
    this.gone = error;
    this.flush();
    this.options.log.remark('the port is gone');
    this.wake();
    if (this.options.settings.comesAndGoes) void this.reopen();
  }

  /** Nothing more comes of the line that is not at its end. */
  private flush(): void {
    if (this.lines.unfinished !== '') this.options.log.received([this.lines.unfinished]);
    this.lines.clear();
  }

  private async reopen(): Promise<void> {
    const { clock } = this.options;
    while (!this.closing.signal.aborted && this.port === null) {
      try {
        await clock.sleep(REOPEN_MS, this.closing.signal);
        await this.connect();
      } catch {
        // It is not back yet, or the run is over; whoever waits for it has a limit.
      }
    }
    if (this.closing.signal.aborted) await this.port?.close();
  }

  private failIfGone(): void {
    if (this.gone !== null && !this.options.settings.comesAndGoes) throw this.gone;
  }
}

/** Tabulator, line feed, carriage return, escape. */
const WHITE_SPACE: readonly number[] = [0x09, 0x0a, 0x0d, 0x1b];

class Expectation {
  readonly wanted: Pattern;
  readonly unwanted: Pattern | null;

  constructor(
    expected: string,
    readonly step: SerialStep,
  ) {
    this.wanted = new Pattern(expected);
    this.unwanted = step.failsOn === undefined ? null : new Pattern(step.failsOn);
  }
}
