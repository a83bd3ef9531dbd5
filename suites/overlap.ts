import type { Evidence } from '#evidence/model.js';

/**
 * What to add to the reason why something could not be shown: with whom sessions by push button overlapped. A device
 * that keeps away from such a session does what it is to do. Empty where none did.
 */
export function overlapText({ events }: Evidence): string {
  const who = events.flatMap(({ kind, detail }) => {
    const named: unknown = detail['who'];
    return kind === 'overlap' && Array.isArray(named) ? named.filter((each) => typeof each === 'string') : [];
  });
  return who.length === 0 ? '' : `: push-button session overlap with ${[...new Set(who)].join(', ')}`;
}
