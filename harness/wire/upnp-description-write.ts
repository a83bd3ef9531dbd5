import { NAMESPACE } from './soap.js';
import { UPNP_DEVICE_NAMESPACE } from './upnp-description.js';
import { escapeXml } from './xml.js';

/** A service of a description; what is undefined is left out. */
export interface UpnpServiceSource {
  readonly serviceType?: string;
  readonly serviceId?: string;
  readonly SCPDURL?: string;
  readonly controlURL?: string;
  readonly eventSubURL?: string;
}

/** Texts of PnP-X elements; what is undefined is left out. */
export interface UpnpPnpxSource {
  readonly hardwareIds?: string;
  readonly compatibleIds?: string;
  readonly category?: string;
  readonly containerId?: string;
}

export interface UpnpDeviceSource {
  /** Local name and text of its simple children, in this order, e.g. `['UDN', 'uuid:...']`. */
  readonly fields: readonly (readonly [local: string, text: string])[];
  readonly pnpx?: UpnpPnpxSource;
  readonly services?: readonly UpnpServiceSource[];
  readonly embedded?: readonly UpnpDeviceSource[];
  /** XML behind the rest. */
  readonly extra?: string;
}

/** A description, right or wrong on purpose. */
export interface UpnpDescriptionSource {
  readonly device: UpnpDeviceSource | null;
  /** 1 and 0 unless given; null leaves the element out. */
  readonly specVersion?: { readonly major: number | string; readonly minor: number | string } | null;
  readonly urlBase?: string;
  /** Name and namespace of the root element. */
  readonly rootName?: string;
  readonly namespace?: string;
  readonly pnpxNamespace?: string;
  readonly foundationNamespace?: string;
  /** Prefixes of PnP-X and of device foundation; `isUndeclared` leaves out their declarations. */
  readonly pnpxPrefix?: string;
  readonly foundationPrefix?: string;
  readonly isUndeclared?: boolean;
  /** In front of the root; an XML declaration of UTF-8 unless given. */
  readonly prolog?: string;
  /** XML behind the device. */
  readonly extra?: string;
}

interface Prefixes {
  readonly pnpx: string;
  readonly foundation: string;
}

/** A device description in UTF-8. */
export function encodeDescription(source: UpnpDescriptionSource): Uint8Array {
  const { rootName = 'root', namespace = UPNP_DEVICE_NAMESPACE, specVersion = { major: 1, minor: 0 } } = source;
  const prefixes = { pnpx: source.pnpxPrefix ?? 'pnpx', foundation: source.foundationPrefix ?? 'df' };
  const device = source.device === null ? '' : deviceXml(source.device, prefixes);
  const used: readonly (readonly [prefix: string, namespace: string])[] = [
    [prefixes.pnpx, source.pnpxNamespace ?? NAMESPACE.pnpxUpnp],
    [prefixes.foundation, source.foundationNamespace ?? NAMESPACE.deviceFoundation],
  ];
  const declarations = used
    .filter(([prefix]) => source.isUndeclared !== true && device.includes(`<${prefix}:`))
    .map(([prefix, name]) => ` xmlns:${prefix}="${escapeXml(name)}"`);
  const version =
    specVersion === null
      ? ''
      : `<specVersion>${text('major', String(specVersion.major))}${text('minor', String(specVersion.minor))}</specVersion>`;
  const content = version + text('URLBase', source.urlBase) + device + (source.extra ?? '');
  const prolog = source.prolog ?? '<?xml version="1.0" encoding="utf-8"?>\n';
  const start = `<${rootName} xmlns="${escapeXml(namespace)}"${declarations.join('')}>`;
  return new TextEncoder().encode(`${prolog}${start}${content}</${rootName}>\n`);
}

function deviceXml(device: UpnpDeviceSource, prefixes: Prefixes): string {
  const { pnpx = {}, services = [], embedded = [], extra = '' } = device;
  const content = [
    ...device.fields.map(([local, value]) => text(local, value)),
    text(`${prefixes.pnpx}:X_compatibleId`, pnpx.compatibleIds),
    text(`${prefixes.pnpx}:X_hardwareId`, pnpx.hardwareIds),
    text(`${prefixes.pnpx}:X_deviceCategory`, pnpx.category),
    text(`${prefixes.foundation}:X_containerId`, pnpx.containerId),
    list('serviceList', services.map(serviceXml)),
    list(
      'deviceList',
      embedded.map((inner) => deviceXml(inner, prefixes)),
    ),
    extra,
  ];
  return `<device>${content.join('')}</device>`;
}

function serviceXml(service: UpnpServiceSource): string {
  const names = ['serviceType', 'serviceId', 'SCPDURL', 'controlURL', 'eventSubURL'] as const;
  return `<service>${names.map((name) => text(name, service[name])).join('')}</service>`;
}

function list(name: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `<${name}>${items.join('')}</${name}>`;
}

function text(name: string, value: string | undefined): string {
  return value === undefined ? '' : `<${name}>${escapeXml(value)}</${name}>`;
}
