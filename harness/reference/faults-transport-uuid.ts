import { ascii } from '#base/bytes.js';
import { DOCUMENTATION_UUIDS, formatUuid, mixedEndian, parseUuid, reversed } from '#base/uuid.js';
import { microsoftExtension, transportUuid } from '#wire/microsoft/build.js';
import { MICROSOFT_TLV } from '#wire/microsoft/vertical-pairing.js';
import type { TlvSource } from '#wire/tlv.js';
import { pairingTlvs } from './behaviours.js';
import { extensions, MICROSOFT, tlvs } from './extension-edits.js';
import { EVERY_IDENTITY } from './discovery/changes.js';
import type { Fault } from './fault.js';
import { pairsNot, twoTransports, withTransportUuid } from './fault-conditions.js';
import type { Parts } from './parts.js';

const isUuid = ({ type }: TlvSource): boolean => type === MICROSOFT_TLV.TransportUuid;
const UNUSED: TlvSource = { type: 0x20ff, value: Uint8Array.of(0) };

/** Every Transport UUID altered, the rest as it is. */
function eachUuid(alter: (value: Uint8Array) => Uint8Array): Fault['behaviour'] {
  return tlvs((own) => own.map((tlv) => (isUuid(tlv) ? { ...tlv, value: alter(tlv.value) } : tlv)));
}

/** UUID whose bytes show version 0, which RFC 9562 does not define. */
function withoutVersion(uuid: Uint8Array): Uint8Array {
  return uuid.map((byte, index) => (index === 6 ? byte & 0x0f : byte));
}

/** Faults of the Transport UUID. */
export const TRANSPORT_UUID_FAULTS: readonly Fault[] = [
  {
    id: 'transport-uuid-as-text',
    change: 'sends the text of the Transport UUID instead of its bytes',
    refuses: withTransportUuid,
    fails: ['RVP-TUU-01'],
    warns: [],
    changes: MICROSOFT,
    behaviour: eachUuid((uuid) => ascii(formatUuid(uuid))),
  },
  {
    id: 'transport-uuid-of-15-bytes',
    change: 'sends a Transport UUID without its last byte',
    refuses: withTransportUuid,
    fails: ['RVP-TUU-01'],
    warns: [],
    changes: MICROSOFT,
    behaviour: eachUuid((uuid) => uuid.subarray(0, 15)),
  },
  {
    id: 'transport-uuid-first',
    change: 'sends each Transport UUID before its VPI',
    refuses: withTransportUuid,
    fails: ['RVP-TUU-02'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs((own) =>
      own.flatMap((tlv, index) => {
        const next = own[index + 1];
        if (isUuid(tlv)) return [];
        return next !== undefined && isUuid(next) ? [next, tlv] : [tlv];
      }),
    ),
  },
  {
    id: 'tlv-before-transport-uuid',
    change: 'puts another TLV between VPI and Transport UUID',
    refuses: withTransportUuid,
    fails: ['RVP-TUU-02'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs((own) => own.flatMap((tlv) => (isUuid(tlv) ? [UNUSED, tlv] : [tlv]))),
  },
  {
    id: 'transport-uuid-in-own-extension',
    change: 'sends the Transport UUIDs in a second Microsoft extension',
    refuses: withTransportUuid,
    fails: ['RVP-TUU-02'],
    warns: ['RVP-VX-02'],
    changes: MICROSOFT,
    behaviour: extensions((device) => {
      const own = pairingTlvs(device);
      return [microsoftExtension(...own.filter((tlv) => !isUuid(tlv))), microsoftExtension(...own.filter(isUuid))];
    }),
  },
  {
    id: 'two-transport-uuids',
    change: 'sends two Transport UUIDs after each VPI',
    refuses: withTransportUuid,
    fails: ['RVP-TUU-03'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs((own, { strangeUuid }) =>
      own.flatMap((tlv) => (isUuid(tlv) ? [tlv, transportUuid(strangeUuid)] : [tlv])),
    ),
  },
  {
    id: 'transport-uuid-with-none',
    change: 'sends a Transport UUID after a VPI with Transport None',
    refuses: pairsNot,
    fails: ['RVP-TUU-04'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs((own, { strangeUuid }) => [...own, transportUuid(strangeUuid)]),
  },
  {
    id: 'mixed-endian-guid',
    change: 'sends the Transport UUID as a GUID lies in memory',
    refuses: withTransportUuid,
    fails: ['RVP-TUU-05'],
    // Its permuted bytes show a version that RFC 9562 does not know.
    warns: ['RVP-TUU-10'],
    changes: MICROSOFT,
    behaviour: eachUuid(mixedEndian),
  },
  {
    id: 'reversed-uuid',
    change: 'sends the Transport UUID back to front',
    refuses: withTransportUuid,
    fails: ['RVP-TUU-05'],
    warns: ['RVP-TUU-10'],
    changes: MICROSOFT,
    behaviour: eachUuid(reversed),
  },
  {
    id: 'transport-uuid-left-out',
    change: 'is found under a UUID of its own, and sends no Transport UUID',
    refuses: withTransportUuid,
    fails: ['RVP-TUU-06'],
    warns: [],
    changes: MICROSOFT,
    behaviour: tlvs((own) => own.filter((tlv) => !isUuid(tlv))),
  },
  {
    id: 'shared-uuid-for-one-transport',
    change: 'is found under one UUID by UPnP and DPWS, and sends it for UPnP alone',
    refuses: twoTransports,
    fails: ['RVP-TUU-07'],
    warns: [],
    changes: [...MICROSOFT, ...EVERY_IDENTITY],
    behaviour: (device) => {
      const shared = tlvs((own) => own.slice(0, -1))(device);
      return {
        build: (parts, context) => ({
          ...(shared.build?.(parts, context) ?? parts),
          identities: sharedIdentities(device.transportUuids.get('upnp') ?? device.uuidE),
        }),
      };
    },
  },
  {
    id: 'transport-uuid-zero',
    change: 'sends a Transport UUID of zeros',
    refuses: withTransportUuid,
    fails: ['RVP-TUU-09'],
    warns: [],
    changes: MICROSOFT,
    behaviour: eachUuid(() => new Uint8Array(16)),
  },
  {
    id: 'transport-uuid-of-documentation',
    change: "sends the documentation's example as Transport UUID",
    refuses: withTransportUuid,
    fails: ['RVP-TUU-09'],
    warns: [],
    changes: MICROSOFT,
    behaviour: eachUuid((uuid) => parseUuid(DOCUMENTATION_UUIDS[0]) ?? uuid),
  },
  {
    id: 'transport-uuid-of-documentation-as-guid',
    change: "sends the documentation's example as Transport UUID, as a GUID lies in memory",
    refuses: withTransportUuid,
    fails: ['RVP-TUU-09'],
    warns: [],
    changes: MICROSOFT,
    behaviour: eachUuid((uuid) => mixedEndian(parseUuid(DOCUMENTATION_UUIDS[4]) ?? uuid)),
  },
  {
    id: 'transport-uuid-of-no-version',
    change: 'is found under a UUID of version 0, and sends that',
    refuses: withTransportUuid,
    fails: [],
    warns: ['RVP-TUU-10'],
    changes: [...MICROSOFT, ...EVERY_IDENTITY],
    behaviour: (device) => {
      const sent = eachUuid(withoutVersion)(device);
      return {
        build: (parts, context) => ({
          ...(sent.build?.(parts, context) ?? parts),
          identities: identitiesWithoutVersion(parts),
        }),
      };
    },
  },
  {
    id: 'transport-uuid-in-m7-only',
    change: 'sends its Transport UUID in M7 instead of M1',
    refuses: withTransportUuid,
    // Without it M1 says that the transport is found under UUID-E, which it is not.
    fails: ['RVP-TUU-06', 'RVP-TUU-11'],
    warns: [],
    changes: MICROSOFT,
    behaviour: (device) => {
      const own = pairingTlvs(device);
      const early = tlvs((all) => all.filter((tlv) => !isUuid(tlv)))(device);
      return {
        build: (parts, context) => {
          const made = early.build?.(parts, context) ?? parts;
          return { ...made, extensions: { ...made.extensions, M7: [microsoftExtension(...own)] } };
        },
      };
    },
  },
  {
    id: 'transport-uuid-changes-with-session',
    change: 'sends another Transport UUID in the second session',
    refuses: withTransportUuid,
    fails: [],
    warns: ['RVP-TUU-12'],
    changes: MICROSOFT,
    behaviour: extensions((device, { session }) => {
      const own = pairingTlvs(device);
      if (session === 1) return [microsoftExtension(...own)];
      return [microsoftExtension(...own.map((tlv) => (isUuid(tlv) ? transportUuid(device.strangeUuid) : tlv)))];
    }),
  },
];

function sharedIdentities(uuid: Uint8Array): Parts['identities'] {
  return { upnp: `uuid:${formatUuid(uuid)}`, dpws: `urn:uuid:${formatUuid(uuid)}` };
}

function identitiesWithoutVersion({ identities }: Parts): Parts['identities'] {
  const altered = Object.entries(identities).map(([kind, text]: [string, string]) => {
    const uuid = parseUuid(text.slice(-36));
    return [kind, uuid === null ? text : text.slice(0, -36) + formatUuid(withoutVersion(uuid))];
  });
  return Object.fromEntries(altered) as Parts['identities'];
}
