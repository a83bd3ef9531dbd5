import { equal } from '#base/bytes.js';
import type { Evidence, Exchange } from '#evidence/model.js';
import type { RuleId } from '#judge/rule.js';
import {
  MICROSOFT_TLV,
  verticalPairing,
  type TransportUuid,
  type VerticalPairing,
} from '#wire/microsoft/vertical-pairing.js';
import { brokenContinuation, ownFrames } from './air.js';
import { seenManagement, seenMessage, type Seen } from './locate.js';
import { m1sOf, type M1 } from './observe.js';
import { readableVpi, vpiBlocker } from './pairing.js';

/** A message of the DUT other than M1, with its view of the Microsoft extensions. */
export interface OtherMessage extends Seen {
  /** A frame whose WPS elements do not continue each other, so that what it carries is not known. */
  readonly isBroken: boolean;
  readonly pairing: VerticalPairing;
}

/** Every message of the DUT in an exchange that is not M1, and its 802.11 frames, where they carry VPI or Transport UUID. */
export function otherMessages(evidence: Evidence, exchange: Exchange): OtherMessage[] {
  const m1s = new Set(m1sOf(exchange).map(({ message }) => message));
  const messages = exchange.messages
    .filter((message) => message.from === 'enrollee' && message.wsc.name !== 'M1' && !m1s.has(message))
    .map((message) => seenMessage(exchange, message));
  const frames = ownFrames(evidence, 'probe-request', 'association-request').map((frame) => ({
    ...seenManagement(frame),
    isBroken: brokenContinuation(frame) !== null,
  }));
  return [...frames, ...messages]
    .map((seen) => ({ isBroken: false, ...seen, pairing: verticalPairing(seen.wsc) }))
    .filter(({ pairing }) => pairing.vpis.length + pairing.transportUuids.length > 0);
}

/** VPI and Transport UUID TLVs of a message in order, as they stand in the bytes. */
export function pairingBytes({
  pairing,
  wsc,
}: { readonly pairing: VerticalPairing } & Pick<Seen, 'wsc'>): Uint8Array[] {
  const types: readonly number[] = Object.values(MICROSOFT_TLV);
  return pairing.tlvs
    .filter(({ node }) => types.includes(node.type))
    .map(({ node }) => wsc.bytes.subarray(node.span.start, node.span.end));
}

/** True when both lists hold the same TLVs in the same order. */
export function sameTlvs(one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean {
  return one.length === other.length && one.every((bytes, index) => equal(bytes, other[index] ?? new Uint8Array(0)));
}

/** A Transport UUID of another message that M1 does not have for the same transport. */
export interface Undeclared {
  readonly uuid: TransportUuid;
  /** The failed rule that leaves the transport of an M1 Transport UUID open, so that it may be this one; else null. */
  readonly blockedBy: RuleId | null;
}

/** Transport UUIDs of another message that M1 lacks. Only presence and transport are compared, not the value. */
export function undeclaredTransportUuids(m1: M1, other: OtherMessage): Undeclared[] {
  const own = m1.pairing.transportUuids;
  const open = own.map(openTransport).find((by) => by !== null) ?? null;
  return other.pairing.transportUuids
    .filter((uuid) => {
      const transport = transportOf(uuid);
      return transport === null ? own.length === 0 : !own.some((each) => transportOf(each) === transport);
    })
    .map((uuid) => ({ uuid, blockedBy: open }));
}

/** Transport of a Transport UUID's VPI, or null where there is none or it cannot be read. */
function transportOf(uuid: TransportUuid): number | null {
  return uuid.vpi === null ? null : (readableVpi(uuid.vpi)?.transport ?? null);
}

function openTransport(uuid: TransportUuid): RuleId | null {
  return uuid.vpi === null ? 'RVP-TUU-02' : vpiBlocker(uuid.vpi);
}
