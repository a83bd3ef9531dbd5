import type { RandomBytes } from '#base/random.js';
import type { Behaviour } from './parts.js';

/** Values an Enrollee draws in a session, in the order it draws them. */
export const DRAWS = ['private value', 'Enrollee Nonce', 'E-S1', 'E-S2', 'IV of M5', 'IV of M7'] as const;
export type Drawn = (typeof DRAWS)[number];

/**
 * A generator that gives for some draws what `change` makes of the random bytes and of the values drawn before. The
 * bytes that are replaced are drawn nevertheless, so that all other values are those of the device without the fault.
 */
export function altersDraws(change: DrawChange): Behaviour {
  return { build: (parts, { session }) => ({ ...parts, random: altered(parts.random, change, session) }) };
}

/** `session` counts from 1. */
export type DrawChange = (
  what: Drawn,
  fresh: Uint8Array,
  earlier: ReadonlyMap<Drawn, Uint8Array>,
  session: number,
) => Uint8Array;

function altered(random: RandomBytes, change: DrawChange, session: number): RandomBytes {
  const earlier = new Map<Drawn, Uint8Array>();
  let count = 0;
  return (lengthBytes) => {
    const fresh = random(lengthBytes);
    const what = DRAWS[count++];
    if (what === undefined) return fresh;
    const given = change(what, fresh, earlier, session);
    earlier.set(what, given);
    return given;
  };
}
