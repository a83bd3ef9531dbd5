import { seededRandom, type RandomBytes } from '#base/random.js';

/** Seeded choices: the same seed makes the same choices, whatever the machine. */
export class Dice {
  private readonly random: RandomBytes;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A whole number from 0 to `limit` - 1; 0 for a limit of 0. */
  below(limit: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.random(4);
    return limit < 1 ? 0 : ((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % limit) >>> 0;
  }

  /** True once in `times` on average. */
  onceIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** Throws RangeError for an empty list. */
  oneOf<T>(list: readonly T[]): T {
    const index = this.below(list.length);
    if (index >= list.length) throw new RangeError('nothing to choose from');
    return list[index] as T;
  }

  bytes(lengthBytes: number): Uint8Array {
    return this.random(lengthBytes);
  }
}

/** Seed of one input of a run: every input can be made again without those before it. */
export function inputSeed(runSeed: number, target: string, index: number): number {
  let hash = 0x811c9dc5;
  for (const letter of `${target}:${runSeed}:${index}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}
