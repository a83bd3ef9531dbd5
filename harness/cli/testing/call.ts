import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
export const MAIN = fileURLToPath(new URL('../../../dist/harness/cli/main.js', import.meta.url));

const LIMIT_MS = 60_000;

export interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Asked again and again; SIGINT is sent when it first says true. */
  readonly interruptWhen?: () => boolean;
  /** Killed after this time; a minute when absent. */
  readonly limitMs?: number;
}

/** Run the compiled command line in the project's folder; its streams are no terminal. */
export function callWith(options: CallOptions, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.limitMs ?? LIMIT_MS,
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const watch = setInterval(() => {
    if (options.interruptWhen?.() !== true) return;
    clearInterval(watch);
    child.kill('SIGINT');
  }, 20);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      clearInterval(watch);
      if (exitCode === null) reject(new Error(`ended by ${String(signal)}: ${errors}`));
      else resolve({ exitCode, output, errors });
    });
  });
}

export function call(...args: string[]): Promise<Ended> {
  return callWith({}, ...args);
}
