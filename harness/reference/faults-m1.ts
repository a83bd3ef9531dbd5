import { ascii, concat, fromHex } from '#base/bytes.js';
import { EVERY_IDENTITY } from './discovery/changes.js';
import { DOCUMENTATION_UUIDS, formatUuid, parseUuid } from '#base/uuid.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { editAttributes } from '#wire/wps/build.js';
import type { DeviceStrings } from '#wps/engine.js';
import type { EnrolleeIdentity } from '#wps/enrollee-config.js';
import { anyModel, type Fault } from './fault.js';
import { byPin, isVersion2, ownIdentities } from './fault-conditions.js';
import { attributes, drop, moveBefore, repeat, setValue, type AttributeEdit } from './message-edits.js';
import type { BuildContext, Parts } from './parts.js';

/** M1 altered on its way out. */
const inM1 = (edit: AttributeEdit): Fault['behaviour'] => {
  return () => ({ message: attributes('M1', edit) });
};

/** M1 and Probe Requests altered on their way out. */
const everywhere = (edit: AttributeEdit): Fault['behaviour'] => {
  return () => ({ message: attributes('M1', edit), probeRequest: (data) => editAttributes(data, edit) });
};

/** The device believes something else of itself. */
const believes = (change: (identity: EnrolleeIdentity) => Partial<EnrolleeIdentity>): Fault['behaviour'] => {
  return () => ({
    build: (parts) => ({ ...parts, identity: { ...parts.identity, ...change(parts.identity) } }),
  });
};

/** The device has this UUID-E, and every transport that is found under UUID-E is found under it. */
function uuidE(make: (own: Uint8Array, context: BuildContext) => Uint8Array): Fault['behaviour'] {
  return () => ({
    build: (parts, context) => {
      const own = context.device.uuidE;
      const other = make(own, context);
      return {
        ...parts,
        identity: { ...parts.identity, uuidE: other },
        probeUuidE: other,
        identities: movedIdentities(parts.identities, formatUuid(own), formatUuid(other)),
      };
    },
  });
}

function movedIdentities(identities: Parts['identities'], from: string, to: string): Parts['identities'] {
  const moved = Object.entries(identities).map(([kind, text]: [string, string]) => [kind, text.replace(from, to)]);
  return Object.fromEntries(moved) as Parts['identities'];
}

const UUID_E = ['*.UUID-E'];
const FORMS = 0x6600;
const wpa2 = 0x0020;
const aes = 0x0008;

/** Faults of what M1 says of the device. */
export const M1_FAULTS: readonly Fault[] = [
  {
    id: 'uuid-e-zero',
    change: 'sends a UUID-E of zeros',
    refuses: anyModel,
    fails: ['RVP-UID-01'],
    warns: [],
    changes: [...UUID_E, ...EVERY_IDENTITY],
    behaviour: uuidE(() => new Uint8Array(16)),
  },
  {
    id: 'uuid-e-of-documentation',
    change: "sends the documentation's example as UUID-E",
    refuses: anyModel,
    fails: ['RVP-UID-01'],
    warns: [],
    changes: [...UUID_E, ...EVERY_IDENTITY],
    behaviour: uuidE((own) => parseUuid(DOCUMENTATION_UUIDS[0]) ?? own),
  },
  {
    id: 'uuid-e-changes-with-session',
    change: 'makes a new UUID-E for the second session',
    refuses: ownIdentities,
    fails: ['RVP-UID-02'],
    warns: [],
    changes: UUID_E,
    behaviour: uuidE((own, { device, session }) => (session === 1 ? own : device.strangeUuid)),
  },
  {
    id: 'other-uuid-e-in-probe-request',
    change: 'sends another UUID-E in its Probe Requests than in M1',
    refuses: anyModel,
    fails: ['RVP-UID-02'],
    warns: [],
    changes: ['Probe Request.UUID-E'],
    behaviour: ({ strangeUuid }) => ({ build: (parts) => ({ ...parts, probeUuidE: strangeUuid }) }),
  },
  {
    id: 'uuid-e-of-no-version',
    change: 'sends a UUID-E of version 0',
    refuses: anyModel,
    fails: [],
    warns: ['RVP-UID-11'],
    changes: [...UUID_E, ...EVERY_IDENTITY],
    behaviour: uuidE((own) => own.map((byte, index) => (index === 6 ? byte & 0x0f : byte))),
  },
  {
    id: 'no-os-version',
    change: 'leaves OS Version out of M1',
    refuses: anyModel,
    fails: ['RVP-WSC-03'],
    warns: [],
    changes: ['M1.OS Version'],
    behaviour: inM1(drop(ATTRIBUTE.OSVersion)),
  },
  {
    id: 'duplicate-device-name',
    change: 'sends Device Name twice in M1',
    refuses: anyModel,
    fails: ['RVP-WSC-03'],
    warns: [],
    changes: ['M1.Device Name'],
    behaviour: inM1(repeat(ATTRIBUTE.DeviceName)),
  },
  {
    id: 'm1-in-the-order-of-m2',
    change: "sends Configuration Error before Device Password ID, as in M2's table",
    refuses: anyModel,
    fails: ['RVP-WSC-04'],
    warns: [],
    changes: ['M1.order'],
    behaviour: inM1(moveBefore(ATTRIBUTE.ConfigurationError, ATTRIBUTE.DevicePasswordID)),
  },
  {
    id: 'wps-state-0',
    change: 'sends Wi-Fi Simple Configuration State 0',
    refuses: anyModel,
    fails: ['RVP-WSC-05'],
    warns: [],
    changes: ['M1.Wi-Fi Simple Configuration State'],
    behaviour: inM1(setValue(ATTRIBUTE.WPSState, () => Uint8Array.of(0))),
  },
  {
    id: 'rf-bands-of-2-bytes',
    change: 'sends RF Bands as a number of two bytes',
    refuses: anyModel,
    fails: ['RVP-WSC-05'],
    warns: [],
    changes: ['M1.RF Bands'],
    behaviour: inM1(setValue(ATTRIBUTE.RFBands, (value) => concat(new Uint8Array(1), value))),
  },
  {
    id: 'm1-padded',
    change: 'ends M1 with two zero bytes',
    refuses: anyModel,
    fails: ['RVP-WSC-05'],
    warns: [],
    changes: ['M1.rest'],
    behaviour: () => ({
      message: (message) => [
        message.what === 'M1' ? { ...message, wsc: concat(message.wsc, new Uint8Array(2)) } : message,
      ],
    }),
  },
  {
    id: 'version-2-0-in-version',
    change: 'writes 0x20 into Version, which is frozen at 0x10',
    refuses: anyModel,
    fails: ['RVP-WSC-06'],
    warns: [],
    changes: ['M1.Version'],
    behaviour: inM1(setValue(ATTRIBUTE.Version, () => Uint8Array.of(0x20))),
  },
  {
    id: 'version2-0x10',
    change: 'sends Version2 0x10',
    refuses: isVersion2,
    fails: ['RVP-WSC-06'],
    warns: [],
    changes: ['*.Wi-Fi Alliance extension'],
    behaviour: believes(() => ({ version2: 0x10 })),
  },
  {
    id: 'mac-address-of-other-interface',
    change: 'sends the MAC address of another interface in M1',
    refuses: anyModel,
    fails: ['RVP-WSC-07'],
    warns: [],
    changes: ['M1.MAC Address'],
    behaviour: believes(({ macAddress }) => ({
      macAddress: macAddress.map((byte, index) => (index === 5 ? byte ^ 1 : byte)),
    })),
  },
  {
    id: 'group-mac-address',
    change: 'sends a group address as its MAC address',
    refuses: anyModel,
    fails: ['RVP-WSC-07'],
    warns: [],
    changes: ['M1.MAC Address'],
    behaviour: believes(({ macAddress }) => ({
      macAddress: macAddress.map((byte, index) => (index === 0 ? byte | 1 : byte)),
    })),
  },
  {
    id: 'push-button-id-with-pin',
    change: 'sends the Device Password ID of push button in a PIN session',
    refuses: byPin,
    fails: ['RVP-WSC-14'],
    warns: [],
    changes: ['*.Device Password ID'],
    behaviour: believes(() => ({ devicePasswordId: 0x0004 })),
  },
  {
    id: 'pin-id-with-push-button',
    change: 'sends the Device Password ID of a PIN in a push button session',
    refuses: (model) => (byPin(model) === null ? 'it is registered by PIN' : null),
    fails: ['RVP-WSC-14'],
    warns: [],
    changes: ['*.Device Password ID'],
    behaviour: believes(() => ({ devicePasswordId: 0x0000 })),
  },
  {
    id: 'config-methods-of-wsc-1',
    change: 'says WSC 2.0, and Display and Push Button without their virtual or physical form',
    refuses: isVersion2,
    fails: ['RVP-WSC-15'],
    warns: [],
    changes: ['*.Config Methods'],
    behaviour: believes(({ configMethods }) => ({ configMethods: (configMethods & ~FORMS) | 0x0080 })),
  },
  {
    id: 'no-wpa2',
    change: 'offers WPA-Personal, not WPA2-Personal',
    refuses: isVersion2,
    fails: ['RVP-WSC-15'],
    warns: [],
    changes: ['M1.Authentication Type Flags'],
    behaviour: believes(({ authenticationTypes }) => ({ authenticationTypes: authenticationTypes & ~wpa2 })),
  },
  {
    id: 'no-aes',
    change: 'offers TKIP, not AES',
    refuses: isVersion2,
    fails: ['RVP-WSC-15'],
    warns: [],
    changes: ['M1.Encryption Type Flags'],
    behaviour: believes(({ encryptionTypes }) => ({ encryptionTypes: encryptionTypes & ~aes })),
  },
  {
    id: 'padded-strings',
    change: 'pads its strings with NUL to 32 bytes',
    refuses: anyModel,
    fails: [],
    warns: ['RVP-WSC-16'],
    changes: ['Manufacturer', 'Model Name', 'Model Number', 'Serial Number', 'Device Name'].map((name) => `*.${name}`),
    behaviour: believes(({ device }) => ({ device: paddedStrings(device) })),
  },
  {
    id: 'empty-serial-number',
    change: 'sends an empty Serial Number',
    refuses: anyModel,
    fails: [],
    warns: ['RVP-WSC-16'],
    changes: ['M1.Serial Number'],
    behaviour: believes(({ device }) => ({ device: { ...device, serialNumber: '' } })),
  },
  {
    id: 'latin-1-manufacturer',
    change: 'sends its Manufacturer in Latin-1 instead of UTF-8',
    refuses: anyModel,
    fails: [],
    warns: ['RVP-WSC-16'],
    changes: ['*.Manufacturer'],
    behaviour: everywhere(setValue(ATTRIBUTE.Manufacturer, () => concat(ascii('Ger'), fromHex('e4'), ascii('tebau')))),
  },
  {
    id: 'little-endian-device-type',
    change: 'writes the category of its Primary Device Type little-endian',
    refuses: anyModel,
    fails: ['RVP-WSC-17'],
    warns: [],
    changes: ['*.Primary Device Type'],
    behaviour: believes(({ primaryDeviceType: type }) => ({
      primaryDeviceType: concat(type.subarray(1, 2), type.subarray(0, 1), type.subarray(2)),
    })),
  },
];

const STRING_BYTES = 32;

function paddedStrings({
  manufacturer,
  modelName,
  modelNumber,
  serialNumber,
  deviceName,
}: DeviceStrings): DeviceStrings {
  const padded = (text: string): string => text.slice(0, STRING_BYTES - 1).padEnd(STRING_BYTES, '\0');
  return {
    manufacturer: padded(manufacturer),
    modelName: padded(modelName),
    modelNumber: padded(modelNumber),
    serialNumber: padded(serialNumber),
    deviceName: padded(deviceName),
  };
}
