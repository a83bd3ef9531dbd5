import { EXIT } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import type { Terminal } from './terminal.js';

export interface Interruption {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, with a RallyError ERR_ABORTED as its reason. */
  readonly signal: AbortSignal;
  /** Give the signals back. */
  release(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Take over the signals that end a command: the first one only asks, so that what was recorded is kept and judged; a
 * second one ends the process at once.
 *
 * @param doing what the first one brings about, as the person is told
 */
export function catchInterruption(
  terminal: Terminal,
  doing = 'ending the run and keeping what was recorded',
): Interruption {
  const controller = new AbortController();
  const listener = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(EXIT.aborted);
    terminal.err(`\n${signal}: ${doing}; once more ends at once\n`);
    controller.abort(new RallyError('ERR_ABORTED', `The run was aborted by ${signal}`));
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}
