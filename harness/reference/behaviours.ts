import { deviceTypeValue } from '#wire/wps/build.js';
import { formatUuid } from '#base/uuid.js';
import { TRANSPORT } from '#wire/microsoft/vertical-pairing.js';
import { microsoftExtension, transportUuid, vpi } from '#wire/microsoft/build.js';
import type { TlvSource } from '#wire/tlv.js';
import type { Device } from './device.js';
import type { Model, PairingTransport } from './model.js';
import type { Behaviour, BuildContext, NetworkIdentities, Parts } from './parts.js';
import { panelOf } from './panel.js';
import { continuedElements } from './probe-request.js';
import { streamOf } from './seed.js';

/** First value byte of a VPI. */
export const TRANSPORT_BYTE: Readonly<Record<PairingTransport, number>> = {
  dpws: TRANSPORT.Dpws,
  upnp: TRANSPORT.Upnp,
  'secure-dpws': TRANSPORT.SecureDpws,
};

/** Associated with nothing, 2.4 GHz, personal WPA and WPA2, TKIP and AES, infrastructure. */
const RADIO = {
  authenticationTypes: 0x0022,
  encryptionTypes: 0x000c,
  connectionTypes: 0x01,
  wpsState: 1,
  rfBands: 0x01,
  associationState: 0,
  osVersion: Uint8Array.of(0x80, 0, 0, 0),
} as const;

/** A device of WPS alone, in one session. */
export function bareParts({ device, session }: BuildContext): Parts {
  const { model, mac, pin, uuidE, serialNumber, seed } = device;
  const [category, subcategory] = model.deviceType;
  return {
    identity: {
      ...RADIO,
      macAddress: mac,
      uuidE,
      configMethods: model.configMethods,
      device: { ...model.strings, serialNumber },
      primaryDeviceType: deviceTypeValue(category, subcategory),
      version2: model.wscVersion === '2.0' ? 0x20 : null,
    },
    transmitter: mac,
    pin,
    acceptsAnyPassword: false,
    overlooks: null,
    objects: null,
    panel: panelOf(model, pin),
    extensions: {},
    extensionsBefore: null,
    probeUuidE: uuidE,
    elements: continuedElements,
    identities: {},
    random: streamOf(seed, 'enrollee', session),
  };
}

/** TLVs of the device's Microsoft extension: one VPI for each transport, its Transport UUID directly after it. */
export function pairingTlvs(device: Device): TlvSource[] {
  if (device.model.transports.length === 0) return [vpi(TRANSPORT.None)];
  return device.model.transports.flatMap(({ transport }) => {
    const own = device.transportUuids.get(transport);
    return [vpi(TRANSPORT_BYTE[transport]), ...(own === undefined ? [] : [transportUuid(own)])];
  });
}

/** Declares the transports, in M1 and wherever the model repeats them, and is found under the identities declared. */
export const verticalPairing: Behaviour = {
  build: (parts, { device }) => ({
    ...withExtensions(parts, device.model, [microsoftExtension(...pairingTlvs(device))]),
    identities: identitiesOf(device),
  }),
};

/** Parts whose messages carry these vendor extensions instead. */
export function withExtensions(parts: Parts, model: Model, attributes: readonly Uint8Array[]): Parts {
  const carriers = ['M1', ...model.repeatsIn] as const;
  return { ...parts, extensions: Object.fromEntries(carriers.map((carrier) => [carrier, attributes])) };
}

/** Under what the device is found, by its capabilities. */
function identitiesOf(device: Device): NetworkIdentities {
  const found = new Map<'upnp' | 'dpws', string>();
  for (const { transport } of device.model.transports) {
    const uuid = formatUuid(device.transportUuids.get(transport) ?? device.uuidE);
    if (transport === 'upnp') found.set('upnp', `uuid:${uuid}`);
    else found.set('dpws', `urn:uuid:${uuid}`);
  }
  return Object.fromEntries(found);
}

/** What every reference device is made of, newest first. */
export const CONFORMANT: readonly Behaviour[] = [verticalPairing];
