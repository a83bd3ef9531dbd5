import { seededRandom, type RandomBytes } from '#base/random.js';
import { RallyError } from '#base/error.js';

/**
 * Version of how devices, nonces and keys come from a seed. Raised whenever the same seed would give other bytes: then a
 * recorded seed of before is refused instead of giving something else.
 */
export const GENERATOR_VERSION = 1;

export const DEFAULT_SEED = 1;
const MAX_SEED = 0xffff_ffff;

/** Whose random bytes they are: each has its own stream, so that one's draws do not move another's. */
export type Stream = 'device' | 'enrollee' | 'registrar' | 'fault' | 'discovery';
const STREAMS: Readonly<Record<Stream, number>> = { device: 1, enrollee: 2, registrar: 3, fault: 4, discovery: 5 };

/** Random bytes of one stream of one session (0: of the device as such). */
export function streamOf(seed: number, stream: Stream, session: number): RandomBytes {
  return seededRandom(
    Math.imul(seed, 0x9e3779b1) ^ Math.imul(session, 0x85ebca6b) ^ Math.imul(STREAMS[stream], 0xc2b2ae35),
  );
}

/** A seed as it is recorded and can be given again: `1:42`. */
export function formatSeed(seed: number): string {
  return `${GENERATOR_VERSION}:${seed}`;
}

/** Read `42`, or `1:42` as a run recorded it. Throws RallyError ERR_USAGE, also for a seed of another generator version. */
export function parseSeed(text: string): number {
  const [, version, digits] = /^(?:(\d{1,6}):)?(\d{1,10})$/.exec(text) ?? [];
  const seed = Number(digits);
  if (digits === undefined || seed > MAX_SEED)
    throw new RallyError('ERR_USAGE', `${text} is no seed`, { remedy: `Give a number from 0 to ${MAX_SEED}.` });
  if (version !== undefined && Number(version) !== GENERATOR_VERSION)
    throw new RallyError(
      'ERR_USAGE',
      `The seed ${text} is of generator version ${version}, this tool has version ${GENERATOR_VERSION}`,
      { remedy: 'Use the version of the tool that recorded it, or give the number alone for another device.' },
    );
  return seed;
}
