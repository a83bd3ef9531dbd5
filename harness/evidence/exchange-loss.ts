import { EAP_CODE, EAP_TYPE } from '#wire/eap/eap.js';
import type { RawExchange, RawPacket } from './raw-exchange.js';

/** An authenticator that fails an exchange this soon after its request had an answer: nobody gives up that fast. */
const SOONEST_GIVING_UP_NS = 1_000_000_000n;

/**
 * What an exchange of a foreign capture tells of frames that are missing from it: every request has its answer, and
 * every answer its request (RFC 3748 section 4: lock-step, identifiers). One sentence each. A bench knows its losses
 * better and does not ask this.
 */
export function missingFrames(raw: RawExchange): string[] {
  const found: string[] = [];
  if (!raw.fromBegin) found.push('the exchange does not begin with EAPOL-Start or a request for the identity');
  let open: RawPacket | null = null;
  let answered: RawPacket | null = null;
  for (const packet of raw.packets) {
    const { code, identifier } = packet.peek;
    const frame = packet.frame.number;
    if (code === EAP_CODE.Request) {
      if (open?.peek.identifier === identifier) continue;
      if (open !== null && unanswered(open, packet, raw))
        found.push(`no answer to the request of frame ${open.frame.number} before the next one in frame ${frame}`);
      open = packet;
    } else if (code === EAP_CODE.Response) {
      if (open === null && answered?.peek.identifier !== identifier)
        found.push(`the answer in frame ${frame} has no request`);
      answered = packet;
      open = null;
    } else if (open !== null && unanswered(open, packet, raw)) {
      if (packet.frame.timeNs - open.frame.timeNs < SOONEST_GIVING_UP_NS)
        found.push(`no answer to the request of frame ${open.frame.number}, yet the exchange ends in frame ${frame}`);
      open = null;
    }
  }
  return found;
}

/** A request for WPS that nothing of the supplicant follows; an identity is asked for again without harm. */
function unanswered(request: RawPacket, next: RawPacket, raw: RawExchange): boolean {
  if (request.peek.type === EAP_TYPE.Identity) return false;
  return !raw.unreadableAnswers.some(
    ({ frame }) => frame.number > request.frame.number && frame.number < next.frame.number,
  );
}
