import type { Engine, EngineOutput } from '../engine.js';
import { ending } from './fixtures.js';

export type Side = 'registrar' | 'enrollee';

/** One packet on its way; `number` counts the packets of its side from 0. */
export interface Passing {
  readonly from: Side;
  readonly number: number;
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** What the link makes of a packet: what arrives, in order; nothing is a loss. */
export type Fate = (packet: Passing) => readonly Uint8Array[];

export interface Run {
  /** Everything that was sent, in order, whatever became of it. */
  readonly packets: readonly Passing[];
  readonly outputs: Readonly<Record<Side, readonly EngineOutput[]>>;
  /** How each side ended, and when; null when it had not by `limitMs`. */
  readonly ends: Readonly<Record<Side, { outcome: string; text: string; atMs: number; silenceMs?: number } | null>>;
}

const LATENCY_MS = 1;

/** Two engines on a simulated link and clock. The Registrar starts at 0, the Enrollee at 10 ms. */
export function runLink(
  engines: Readonly<Record<Side, Engine>>,
  fate: Fate = ({ bytes }) => [bytes],
  limitMs = 300_000,
): Run {
  const outputs = { registrar: [] as EngineOutput[], enrollee: [] as EngineOutput[] };
  const ends: Record<Side, Run['ends'][Side]> = { registrar: null, enrollee: null };
  const counts = { registrar: 0, enrollee: 0 };
  const wakes: Record<Side, number> = { registrar: Infinity, enrollee: Infinity };
  const packets: Passing[] = [];
  const inFlight: { atMs: number; to: Side; bytes: Uint8Array }[] = [];
  const take = (side: Side, made: readonly EngineOutput[], now: number): void => {
    outputs[side].push(...made);
    for (const output of made) {
      if (output.kind === 'wake') wakes[side] = output.atMs;
      if (output.kind !== 'send') continue;
      const passing = { from: side, number: counts[side]++, what: output.what, bytes: output.bytes };
      packets.push(passing);
      const to = side === 'registrar' ? 'enrollee' : 'registrar';
      for (const bytes of fate(passing)) inFlight.push({ atMs: now + LATENCY_MS, to, bytes });
    }
    const end = ending(made);
    if (end === null) return;
    const { outcome, text, silenceMs } = end;
    ends[side] = { outcome, text, atMs: now, ...(silenceMs === undefined ? {} : { silenceMs }) };
    wakes[side] = Infinity;
  };
  take('registrar', engines.registrar.start(0), 0);
  let enrolleeStarted = false;
  for (;;) {
    const startAt = enrolleeStarted ? Infinity : 10;
    const arrival = inFlight[0]?.atMs ?? Infinity;
    const now = Math.min(startAt, arrival, wakes.registrar, wakes.enrollee);
    if (now === Infinity || now > limitMs) break;
    if (now === startAt) {
      enrolleeStarted = true;
      take('enrollee', engines.enrollee.start(now), now);
    } else if (now === arrival) {
      const packet = inFlight.shift();
      // What arrives before a device is up is lost.
      if (packet !== undefined && (packet.to === 'registrar' || enrolleeStarted))
        take(packet.to, engines[packet.to].receive(packet.bytes, now), now);
    } else {
      const side = now === wakes.registrar ? 'registrar' : 'enrollee';
      wakes[side] = Infinity;
      take(side, engines[side].tick(now), now);
    }
  }
  return { packets, outputs, ends };
}

/** Names of what a side sent, in order. */
export function saidBy(run: Run, side: Side): string[] {
  return run.packets.filter(({ from }) => from === side).map(({ what }) => what);
}
