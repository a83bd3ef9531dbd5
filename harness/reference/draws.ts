import type { RandomBytes } from '#base/random.js';
import type { Behaviour } from './parts.js';

/** Values an Enrollee draws in a session, in the order it draws them. */
export const DRAWS = ['private value', 'Enrollee Nonce', 'E-S1', 'E-S2', 'IV of M5', 'IV of M7'] as const;
export type Drawn = (typeof DRAWS)[number];

/**
 * A generator that gives for some draws what `change` makes of the random bytes and of the values drawn before. The
 * bytes that are replaced are drawn nevertheless, so that all other values are those of the device without the fault.
 */
export function altersDraws(
  change: (what: Drawn, fresh: Uint8Array, earlier: ReadonlyMap<Drawn, Uint8Array>) => Uint8Array,
): Behaviour {
  return { build: (parts) => ({ ...parts, random: altered(parts.random, change) }) };
}

function altered(random: RandomBytes, change: Parameters<typeof altersDraws>[0]): RandomBytes {
  const earlier = new Map<Drawn, Uint8Array>();
  let count = 0;
  return (lengthBytes) => {
    const fresh = random(lengthBytes);
    const what = DRAWS[count++];
    if (what === undefined) return fresh;
    const given = change(what, fresh, earlier);
    earlier.set(what, given);
    return given;
  };
}
