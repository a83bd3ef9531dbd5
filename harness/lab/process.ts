import { spawn, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { RallyError } from '#base/error.js';
import { programPath, requireProgram } from './programs.js';

/** How a process ended: one of the two is set. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  /** What messages call it. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  /** It takes orders on standard input, which else is empty. */
  readonly takesOrders?: boolean;
  /** It is killed when this process ends, however that ends. */
  readonly endsWithUs?: boolean;
  /** What it wrote to standard output and standard error, as it comes. */
  readonly onOutput: (chunk: Uint8Array) => void;
}

/** What the last bytes of a process's output say, for an error message: at most this many are kept. */
const TAIL_BYTES = 4096;

/**
 * A child in a process group of its own, so that whatever it starts goes with it.
 */
export class ManagedProcess {
  /** Settles when the process and its output pipes are closed. Never rejects. */
  readonly exited: Promise<ExitStatus>;
  private status: ExitStatus | null = null;
  private tailBytes = Buffer.alloc(0);

  private constructor(
    private readonly child: ChildProcess,
    readonly name: string,
    onOutput: (chunk: Uint8Array) => void,
  ) {
    const take = (chunk: Buffer): void => {
      this.tailBytes = Buffer.concat([this.tailBytes, chunk]).subarray(-TAIL_BYTES);
      onOutput(chunk);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    this.exited = new Promise((resolve) => {
      const settle = (status: ExitStatus): void => {
        this.status ??= status;
        resolve(this.status);
      };
      child.on('exit', (code, signal) => {
        this.status = { code, signal };
      });
      child.on('close', (code, signal) => {
        settle({ code, signal });
      });
      child.on('error', (error) => {
        this.tailBytes = Buffer.from(error.message);
        settle({ code: 127, signal: null });
      });
    });
  }

  static start(options: ProcessOptions): ManagedProcess {
    const [file, args] =
      options.endsWithUs === true
        ? [requireProgram('setpriv'), ['--pdeathsig', 'KILL', options.file, ...options.args]]
        : [options.file, options.args];
    const child = spawn(file, args, {
      detached: true,
      stdio: [options.takesOrders === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: programPath(), LC_ALL: 'C' },
    });
    // Who is gone takes no orders: that it ended is told elsewhere.
    child.stdin?.on('error', () => undefined);
    return new ManagedProcess(child, options.name, options.onOutput);
  }

  /** Write a line to its standard input. */
  order(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  get running(): boolean {
    return this.status === null;
  }

  /** Last words of the process, for an error message. */
  get tail(): string {
    return this.tailBytes.toString('utf8').trim();
  }

  /**
   * Wait for something that says the process is ready. Throws RallyError ERR_DAEMON when the process ends first,
   * ERR_TIMEOUT after `limitMs`, and the signal's reason when aborted.
   */
  async until<T>(what: string, ready: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T> {
    let cleanUp = (): void => undefined;
    const cut = new Promise<never>((_resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new RallyError('ERR_TIMEOUT', `${this.name}: ${what} did not happen within ${limitMs} ms`));
      }, limitMs);
      const onAbort = (): void => {
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      cleanUp = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
    });
    const ended = this.exited.then((status): never => {
      throw this.endedError(status);
    });
    // Of the three promises, those that lose the race may still reject.
    ended.catch(() => undefined);
    ready.catch(() => undefined);
    try {
      return await Promise.race([ready, ended, cut]);
    } finally {
      cleanUp();
    }
  }

  /** SIGTERM to the whole group, SIGKILL after `graceMs`; resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    if (this.running) this.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.kill('SIGKILL');
    }, graceMs);
    await this.exited;
    clearTimeout(timer);
    // A grandchild that closed its output may have outlived the leader.
    this.kill('SIGKILL');
  }

  private kill(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  }

  /** ERR_DAEMON with the last words of a process that ended by itself. */
  endedError(status: ExitStatus): RallyError {
    const how = status.signal === null ? `with exit code ${String(status.code)}` : `by ${status.signal}`;
    return new RallyError('ERR_DAEMON', `${this.name} ended ${how}${this.tail === '' ? '' : `: ${this.tail}`}`, {
      context: { program: this.name, ...status },
    });
  }
}

/** Run a program to its end. Returns its output; throws RallyError ERR_DAEMON on a failure, ERR_TIMEOUT after `limitMs`. */
export async function runProgram(file: string, args: readonly string[], limitMs: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  const child = ManagedProcess.start({ name: basename(file), file, args, onOutput: (chunk) => chunks.push(chunk) });
  const limit = { reached: false };
  const timer = setTimeout(() => {
    limit.reached = true;
    void child.stop(0);
  }, limitMs);
  const status = await child.exited;
  clearTimeout(timer);
  if (limit.reached) throw new RallyError('ERR_TIMEOUT', `${child.name} did not end within ${limitMs} ms`);
  if (status.code !== 0)
    throw new RallyError('ERR_DAEMON', `${[child.name, ...args].join(' ')} failed: ${child.tail}`, {
      context: { program: child.name, ...status },
    });
  return Buffer.concat(chunks).toString('utf8');
}

/** Longest log of a program: what it says in a run is some kilobytes. */
const LOG_BYTES = 4 * 1024 * 1024;

/** Pass a program's output on up to a limit, and say where it was cut. */
export function boundedLog(write: (chunk: Uint8Array) => void, limitBytes = LOG_BYTES): (chunk: Uint8Array) => void {
  let left = limitBytes;
  return (chunk) => {
    if (left <= 0) return;
    write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) write(Buffer.from('\n[the log was cut here]\n'));
  };
}
