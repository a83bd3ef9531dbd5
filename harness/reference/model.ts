import type { DeviceStrings } from '#wps/engine.js';
import type { DpwsCapability, UpnpCapability } from './discovery/capability.js';

/** Transports a device can pair by. */
export type PairingTransport = 'dpws' | 'upnp' | 'secure-dpws';

/**
 * One transport a device pairs by, and what it does there. M1 declares it from this; the device's discovery side is made
 * from the same declaration, so that the two cannot drift apart.
 */
export type TransportCapability = {
  /** Under which UUID it is found: one of its own (M1 then says it in a Transport UUID), or UUID-E. */
  readonly identity: 'own' | 'uuid-e';
} & (
  | { readonly transport: 'upnp'; readonly upnp: UpnpCapability }
  | { readonly transport: 'dpws' | 'secure-dpws'; readonly dpws: DpwsCapability }
);

/** Messages of the device that can carry its Microsoft vendor extension. */
export const CARRIERS = ['Probe Request', 'M1', 'M3', 'M5', 'M7'] as const;
export type Carrier = (typeof CARRIERS)[number];

/** What kind of device it is: everything it can do, as data. What tells one device from the next comes from its seed. */
export interface Model {
  /** Stable; what `--device` names. */
  readonly id: string;
  readonly title: string;
  /** In the order of its VPIs; none for a device that does not pair. */
  readonly transports: readonly TransportCapability[];
  /** Messages besides M1 that repeat its Microsoft vendor extension. */
  readonly repeatsIn: readonly Exclude<Carrier, 'M1'>[];
  readonly wscVersion: '1.0' | '2.0';
  /** How it is registered on the loopback bench. */
  readonly method: 'pin' | 'pbc';
  readonly strings: Omit<DeviceStrings, 'serialNumber'>;
  /** Category and subcategory of the Wi-Fi Alliance. */
  readonly deviceType: readonly [category: number, subcategory: number];
  /** What else it is; only Probe Requests say so. */
  readonly secondaryDeviceTypes?: readonly (readonly [category: number, subcategory: number])[];
  /** WSC Config Methods, bit set. */
  readonly configMethods: number;
  /** Data bytes of an EAP-WSC packet, where the device fragments below what Ethernet holds. */
  readonly fragmentBytes?: number;
}

/** True for a model with a Transport UUID in M1. */
export function hasTransportUuid(model: Model): boolean {
  return model.transports.some(({ identity }) => identity === 'own');
}
