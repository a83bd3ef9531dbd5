import type { Datagram, Discovery, Fetch, FetchPurpose } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { formatUuid } from '#base/uuid.js';
import type { Finding, RuleId } from '#judge/rule.js';
import type { TraceWay } from '#judge/trace.js';
import { ruledOutBy } from '#profile/applicability.js';
import type { Profile } from '#profile/schema.js';
import { TRANSPORT } from '#wire/microsoft/vertical-pairing.js';
import { ssdpHeader } from '#wire/ssdp.js';
import type { TlvNode } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { benchError, blocked, inconclusive, notApplicable, notRun } from './finding.js';
import { allM1s, LENGTH_OWNERS, noM1, wholeValue, type M1 } from './observe.js';
import { openTransports, readableVpis, transportUuidBlocker, withoutVpi, type ReadableVpi } from './pairing.js';
import { benchLate } from './punctuality.js';

/** The two ways a device is found. Secure DPWS is found as DPWS is. */
export type FoundBy = TraceWay;

const TRANSPORTS: Readonly<Record<FoundBy, readonly number[]>> = {
  upnp: [TRANSPORT.Upnp],
  dpws: [TRANSPORT.Dpws, TRANSPORT.SecureDpws],
};

const NAMES: Readonly<Record<FoundBy, string>> = { upnp: 'UPnP', dpws: 'DPWS or Secure DPWS' };

/** Both ways, in the order of reports. */
export const WAYS: readonly FoundBy[] = ['upnp', 'dpws'];

/** `UPnP`, `DPWS`. */
export function wayName(by: FoundBy): string {
  return by === 'upnp' ? 'UPnP' : 'DPWS';
}

/** Rules whose failure leaves open what M1 promises, or leaves nothing to compare with it. */
export const PROMISE_BLOCKERS: readonly RuleId[] = [
  'RVP-VPI-01',
  'RVP-VPI-02',
  'RVP-VPI-03',
  'RVP-VX-06',
  'RVP-TUU-01',
  'RVP-TUU-02',
  'RVP-TUU-09',
  'RVP-UID-01',
  'RVP-WSC-03',
  'RVP-DISC-01',
  ...LENGTH_OWNERS,
];

/** The way a device is found that declares this transport; null for None and reserved ones. */
export function wayOf(transport: number): FoundBy | null {
  return WAYS.find((by) => TRANSPORTS[by].includes(transport)) ?? null;
}

const WHEN: Readonly<Record<FoundBy, string>> = { upnp: 'upnp', dpws: 'dpws or secure-dpws' };

/** `appliesWhen` of rules about one way of being found: only a profile that declares another rules them out. */
export function whenDeclared(by: FoundBy): string {
  return WHEN[by];
}

/** Transport bytes that M1 declares and that can be read; null without an M1. */
export function transportsOfM1(evidence: Evidence): ReadonlySet<number> | null {
  const m1 = allM1s(evidence)[0];
  return m1 === undefined ? null : new Set(readableVpis(m1).map(({ transport }) => transport));
}

/** True when the device is to be found by DPWS, and declares it as Secure DPWS (I-4). */
export function isSecureDpws(evidence: Evidence, profile: Profile | null): boolean {
  const declared = transportsOfM1(evidence);
  if (declared !== null && TRANSPORTS.dpws.some((each) => declared.has(each)))
    return declared.has(TRANSPORT.SecureDpws) && !declared.has(TRANSPORT.Dpws);
  return profile?.ics.transports.includes('secure-dpws') === true;
}

/** Discovery, once it is known that something can be said of one way of being found. */
export type Reach =
  { readonly discovery: Discovery; readonly problem: null } | { readonly discovery: null; readonly problem: Finding };

/**
 * Discovery, or why nothing can be judged of one way of being found: neither M1 nor profile declares it, or nobody
 * listened. That a declared device was not heard is not its business: see {@link notHeard}.
 */
export function reachOf(evidence: Evidence, profile: Profile | null, by: FoundBy): Reach {
  const { discovery } = evidence;
  const problem = undeclared(evidence, profile, by);
  if (problem !== null) return { discovery: null, problem };
  if (discovery === undefined) return { discovery: null, problem: nobodyListened(evidence) };
  return { discovery, problem: null };
}

/** Why a way of being found is none of this device, or null. */
function undeclared(evidence: Evidence, profile: Profile | null, by: FoundBy): Finding | null {
  const inProfile = profile !== null && ruledOutBy(whenDeclared(by), profile) === null;
  const declared = transportsOfM1(evidence);
  const inM1 = declared !== null && TRANSPORTS[by].some((each) => declared.has(each));
  const seen = dutDatagrams(evidence, by).length > 0;
  if (inProfile || inM1 || (declared === null && seen)) return null;
  return declared === null ? noM1(evidence) : notApplicable(`M1 does not declare ${NAMES[by]}`);
}

/** Why there is nothing at all of the network. */
export function nobodyListened({ benchFailure }: Evidence): Finding {
  return benchFailure === null
    ? notRun('the discovery follow-up was not carried out')
    : benchError(`the bench failed before the discovery follow-up: ${benchFailure.text}`);
}

/** The finding for something that was waited for and did not come: only a finished follow-up can blame the device. */
export function notHeard(discovery: Discovery, evidence: Evidence, what: string): Finding | null {
  if (evidence.benchFailure !== null)
    return benchError(`${what} was not seen, and the bench failed: ${evidence.benchFailure.text}`);
  if (!discovery.isComplete) return inconclusive(`${what} was not seen, and nobody listened to the end`);
  if (evidence.losses.length > 0) return inconclusive(`${what} was not seen, and frames are known to be missing`);
  const { sinceMs, untilMs } = discovery;
  return sinceMs === null ? null : benchLate(evidence, `${what} was not seen`, { startMs: sinceMs, endMs: untilMs });
}

const PROTOCOLS: Readonly<Record<FoundBy, Datagram['protocol']>> = { upnp: 'ssdp', dpws: 'wsd' };

/** Datagrams of the DUT, without repeats unless they are asked for. */
export function dutDatagrams(evidence: Evidence, by: FoundBy, options: { repeats?: boolean } = {}): Datagram[] {
  return (evidence.discovery?.datagrams ?? []).filter(
    (each) => each.sender === 'dut' && each.protocol === PROTOCOLS[by] && (options.repeats === true || !each.isRepeat),
  );
}

/** Datagrams by which the DUT makes itself known: ssdp:alive and answers; Hello and matches. */
export function tellingDatagrams(evidence: Evidence, by: FoundBy): Datagram[] {
  const answers = ['probe-matches', 'resolve-matches'];
  return dutDatagrams(evidence, by).filter(
    (each) =>
      isAnnouncement(each) || each.ssdp?.kind === 'response' || (each.wsd !== null && answers.includes(each.wsd.kind)),
  );
}

/** What the DUT said unasked to make itself known: ssdp:alive, Hello. */
export function announcements(evidence: Evidence, by: FoundBy): Datagram[] {
  return dutDatagrams(evidence, by).filter(isAnnouncement);
}

function isAnnouncement({ isMulticast, ssdp, wsd }: Datagram): boolean {
  if (!isMulticast) return false;
  if (wsd !== null) return wsd.kind === 'hello';
  return ssdp?.kind === 'notify' && ssdpHeader(ssdp, 'NTS')?.value.toLowerCase() === 'ssdp:alive';
}

/** The first VPI of M1 by which the device is to be found so; null without one that can be read. */
export function declaredBy(m1: M1, by: FoundBy): ReadableVpi | null {
  return readableVpis(m1).find(({ transport }) => TRANSPORTS[by].includes(transport)) ?? null;
}

/** Requests by HTTP with this purpose, in order. */
export function fetchesFor(evidence: Evidence, purpose: FetchPurpose): Fetch[] {
  return (evidence.discovery?.fetches ?? []).filter((each) => each.purpose === purpose);
}

/** The UUID M1 promises for one way of being found, or the finding why it cannot be told. */
export type Promised =
  | {
      /** 16 bytes and its lower-case text. */
      readonly uuid: Uint8Array;
      readonly text: string;
      /** `Transport UUID of M1` or `UUID-E`. */
      readonly origin: 'transport-uuid' | 'uuid-e';
      /** The attribute or TLV of M1 it stands in. */
      readonly node: TlvNode;
      readonly problem: null;
    }
  | { readonly uuid: null; readonly problem: Finding };

/** The identity the first M1 promises: the Transport UUID of that transport, else UUID-E (specification, UUID values). */
export function promisedUuid(evidence: Evidence, by: FoundBy): Promised {
  const m1 = allM1s(evidence)[0];
  return m1 === undefined ? { uuid: null, problem: noM1(evidence) } : promisedBy(m1, by);
}

/** The same of one M1. */
export function promisedBy(m1: M1, by: FoundBy): Promised {
  const vpi = declaredBy(m1, by);
  const orphan = m1.pairing.transportUuids.find((each) => each.vpi === null);
  const open = withoutVpi(m1) ?? openTransports(m1)[0];
  if (orphan !== undefined)
    return { uuid: null, problem: blocked('RVP-TUU-02', `${orphan.node.path} of ${m1.text} belongs to no transport`) };
  if (vpi === null) return { uuid: null, problem: open ?? notApplicable(`${m1.text} does not declare ${NAMES[by]}`) };
  const own = m1.pairing.transportUuids.find((each) => each.vpi?.node === vpi.node);
  if (own !== undefined) {
    const unreadable = transportUuidBlocker(own);
    if (unreadable !== null)
      return { uuid: null, problem: blocked(unreadable, `the value of ${own.node.path} in ${m1.text} cannot be read`) };
    return promise(own.node, 'transport-uuid');
  }
  if (open !== undefined) return { uuid: null, problem: open };
  const uuidE = wholeValue(m1, ATTRIBUTE.UuidE, 'UUID-E', 16, 'RVP-WSC-03');
  return uuidE.node === null ? { uuid: null, problem: uuidE.problem } : promise(uuidE.node, 'uuid-e');
}

function promise(node: TlvNode, origin: 'transport-uuid' | 'uuid-e'): Promised {
  return { uuid: node.value, text: formatUuid(node.value), origin, node, problem: null };
}
