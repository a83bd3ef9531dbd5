import type { XmlDocument, XmlElement } from './xml.js';

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
