import type { Evidence } from '#evidence/model.js';
import type { Finding, Location } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { pnpxOfDpws, pnpxOfUpnp, type PnpxElements } from '#wire/pnpx.js';
import { allDevices, type TextField } from '#wire/upnp-description.js';
import type { XmlDocument, XmlElement } from '#wire/xml.js';
import { reachOf, wayName, WAYS, type FoundBy } from '../discovery.js';
import { blocked, inconclusive, notApplicable } from '../finding.js';
import { locateXml } from '../locate-text.js';
import { descriptionsOf, metadataOf } from '../sightings.js';

/** A place that may hold PnP-X elements. */
export interface Place {
  /** `the root device`, `ThisModel`, `Hosted 2`. */
  readonly name: string;
  readonly elements: PnpxElements;
  readonly locate: (element: XmlElement) => Location;
}

/** What one transport's document says of PnP-X: its first description, or its first metadata. */
export interface PnpxDocument {
  readonly by: FoundBy;
  readonly places: readonly Place[];
  /** ThisModel of the metadata. */
  readonly model: Place | null;
  /** Hosted services of the metadata. */
  readonly hosted: readonly Place[];
  /** The whole of the document, for what is missing. */
  readonly at: Location;
}

/** The document of one way of being found; the finding why there is none to judge. */
export function pnpxDocument(evidence: Evidence, profile: Profile | null, by: FoundBy): PnpxDocument | Finding {
  const { problem } = reachOf(evidence, profile, by);
  if (problem !== null) return problem;
  const found = by === 'upnp' ? upnpDocument(evidence) : dpwsDocument(evidence);
  return found ?? inconclusive(`no ${by === 'upnp' ? 'description' : 'metadata'} of the device could be read`);
}

function upnpDocument(evidence: Evidence): PnpxDocument | null {
  const [first] = descriptionsOf(evidence);
  if (first === undefined || isBroken(first.description.xml)) return null;
  const { fetch, description, root } = first;
  const places = allDevices(description).map((device, index): Place => ({
    name: index === 0 ? 'the root device' : `embedded device ${index}`,
    elements: pnpxOfUpnp(device),
    locate: (element) => locateXml(fetch, element),
  }));
  return { by: 'upnp', places, model: null, hosted: [], at: locateXml(fetch, root.element) };
}

function dpwsDocument(evidence: Evidence): PnpxDocument | null {
  const [first] = metadataOf(evidence);
  if (first === undefined || isBroken(first.metadata.soap.xml)) return null;
  const { fetch, metadata } = first;
  const { thisModel, thisDevice, hosted: services } = pnpxOfDpws(metadata);
  const placeOf = (name: string, elements: PnpxElements): Place => ({
    name,
    elements,
    locate: (element) => locateXml(fetch, element),
  });
  const model = thisModel === null ? null : placeOf('ThisModel', thisModel);
  const device = thisDevice === null ? null : placeOf('ThisDevice', thisDevice);
  const hosted = services.map((elements, index) => placeOf(`Hosted ${index + 1}`, elements));
  const places = [model, device, ...hosted].filter((place) => place !== null);
  return { by: 'dpws', places, model, hosted, at: locateXml(fetch, metadata.metadata) };
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
      return [unread(document) ?? blocked('RVP-PNPX-07', `${wayName(document.by)}: there is no PnP-X metadata`)];
    },
    ways,
  );
}

/** Why nothing can be said of PnP-X that was not found, or null: without ThisModel its category is missed for another fault. */
export function unread({ by, model }: PnpxDocument): Finding | null {
  return by === 'dpws' && model === null ? inconclusive('the metadata has no ThisModel') : null;
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
