import { u32be } from '#base/bytes.js';
import { formatUuid } from '#base/uuid.js';
import { NAMESPACE, type SoapMessage } from '#wire/soap.js';
import { drawUuid, type Device } from '../device.js';
import type { NetworkIdentities } from '../parts.js';
import { streamOf } from '../seed.js';
import type { DpwsCapability, PnpxIds, UpnpCapability, UpnpDeviceKind } from './capability.js';
import { drawBelow } from './draw.js';
import { ANONYMOUS, matchesProbe, matchesResolve } from './wsd-match.js';
import type { DiscoveryContext, DiscoveryParts, DpwsParts, PnpxTexts, Refusal, UpnpNode, UpnpParts } from './parts.js';
import { answerDelayMs, matchingTargets, searchTargetOf } from './ssdp-search.js';

/** TCP ports a device serves its documents on. */
export interface DevicePorts {
  readonly upnp: number;
  readonly dpws: number;
}

export const DEVPROF_DEVICE = { namespace: NAMESPACE.devprof, local: 'Device' } as const;

/** 31 bits, less room to grow at each start. */
const COUNTER_BITS = 0x3fff_ffff;
const FIRST_SET_MS = 100;
/** Well below DPWS' 5000, so that Windows, which waits 2500, hears it. */
const APP_MAX_DELAY_MS = 1000;

/** A device without faults, in its start number `boot`, found under `identities`. */
export function conformantDiscovery(
  { device, boot }: DiscoveryContext,
  identities: NetworkIdentities,
  ports: DevicePorts,
): DiscoveryParts {
  const random = streamOf(device.seed, 'discovery', 0);
  const containerId = `{${formatUuid(drawUuid(random))}}`;
  const bootBase = 1 + (u32be(random(4), 0) & COUNTER_BITS);
  const configId = 1 + drawBelow(random, 0xff_ffff);
  const parts: { upnp: UpnpParts | null; dpws: DpwsParts | null } = { upnp: null, dpws: null };
  for (const capability of device.model.transports) {
    if (capability.transport === 'upnp') {
      const udn = identities.upnp ?? `uuid:${formatUuid(device.uuidE)}`;
      const drawUdn = (): string => `uuid:${formatUuid(drawUuid(random))}`;
      const root = upnpNode(capability.upnp.root, { device, udn, containerId, drawUdn });
      parts.upnp = { ...upnpParts(capability.upnp, root), bootId: bootBase + boot, configId, port: ports.upnp };
    } else {
      const address = identities.dpws ?? `urn:uuid:${formatUuid(device.uuidE)}`;
      parts.dpws = {
        ...dpwsParts(capability.dpws, device, containerId),
        address,
        path: `/${address.slice(-36)}`,
        instanceId: bootBase + boot,
        isSecure: capability.transport === 'secure-dpws',
        port: ports.dpws,
      };
    }
  }
  return parts;
}

interface NodeContext {
  readonly device: Device;
  readonly udn: string;
  readonly containerId: string | null;
  readonly drawUdn: () => string;
}

function upnpNode(kind: UpnpDeviceKind, { device, udn, containerId, drawUdn }: NodeContext): UpnpNode {
  const { manufacturer, modelName, modelNumber } = device.model.strings;
  return {
    udn,
    deviceType: kind.deviceType,
    friendlyName: kind.friendlyName,
    manufacturer,
    modelName,
    modelNumber,
    serialNumber: device.serialNumber,
    services: kind.services,
    embedded: kind.embedded.map((each) => upnpNode(each, { device, udn: drawUdn(), containerId: null, drawUdn })),
    pnpx: pnpxTexts(kind.pnpx, containerId),
  };
}

function pnpxTexts(
  pnpx: (PnpxIds & { readonly categories: readonly string[] }) | undefined,
  containerId: string | null,
): PnpxTexts {
  return {
    hardwareIds: pnpx?.hardwareIds.join(' ') ?? null,
    compatibleIds: pnpx?.compatibleIds.join(' ') ?? null,
    categories: pnpx?.categories.join(' ') ?? null,
    containerId,
  };
}

type CommonUpnp = Omit<UpnpParts, 'bootId' | 'configId' | 'port'>;

function upnpParts(capability: UpnpCapability, root: UpnpNode): CommonUpnp {
  return {
    ...capability,
    root,
    server: `Linux/6.1 UPnP/${capability.version} Rally-reference/1.0`,
    firstMs: (random) => drawBelow(random, FIRST_SET_MS),
    announced: (targets) => targets,
    understood: searchTargetOf,
    matching: matchingTargets,
    answerMs: answerDelayMs,
    saysByebye: true,
  };
}

/** An answer goes back by the connection its request came by (DPWS R0031). */
function refusesReplyTo({ replyTo }: SoapMessage): Refusal | null {
  if (replyTo === null || replyTo.value === ANONYMOUS) return null;
  return { subcode: 'InvalidMessageInformationHeader', reason: 'ReplyTo has to be anonymous' };
}

type CommonDpws = Omit<DpwsParts, 'address' | 'path' | 'instanceId' | 'isSecure' | 'port'>;

function dpwsParts(capability: DpwsCapability, device: Device, containerId: string): CommonDpws {
  const { manufacturer, modelName, modelNumber, deviceName } = device.model.strings;
  return {
    types: [DEVPROF_DEVICE, ...capability.types],
    scopes: capability.scopes,
    metadataVersion: 1,
    manufacturer,
    modelName,
    modelNumber,
    friendlyName: deviceName,
    serialNumber: device.serialNumber,
    categories: capability.categories.join(' '),
    containerId,
    hosted: capability.hosted.map(({ name, type, pnpx }) => ({
      name,
      types: [type],
      hardwareIds: pnpx.hardwareIds.join(' '),
      compatibleIds: pnpx.compatibleIds.join(' '),
    })),
    helloMs: (random) => drawBelow(random, APP_MAX_DELAY_MS),
    answerMs: (_, random) => drawBelow(random, APP_MAX_DELAY_MS),
    matchesProbe,
    matchesResolve,
    refuses: refusesReplyTo,
    saysHello: true,
    saysBye: true,
  };
}
