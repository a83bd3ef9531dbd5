import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { RallyError } from '#base/error.js';

export interface Measured {
  /** From start to exit. */
  readonly seconds: number;
  /** Most memory the process held at once. */
  readonly peakBytes: number;
}

export interface MeasuredProgram {
  /** Absolute, or a name on PATH. */
  readonly file: string;
  readonly args: readonly string[];
  /** What it reads on standard input; each chunk may be overwritten when the next one is asked for. */
  readonly input?: Iterable<Uint8Array>;
  /** Exit codes of a run that did its work. */
  readonly exits: readonly number[];
}

const SAMPLE_MS = 10;
const TAIL_CHARACTERS = 2000;

/** Run a program to its end; what it prints is thrown away. Throws RallyError ERR_DAEMON when it fails. */
export async function measure(program: MeasuredProgram): Promise<Measured> {
  const { file, args, input, exits } = program;
  const begin = performance.now();
  const child = spawn(file, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-TAIL_CHARACTERS);
  });
  let peakBytes = 0;
  const sample = (): void => {
    peakBytes = Math.max(peakBytes, highWaterMark(child.pid));
  };
  const sampling = setInterval(sample, SAMPLE_MS);
  try {
    const feeding = child.stdin === null || input === undefined ? null : feed(child.stdin, input);
    const [code, signal] = await exited;
    const seconds = (performance.now() - begin) / 1000;
    if (code === null || !exits.includes(code))
      throw new RallyError('ERR_DAEMON', `${[file, ...args].join(' ')} ended with ${String(code ?? signal)}: ${said}`);
    await feeding;
    return { seconds, peakBytes };
  } finally {
    clearInterval(sampling);
    child.kill('SIGKILL');
  }
}

async function feed(stdin: NodeJS.WritableStream, input: Iterable<Uint8Array>): Promise<void> {
  const failed = once(stdin, 'error').then(([error]) => {
    throw error as Error;
  });
  // Whoever closes the pipe first ends with an exit code that says so.
  failed.catch(() => undefined);
  for (const chunk of input) {
    // The chunk is read by the kernel when the callback comes, and may then be filled again.
    const written = new Promise<void>((resolve) => stdin.write(chunk, () => resolve()));
    await Promise.race([written, failed]);
  }
  stdin.end();
}

/** The kernel's own mark of a process's memory, bytes; 0 when the process is gone. */
function highWaterMark(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'latin1');
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
