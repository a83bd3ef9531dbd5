import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { RallyError } from '#base/error.js';
import type { ControlAction } from '#profile/control.js';
import { ManagedProcess } from '../../process.js';
import { programPath } from '../../programs.js';
import { Lines } from './lines.js';
import { Pattern, wholePin } from './pattern.js';
import type { SecretMask } from './secret-mask.js';

/** Of its output; what is longer is cut. */
const OUTPUT_BYTES = 256 * 1024;
const STOP_GRACE_MS = 500;

/**
 * Run a local program that does something to the device. No shell looks at its arguments; it is killed at its limit with
 * all it has started, and when this process ends. Resolves with the PIN of `expect`. Throws RallyError
 * ERR_CONTROL_FAILED, ERR_CONTROL_TIMEOUT, ERR_CONTROL_PATTERN, ERR_CONTROL_PIN, and the signal's reason.
 *
 * @param report takes its output, without secrets
 */
export async function runForDevice(
  { argv, expect, limitMs }: Extract<ControlAction, { by: 'process' }>,
  report: (text: string) => void,
  mask: SecretMask,
  signal: AbortSignal,
): Promise<string | null> {
  const [name = '', ...args] = argv;
  const file = findExecutable(name);
  if (file === null)
    throw new RallyError('ERR_CONTROL_FAILED', `there is no program ${name}`, {
      context: { program: name },
      remedy: 'Give its whole path, and make it executable.',
    });
  const output = new OutputStart();
  const child = ManagedProcess.start({
    name,
    file,
    args,
    endsWithUs: true,
    onOutput: (chunk) => {
      output.push(chunk);
    },
  });
  const limit = AbortSignal.timeout(limitMs);
  const until = AbortSignal.any([signal, limit]);
  const stop = (): void => {
    void child.stop(STOP_GRACE_MS);
  };
  until.addEventListener('abort', stop, { once: true });
  const status = await child.exited;
  until.removeEventListener('abort', stop);
  // What it has started and left behind goes with it.
  await child.stop(0);
  const lines = output.lines();
  const found = expect === undefined ? null : new Pattern(expect).firstIn(lines);
  mask.learn(found?.pin ?? '');
  report(lines.map((line) => mask.mask(line)).join('\n'));
  signal.throwIfAborted();
  const last = mask.mask(lines.findLast((line) => line !== '') ?? 'it said nothing').slice(0, 200);
  const context = { program: name, ...status };
  if (limit.aborted)
    throw new RallyError('ERR_CONTROL_TIMEOUT', `${name} did not end within ${limitMs} ms: ${last}`, {
      context,
      remedy: 'Raise limitMs, or let it end by itself.',
    });
  if (status.code !== 0)
    throw new RallyError(
      'ERR_CONTROL_FAILED',
      `${name} ended ${status.signal === null ? `with exit code ${String(status.code)}` : `by ${status.signal}`}: ${last}`,
      { context },
    );
  if (expect === undefined) return null;
  if (found === null) throw new RallyError('ERR_CONTROL_FAILED', `${name} did not say ${expect}: ${last}`, { context });
  return wholePin(found);
}

/** Absolute path of what can be run by a name or a path; null where there is nothing. */
export function findExecutable(name: string): string | null {
  const files = name.includes('/')
    ? [name]
    : programPath()
        .split(delimiter)
        .map((folder) => join(folder, name));
  for (const file of files)
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not here.
    }
  return null;
}

/** The first bytes of an output. */
class OutputStart {
  private readonly chunks: Uint8Array[] = [];
  private readBytes = 0;

  push(chunk: Uint8Array): void {
    const leftBytes = OUTPUT_BYTES - this.readBytes;
    this.readBytes += chunk.length;
    if (leftBytes > 0) this.chunks.push(chunk.subarray(0, leftBytes));
  }

  lines(): string[] {
    return textLines(Buffer.concat(this.chunks));
  }
}

/** Lines of a whole text; the last one may lack its end. */
export function textLines(bytes: Uint8Array): string[] {
  const lines = new Lines();
  const whole = lines.push(bytes);
  return lines.unfinished === '' ? whole : [...whole, lines.unfinished];
}
