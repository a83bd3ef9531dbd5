import { concat, fromHex } from '#base/bytes.js';
import { microsoftExtension, vpi } from '#wire/microsoft/build.js';
import { encodeTlv, type TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encodeAttribute, vendorExtensionAttribute } from '#wire/wps/build.js';
import { pairingTlvs } from './behaviours.js';
import type { Device } from './device.js';
import { extensions, MICROSOFT, OTHER, ownVendorData, tlvs, vendorData } from './extension-edits.js';
import { anyModel, type Fault } from './fault.js';
import { twoTransports, withoutTransportUuid, withTransportUuid } from './fault-conditions.js';

/** A TLV of a type nobody uses. */
const UNUSED: TlvSource = { type: 0x20ff, value: fromHex('5a5a') };
/** A vendor that is registered to nobody here. */
const FOREIGN_VENDOR = fromHex('00abcd');

const own = (device: Device): Uint8Array => microsoftExtension(...pairingTlvs(device));
/** The device's TLVs in an extension that is not recognised as Microsoft's. */
const misspelt = (start: string): Fault['behaviour'] =>
  extensions((device) => [encodeAttribute(ATTRIBUTE.VendorExtension, concat(fromHex(start), ownVendorData(device)))]);

const UNRECOGNISED = {
  fails: ['RVP-VX-01', 'RVP-VX-09', 'RVP-VPI-01'],
  warns: [],
  changes: [...MICROSOFT, ...OTHER],
} as const;

/** Faults of the Microsoft vendor extension as such: its place, vendor id, size and structure. */
export const EXTENSION_FAULTS: readonly Fault[] = [
  {
    id: 'no-microsoft-extension',
    change: 'sends no Microsoft vendor extension',
    refuses: anyModel,
    fails: ['RVP-VX-01', 'RVP-VPI-01'],
    warns: [],
    changes: MICROSOFT,
    behaviour: extensions(() => []),
  },
  {
    id: 'second-microsoft-extension',
    change: 'sends a second Microsoft extension, with a TLV of another feature',
    refuses: anyModel,
    fails: [],
    warns: ['RVP-VX-02'],
    changes: MICROSOFT,
    behaviour: extensions((device) => [own(device), microsoftExtension(UNUSED)]),
  },
  {
    id: 'extension-per-transport',
    change: 'sends a Microsoft extension of its own for each transport',
    refuses: twoTransports,
    fails: [],
    warns: ['RVP-VX-02'],
    changes: MICROSOFT,
    behaviour: extensions((device) => {
      const all = pairingTlvs(device);
      return [microsoftExtension(...all.slice(0, 2)), microsoftExtension(...all.slice(2))];
    }),
  },
  {
    id: 'extension-before-os-version',
    change: 'puts the Microsoft extension before the last attribute of M1, OS Version',
    refuses: anyModel,
    fails: ['RVP-VX-03'],
    warns: [],
    changes: ['M1.order'],
    behaviour: () => ({ build: (parts) => ({ ...parts, extensionsBefore: ATTRIBUTE.OSVersion }) }),
  },
  {
    id: 'extension-first',
    change: 'begins M1 with the Microsoft extension',
    refuses: anyModel,
    fails: ['RVP-VX-03'],
    warns: [],
    changes: ['M1.order'],
    behaviour: () => ({ build: (parts) => ({ ...parts, extensionsBefore: ATTRIBUTE.Version }) }),
  },
  {
    id: 'vendor-extension-1025-bytes',
    change: "sends another vendor's extension of 1025 bytes",
    refuses: anyModel,
    fails: ['RVP-VX-04'],
    warns: [],
    changes: ['M1.other extension'],
    behaviour: () => besidesInM1(vendorExtensionAttribute(FOREIGN_VENDOR, new Uint8Array(1022))),
  },
  {
    id: 'vendor-extension-2-bytes',
    change: 'sends a vendor extension too short for a vendor id',
    refuses: anyModel,
    fails: ['RVP-VX-04'],
    warns: [],
    changes: ['M1.other extension'],
    behaviour: () => besidesInM1(encodeAttribute(ATTRIBUTE.VendorExtension, fromHex('0001'))),
  },
  {
    id: 'vendor-id-alone',
    change: 'sends the Microsoft vendor id and no TLV',
    refuses: anyModel,
    fails: ['RVP-VX-05', 'RVP-VPI-01'],
    warns: [],
    changes: MICROSOFT,
    behaviour: vendorData(() => new Uint8Array(0)),
  },
  {
    id: 'extension-padded-to-words',
    change: 'pads the vendor data with two zero bytes',
    refuses: anyModel,
    fails: ['RVP-VX-05'],
    warns: [],
    changes: MICROSOFT,
    behaviour: vendorData((data) => concat(data, fromHex('0000'))),
  },
  {
    id: 'little-endian-tlv-length',
    change: "writes the TLVs' Length fields little-endian",
    refuses: anyModel,
    fails: ['RVP-VX-06'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs((all) =>
      all.map((tlv) => ({ ...tlv, declaredLength: ((tlv.value.length & 0xff) << 8) | (tlv.value.length >> 8) })),
    ),
  },
  {
    id: 'transport-uuid-cut',
    change: 'ends the extension one byte before the end of the Transport UUID',
    refuses: withTransportUuid,
    fails: ['RVP-VX-06'],
    warns: [],
    changes: MICROSOFT,
    behaviour: vendorData((data) => data.subarray(0, data.length - 1)),
  },
  {
    id: 'long-tlv-in-probe-request',
    change: 'sends a TLV of 243 bytes in its Probe Requests',
    refuses: anyModel,
    fails: ['RVP-VX-07'],
    warns: [],
    changes: ['Probe Request.Microsoft extension'],
    behaviour: () => ({
      build: (parts, { device }) => {
        const long: TlvSource = { type: UNUSED.type, value: new Uint8Array(243).fill(0x5a) };
        const repeated = device.model.repeatsIn.includes('Probe Request') ? pairingTlvs(device) : [];
        return {
          ...parts,
          extensions: { ...parts.extensions, 'Probe Request': [microsoftExtension(...repeated, long)] },
        };
      },
    }),
  },
  {
    id: 'enterprise-number-in-4-bytes',
    change: 'writes the vendor id as a number of four bytes, 00 00 01 37',
    refuses: anyModel,
    ...UNRECOGNISED,
    behaviour: misspelt('00000137'),
  },
  {
    id: 'vendor-id-little-endian',
    change: 'writes the vendor id byte-swapped, 37 01 00',
    refuses: anyModel,
    ...UNRECOGNISED,
    behaviour: misspelt('370100'),
  },
  {
    id: 'vendor-id-shifted',
    change: 'writes the vendor id one byte too far left, 01 37 00',
    refuses: anyModel,
    ...UNRECOGNISED,
    behaviour: misspelt('013700'),
  },
  {
    id: 'misspelt-extension-besides',
    change: 'sends its TLVs a second time under a byte-swapped vendor id',
    refuses: anyModel,
    fails: ['RVP-VX-09'],
    warns: [],
    changes: OTHER,
    behaviour: extensions((device) => [
      own(device),
      encodeAttribute(ATTRIBUTE.VendorExtension, concat(fromHex('370100'), ownVendorData(device))),
    ]),
  },
  {
    id: 'bare-tlvs',
    change: 'sends its VPI as an attribute of M1, outside any vendor extension',
    refuses: withoutTransportUuid,
    fails: ['RVP-VX-01', 'RVP-VPI-01'],
    warns: [],
    changes: [...MICROSOFT, 'M1.AP Channel'],
    behaviour: extensions((device) => pairingTlvs(device).map((tlv) => encodeTlv(tlv))),
  },
  {
    id: 'other-transport-in-m7',
    change: 'declares another transport in M7 than in M1',
    refuses: anyModel,
    fails: [],
    warns: ['RVP-VX-10'],
    changes: ['M7.Microsoft extension'],
    behaviour: () => ({
      build: (parts, { device }) => {
        const [declared] = device.model.transports;
        const other = declared?.transport === 'upnp' ? 0x01 : 0x02;
        return { ...parts, extensions: { ...parts.extensions, M7: [microsoftExtension(vpi(other))] } };
      },
    }),
  },
];

/** M1 carries this attribute too, behind the device's own extensions. */
function besidesInM1(attribute: Uint8Array): ReturnType<Fault['behaviour']> {
  return {
    build: (parts) => ({
      ...parts,
      extensions: { ...parts.extensions, M1: [...(parts.extensions.M1 ?? []), attribute] },
    }),
  };
}
