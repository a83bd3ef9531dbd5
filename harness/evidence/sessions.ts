import { isScenario, isStimulus } from './model.js';
import type { BenchEvent, BenchFailure, Loss, Scenario, StimulusId } from './model.js';

/** One session as the bench recorded it; times of the wall clock. */
export interface Session {
  readonly number: number;
  readonly method: 'pin' | 'pbc' | null;
  readonly startMs: number;
  /** Infinity while no end was recorded. */
  readonly endMs: number;
  /** Set when the session ended because the Enrollee was silent. */
  readonly silenceMs: number | null;
  /** The script the Registrar followed; null: none. */
  readonly script: Scenario | null;
  /** It was held to see whether the device works on after this stimulus; null: it was not. */
  readonly recovers: StimulusId | null;
}

/** The sessions of a recording, in order. A record that lacks what it should have is passed over. */
export function sessionsOf(events: readonly BenchEvent[]): Session[] {
  const sessions: Session[] = [];
  for (const { kind, detail } of events) {
    const wallMs = numberOf(detail['wallMs']);
    const number = numberOf(detail['session']);
    if (wallMs === null || number === null) continue;
    if (kind === 'session-start') {
      const method = detail['method'] === 'pin' || detail['method'] === 'pbc' ? detail['method'] : null;
      const script = isScenario(detail['script']) ? detail['script'] : null;
      const recovers = isStimulus(detail['recovers']) ? detail['recovers'] : null;
      sessions.push({ number, method, startMs: wallMs, endMs: Infinity, silenceMs: null, script, recovers });
    }
    if (kind === 'session-end') {
      const at = sessions.findIndex((session) => session.number === number && session.endMs === Infinity);
      const session = sessions[at];
      if (session === undefined) continue;
      const silenceMs = detail['outcome'] === 'timeout' ? (numberOf(detail['silenceMs']) ?? 0) : null;
      sessions[at] = { ...session, endMs: wallMs, silenceMs };
    }
  }
  return sessions;
}

/** The session that holds a time of the capture, or null. The clocks are the same; a millisecond is lost to rounding. */
export function sessionAt(sessions: readonly Session[], timeNs: bigint): Session | null {
  const timeMs = Number(timeNs / 1_000_000n);
  return sessions.findLast(({ startMs, endMs }) => timeMs >= startMs - 1 && timeMs <= endMs + 1) ?? null;
}

/** What the bench said it lost. */
export function lossesOf(events: readonly BenchEvent[]): Loss[] {
  const sources: readonly string[] = ['kernel', 'interface', 'limit', 'sequence', 'cut-frame', 'truncated-file'];
  return events.flatMap(({ kind, detail }) => {
    const count = numberOf(detail['count']);
    const source = sources.find((name) => name === detail['source']) as Loss['source'] | undefined;
    if (kind !== 'loss' || source === undefined || count === null || count === 0) return [];
    return [{ source, count, text: textOf(detail['text']) }];
  });
}

/** What the bench said of its own failure; a recording without its last record was cut off. */
export function benchFailureOf(events: readonly BenchEvent[]): BenchFailure | null {
  const failure = events.find(({ kind }) => kind === 'bench-failure');
  if (failure !== undefined) return { code: textOf(failure.detail['code']), text: textOf(failure.detail['text']) };
  if (events.some(({ kind }) => kind === 'end')) return null;
  return { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
