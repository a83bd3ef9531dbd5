import type { BenchEvent, JoinFact, JoinState } from './model.js';

/** Steps an access point tells of. */
const BENCH_STATES: readonly JoinState[] = ['associated', 'handshake', 'address', 'lost'];

const FAMILIES: ReadonlyMap<unknown, NonNullable<JoinFact['family']>> = new Map([
  [4, 'ipv4'],
  [6, 'ipv6'],
]);

/**
 * What the bench's access point said of the DUT's join: events `join` with `state`, `wallMs` and, for an address,
 * `address` and `family` (4 or 6). A record that lacks what it should have is passed over.
 */
export function joinFactsOf(events: readonly BenchEvent[]): JoinFact[] {
  return events.flatMap(({ kind, detail }): JoinFact[] => {
    const state = BENCH_STATES.find((known) => known === detail['state']);
    const timeMs = detail['wallMs'];
    if (kind !== 'join' || state === undefined || typeof timeMs !== 'number' || !Number.isFinite(timeMs)) return [];
    const { address } = detail;
    const family = FAMILIES.get(detail['family']);
    return [
      {
        state,
        timeMs,
        source: 'bench',
        ...(typeof address === 'string' ? { address } : {}),
        ...(family === undefined ? {} : { family }),
      },
    ];
  });
}
