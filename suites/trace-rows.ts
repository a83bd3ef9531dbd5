import { equal } from '#base/bytes.js';
import { millisecondsOf } from '#base/nanoseconds.js';
import { formatUuid } from '#base/uuid.js';
import type { Evidence } from '#evidence/model.js';
import type { Location } from '#judge/rule.js';
import type { TraceAgreement, TraceLayer } from '#judge/trace.js';
import { TRANSPORT, type TransportUuid } from '#wire/microsoft/vertical-pairing.js';
import { ssdpHeader } from '#wire/ssdp.js';
import type { TlvNode } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { ownFrames } from './air.js';
import { announcements, promisedBy, wayName, wayOf, WAYS, type FoundBy } from './discovery.js';
import { expectedText, misidentities, permutation, unusablePromise, type KnownPromise } from './identity.js';
import { locate, seenManagement, type Seen } from './locate.js';
import { locateHeader } from './locate-text.js';
import { allM1s, type M1 } from './observe.js';
import { readableVpi, transportText, transportUuidBlocker } from './pairing.js';
import { isFilled, pnpxDocument } from './pnpx/places.js';
import { embeddedUdns, sightings, type Sighting } from './sightings.js';
import { normalised, type RawRow } from './trace-gather.js';

const UUID_BYTES = 16;

/** UUID-E of Probe Requests and M1s, and the Transport UUIDs, each beside those of the first M1. */
export function pairingRows(evidence: Evidence): RawRow[] {
  const m1s = allM1s(evidence);
  const [first] = m1s;
  const given = first === undefined ? null : uuidE(first);
  return [
    ...ownFrames(evidence, 'probe-request').flatMap((frame) => {
      const seen = seenManagement(frame);
      return uuidERow('probe', 'UUID-E of Probe Requests', seen, frame.frame.timeNs, given);
    }),
    ...m1s.flatMap((m1) => [
      ...uuidERow('m1', 'UUID-E of M1', m1, m1.message.timeNs, given).map((row): RawRow => {
        return { ...row, exchange: m1.exchange, ...(m1 === first ? { agreement: 'given' } : {}) };
      }),
      ...transportUuidRows(m1, first ?? m1),
    ]),
  ];
}

function uuidE(seen: Seen): TlvNode | null {
  const node = attribute(seen.wsc, ATTRIBUTE.UuidE);
  return node?.value.length === UUID_BYTES ? node : null;
}

function uuidERow(layer: TraceLayer, place: string, seen: Seen, timeNs: bigint, given: TlvNode | null): RawRow[] {
  const node = uuidE(seen);
  if (node === null) return [];
  const how = given === null ? '' : difference(node.value, given.value);
  return [
    {
      layer,
      way: null,
      place,
      sent: formatUuid(node.value),
      timeMs: millisecondsOf(timeNs),
      at: locate(seen, { span: node.valueSpan, path: node.path }),
      agreement: given === null ? 'alone' : how === '' ? 'agrees' : 'parts',
      how,
      owner: how === '' ? null : 'RVP-UID-02',
    },
  ];
}

/** Transport UUIDs of one M1, each beside that in the same place of the same transport in the first. */
function transportUuidRows(m1: M1, first: M1): RawRow[] {
  const givens = byTransport(first);
  return [...byTransport(m1)].flatMap(([transport, uuids]) =>
    uuids.flatMap((uuid, index): RawRow[] => {
      if (transportUuidBlocker(uuid) !== null) return [];
      const { node } = uuid;
      const given = givens.get(transport)?.[index];
      const how = given === undefined ? '' : difference(node.value, given.node.value);
      // A second one for the same transport is RVP-TUU-03's: nothing is compared with it.
      const own = m1 === first && transport !== null && index === 0 ? 'given' : 'alone';
      return [
        {
          layer: 'm1',
          way: wayOf(transport ?? TRANSPORT.None),
          place: `Transport UUID of ${transport === null ? 'no transport' : transportText(transport)}`,
          exchange: m1.exchange,
          sent: formatUuid(node.value),
          timeMs: millisecondsOf(m1.message.timeNs),
          at: locate(m1, { span: node.valueSpan, path: node.path }),
          // One that agrees stands in one row with the given one.
          agreement: how === '' ? own : 'parts',
          how,
          owner: how === '' ? null : 'RVP-TUU-12',
        },
      ];
    }),
  );
}

/** Transport UUIDs of an M1 by transport, in its order; null: those without a VPI that can be read. */
function byTransport({ pairing }: M1): Map<number | null, TransportUuid[]> {
  const found = new Map<number | null, TransportUuid[]>();
  for (const uuid of pairing.transportUuids) {
    const transport = uuid.vpi === null ? null : (readableVpi(uuid.vpi)?.transport ?? null);
    found.set(transport, [...(found.get(transport) ?? []), uuid]);
  }
  return found;
}

/** How one UUID differs from that of the first M1; empty when it does not. */
function difference(uuid: Uint8Array, given: Uint8Array): string {
  if (equal(uuid, given)) return '';
  return permutation(uuid, given) ?? 'is another UUID than in the first M1';
}

/** Under what the device is found by one way, each identity beside the promised one. */
export function foundRows(evidence: Evidence, m1: M1 | null, by: FoundBy): RawRow[] {
  const shown = [...sightings(evidence, by), ...(by === 'upnp' ? rootNts(evidence) : [])];
  const alone = (how: string): RawRow[] => shown.map((sighting) => sightingRow(sighting, by, 'alone', how));
  if (m1 === null) return alone('');
  const promised = promisedBy(m1, by);
  if (promised.problem !== null) {
    const isDeclared = promised.problem.verdict !== 'not-applicable';
    return alone(isDeclared ? '' : `is found by ${wayName(by)}, which M1 does not declare`);
  }
  const wrong = misidentities(evidence, m1, by, promised, shown);
  return [
    ...shown.map((sighting): RawRow => {
      const own = wrong.find((each) => each.sighting.text === sighting.text);
      if (own === undefined) return sightingRow(sighting, by, 'agrees', '');
      return { ...sightingRow(sighting, by, 'parts', own.what), owner: own.owner };
    }),
    ...(by === 'upnp' ? embeddedRows(evidence, promised) : []),
  ];
}

/** NT of the ssdp:alive that announces the root device's UUID. */
function rootNts(evidence: Evidence): Sighting[] {
  const roots = new Set(sightings(evidence, 'upnp').map(({ text }) => text));
  return announcements(evidence, 'upnp').flatMap((datagram) => {
    const { ssdp, timeMs } = datagram;
    const nt = ssdp === null ? null : ssdpHeader(ssdp, 'NT');
    const usn = ssdp === null ? null : ssdpHeader(ssdp, 'USN');
    // The other messages of the set name types, with the identity in their USN alone.
    if (nt === null || usn === null || !roots.has(usn.value)) return [];
    return [{ place: 'NT of ssdp:alive', text: nt.value, at: locateHeader(datagram, nt), timeMs }];
  });
}

function embeddedRows(evidence: Evidence, promised: KnownPromise): RawRow[] {
  const expected = expectedText('upnp', promised);
  const isOnRoot = sightings(evidence, 'upnp').some(({ text }) => text === expected);
  return embeddedUdns(evidence).map((sighting) => {
    if (sighting.text !== expected) return sightingRow(sighting, 'upnp', 'alone', 'is an embedded device of its own');
    if (isOnRoot)
      return { ...sightingRow(sighting, 'upnp', 'parts', 'is that of the root device'), owner: 'RVP-DESC-017' };
    const what = 'is the promised one, but on an embedded device';
    const owner = unusablePromise(promised)?.owner ?? 'RVP-UID-04';
    return { ...sightingRow(sighting, 'upnp', 'parts', what), owner };
  });
}

function sightingRow(sighting: Sighting, by: FoundBy, agreement: TraceAgreement, how: string): RawRow {
  const { place, text, at, timeMs } = sighting;
  return { layer: MESSAGES[place] ?? 'document', way: by, place, sent: text, timeMs, at, agreement, how, owner: null };
}

/** Places of messages; all others are in documents. */
const MESSAGES: Readonly<Partial<Record<string, TraceLayer>>> = {
  'USN of ssdp:alive': 'announcement',
  'NT of ssdp:alive': 'announcement',
  Hello: 'announcement',
  'USN of the answer to M-SEARCH': 'answer',
  ProbeMatch: 'answer',
  ResolveMatch: 'answer',
};

/** Container ids that are stated, each beside that of the other way. */
export function containerRows(evidence: Evidence): RawRow[] {
  const stated = WAYS.flatMap((by) => statedContainer(evidence, by));
  const [one, other] = stated;
  if (one === undefined || other === undefined) return stated;
  const bare = ({ sent }: RawRow): string => normalised(sent) ?? sent.toLowerCase();
  if (bare(one) === bare(other)) return stated.map((row) => ({ ...row, agreement: 'agrees' }));
  return [
    one,
    { ...other, agreement: 'parts', how: `is not the container id by ${wayName('upnp')}`, owner: 'RVP-PNPX-09' },
  ];
}

function statedContainer(evidence: Evidence, by: FoundBy): RawRow[] {
  const document = pnpxDocument(evidence, null, by);
  if ('verdict' in document) return [];
  const [stated] = document.places.flatMap(({ elements: { containerId }, locate: at, name }) =>
    isFilled(containerId) ? [{ text: containerId.value, at: at(containerId.element), name }] : [],
  );
  if (stated === undefined) return [];
  return [
    {
      layer: 'container',
      way: by,
      place: `Container id of ${stated.name}`,
      sent: stated.text,
      timeMs: timeOf(evidence, stated.at),
      at: stated.at,
      agreement: 'alone',
      how: '',
      owner: null,
    },
  ];
}

/** When the document a place is in was received. */
function timeOf(evidence: Evidence, at: Location): number {
  const fetches = evidence.discovery?.fetches ?? [];
  return fetches.find(({ document }) => document === at.document)?.endMs ?? 0;
}
