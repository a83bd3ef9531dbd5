import { childOf, childrenOf, elementText, parseXml, type XmlDocument, type XmlElement } from './xml.js';

/** Root namespace of a UPnP device description (UDA 1.x, 2.3). */
export const UPNP_DEVICE_NAMESPACE = 'urn:schemas-upnp-org:device-1-0';

/** Text of a child element, white space around it removed, and the element. */
export interface TextField {
  readonly value: string;
  readonly element: XmlElement;
}

export interface UpnpService {
  readonly element: XmlElement;
  /** `serviceType`, `serviceId`, `SCPDURL`, `controlURL`, `eventSubURL`: those that are there. */
  readonly fields: ReadonlyMap<string, TextField>;
}

/** A device of a description, the root or an embedded one. */
export interface UpnpDevice {
  readonly element: XmlElement;
  /** Direct children in the namespace of the description by local name, the first of each. */
  readonly fields: ReadonlyMap<string, TextField>;
  readonly services: readonly UpnpService[];
  readonly embedded: readonly UpnpDevice[];
}

/** A UPnP device description. */
export interface UpnpDescription {
  readonly xml: XmlDocument;
  /** The root device; null when there is none. */
  readonly device: UpnpDevice | null;
  readonly specVersion: { readonly major: TextField | null; readonly minor: TextField | null } | null;
  readonly urlBase: TextField | null;
}

/**
 * Decode a device description. Never throws. Elements are looked for in the namespace that the root element has, even a
 * wrong one: what is wrong with a namespace must not hide the rest.
 */
export function decodeDescription(bytes: Uint8Array): UpnpDescription {
  const xml = parseXml(bytes);
  const root = xml.root;
  const namespace = root?.namespace ?? '';
  const device = childOf(root, namespace, 'device');
  const version = childOf(root, namespace, 'specVersion');
  return {
    xml,
    device: device === null ? null : deviceOf(device),
    specVersion:
      version === null
        ? null
        : {
            major: textField(childOf(version, namespace, 'major')),
            minor: textField(childOf(version, namespace, 'minor')),
          },
    urlBase: textField(childOf(root, namespace, 'URLBase')),
  };
}

/** The root device and all embedded ones, each before what it embeds; none without a device. */
export function allDevices(description: UpnpDescription): UpnpDevice[] {
  return description.device === null ? [] : withEmbedded(description.device);
}

/** An element as a field; null for null. */
export function textField(element: XmlElement | null): TextField | null {
  return element === null ? null : { value: elementText(element), element };
}

function withEmbedded(device: UpnpDevice): UpnpDevice[] {
  return [device, ...device.embedded.flatMap(withEmbedded)];
}

function deviceOf(element: XmlElement): UpnpDevice {
  const { namespace } = element;
  const services = childrenOf(childOf(element, namespace, 'serviceList'), namespace, 'service');
  const embedded = childrenOf(childOf(element, namespace, 'deviceList'), namespace, 'device');
  return {
    element,
    fields: fieldsOf(element),
    services: services.map((service) => ({ element: service, fields: fieldsOf(service) })),
    embedded: embedded.map(deviceOf),
  };
}

/** Children in the namespace of their parent by local name, the first of each. */
function fieldsOf(element: XmlElement): Map<string, TextField> {
  const fields = new Map<string, TextField>();
  for (const child of element.children) {
    if (child.namespace !== element.namespace || fields.has(child.local)) continue;
    fields.set(child.local, { value: elementText(child), element: child });
  }
  return fields;
}
