import type { DpwsMetadata } from './dpws-metadata.js';
import { NAMESPACE } from './soap.js';
import { textField, type TextField, type UpnpDevice } from './upnp-description.js';
import { childOf, type XmlElement } from './xml.js';

/** PnP-X elements at one place: of a UPnP device, or of ThisModel, ThisDevice and one Hosted of DPWS. */
export interface PnpxElements {
  /** The element they are children of. */
  readonly parent: XmlElement;
  /** HardwareId (X_hardwareId in UPnP). */
  readonly hardwareIds: TextField | null;
  /** CompatibleId (X_compatibleId). */
  readonly compatibleIds: TextField | null;
  /** DeviceCategory (X_deviceCategory) of the PnP-X namespace. */
  readonly category: TextField | null;
  /** ContainerId (X_containerId) of the device foundation namespace. */
  readonly containerId: TextField | null;
  /** Elements with a PnP-X name in another namespace (PNPX-12). */
  readonly misplaced: readonly XmlElement[];
}

/** Names of the elements in one of the two protocols, and their namespace. */
interface Vocabulary {
  readonly hardwareIds: string;
  readonly compatibleIds: string;
  readonly category: string;
  readonly containerId: string;
  readonly pnpx: string;
}

const UPNP: Vocabulary = {
  hardwareIds: 'X_hardwareId',
  compatibleIds: 'X_compatibleId',
  category: 'X_deviceCategory',
  containerId: 'X_containerId',
  pnpx: NAMESPACE.pnpxUpnp,
};
const DPWS: Vocabulary = {
  hardwareIds: 'HardwareId',
  compatibleIds: 'CompatibleId',
  category: 'DeviceCategory',
  containerId: 'ContainerId',
  pnpx: NAMESPACE.pnpxDpws,
};

/** PnP-X elements of a UPnP device: its direct children. */
export function pnpxOfUpnp(device: UpnpDevice): PnpxElements {
  return elementsOf(device.element, UPNP);
}

/** PnP-X elements of each place that DPWS has for them; null where there is no such place. */
export function pnpxOfDpws(metadata: DpwsMetadata): {
  readonly thisModel: PnpxElements | null;
  readonly thisDevice: PnpxElements | null;
  readonly hosted: readonly PnpxElements[];
} {
  const { thisModel, thisDevice, hosted } = metadata;
  return {
    thisModel: thisModel === null ? null : elementsOf(thisModel, DPWS),
    thisDevice: thisDevice === null ? null : elementsOf(thisDevice, DPWS),
    hosted: hosted.map(({ element }) => elementsOf(element, DPWS)),
  };
}

function elementsOf(parent: XmlElement, words: Vocabulary): PnpxElements {
  const { pnpx, hardwareIds, compatibleIds, category, containerId } = words;
  const own = (local: string, namespace: string): TextField | null => textField(childOf(parent, namespace, local));
  return {
    parent,
    hardwareIds: own(hardwareIds, pnpx),
    compatibleIds: own(compatibleIds, pnpx),
    category: own(category, pnpx),
    containerId: own(containerId, NAMESPACE.deviceFoundation),
    misplaced: parent.children.filter((child) => isMisplaced(child, words)),
  };
}

/** Device foundation has a category of its own beside that of PnP-X. */
function isMisplaced({ local, namespace }: XmlElement, words: Vocabulary): boolean {
  const { pnpx, hardwareIds, compatibleIds, category, containerId } = words;
  if (local === hardwareIds || local === compatibleIds) return namespace !== pnpx;
  if (local === category) return namespace !== pnpx && namespace !== NAMESPACE.deviceFoundation;
  return local === containerId && namespace !== NAMESPACE.deviceFoundation;
}
