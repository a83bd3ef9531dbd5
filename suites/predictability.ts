import { u32be, u32le } from '#base/bytes.js';

/*
 * Regularities by which a 16-byte value of one session gives away that of another, or its own bytes. Each has to hold in
 * every session of the run. What a good generator shows of them by chance is computed in `falseAlarmBound`.
 */

/** Values of one kind, 16 bytes each, one a session in their order, and the seconds since 1970 they were sent at. */
export interface Series {
  readonly values: readonly Uint8Array[];
  readonly seconds: readonly number[];
}

/** Fewest sessions in which a regularity means something. */
export const PREDICTABILITY_SESSIONS = 5;

const WORDS = [0, 4, 8, 12] as const;
const READERS = [u32be, u32le] as const;
/** A word that grows by less than this from session to session counts something: sessions, or time. */
const SLOW_STEP = 0x1_0000;
/** Seeds tried around the clock of the recording, and from 0 on for a device without a clock: an hour each, in seconds. */
const SEED_SECONDS = 3600;

/** What is regular in the series, in words for a report; null when nothing is. */
export function regularity(series: Series): string | null {
  if (series.values.length < PREDICTABILITY_SESSIONS) return null;
  return countsUp(series) ?? stepsBetween(series) ?? stepsWithin(series) ?? seededByTime(series);
}

/**
 * Most often that a generator without fault shows a regularity in `kinds` series of `sessions` sessions: the sum of what
 * the tests from session to session do to random bytes. Those within each value have to hold for every one of them: in
 * `PREDICTABILITY_SESSIONS` they add less than 2^-150, which does not show in the sum.
 */
export function falseAlarmBound(kinds: number, sessions: number): number {
  const places = WORDS.length * READERS.length;
  // Each difference of neighbours lies within the slow step on either side.
  const counting = places * ((2 * SLOW_STEP) / 2 ** 32) ** (sessions - 1);
  // One equation is enough for a bound. The product d0*d2 hits d1*d1 modulo 2^32 with at most 1.5 / 2^32: a difference d0
  // that is divisible by 2^k, which it is with 2^-(k+1), needs d1 divisible by 2^ceil(k/2) and then leaves 2^k of the d2.
  const equation = 1.5 / 2 ** 32;
  return kinds * (counting + places * equation);
}

/** A word that moves on by little in every session: a counter, or a clock. */
function countsUp({ values }: Series): string | null {
  const found = wordsAcross(values).some((words) =>
    differences(words).every((step) => step < SLOW_STEP || -step >>> 0 < SLOW_STEP),
  );
  return found ? 'has a counter or a clock in it' : null;
}

/** A word that is a linear function of the same word of the session before. */
function stepsBetween({ values }: Series): string | null {
  return wordsAcross(values).some(isLinear)
    ? 'steps from session to session like a linear congruential generator'
    : null;
}

/** Words or bytes of one value that are linear functions of those before them. */
function stepsWithin({ values }: Series): string | null {
  for (const read of READERS)
    if (values.every((value) => isLinear(WORDS.map((at) => read(value, at)))))
      return 'is the output of a linear congruential generator of 32 bits';
  for (const order of [1, 0])
    if (values.every((value) => followsOneStep(halfWords(value, order), 0xffff)))
      return 'is the output of a linear congruential generator of 16 bits';
  if (values.every((value) => followsOneStep([...value], 0xff)))
    return 'is the output of a linear congruential generator, byte by byte';
  return null;
}

/** Bytes of a C library's `rand` that was seeded with the time. */
function seededByTime({ values, seconds }: Series): string | null {
  for (const generate of GENERATORS) {
    const all = values.every((value, session) => isSeededBy(value, seconds[session] ?? 0, generate));
    if (all) return 'comes from a generator seeded with the time in seconds';
  }
  return null;
}

function isSeededBy(value: Uint8Array, second: number, generate: Generator): boolean {
  const tried = (first: number, last: number): boolean => {
    for (let seed = first; seed <= last; seed++) if (generate(seed >>> 0, value)) return true;
    return false;
  };
  return tried(0, SEED_SECONDS) || tried(second - SEED_SECONDS, second + SEED_SECONDS);
}

/** True when the low bytes of what the generator gives for this seed are the value, which has 16 bytes. */
type Generator = (seed: number, value: Uint8Array) => boolean;

/** The example of the C standard: 15 bits from the upper half of the state. */
const standardRand: Generator = (seed, value) => {
  let state = seed;
  return value.every((byte) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return ((state >>> 16) & 0xff) === byte;
  });
};

/** Outputs of the additive generator that are thrown away after seeding, its first words included. */
const ADDITIVE_WARM_UP = 344;
const ADDITIVE_STATE = new Int32Array(ADDITIVE_WARM_UP + 16);

/** Additive feedback over 31 words, as the GNU C library has it; that takes seed 0 for 1, which is tried as well. */
const additiveRand: Generator = (seed, value) => {
  const state = ADDITIVE_STATE;
  let word = seed;
  for (let at = 0; at < 31; at++) {
    state[at] = word;
    // Signed, as the seed is: for one above 2^31 the first word is negative.
    const signed = word | 0;
    const next = 16807 * (signed % 127773) - 2836 * Math.trunc(signed / 127773);
    word = next < 0 ? next + 0x7fffffff : next;
  }
  state.copyWithin(31, 0, 3);
  for (let at = 34; at < state.length; at++) state[at] = (state[at - 31] ?? 0) + (state[at - 3] ?? 0);
  return value.every((byte, index) => (((state[ADDITIVE_WARM_UP + index] ?? 0) >>> 1) & 0xff) === byte);
};

const GENERATORS: readonly Generator[] = [standardRand, additiveRand];

/** For each place and byte order: the 32-bit word there, session by session. */
function wordsAcross(values: readonly Uint8Array[]): number[][] {
  return READERS.flatMap((read) => WORDS.map((at) => values.map((value) => read(value, at))));
}

/** Differences of neighbours modulo 2^32. */
function differences(words: readonly number[]): number[] {
  return words.slice(1).map((word, index) => (word - (words[index] ?? 0)) >>> 0);
}

/**
 * True when the differences d of neighbours could be those of x' = a * x + c modulo 2^32: then d1 = a * d0 and
 * d2 = a * d1, so d1 * d1 = d0 * d2.
 */
function isLinear(words: readonly number[]): boolean {
  const steps = differences(words);
  return steps
    .slice(2)
    .every(
      (step, index) => Math.imul(steps[index + 1] ?? 0, steps[index + 1] ?? 0) === Math.imul(steps[index] ?? 0, step),
    );
}

/** True when one multiplier and one increment lead from each number to the next, modulo `mask` + 1. */
function followsOneStep(numbers: readonly number[], mask: number): boolean {
  const [first = 0, second = 0] = numbers;
  for (let factor = 0; factor <= mask; factor++)
    if (leadsOn(numbers, factor, second - Math.imul(factor, first), mask)) return true;
  return false;
}

function leadsOn(numbers: readonly number[], factor: number, increment: number, mask: number): boolean {
  for (let at = 2; at < numbers.length; at++)
    if (((Math.imul(factor, numbers[at - 1] ?? 0) + increment) & mask) !== numbers[at]) return false;
  return true;
}

/** 16-bit words; `order` 1 big-endian, 0 little-endian. */
function halfWords(value: Uint8Array, order: number): number[] {
  return Array.from({ length: value.length / 2 }, (_, index) => {
    const [high = 0, low = 0] =
      order === 1 ? value.subarray(2 * index) : value.slice(2 * index, 2 * index + 2).reverse();
    return (high << 8) | low;
  });
}
