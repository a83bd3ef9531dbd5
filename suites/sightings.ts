import type { Evidence } from '#evidence/model.js';
import type { Datagram, Fetch } from '#evidence/discovery-model.js';
import type { Location } from '#judge/rule.js';
import { NAMESPACE } from '#wire/soap.js';
import { decodeMetadata, type DpwsMetadata } from '#wire/dpws-metadata.js';
import { ssdpHeader } from '#wire/ssdp.js';
import { allDevices, decodeDescription, type UpnpDescription, type UpnpDevice } from '#wire/upnp-description.js';
import type { WsdKind, WsdTarget } from '#wire/wsd.js';
import { dutDatagrams, fetchesFor, type FoundBy } from './discovery.js';
import { locateElement, locateHeader, locateXml } from './locate-text.js';

/** An identity the DUT showed of itself, and where. */
export interface Sighting {
  /** `USN of ssdp:alive`, `UDN of the root device`, `Hello`, `Host of the metadata`. */
  readonly place: string;
  /** As sent, white space around it removed; of a USN what stands before `::`. */
  readonly text: string;
  readonly at: Location;
  readonly timeMs: number;
}

/** A description that was fetched, and the request it answers. */
export interface FetchedDescription {
  readonly fetch: Fetch;
  readonly description: UpnpDescription;
  readonly root: UpnpDevice;
}

/** Metadata that was fetched, and the request it answers. */
export interface FetchedMetadata {
  readonly fetch: Fetch;
  readonly metadata: DpwsMetadata;
}

interface Seen {
  readonly upnp: readonly Sighting[];
  readonly dpws: readonly Sighting[];
  readonly descriptions: readonly FetchedDescription[];
  readonly metadata: readonly FetchedMetadata[];
}

const SEEN = new WeakMap<Evidence, Seen>();

/** Identities of the device (in UPnP of its root device), by time; documents last. Embedded devices are not among them. */
export function sightings(evidence: Evidence, by: FoundBy): readonly Sighting[] {
  return seenOf(evidence)[by];
}

/** Descriptions of the DUT that have a device. */
export function descriptionsOf(evidence: Evidence): readonly FetchedDescription[] {
  return seenOf(evidence).descriptions;
}

/** Metadata of the DUT that could be read: answers to the plain request, else to those like it. */
export function metadataOf(evidence: Evidence): readonly FetchedMetadata[] {
  return seenOf(evidence).metadata;
}

function seenOf(evidence: Evidence): Seen {
  // Every rule on identities asks for them: documents are decoded once.
  const known = SEEN.get(evidence);
  if (known !== undefined) return known;
  const descriptions = fetchesFor(evidence, 'description').flatMap((fetch) => {
    if (fetch.body === null || !isGood(fetch)) return [];
    const description = decodeDescription(fetch.body);
    return description.device === null ? [] : [{ fetch, description, root: description.device }];
  });
  const metadata = (['metadata', 'metadata-chunked', 'metadata-extended'] as const)
    .map((purpose) => fetchesFor(evidence, purpose).flatMap(readMetadata))
    .find((found) => found.length > 0);
  const found: Seen = {
    descriptions,
    metadata: metadata ?? [],
    upnp: canShow(evidence, 'ssdp') ? upnpSightings(evidence, descriptions) : [],
    dpws: canShow(evidence, 'wsd') ? dpwsSightings(evidence, metadata ?? []) : [],
  };
  SEEN.set(evidence, found);
  return found;
}

function canShow({ ability }: Evidence, kind: 'ssdp' | 'wsd'): boolean {
  return ability.kinds.includes(kind);
}

function isGood({ status }: Fetch): boolean {
  return status !== null && status >= 200 && status < 300;
}

function readMetadata(fetch: Fetch): FetchedMetadata[] {
  if (fetch.body === null || !isGood(fetch)) return [];
  const metadata = decodeMetadata(fetch.body);
  return metadata.metadata === null ? [] : [{ fetch, metadata }];
}

const ROOT = '::upnp:rootdevice';

function upnpSightings(evidence: Evidence, descriptions: readonly FetchedDescription[]): Sighting[] {
  // Without BOOTID what is said after a restart looks like a repeat.
  const said = dutDatagrams(evidence, 'upnp', { repeats: true }).flatMap((datagram) => {
    const usn = datagram.ssdp === null || isLeaving(datagram) ? null : ssdpHeader(datagram.ssdp, 'USN');
    return usn === null ? [] : [{ datagram, usn, udn: usn.value.split('::')[0] ?? '' }];
  });
  // Other messages may be of an embedded device; one identity alone can only be that of the root.
  const ofRoot = said.filter(({ usn }) => usn.value.endsWith(ROOT));
  const isOnly = new Set(said.map(({ udn }) => udn)).size === 1 && descriptions.length === 0;
  const chosen = ofRoot.length > 0 || !isOnly ? ofRoot : said;
  return [
    ...chosen.map(({ datagram, usn, udn }) => ({
      place: datagram.ssdp?.kind === 'notify' ? 'USN of ssdp:alive' : 'USN of the answer to M-SEARCH',
      text: udn,
      at: locateHeader(datagram, usn),
      timeMs: datagram.timeMs,
    })),
    ...descriptions.flatMap(({ fetch, root }) => {
      const udn = root.fields.get('UDN');
      // A blank one names nothing: RVP-DESC-013 fails for it.
      if (udn === undefined || udn.value === '') return [];
      const at = locateXml(fetch, udn.element);
      return [{ place: 'UDN of the root device', text: udn.value, at, timeMs: fetch.endMs }];
    }),
  ];
}

/** Not ssdp:alive and no answer: what says goodbye or is unclear shows nothing. */
function isLeaving({ ssdp }: Datagram): boolean {
  if (ssdp?.kind === 'response') return false;
  return ssdp?.kind !== 'notify' || ssdpHeader(ssdp, 'NTS')?.value.toLowerCase() !== 'ssdp:alive';
}

const TELLING: Readonly<Partial<Record<WsdKind, string>>> = {
  hello: 'Hello',
  'probe-matches': 'ProbeMatch',
  'resolve-matches': 'ResolveMatch',
};

function dpwsSightings(evidence: Evidence, metadata: readonly FetchedMetadata[]): Sighting[] {
  const hosted = new Set(
    metadata.flatMap((each) => each.metadata.hosted.flatMap(({ addresses }) => addresses.map(({ value }) => value))),
  );
  const told = dutDatagrams(evidence, 'dpws').flatMap((datagram) => {
    const place = datagram.wsd === null ? undefined : TELLING[datagram.wsd.kind];
    if (datagram.wsd === null || place === undefined) return [];
    return datagram.wsd.targets.map((target) => ({ datagram, place, target }));
  });
  // A hosted service that is discovered by itself is another rule's business.
  const devices = told.filter(({ target }) => isDevice(target));
  const own = devices.length > 0 ? devices : told;
  return [
    ...own.flatMap(({ datagram, place, target: { address } }) =>
      address === null || hosted.has(address.value)
        ? []
        : [{ place, text: address.value, at: locateElement(datagram, address.element), timeMs: datagram.timeMs }],
    ),
    ...metadata.flatMap(({ fetch, metadata: { hosts } }) =>
      hosts.flatMap(({ addresses }) =>
        addresses.map(({ value, element }) => ({
          place: 'Host of the metadata',
          text: value,
          at: locateXml(fetch, element),
          timeMs: fetch.endMs,
        })),
      ),
    ),
  ];
}

function isDevice({ types }: WsdTarget): boolean {
  return types.length === 0 || types.some((type) => DEVICES.includes(type));
}

const DEVICES: readonly string[] = [NAMESPACE.devprof, NAMESPACE.devprof11].map((each) => `{${each}}Device`);

/** UDNs of embedded devices, with their places. */
export function embeddedUdns(evidence: Evidence): Sighting[] {
  return descriptionsOf(evidence).flatMap(({ fetch, description }) =>
    allDevices(description)
      .slice(1)
      .flatMap((device) => {
        const udn = device.fields.get('UDN');
        const place = 'UDN of an embedded device';
        return udn === undefined || udn.value === ''
          ? []
          : [{ place, text: udn.value, at: locateXml(fetch, udn.element), timeMs: fetch.endMs }];
      }),
  );
}
