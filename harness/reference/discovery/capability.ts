/** An XML name by its namespace. */
export interface QualifiedName {
  readonly namespace: string;
  readonly local: string;
}

/** Ids by which Windows finds a driver. */
export interface PnpxIds {
  readonly hardwareIds: readonly string[];
  readonly compatibleIds: readonly string[];
}

/** One kind of UPnP device, the root or an embedded one: its type, its services and what is embedded in it. */
export interface UpnpDeviceKind {
  /** `urn:schemas-upnp-org:device:Printer:1`: the highest version it supports. */
  readonly deviceType: string;
  /** What a user reads. */
  readonly friendlyName: string;
  readonly services: readonly UpnpServiceKind[];
  readonly embedded: readonly UpnpDeviceKind[];
  readonly pnpx?: PnpxIds & { readonly categories: readonly string[] };
}

export interface UpnpServiceKind {
  /** `urn:schemas-upnp-org:service:PrintBasic:1`. */
  readonly serviceType: string;
  /** `urn:upnp-org:serviceId:PrintBasic`. */
  readonly serviceId: string;
}

/** What a device does when it is found by SSDP (UDA 1.x, 1 and 2). */
export interface UpnpCapability {
  /** 1.1 adds BOOTID and CONFIGID to what it sends. */
  readonly version: '1.0' | '1.1';
  readonly maxAgeS: number;
  /** Longest time between two announcements of the whole set. */
  readonly refreshMs: number;
  /** How often a set is sent each time: 2 or 3. */
  readonly copies: number;
  /** IP TTL of multicasts. */
  readonly ttl: number;
  readonly root: UpnpDeviceKind;
}

/** A hosted service of a DPWS device. */
export interface HostedKind {
  /** Last part of its ServiceId and path. */
  readonly name: string;
  readonly type: QualifiedName;
  readonly pnpx: PnpxIds;
}

/** What a device does when it is found by WS-Discovery (DPWS 2006/02). */
export interface DpwsCapability {
  /** Types besides devprof Device. */
  readonly types: readonly QualifiedName[];
  /** URIs. */
  readonly scopes: readonly string[];
  /** PnP-X DeviceCategory, the primary one first. */
  readonly categories: readonly string[];
  readonly hosted: readonly HostedKind[];
}
