import { toHex } from '#base/bytes.js';
import type { Failure, FuzzResult } from './run.js';

const SHOWN_BYTES = 64;

/** One line of a target's run. */
export function summaryLine({ target, seed, inputs, timeMs, worst, grownBytes, failure }: FuzzResult): string {
  const rate = timeMs > 0 ? Math.round((1000 * inputs) / timeMs) : 0;
  const end = failure === null ? `memory grew by ${(grownBytes / 2 ** 20).toFixed(1)} MiB` : 'FAILED';
  const slowest = `slowest ${worst.timeMs.toFixed(1)} ms (input ${worst.index})`;
  return `${target}: seed ${seed}, ${inputs} inputs in ${(timeMs / 1000).toFixed(1)} s, ${rate}/s, ${slowest}, ${end}`;
}

/** What a person needs to look into a failure. `file`: where the minimised input is. */
export function failureLines({ target, seed }: FuzzResult, failure: Failure, file: string): string[] {
  const { index, message, input, minimised } = failure;
  const shown = toHex(minimised.subarray(0, SHOWN_BYTES), ' ');
  const more = minimised.length > SHOWN_BYTES ? ' ...' : '';
  return [
    `${target}: input ${index} of seed ${seed} fails: ${message}`,
    `  ${input.length} bytes, made small: ${minimised.length} bytes: ${shown}${more}`,
    `  kept in ${file}; again: npm run fuzz -- --target ${target} --seed ${seed}`,
  ];
}
