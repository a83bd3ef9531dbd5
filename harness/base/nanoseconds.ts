/**
 * Milliseconds since 1970 of a time stamp in nanoseconds since 1970, cut to whole microseconds. A number cannot hold the
 * nanoseconds of today: it would be off by up to 128 of them, and what came just then would seem to have come before.
 */
export function millisecondsOf(timeNs: bigint): number {
  return Number(timeNs / 1000n) / 1000;
}
