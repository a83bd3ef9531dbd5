import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { programPath } from '../programs.js';

/** Node with what it takes to run these sources. */
export const SOURCE_NODE: readonly string[] = [
  process.execPath,
  '--conditions=source',
  `--import=${createRequire(import.meta.url).resolve('tsx')}`,
];

const run = promisify(execFile);

/**
 * Command that runs another one in fresh user, network, mount and PID namespaces, between shell commands: `before` must
 * succeed, `after` runs whatever became of it.
 */
export function inFreshNamespaces(before: string, after = ':'): string[] {
  const script = `set -e\n${before}\nset +e\n"$@"\nstatus=$?\n${after}\nexit $status`;
  return ['unshare', '-Urnm', '--fork', '--pid', '--kill-child', 'sh', '-c', script, 'sh'];
}

export interface ProbeOptions {
  /** Arguments of the program. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Run a program of this folder from sources in fresh namespaces; returns the JSON it prints. */
export async function probeInNamespace(
  program: string,
  setup: string,
  limitMs: number,
  options: ProbeOptions = {},
): Promise<unknown> {
  const script = fileURLToPath(new URL(program, import.meta.url));
  const node = [...SOURCE_NODE, script, ...(options.args ?? [])];
  const [file = '', ...args] = [...inFreshNamespaces(setup), ...node];
  const env = { ...process.env, ...options.env, PATH: programPath() };
  const { stdout } = await run(file, args, { timeout: limitMs, env });
  return JSON.parse(stdout);
}
