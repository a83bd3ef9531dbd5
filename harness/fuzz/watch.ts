import { setFlagsFromString } from 'node:v8';
import { createContext, runInContext, runInNewContext } from 'node:vm';

/** Something did not come to an end and was stopped. */
export class Stopped extends Error {
  constructor(limitMs: number) {
    super(`did not end within ${limitMs} ms`);
    this.name = 'Stopped';
  }
}

/** One context for all watches: each costs a millisecond to make and some hundred kilobytes until long after its use. */
const watched = createContext({ work: () => undefined }) as { work: () => void };

/** Run `work` and stop it, in the middle of a loop too, after `limitMs`. Throws {@link Stopped} then, else what it throws. */
export function within(limitMs: number, work: () => void): void {
  watched.work = work;
  try {
    runInContext('work()', watched, { timeout: limitMs });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new Stopped(limitMs);
    throw error;
  } finally {
    watched.work = () => undefined;
  }
}

let collect: (() => void) | null = null;

/** Bytes that are in use after everything unused was given back: heap and array buffers. */
export function heldBytes(): number {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
