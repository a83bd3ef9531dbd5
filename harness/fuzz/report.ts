import { toHex } from '#base/bytes.js';
import type { Failure, FuzzResult } from './run.js';

const SHOWN_BYTES = 64;
/** What caches of recordings and grown heaps may keep. More than this stays because somebody holds on to inputs. */
export const MAX_GROWN_BYTES = 48 * 1024 * 1024;
/** Several times what the largest target needs: more was set aside for one input, whose bytes are some thousands. */
export const MAX_RESIDENT_BYTES = 1024 * 1024 * 1024;

/** One line of a target's run. */
export function summaryLine(result: FuzzResult): string {
  const { target, seed, inputs, timeMs, processorMs, worst, failure } = result;
  const rate = timeMs > 0 ? Math.round((1000 * inputs) / timeMs) : 0;
  const end = failure === null ? memoryWords(result) : 'FAILED';
  const slowest = `slowest ${worst.timeMs.toFixed(1)} ms (input ${worst.index})`;
  const time = `${(timeMs / 1000).toFixed(1)} s (${(processorMs / 1000).toFixed(1)} s of a processor)`;
  return `${target}: seed ${seed}, ${inputs} inputs in ${time}, ${rate}/s, ${slowest}, ${end}`;
}

function memoryWords({ grownBytes, residentBytes }: FuzzResult): string {
  return `memory grew by ${mebibytes(grownBytes)} MiB, at most ${mebibytes(residentBytes)} MiB in all`;
}

/** Why the memory of a run is too much, or null. */
export function memoryProblem(result: FuzzResult): string | null {
  const { target, grownBytes, residentBytes } = result;
  if (grownBytes <= MAX_GROWN_BYTES && residentBytes <= MAX_RESIDENT_BYTES) return null;
  const most = `most are ${mebibytes(MAX_GROWN_BYTES)} MiB, and ${mebibytes(MAX_RESIDENT_BYTES)} MiB in all`;
  return `${target}: ${memoryWords(result)}; ${most}`;
}

function mebibytes(lengthBytes: number): string {
  return (lengthBytes / 2 ** 20).toFixed(1);
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
