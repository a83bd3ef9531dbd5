import type { Evidence } from '#evidence/model.js';
import type { Finding, Location } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { pnpxOfDpws, pnpxOfUpnp, type PnpxElements } from '#wire/pnpx.js';
import { allDevices, type TextField } from '#wire/upnp-description.js';
import type { XmlDocument, XmlElement } from '#wire/xml.js';
import { outOfReach, wayName, WAYS, type FoundBy } from '../discovery.js';
import { blocked, inconclusive, notApplicable } from '../finding.js';
import { locateXml } from '../locate-text.js';
import { descriptionsOf, metadataOf } from '../sightings.js';

/** A place that may hold PnP-X elements. */
export interface Place {
  /** `the root device`, `ThisModel`, `Hosted 2`. */
  readonly name: string;
  readonly kind: 'device' | 'ThisModel' | 'ThisDevice' | 'Hosted';
  readonly elements: PnpxElements;
  readonly element: XmlElement;
  readonly locate: (element: XmlElement) => Location;
}

/** What one transport's document says of PnP-X: its first description, or its first metadata. */
export interface PnpxDocument {
  readonly by: FoundBy;
  readonly places: readonly Place[];
  /** The whole of the document, for what is missing. */
  readonly at: Location;
}

/** The document of one way of being found; the finding why there is none to judge. */
export function pnpxDocument(evidence: Evidence, profile: Profile | null, by: FoundBy): PnpxDocument | Finding {
  const reach = outOfReach(evidence, profile, by);
  if (reach !== null) return reach;
  const found = by === 'upnp' ? upnpDocument(evidence) : dpwsDocument(evidence);
  return found ?? inconclusive(`no ${by === 'upnp' ? 'description' : 'metadata'} of the device could be read`);
}

function upnpDocument(evidence: Evidence): PnpxDocument | null {
  const [first] = descriptionsOf(evidence);
  if (first === undefined || isBroken(first.description.xml)) return null;
  const { fetch, description } = first;
  const places = allDevices(description).map((device, index): Place => ({
    name: index === 0 ? 'the root device' : `embedded device ${index}`,
    kind: 'device',
    elements: pnpxOfUpnp(device),
    element: device.element,
    locate: (element) => locateXml(fetch, element),
  }));
  return { by: 'upnp', places, at: locateXml(fetch, description.device?.element ?? null) };
}

function dpwsDocument(evidence: Evidence): PnpxDocument | null {
  const [first] = metadataOf(evidence);
  if (first === undefined || isBroken(first.metadata.soap.xml)) return null;
  const { fetch, metadata } = first;
  const { thisModel, thisDevice, hosted } = pnpxOfDpws(metadata);
  const place = (
    name: string,
    kind: Place['kind'],
    elements: PnpxElements | null,
    element: XmlElement | null,
  ): Place[] =>
    elements === null || element === null
      ? []
      : [{ name, kind, elements, element, locate: (each) => locateXml(fetch, each) }];
  const places = [
    ...place('ThisModel', 'ThisModel', thisModel, metadata.thisModel),
    ...place('ThisDevice', 'ThisDevice', thisDevice, metadata.thisDevice),
    ...hosted.flatMap((elements, index) =>
      place(`Hosted ${index + 1}`, 'Hosted', elements, metadata.hosted[index]?.element ?? null),
    ),
  ];
  return { by: 'dpws', places, at: locateXml(fetch, metadata.metadata) };
}

/** What follows the first thing that is wrong was not read, so nothing can be said to be missing. */
function isBroken({ issues }: XmlDocument): boolean {
  return issues.some(({ code }) => code !== 'xml-byte-order-mark');
}

/** Judge the document of each transport that is declared. */
export function eachDocument(
  evidence: Evidence,
  profile: Profile | null,
  judge: (document: PnpxDocument) => readonly Finding[],
  ways: readonly FoundBy[] = WAYS,
): readonly Finding[] {
  const findings = ways.flatMap((by) => {
    const document = pnpxDocument(evidence, profile, by);
    if (!('verdict' in document)) return judge(document);
    return document.verdict === 'not-applicable' ? [] : [document];
  });
  const names = ways.map(wayName).join(' nor ');
  return findings.length > 0
    ? findings
    : [notApplicable(`${ways.length > 1 ? 'neither ' : 'no '}${names} is declared`)];
}

/** The same where there is PnP-X at all: without any, RVP-PNPX-07 judges that. */
export function eachWithPnpx(
  evidence: Evidence,
  profile: Profile | null,
  judge: (document: PnpxDocument) => readonly Finding[],
  ways: readonly FoundBy[] = WAYS,
): readonly Finding[] {
  return eachDocument(
    evidence,
    profile,
    (document) => {
      if (hasPnpx(document)) return judge(document);
      return [blocked('RVP-PNPX-07', `${wayName(document.by)}: there is no PnP-X metadata`)];
    },
    ways,
  );
}

/** True with an id or a category anywhere. */
export function hasPnpx({ places }: PnpxDocument): boolean {
  return places.some(({ elements }) => hasIds(elements) || isFilled(elements.category));
}

/** True with a hardware id or a compatible id. */
export function hasIds({ hardwareIds, compatibleIds }: PnpxElements): boolean {
  return isFilled(hardwareIds) || isFilled(compatibleIds);
}

/** True for an element that says something. */
export function isFilled(field: TextField | null): field is TextField {
  return field !== null && field.value !== '';
}
