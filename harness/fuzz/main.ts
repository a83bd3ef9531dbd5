/**
 * Structure-aware fuzzing: `npm run fuzz -- [--minutes N] [--target name] [--seed n]`.
 *
 * N minutes (1 by default) for each target, one after the other. Prints the seed of each, inputs a second and the
 * slowest input; `--seed` with `--target` makes the same inputs again. Kept inputs are replayed first. A failing input
 * is made small and kept in fixtures/corpus. Exit code 0, 1 when an input failed, 4 for bad usage.
 */
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isRallyError, RallyError } from '#base/error.js';
import { keep, keptInputs } from './corpus.js';
import { failureLines, memoryProblem, summaryLine } from './report.js';
import { failureOf, fuzz } from './run.js';
import { releaseRecordings } from './seeds.js';
import { TARGETS, requireTarget } from './targets/all.js';
import type { Target } from './target.js';

const MINUTE_MS = 60_000;
const MAX_MINUTES = 24 * 60;
const MAX_SEED = 0xffff_ffff;
const EXIT_FAILED = 1;
const EXIT_USAGE = 4;

interface Job {
  readonly targets: readonly Target[];
  readonly timeMs: number;
  readonly seed: number;
}

function parse(args: readonly string[]): Job {
  const { minutes, target, seed } = readOptions(args);
  const timeMs = numberOf(minutes ?? '1', 'minutes', MAX_MINUTES) * MINUTE_MS;
  if (timeMs === 0)
    throw new RallyError('ERR_USAGE', '--minutes is 0', { remedy: 'Give some time, 0.1 for instance.' });
  return {
    targets: target === undefined ? TARGETS : [requireTarget(target)],
    timeMs,
    seed: seed === undefined ? randomInt(MAX_SEED) : Math.floor(numberOf(seed, 'seed', MAX_SEED)),
  };
}

function readOptions(args: readonly string[]): { minutes?: string; target?: string; seed?: string } {
  try {
    const options = { minutes: { type: 'string' }, target: { type: 'string' }, seed: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RallyError('ERR_USAGE', reason, { cause, remedy: 'Use --minutes N, --target name, --seed n.' });
  }
}

function numberOf(text: string, option: string, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value <= most) return value;
  throw new RallyError('ERR_USAGE', `--${option} is no number from 0 to ${most}`, { remedy: 'Give a plain number.' });
}

function replay(target: Target): number {
  let failed = 0;
  for (const { name, input } of keptInputs(target.name)) {
    const failure = failureOf(target, input);
    if (failure === null) continue;
    failed++;
    console.log(`${target.name}: kept input ${name} fails: ${failure.message}`);
  }
  return failed;
}

function run({ targets, timeMs, seed }: Job): number {
  console.log(`seed ${seed}`);
  let failed = 0;
  for (const target of targets) {
    failed += replay(target);
    const result = fuzz(target, seed, { inputs: Infinity, timeMs, release: releaseRecordings });
    console.log(summaryLine(result));
    const problem = memoryProblem(result);
    if (result.failure !== null) {
      const file = path.relative(process.cwd(), keep(target.name, result.failure));
      for (const line of failureLines(result, result.failure, file)) console.log(line);
      failed++;
    } else if (problem !== null) {
      console.log(problem);
      failed++;
    }
  }
  return failed;
}

try {
  process.exitCode = run(parse(process.argv.slice(2))) === 0 ? 0 : EXIT_FAILED;
} catch (error) {
  if (!isRallyError(error, 'ERR_USAGE')) throw error;
  console.error(`${error.message}. ${error.remedy}`);
  process.exitCode = EXIT_USAGE;
}
