import { concat } from '#base/bytes.js';
import { microsoftExtension, vpi } from '#wire/microsoft/build.js';
import { MICROSOFT_TLV, TRANSPORT } from '#wire/microsoft/vertical-pairing.js';
import type { TlvSource } from '#wire/tlv.js';
import { pairingTlvs } from './behaviours.js';
import { extensions, MICROSOFT, tlvs } from './extension-edits.js';
import { anyModel, both, only, type Fault } from './fault.js';
import { declares, declaresNot, oneTransport, pairs, pairsNot, withoutTransportUuid } from './fault-conditions.js';

const UNUSED: TlvSource = { type: 0x20ff, value: Uint8Array.of(0x5a) };
const RESERVED_TRANSPORT = 0x04;

const isVpi = ({ type }: TlvSource): boolean => type === MICROSOFT_TLV.VerticalPairingIdentifier;

/** Every VPI altered, the rest as it is. */
function eachVpi(alter: (value: Uint8Array) => Uint8Array): Fault['behaviour'] {
  return tlvs((own) => own.map((tlv) => (isVpi(tlv) ? { ...tlv, value: alter(tlv.value) } : tlv)));
}

/** Every VPI with this transport byte. */
const saysTransport = (transport: number): Fault['behaviour'] =>
  eachVpi((value) => concat(Uint8Array.of(transport), value.subarray(1)));
const saysRequest = (request: number): Fault['behaviour'] =>
  eachVpi((value) => concat(value.subarray(0, 1), Uint8Array.of(request)));

/** Faults of the Vertical Pairing Identifier and of what the VPIs say together. */
export const VPI_FAULTS: readonly Fault[] = [
  {
    id: 'no-vpi',
    change: 'sends a Microsoft extension with a TLV of another feature alone',
    refuses: anyModel,
    fails: ['RVP-VPI-01'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs(() => [UNUSED]),
  },
  {
    id: 'vpi-of-4-bytes',
    change: 'pads every VPI to four bytes',
    refuses: anyModel,
    fails: ['RVP-VPI-02'],
    warns: [],
    changes: MICROSOFT,
    behaviour: eachVpi((value) => concat(value, new Uint8Array(2))),
  },
  {
    id: 'vpi-without-profile-request',
    change: 'sends the Transport byte of the VPI alone',
    refuses: anyModel,
    fails: ['RVP-VPI-02'],
    warns: [],
    changes: MICROSOFT,
    behaviour: eachVpi((value) => value.subarray(0, 1)),
  },
  {
    id: 'reserved-transport',
    change: 'declares the reserved transport 04',
    refuses: anyModel,
    fails: ['RVP-VPI-03'],
    warns: [],
    changes: MICROSOFT,
    behaviour: saysTransport(RESERVED_TRANSPORT),
  },
  {
    id: 'profile-not-requested',
    change: 'sends Profile Request 00 with its transports',
    refuses: pairs,
    fails: ['RVP-VPI-04'],
    warns: [],
    changes: MICROSOFT,
    behaviour: saysRequest(0x00),
  },
  {
    id: 'byte-swapped-vpi',
    change: 'swaps Transport and Profile Request',
    refuses: both(
      only(
        ({ transports: [first] }) => first?.transport !== 'dpws',
        'its VPI is 01 01, which reads the same in both orders',
      ),
      only(({ transports }) => transports.length <= 1, 'both of its VPIs would then declare DPWS'),
      only(
        ({ transports: [first] }) => first?.transport !== 'secure-dpws',
        'it would declare DPWS, and is found as a DPWS device is',
      ),
    ),
    // What it declares it does not have, so it is not found by it.
    fails: ['RVP-VPI-04', 'RVP-VPI-10', 'RVP-DISC-01'],
    warns: [],
    changes: MICROSOFT,
    behaviour: eachVpi((value) => Uint8Array.from(value).reverse()),
  },
  {
    id: 'byte-swapped-secure-vpi',
    change: 'swaps Transport and Profile Request, as a Secure DPWS device',
    refuses: both(declares('secure-dpws'), oneTransport),
    fails: ['RVP-VPI-04', 'RVP-VPI-10'],
    warns: [],
    changes: MICROSOFT,
    behaviour: eachVpi((value) => Uint8Array.from(value).reverse()),
  },
  {
    id: 'none-without-profile-request',
    change: 'sends Profile Request 00 with Transport None',
    refuses: pairsNot,
    fails: ['RVP-VPI-05'],
    warns: [],
    changes: MICROSOFT,
    behaviour: saysRequest(0x00),
  },
  {
    id: 'none-besides',
    change: 'sends a VPI with Transport None besides its own',
    refuses: anyModel,
    fails: ['RVP-VPI-06'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs((own) => [vpi(TRANSPORT.None), ...own]),
  },
  {
    id: 'dpws-and-secure-dpws',
    change: 'declares both DPWS and Secure DPWS',
    refuses: declares('dpws', 'secure-dpws'),
    fails: ['RVP-VPI-07', 'RVP-VPI-10'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs((own, { model }) => {
      const isSecure = model.transports.some(({ transport }) => transport === 'secure-dpws');
      const uuid = own.at(-1);
      const repeated = uuid === undefined || isVpi(uuid) ? [] : [uuid];
      return [...own, vpi(isSecure ? TRANSPORT.Dpws : TRANSPORT.SecureDpws), ...repeated];
    }),
  },
  {
    id: 'transport-declared-twice',
    change: 'declares each of its transports twice',
    refuses: pairs,
    fails: ['RVP-VPI-08'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs((own) => [...own, ...own]),
  },
  {
    id: 'vpi-in-m7-only',
    change: 'sends its Microsoft extension in M7 instead of M1',
    refuses: withoutTransportUuid,
    fails: ['RVP-VX-01', 'RVP-VPI-01', 'RVP-VPI-09'],
    warns: [],
    changes: ['M1.Microsoft extension', 'M7.Microsoft extension'],
    behaviour: () => ({
      build: (parts, { device }) => ({ ...parts, extensions: { M7: [microsoftExtension(...pairingTlvs(device))] } }),
    }),
  },
  {
    id: 'vpi-in-probe-request-only',
    change: 'sends its VPI in Probe Requests, and another TLV in M1',
    refuses: withoutTransportUuid,
    fails: ['RVP-VPI-01', 'RVP-VPI-09'],
    warns: [],
    changes: ['M1.Microsoft extension', 'Probe Request.Microsoft extension'],
    behaviour: () => ({
      build: (parts, { device }) => ({
        ...parts,
        extensions: {
          M1: [microsoftExtension(UNUSED)],
          'Probe Request': [microsoftExtension(...pairingTlvs(device))],
        },
      }),
    }),
  },
  {
    id: 'declares-none',
    change: 'declares Transport None although it pairs',
    refuses: pairs,
    fails: ['RVP-VPI-10'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs(() => [vpi(TRANSPORT.None)]),
  },
  {
    id: 'hard-coded-transport',
    change: 'declares UPnP, whatever it pairs by',
    refuses: both(declaresNot('upnp'), oneTransport),
    fails: ['RVP-VPI-10', 'RVP-DISC-01'],
    warns: [],
    changes: MICROSOFT,
    behaviour: saysTransport(TRANSPORT.Upnp),
  },
  {
    id: 'transport-changes-with-session',
    change: 'declares another transport in the second session',
    refuses: oneTransport,
    fails: ['RVP-VPI-10'],
    warns: ['RVP-VPI-11'],
    changes: MICROSOFT,
    behaviour: extensions((device, { session }) => {
      const other = device.model.transports[0]?.transport === 'upnp' ? TRANSPORT.Dpws : TRANSPORT.Upnp;
      const own = pairingTlvs(device);
      if (session === 1) return [microsoftExtension(...own)];
      return [microsoftExtension(...own.map((tlv) => (isVpi(tlv) ? vpi(other) : tlv)))];
    }),
  },
];
