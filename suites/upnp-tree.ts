import type { Fetch } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import {
  allDevices,
  decodeDescription,
  type TextField,
  type UpnpDescription,
  type UpnpDevice,
} from '#wire/upnp-description.js';
import type { XmlIssue } from '#wire/xml.js';
import { fetchesFor } from './discovery.js';

/** A description that was fetched whole and can be read. */
export interface Described {
  readonly fetch: Fetch;
  readonly description: UpnpDescription;
}

/** Something a device is announced as and found by (UDA 1.2.2). */
export interface Target {
  readonly nt: string;
  readonly usn: string;
  readonly udn: string;
  /** What the description says of it. */
  readonly field: TextField;
  readonly fetch: Fetch;
}

/** Remarks by which a document is not well-formed XML, or not to be trusted. */
const BROKEN = new Set(['xml-malformed', 'xml-encoding', 'xml-external-entity', 'xml-too-deep', 'xml-too-large']);

export function brokenBy({ xml }: UpnpDescription): XmlIssue | null {
  return xml.issues.find(({ code }) => BROKEN.has(code)) ?? null;
}

/** True for an answer that has the whole document. */
export function isServed({ status, problem }: Fetch): boolean {
  return status === 200 && problem === null;
}

/** Descriptions by document, each read once. */
const READ = new WeakMap<Uint8Array, UpnpDescription>();

/** The description in a document. */
export function descriptionIn(body: Uint8Array): UpnpDescription {
  const known = READ.get(body);
  if (known !== undefined) return known;
  const description = decodeDescription(body);
  READ.set(body, description);
  return description;
}

/** Every description that can be read. */
export function readDescriptions(evidence: Evidence): Described[] {
  return fetchesFor(evidence, 'description').flatMap((fetch) => {
    if (!isServed(fetch) || fetch.body === null) return [];
    const description = descriptionIn(fetch.body);
    return brokenBy(description) === null ? [{ fetch, description }] : [];
  });
}

/** UDNs of a description, those that are not blank. */
export function udnsOf({ description }: Described): Set<string> {
  return new Set(allDevices(description).flatMap((device) => valueIn(device, 'UDN') ?? []));
}

/** Text of a field; null where it is missing or blank. */
export function valueIn({ fields }: Pick<UpnpDevice, 'fields'>, name: string): string | null {
  const value = fields.get(name)?.value ?? '';
  return value === '' ? null : value;
}

/** All that a device tree is announced as, each once: 3 for the root, 2 for each embedded device, 1 for a service type. */
export function targetsOf({ fetch, description }: Described): Target[] {
  const targets = new Map<string, Target>();
  for (const device of allDevices(description)) {
    const udn = device.fields.get('UDN');
    if (udn === undefined || udn.value === '') continue;
    const add = (nt: string, field: TextField): void => {
      const usn = nt === udn.value ? nt : `${udn.value}::${nt}`;
      if (nt !== '') targets.set(usn, { nt, usn, udn: udn.value, field, fetch });
    };
    if (device === description.device) add('upnp:rootdevice', udn);
    add(udn.value, udn);
    for (const type of [
      device.fields.get('deviceType'),
      ...device.services.map(({ fields }) => fields.get('serviceType')),
    ])
      if (type !== undefined && isHighest(device, type.value)) add(type.value, type);
  }
  return [...targets.values()];
}

/** Of service types in several versions the highest is announced. */
function isHighest({ services }: UpnpDevice, type: string): boolean {
  const own = typeOf(type);
  return services.every(({ fields }) => {
    const other = typeOf(fields.get('serviceType')?.value ?? '');
    return own === null || other === null || other.name !== own.name || other.version <= own.version;
  });
}

/** `urn:<domain>:device:Printer` and 1 of `urn:<domain>:device:Printer:1`; null for anything else. */
export function typeOf(text: string): { readonly name: string; readonly version: number } | null {
  const [, name, version] = /^(urn:[^:]+:(?:device|service):[^:]+):([0-9]{1,9})$/i.exec(text) ?? [];
  return name === undefined ? null : { name, version: Number(version) };
}

/** What of a tree a search target means (UDA 1.3.3): a type also in a later version than was asked for. */
export function matching<T extends { readonly nt: string }>(searchTarget: string, targets: readonly T[]): T[] {
  if (searchTarget === 'ssdp:all') return [...targets];
  const wanted = typeOf(searchTarget);
  if (wanted === null) return targets.filter(({ nt }) => nt === searchTarget);
  return targets.filter(({ nt }) => {
    const own = typeOf(nt);
    return own !== null && own.name === wanted.name && own.version >= wanted.version;
  });
}
