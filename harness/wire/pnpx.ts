import type { TextField } from './upnp-description.js';
import type { XmlElement } from './xml.js';

/** PnP-X elements at one place: of a UPnP device, or of ThisModel, ThisDevice and one Hosted of DPWS. */
export interface PnpxElements {
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
