import type { Fetch } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import { inconclusive } from './finding.js';

/** From this share of a time on, the bench's own lateness may be what made it too long. */
const LATE_SHARE = 0.1;

/**
 * Why a time that is too long is not the device's fault: the bench was late for a tenth of it or more. Null for a
 * punctual bench. Times of datagrams are the kernel's, but a device under test may run on the same starved machine.
 *
 * @param what what was seen, as the beginning of a sentence
 * @param time from when until when, milliseconds since 1970
 */
export function benchLate(
  { discovery }: Evidence,
  what: string,
  time: Pick<Fetch, 'startMs' | 'endMs'>,
): Finding | null {
  const spans = discovery?.lateness ?? [];
  const lateMs = spans.reduce((sum, { startMs, endMs, lateMs: late }) => {
    const sharedMs = Math.min(endMs, time.endMs) - Math.max(startMs, time.startMs);
    return sum + Math.min(late, Math.max(0, sharedMs));
  }, 0);
  if (lateMs === 0 || lateMs < LATE_SHARE * (time.endMs - time.startMs)) return null;
  return inconclusive(`${what}, but the bench itself was late by ${Math.round(lateMs)} ms`);
}
