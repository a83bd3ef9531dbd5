import type { RandomBytes } from '#base/random.js';
import type { SoapMessage } from '#wire/soap.js';
import type { SsdpMessage } from '#wire/ssdp.js';
import type { WsdTarget } from '#wire/wsd.js';
import type { Device } from '../device.js';
import type { DpwsCapability, QualifiedName, UpnpCapability, UpnpServiceKind } from './capability.js';

/** One UPnP device as its description tells it. */
export interface UpnpNode {
  /** `uuid:` and 36 characters. */
  readonly udn: string;
  readonly deviceType: string;
  readonly friendlyName: string;
  readonly manufacturer: string;
  readonly modelName: string;
  readonly modelNumber: string;
  readonly serialNumber: string;
  readonly services: readonly UpnpServiceKind[];
  readonly embedded: readonly UpnpNode[];
  readonly pnpx: PnpxTexts;
}

/** PnP-X elements as they are written; null where the device has none. */
export interface PnpxTexts {
  readonly hardwareIds: string | null;
  readonly compatibleIds: string | null;
  readonly categories: string | null;
  readonly containerId: string | null;
}

/** Something that is announced, and found by its own name. */
export interface SsdpTarget {
  readonly nt: string;
  readonly usn: string;
  readonly udn: string;
  readonly what: 'root' | 'uuid' | 'device' | 'service';
}

/** Everything a device is made of for SSDP, from one start to the next. */
export interface UpnpParts extends Omit<UpnpCapability, 'root'> {
  readonly root: UpnpNode;
  readonly port: number;
  /** `OS/version UPnP/1.x product/version`. */
  readonly server: string;
  /** Numbers that 1.1 adds: BOOTID grows with each start. */
  readonly bootId: number;
  readonly configId: number;
  /** Until the first set goes out. */
  readonly firstMs: (random: RandomBytes) => number;
  /** Which of the targets of the tree it announces. */
  readonly announced: (targets: readonly SsdpTarget[]) => readonly SsdpTarget[];
  /** The search target of a message that it takes for an M-SEARCH; null: not one. */
  readonly understood: (message: SsdpMessage) => string | null;
  /** Which of the targets of the tree a search target means. */
  readonly matching: (searchTarget: string, targets: readonly SsdpTarget[]) => readonly SsdpTarget[];
  /** Until one answer to a search; null: it does not answer. */
  readonly answerMs: (search: SsdpSearch, random: RandomBytes) => number | null;
  /** True when it takes its leave. */
  readonly saysByebye: boolean;
}

/** A datagram that came, and how. */
export interface SsdpSearch {
  readonly message: SsdpMessage;
  readonly isMulticast: boolean;
}

/** A fault of WS-Addressing. */
export interface Refusal {
  /** Local name of its subcode. */
  readonly subcode: string;
  readonly reason: string;
}

/** A hosted service of a DPWS device, as its metadata tells it. */
export interface HostedParts {
  readonly name: string;
  readonly types: readonly QualifiedName[];
  readonly hardwareIds: string | null;
  readonly compatibleIds: string | null;
}

/** Everything a device is made of for WS-Discovery and DPWS, from one start to the next. */
export interface DpwsParts extends Pick<DpwsCapability, 'scopes'> {
  /** Address of its endpoint reference: `urn:uuid:` and 36 characters. */
  readonly address: string;
  /** With devprof Device. */
  readonly types: readonly QualifiedName[];
  readonly metadataVersion: number;
  /** Grows with each start. */
  readonly instanceId: number;
  readonly port: number;
  readonly isSecure: boolean;
  readonly path: string;
  readonly manufacturer: string;
  readonly modelName: string;
  readonly modelNumber: string;
  readonly friendlyName: string;
  readonly serialNumber: string;
  readonly categories: string | null;
  readonly containerId: string | null;
  readonly hosted: readonly HostedParts[];
  /** Until Hello. */
  readonly helloMs: (random: RandomBytes) => number;
  /** Until an answer to a Probe or Resolve; null: it does not answer. */
  readonly answerMs: (question: 'probe' | 'resolve', random: RandomBytes) => number | null;
  readonly matchesProbe: (probe: WsdTarget, own: DpwsParts) => boolean;
  readonly matchesResolve: (resolve: WsdTarget, own: DpwsParts) => boolean;
  /** Why it answers a SOAP request by HTTP with a fault; null: it does not. */
  readonly refuses: (soap: SoapMessage) => Refusal | null;
  readonly saysHello: boolean;
  readonly saysBye: boolean;
}

/** A device on its network, from one start to the next; a side is null where it does not pair by it. */
export interface DiscoveryParts {
  readonly upnp: UpnpParts | null;
  readonly dpws: DpwsParts | null;
}

/** Where the discovery side is being made. */
export interface DiscoveryContext {
  readonly device: Device;
  /** Which start it is, from 1. */
  readonly boot: number;
}
