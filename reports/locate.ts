import { equal, fromHex, type Span } from '#base/bytes.js';
import type { EapPacket, Evidence, Exchange, Part } from '#evidence/model.js';
import type { Location } from '#judge/rule.js';
import type { WscMessage } from '#wire/wps/message.js';

/** The bytes a finding points into, found again in the evidence. */
export interface LocatedBytes {
  /** What they are, e.g. `M1` or `EAP-Response/Identity`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Set when the bytes are a WSC message, not a bare EAP packet. */
  readonly wsc: WscMessage | null;
  readonly parts: readonly Part[];
  /** Null for an 802.11 management frame. */
  readonly exchange: Exchange | null;
  /** What the finding marks, in `bytes`; empty for something that is missing there. */
  readonly marked: Span;
}

/**
 * Find the message of a location in the evidence. Null when it is not there, or when the bytes at the offset are not
 * those of the location (a finding inside decrypted settings, for one): a report must not mark bytes it is not sure of.
 */
export function locate(at: Location, evidence: Evidence | undefined): LocatedBytes | null {
  if (evidence === undefined) return null;
  for (const candidate of candidates(at, evidence)) {
    if (at.frame !== undefined && !candidate.parts.some((part) => part.frame.number === at.frame)) continue;
    if (holds(candidate.bytes, at)) return candidate;
  }
  return null;
}

/** The frame in which the marked bytes begin, and where in it; null without any part. */
export function framePosition(parts: readonly Part[], messageOffset: number): { part: Part; offset: number } | null {
  const part =
    parts.find(
      (candidate) =>
        messageOffset >= candidate.messageOffset && messageOffset < candidate.messageOffset + candidate.lengthBytes,
    ) ?? parts.at(-1);
  return part === undefined ? null : { part, offset: part.frameOffset + messageOffset - part.messageOffset };
}

/** WSC messages of the right name first, then EAP packets, then management frames. */
function* candidates(at: Location, evidence: Evidence): Generator<LocatedBytes> {
  const marked = { start: at.messageOffset, end: at.messageOffset + at.lengthBytes };
  const exchanges = evidence.exchanges.filter(
    (exchange) => at.exchange === undefined || exchange.number === at.exchange,
  );
  for (const exchange of exchanges) {
    for (const { wsc, parts } of exchange.messages)
      if (wsc.name === at.message) yield { name: at.message, bytes: wsc.bytes, wsc, parts, exchange, marked };
  }
  for (const exchange of exchanges) {
    for (const packet of exchange.packets)
      if (packet.frame.number === at.frame)
        yield { name: at.message, bytes: packet.bytes, wsc: null, parts: [partOf(packet)], exchange, marked };
  }
  for (const { frame, wsc, parts } of evidence.management)
    if (frame.number === at.frame) yield { name: at.message, bytes: wsc.bytes, wsc, parts, exchange: null, marked };
}

function partOf(packet: EapPacket): Part {
  const { start } = packet.span;
  return { frame: packet.frame, messageOffset: 0, frameOffset: start, lengthBytes: packet.bytes.length };
}

function holds(bytes: Uint8Array, at: Location): boolean {
  if (at.messageOffset < 0 || at.messageOffset + at.lengthBytes > bytes.length) return false;
  const wanted = fromHex(at.hex);
  return equal(bytes.subarray(at.messageOffset, at.messageOffset + wanted.length), wanted);
}
