import { checkpointOf, RESUMED } from '#evidence/parts.js';
import type { Obtained } from './obtain.js';

/** `12 recorded, taken up again once, 1 repeat`; null where there is but the one part every run has. */
export function partsLine({ evidence, repeats }: Pick<Obtained, 'evidence' | 'repeats'>): string | null {
  const parts = evidence.events.filter((event) => checkpointOf(event) !== null).length;
  const resumed = evidence.events.filter(({ kind }) => kind === RESUMED).length;
  if (parts < 2 && resumed === 0 && repeats.length === 0) return null;
  return [
    `${parts} recorded`,
    ...(resumed === 0 ? [] : [`taken up again ${times(resumed)}`]),
    ...(repeats.length === 0 ? [] : [`repeated ${times(repeats.length)}`]),
  ].join(', ');
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
