import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#base/clock.js';

/** The machine's own clocks. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: async (delayMs, signal) => {
    try {
      await delay(delayMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // timers/promises wraps the reason in an AbortError; the contract is the reason itself.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
