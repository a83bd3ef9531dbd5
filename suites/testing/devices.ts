import { ascii, be, concat, fromHex } from '#base/bytes.js';
import { parseUuid } from '#base/uuid.js';
import type { Profile, ProfileTransport } from '#profile/schema.js';
import { MICROSOFT_VENDOR_ID, WFA_VENDOR_ID } from '#wire/wps/vendor-extension.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { deviceTypeValue } from '#wire/wps/build.js';
import { MESSAGE_TYPE } from '#wire/wps/message.js';
import { encodeTlv, type TlvSource } from '#wire/tlv.js';

/** A device for tests: what it says in M1 and what its profile declares. */
export interface SampleDevice {
  readonly name: string;
  readonly mac: Uint8Array;
  readonly pin: string;
  readonly uuidE: string;
  /** Vendor data of its Microsoft extension: TLVs after 00 01 37. */
  readonly pairing: readonly TlvSource[];
  /** Messages besides M1 that carry the extension too. */
  readonly repeatsIn: readonly ('M3' | 'M5' | 'M7' | 'ProbeRequest')[];
  readonly isVersion2: boolean;
  readonly profile: Profile;
}

export const UUID_E = '3f1c4a52-7b0d-4c8e-9a61-02f4d1b7c9e3';
export const DPWS_UUID = '8d2b6c14-55a3-4e9f-b7d0-6c1e3a92f504';
export const UPNP_UUID = 'c4a9e071-1f36-4b52-8e47-9d5b20c6f813';

export function vpi(transport: number, profileRequest = 1): TlvSource {
  return { type: 0x1001, value: Uint8Array.of(transport, profileRequest) };
}

export function transportUuid(uuid: string): TlvSource {
  return { type: 0x1002, value: parseUuid(uuid) ?? fromHex('') };
}

/** Vendor Extension of Microsoft as an attribute. */
export function microsoftExtension(tlvs: readonly TlvSource[]): TlvSource {
  return {
    type: ATTRIBUTE.VendorExtension,
    value: concat(MICROSOFT_VENDOR_ID, ...tlvs.map((tlv) => encodeTlv(tlv))),
  };
}

/** Version2 of WSC 2.0 in the Wi-Fi Alliance's extension. */
export function version2Extension(): TlvSource {
  return { type: ATTRIBUTE.VendorExtension, value: concat(WFA_VENDOR_ID, Uint8Array.of(0x00, 0x01, 0x20)) };
}

interface Declaration {
  readonly pairing: readonly TlvSource[];
  readonly transports: readonly ProfileTransport[];
  readonly identities?: NonNullable<Profile['ixit']['identities']>;
  readonly repeatsIn?: SampleDevice['repeatsIn'];
  readonly isVersion2?: boolean;
}

function device(name: string, declaration: Declaration): SampleDevice {
  const isVersion2 = declaration.isVersion2 ?? true;
  const pin = '12345670';
  return {
    name,
    mac: fromHex('020000000100'),
    pin,
    uuidE: UUID_E,
    pairing: declaration.pairing,
    repeatsIn: declaration.repeatsIn ?? [],
    isVersion2,
    profile: {
      version: 1,
      device: { name },
      ics: { transports: declaration.transports, wscVersion: isVersion2 ? '2.0' : '1.0', methods: ['pin', 'pbc'] },
      ixit: {
        method: 'pin',
        pin,
        ...(declaration.identities === undefined ? {} : { identities: declaration.identities }),
        sessions: 2,
        limits: { startMs: 10000, sessionMs: 30000, discoveryMs: 30_000, refreshMs: 0, answerMs: 60_000 },
      },
    },
  };
}

export const DPWS_PRINTER = device('DPWS printer with its own UUID', {
  pairing: [vpi(1), transportUuid(DPWS_UUID)],
  transports: ['dpws'],
  identities: { dpws: `urn:uuid:${DPWS_UUID}` },
});
export const SENSOR = device('sensor that does not pair', { pairing: [vpi(0)], transports: ['none'] });
export const UPNP_RENDERER = device('UPnP renderer that shares UUID-E', {
  pairing: [vpi(2)],
  transports: ['upnp'],
  identities: { upnp: `uuid:${UUID_E}` },
});
export const ALL_IN_ONE = device('all-in-one with both transports, which repeats its TLVs', {
  pairing: [vpi(2), transportUuid(UPNP_UUID), vpi(1), transportUuid(DPWS_UUID)],
  transports: ['dpws', 'upnp'],
  identities: { dpws: `urn:uuid:${DPWS_UUID}`, upnp: `uuid:${UPNP_UUID}` },
  repeatsIn: ['M3', 'M7', 'ProbeRequest'],
});
export const SECURE_PRINTER = device('secure DPWS printer', {
  pairing: [vpi(3)],
  transports: ['secure-dpws'],
  identities: { dpws: `urn:uuid:${UUID_E}` },
});
export const OLD_DEVICE = device('WSC 1.0 device', {
  pairing: [vpi(1), transportUuid(DPWS_UUID)],
  transports: ['dpws'],
  identities: { dpws: `urn:uuid:${DPWS_UUID}` },
  isVersion2: false,
});

export const DEVICES: readonly SampleDevice[] = [
  DPWS_PRINTER,
  SENSOR,
  UPNP_RENDERER,
  ALL_IN_ONE,
  SECURE_PRINTER,
  OLD_DEVICE,
];

const byte = (type: number, value: number): TlvSource => ({ type, value: be(value, 1) });
const word = (type: number, value: number): TlvSource => ({ type, value: be(value, 2) });

export function header(messageType: number): TlvSource[] {
  return [byte(ATTRIBUTE.Version, 0x10), byte(ATTRIBUTE.MessageType, messageType)];
}

/** What is drawn anew for each session. */
export interface Fresh {
  readonly enrolleeNonce: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** Attributes of the device's M1, in the order of the table, its extensions last. */
export function m1Attributes(device: SampleDevice, fresh: Fresh, devicePasswordId: number): TlvSource[] {
  return [
    ...header(MESSAGE_TYPE.M1),
    { type: ATTRIBUTE.UuidE, value: parseUuid(device.uuidE) ?? fromHex('') },
    { type: ATTRIBUTE.MACAddress, value: device.mac },
    { type: ATTRIBUTE.EnrolleeNonce, value: fresh.enrolleeNonce },
    { type: ATTRIBUTE.PublicKey, value: fresh.publicKey },
    word(ATTRIBUTE.AuthenticationTypeFlags, 0x0022),
    word(ATTRIBUTE.EncryptionTypeFlags, 0x000c),
    byte(ATTRIBUTE.ConnectionTypeFlags, 0x01),
    word(ATTRIBUTE.ConfigMethods, 0x2288),
    byte(ATTRIBUTE.WPSState, 0x01),
    { type: ATTRIBUTE.Manufacturer, value: ascii('Example') },
    { type: ATTRIBUTE.ModelName, value: ascii('Sample') },
    { type: ATTRIBUTE.ModelNumber, value: ascii('1') },
    { type: ATTRIBUTE.SerialNumber, value: ascii('0001') },
    { type: ATTRIBUTE.PrimaryDeviceType, value: deviceTypeValue(3, 1) },
    { type: ATTRIBUTE.DeviceName, value: ascii('Sample device') },
    byte(ATTRIBUTE.RFBands, 0x01),
    word(ATTRIBUTE.AssociationState, 0),
    word(ATTRIBUTE.DevicePasswordID, devicePasswordId),
    word(ATTRIBUTE.ConfigurationError, 0),
    { type: ATTRIBUTE.OSVersion, value: be(0x80000000, 4) },
    ...(device.isVersion2 ? [version2Extension()] : []),
    microsoftExtension(device.pairing),
  ];
}
