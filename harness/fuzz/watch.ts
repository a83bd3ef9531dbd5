import { setFlagsFromString } from 'node:v8';
import { createContext, runInContext, runInNewContext } from 'node:vm';

/** One context for all watches: each costs a millisecond to make and some hundred kilobytes until long after its use. */
const watched = createContext({ work: () => undefined }) as { work: () => void };

/**
 * Run `work` and stop it, in the middle of a loop too, after `limitMs` on the wall. Throws what it throws.
 *
 * @returns whether it came to its end
 */
export function within(limitMs: number, work: () => void): boolean {
  watched.work = work;
  try {
    runInContext('work()', watched, { timeout: limitMs });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
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
