import type { Evidence } from '#evidence/model.js';

/** Where the time of a recording went, milliseconds. */
export interface Times {
  /** Until the place was there: booting the virtual machine. */
  readonly bootMs: number;
  /** While the device scans, associates, takes its address and is looked for: the protocols' and the device's own time. */
  readonly waitsMs: number;
  /** What the bench itself took: setting up, the exchanges, and the follow-up beyond its waits. */
  readonly benchMs: number;
}

/** What the bench noted of its time; null where it noted nothing, as benches without a radio do. */
export function timesOf({ events }: Pick<Evidence, 'events'>): Times | null {
  const detail = events.findLast(({ kind }) => kind === 'times')?.detail;
  if (detail === undefined) return null;
  const ms = (key: string): number => (typeof detail[key] === 'number' ? detail[key] : 0);
  return {
    bootMs: ms('placeMs'),
    waitsMs: ms('waitingMs'),
    benchMs: ms('setUpMs') + ms('exchangeMs') + ms('followUpMs'),
  };
}

/** The same for people, as part of what is said of the environment. */
export function timesEnvironment(times: Times | null): Record<string, string> {
  if (times === null) return {};
  const { bootMs, waitsMs, benchMs } = times;
  return { 'time: boot': seconds(bootMs), 'time: waits': seconds(waitsMs), 'time: bench': seconds(benchMs) };
}

/** `41.2 s: boot 9.8 s, waits of protocol and device 6.0 s, ours 25.4 s` */
export function timesLine({ bootMs, waitsMs }: Times, wallMs: number): string {
  const ours = Math.max(0, wallMs - bootMs - waitsMs);
  return `${seconds(wallMs)}: boot ${seconds(bootMs)}, waits of protocol and device ${seconds(waitsMs)}, ours ${seconds(ours)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
