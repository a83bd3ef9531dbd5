import type { RallyError } from '#base/error.js';
import type { Stimuli } from '../discovery/run-follow-up.js';
import { nodeProgram } from '../node-program.js';
import { ManagedProcess } from '../process.js';
import { requireProgram } from '../programs.js';

/** It is ready 0.3 s after its start; seen under emulation, beside everything else: 6 s. */
const READY_LIMIT_MS = 60_000;
/** Longest order: to take its leave with all its copies. */
const ORDER_LIMIT_MS = 20_000;
const STOP_GRACE_MS = 500;

export interface ReferenceProcessOptions {
  readonly model: string;
  readonly seed: number;
  /** Ids of its faults. */
  readonly faults: readonly string[];
  readonly interfaceName: string;
  /** File of the network namespace it lives in. */
  readonly namespaceFile: string;
  readonly onOutput: (chunk: Uint8Array) => void;
  /** It ended although nobody stopped it. */
  readonly onDeath: (error: RallyError) => void;
}

/** The discovery side of a reference device, as a process in the device's namespace. It says nothing until {@link enter}. */
export class ReferenceProcess {
  private stopped = false;
  private rest = '';
  private readonly waiting = new Map<string, () => void>();

  private constructor(options: ReferenceProcessOptions) {
    const { model, seed, faults, interfaceName, namespaceFile } = options;
    const program = [process.execPath, ...nodeProgram(import.meta.url, './reference-main')];
    this.process = ManagedProcess.start({
      name: 'the reference device',
      file: requireProgram('nsenter'),
      args: [`--net=${namespaceFile}`, ...program, model, String(seed), interfaceName, faults.join(',')],
      endsWithUs: true,
      takesOrders: true,
      onOutput: (chunk) => {
        options.onOutput(chunk);
        this.hear(chunk);
      },
    });
    this.ready = this.heard('ready');
    void this.process.exited.then((status) => {
      if (!this.stopped) options.onDeath(this.process.endedError(status));
    });
  }

  private readonly process: ManagedProcess;
  private readonly ready: Promise<void>;

  /** Throws RallyError ERR_PROGRAM_MISSING. */
  static start(options: ReferenceProcessOptions): ReferenceProcess {
    return new ReferenceProcess(options);
  }

  /** It is on the network: its interface has an address. Throws RallyError ERR_DAEMON, ERR_TIMEOUT or the signal's reason. */
  async enter(signal: AbortSignal): Promise<void> {
    await this.process.until('its start', this.ready, READY_LIMIT_MS, signal);
    await this.order('start', signal);
  }

  /** What the bench can do to it. */
  stimuli(signal: AbortSignal): Stimuli {
    return {
      leave: () => this.order('leave', signal),
      // Its program goes on, but all it has on the network begins anew, as after a restart.
      powerCycle: () => this.order('start', signal),
    };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.process.stop(STOP_GRACE_MS);
  }

  private async order(word: string, signal: AbortSignal): Promise<void> {
    const done = this.heard(`done ${word}`);
    this.process.order(word);
    await this.process.until(`the order ${word}`, done, ORDER_LIMIT_MS, signal);
  }

  private heard(line: string): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.set(line, resolve);
    });
  }

  private hear(chunk: Uint8Array): void {
    const lines = (this.rest + Buffer.from(chunk).toString('utf8')).split('\n');
    this.rest = (lines.pop() ?? '').slice(-1000);
    for (const line of lines) {
      this.waiting.get(line)?.();
      this.waiting.delete(line);
    }
  }
}
