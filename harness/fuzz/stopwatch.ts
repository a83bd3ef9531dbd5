const MICROSECONDS_A_MS = 1000;

/**
 * Time something that only computes: the function returned tells the milliseconds since, each time it is asked.
 *
 * It is the processor time of this process or the time on the wall, whichever is less. Neither is ever less than what
 * the work itself took. The first leaves out what a busy machine gave to others, the second what helpers of the engine
 * (collectors of garbage, compilers) did meanwhile on other processors.
 */
export function stopwatch(): () => number {
  const wallMs = performance.now();
  const usage = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(usage);
    return Math.min(performance.now() - wallMs, (user + system) / MICROSECONDS_A_MS);
  };
}
