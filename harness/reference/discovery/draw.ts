import { u32be } from '#base/bytes.js';
import type { RandomBytes } from '#base/random.js';
import { formatUuid } from '#base/uuid.js';
import { drawUuid } from '../device.js';

/** A whole number from 0 to `limit`, without it. */
export function drawBelow(random: RandomBytes, limit: number): number {
  return limit <= 0 ? 0 : u32be(random(4), 0) % Math.ceil(limit);
}

/** A new MessageID (WS-Addressing). */
export function drawMessageId(random: RandomBytes): string {
  return `urn:uuid:${formatUuid(drawUuid(random))}`;
}
