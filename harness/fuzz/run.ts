import { Dice, inputSeed } from './dice.js';
import { minimise } from './minimise.js';
import { stopwatch } from './stopwatch.js';
import type { Target } from './target.js';
import { heldBytes, within } from './watch.js';

/** When a run is over: after so many inputs, or so much time, whichever comes first. */
export interface Budget {
  readonly inputs: number;
  /** On the wall. */
  readonly timeMs: number;
  /** As {@link stopwatch} measures it: a busy machine makes the run longer, not smaller. No limit when absent. */
  readonly processorMs?: number;
  /** On the wall: an input that takes this long is stopped in the middle; {@link STOP_MS} when absent. */
  readonly stopMs?: number;
  /** Lets go of what is kept to make further inputs of: it is no memory of the target. */
  readonly release?: () => void;
}

/** How an input failed. */
export interface Failure {
  /** Number of the input in its run, from 0; with the seed it can be made again. */
  readonly index: number;
  /** What failed, in a few words without figures: two inputs with the same are one fault. */
  readonly kind: string;
  readonly message: string;
  /** The input as it was made, and made small. */
  readonly input: Uint8Array;
  readonly minimised: Uint8Array;
}

export interface FuzzResult {
  readonly target: string;
  readonly seed: number;
  readonly inputs: number;
  readonly timeMs: number;
  /** What of it this process had of the machine; more where helpers of the engine ran beside it. */
  readonly processorMs: number;
  /** Slowest input: its time, as {@link stopwatch} measures it, and its number. */
  readonly worst: { readonly timeMs: number; readonly index: number };
  /** Bytes in use after the run above those before it. */
  readonly grownBytes: number;
  /** Most memory this process has had until then, since it began. */
  readonly residentBytes: number;
  readonly failure: Failure | null;
}

/** Longest a batch of inputs may take: whatever the deadline of its target, it has then long passed. */
const STOP_MS = 20_000;
/** An input that still has not had the time of its deadline by then waits for something, and counts as stopped. */
const LONGEST_STOP_FACTOR = 16;
/** Inputs under one watch: starting one costs more than a small input. */
const BATCH = 32;
/** The collection of other inputs' garbage makes any input slow once: it is tried again before it counts. */
const TRIES = 3;
/** Of a processor. */
const MINIMISE_MS = 10_000;

/** Fuzz one target until its budget is used up or an input fails. The same target and seed make the same inputs. */
export function fuzz(target: Target, seed: number, budget: Budget): FuzzResult {
  const { release = () => undefined } = budget;
  release();
  const before = heldBytes();
  const begin = performance.now();
  const usage = process.cpuUsage();
  const { timeMs: mostMs, processorMs: mostProcessorMs = Infinity, stopMs = STOP_MS } = budget;
  const elapsedMs = stopwatch();
  const over = (): boolean => performance.now() - begin >= mostMs || elapsedMs() >= mostProcessorMs;
  let index = 0;
  let worst = { timeMs: 0, index: 0 };
  let failed: { input: Uint8Array; error: unknown } | null = null;
  let input = new Uint8Array(0);
  const make = (): Uint8Array => {
    input = Uint8Array.from(target.generate(new Dice(inputSeed(seed, target.name, index))));
    return input;
  };
  const count = (timeMs: number): void => {
    if (timeMs > worst.timeMs) worst = { timeMs, index };
    index++;
  };
  while (failed === null && index < budget.inputs && !over()) {
    try {
      const isWhole = within(stopMs, () => {
        for (let inputs = 0; inputs < BATCH && index < budget.inputs && !over(); inputs++) count(timed(target, make()));
      });
      if (!isWhole) count(timedAlone(target, make, stopMs));
    } catch (error) {
      failed = { input, error };
    }
  }
  const timeMs = performance.now() - begin;
  const { user, system } = process.cpuUsage(usage);
  const processorMs = (user + system) / 1000;
  const failure = failed === null ? null : describe(target, index, failed);
  // A failure may be one of memory itself, and its input is held on to.
  release();
  const grownBytes = failure === null ? heldBytes() - before : 0;
  const residentBytes = process.resourceUsage().maxRSS * 1024;
  return { target: target.name, seed, inputs: index, timeMs, processorMs, worst, grownBytes, residentBytes, failure };
}

/** Throws what the target throws, and {@link Slow}. Returns the time it took, in milliseconds. */
export function timed(target: Target, input: Uint8Array): number {
  let best = Infinity;
  for (let tries = 0; tries < TRIES && best > target.deadlineMs; tries++) {
    const elapsedMs = stopwatch();
    target.check(input);
    best = Math.min(best, elapsedMs());
  }
  if (best > target.deadlineMs) throw new Slow(best, target.deadlineMs);
  return best;
}

/**
 * Like {@link timed}, for an input that may never come to an end. Throws {@link Stopped} when it was stopped after more
 * time than its tries may take. One that was stopped before that has had too little of the machine, and gets longer.
 */
function timedAlone(target: Target, make: () => Uint8Array, stopMs: number): number {
  for (let limitMs = stopMs; ; limitMs *= 2) {
    let elapsedMs = stopwatch();
    let timeMs = 0;
    const isWhole = within(limitMs, () => {
      const input = make();
      elapsedMs = stopwatch();
      timeMs = timed(target, input);
    });
    if (isWhole) return timeMs;
    const hadItsTime = elapsedMs() > TRIES * target.deadlineMs;
    if (hadItsTime || limitMs >= LONGEST_STOP_FACTOR * stopMs) throw new Stopped(limitMs);
  }
}

/** An input took longer than its target allows, every time. */
export class Slow extends Error {
  constructor(timeMs: number, deadlineMs: number) {
    super(`took ${Math.round(timeMs)} ms, its deadline is ${deadlineMs} ms`);
    this.name = 'Slow';
  }
}

/** An input did not come to an end and was stopped. */
export class Stopped extends Error {
  constructor(limitMs: number) {
    super(`did not end within ${limitMs} ms`);
    this.name = 'Stopped';
  }
}

/** How this input fails, or null when it does not. */
export function failureOf(target: Target, input: Uint8Array): Pick<Failure, 'kind' | 'message'> | null {
  try {
    timedAlone(target, () => input, STOP_MS);
    return null;
  } catch (error) {
    return named(error);
  }
}

function describe(target: Target, index: number, failed: { input: Uint8Array; error: unknown }): Failure {
  const { kind, message } = named(failed.error);
  const elapsedMs = stopwatch();
  // One that has to be stopped each time would take for ever to make small.
  const canShrink = !(failed.error instanceof Stopped);
  const minimised = canShrink
    ? minimise(
        failed.input,
        (candidate) => failureOf(target, candidate)?.kind === kind,
        () => elapsedMs() < MINIMISE_MS,
      )
    : failed.input;
  return { index, kind, message, input: failed.input, minimised };
}

function named(error: unknown): Pick<Failure, 'kind' | 'message'> {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const words = `${name} ${message}`
    .toLowerCase()
    .replace(/\b(0x)?[0-9a-f]*\d[0-9a-f]*\b/g, '')
    .match(/[a-z]+/g);
  return { kind: (words ?? ['unknown']).join('-').slice(0, 60), message: `${name}: ${message}` };
}
