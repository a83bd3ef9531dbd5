import { formatUuid, mixedEndian, parseUuid, reversed } from '#base/uuid.js';
import type { Fault } from '../fault.js';
import { anyOf, DPWS_IDENTITY, UPNP_IDENTITY } from './changes.js';
import { byDpws, byPlainDpws, bySecureDpws, byUpnp, ownIdentityBy, underUuidE, withEmbedded } from './conditions.js';
import { documentText, dpws, rootNode, upnp } from './edits.js';
import type { DiscoveryContext } from './parts.js';

/* One owner each: what the others would say of it too is blocked by that (Precedence 4). */

/** A search for the UUID that was promised finds nothing. */
const UPNP = [...UPNP_IDENTITY, 'answer.missing'];
const DPWS = [...DPWS_IDENTITY, 'ResolveMatches.missing'];

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** The UUID in an identity, altered in place. */
function inPlace(identity: string, change: (uuid: Uint8Array) => Uint8Array): string {
  return identity.replace(UUID, (text) => {
    const uuid = parseUuid(text);
    return uuid === null ? text : formatUuid(change(uuid));
  });
}

const strange = ({ device }: DiscoveryContext): string => formatUuid(device.strangeUuid);
/** One of its letters in upper case. */
const mixedCase = (text: string): string => text.replace(/[a-f]/, (letter) => letter.toUpperCase());
/** Its hexadecimal digits in upper case, what stands before them as it is. */
const upperHex = (identity: string): string => identity.replace(UUID, (text) => text.toUpperCase());

/** Faults of the identities a device is found under, and of being found at all. */
export const IDENTITY_FAULTS: readonly Fault[] = [
  {
    id: 'upnp-under-strange-uuid',
    change: 'is found by UPnP under a UUID that M1 does not name',
    refuses: ownIdentityBy('upnp'),
    fails: ['RVP-UID-03'],
    warns: [],
    changes: UPNP,
    behaviour: rootNode((_, context) => ({ udn: `uuid:${strange(context)}` })),
  },
  {
    id: 'upnp-not-under-uuid-e',
    change: 'is found by UPnP under a UUID of its own, and sends no Transport UUID',
    refuses: underUuidE,
    fails: ['RVP-TUU-06'],
    warns: [],
    changes: UPNP,
    behaviour: rootNode((_, context) => ({ udn: `uuid:${strange(context)}` })),
  },
  {
    id: 'udn-without-prefix',
    change: 'uses its UUID as UDN without uuid: before it',
    refuses: byUpnp,
    fails: ['RVP-DESC-015', 'RVP-UID-03'],
    warns: [],
    changes: UPNP,
    behaviour: rootNode(({ udn }) => ({ udn: udn.replace('uuid:', '') })),
  },
  {
    id: 'udn-no-uuid',
    change: 'makes its UDN from its model and serial number',
    refuses: byUpnp,
    fails: ['RVP-DESC-015', 'RVP-SSDP-006', 'RVP-UID-03'],
    warns: [],
    changes: UPNP,
    behaviour: rootNode(({ modelNumber, serialNumber }) => ({ udn: `uuid:${modelNumber}-${serialNumber}` })),
  },
  {
    id: 'upper-case-udn',
    change: 'writes its UDN in upper case',
    refuses: byUpnp,
    fails: ['RVP-UID-05'],
    warns: [],
    changes: UPNP,
    behaviour: rootNode(({ udn }) => ({ udn: upperHex(udn) })),
  },
  {
    id: 'mixed-case-udn',
    change: 'writes its UDN in letters of both cases',
    refuses: byUpnp,
    fails: ['RVP-UID-05'],
    warns: [],
    changes: UPNP,
    behaviour: rootNode(({ udn }) => ({ udn: udn.replace(UUID, mixedCase) })),
  },
  {
    id: 'upnp-under-guid-in-memory-order',
    change: 'is found by UPnP under its UUID with the bytes as a GUID lies in memory',
    refuses: ownIdentityBy('upnp'),
    fails: ['RVP-TUU-05'],
    warns: [],
    changes: UPNP,
    behaviour: rootNode(({ udn }) => ({ udn: inPlace(udn, mixedEndian) })),
  },
  {
    id: 'identity-on-embedded-device',
    change: 'has the UUID of M1 on its embedded device instead of the root',
    refuses: withEmbedded,
    fails: ['RVP-UID-04'],
    warns: [],
    changes: UPNP,
    behaviour: rootNode((root, context) => ({
      udn: `uuid:${strange(context)}`,
      embedded: root.embedded.map((node, index) => (index === 0 ? { ...node, udn: root.udn } : node)),
    })),
  },
  {
    id: 'udn-of-each-start',
    change: 'makes a new UDN each time it is switched on',
    refuses: ownIdentityBy('upnp'),
    // What it says after a restart is neither what M1 promised nor what its description said.
    fails: ['RVP-SSDP-011', 'RVP-UID-03', 'RVP-UID-10'],
    warns: [],
    changes: UPNP,
    behaviour: rootNode(({ udn }, context) => ({ udn: context.boot === 1 ? udn : `uuid:${strange(context)}` })),
  },
  {
    id: 'dpws-under-strange-uuid',
    change: 'is found by DPWS under a UUID that M1 does not name',
    refuses: ownIdentityBy('dpws'),
    fails: ['RVP-UID-06'],
    warns: [],
    changes: DPWS,
    behaviour: dpws((_, context) => ({ address: `urn:uuid:${strange(context)}` })),
  },
  {
    id: 'epr-uuid-scheme',
    change: 'has an endpoint reference that begins with uuid: instead of urn:uuid:',
    refuses: byPlainDpws,
    fails: ['RVP-UID-07'],
    warns: [],
    changes: DPWS,
    behaviour: dpws(({ address }) => ({ address: address.replace('urn:', '') })),
  },
  {
    id: 'epr-urn-in-upper-case',
    change: 'has an endpoint reference that begins with URN:UUID:',
    refuses: byPlainDpws,
    fails: ['RVP-UID-07'],
    warns: [],
    changes: DPWS,
    behaviour: dpws(({ address }) => ({ address: address.replace('urn:uuid:', 'URN:UUID:') })),
  },
  {
    id: 'upper-case-epr',
    change: 'writes the UUID of its endpoint reference in upper case',
    refuses: byPlainDpws,
    fails: ['RVP-UID-08'],
    warns: [],
    changes: DPWS,
    behaviour: dpws(({ address }) => ({ address: upperHex(address) })),
  },
  {
    id: 'dpws-under-reversed-uuid',
    change: 'is found by DPWS under its UUID with the bytes back to front',
    refuses: ownIdentityBy('dpws'),
    fails: ['RVP-TUU-05'],
    warns: [],
    changes: DPWS,
    behaviour: dpws(({ address }) => ({ address: inPlace(address, reversed) })),
  },
  {
    id: 'other-uuid-on-host',
    change: 'names another UUID for its host in the metadata than it is found under',
    refuses: byPlainDpws,
    fails: ['RVP-UID-06'],
    warns: [],
    changes: ['metadata.Address'],
    behaviour: (device) =>
      documentText('metadata', (text) =>
        text.replace(/<wsdp:Host>.*?<\/wsdp:Host>/, (host) =>
          host.replace(/urn:uuid:[^<]*/, `urn:uuid:${formatUuid(device.strangeUuid)}`),
        ),
      )(device),
  },
  {
    id: 'epr-of-each-start',
    change: 'makes a new endpoint reference each time it is switched on',
    refuses: ownIdentityBy('dpws'),
    fails: ['RVP-UID-06', 'RVP-UID-10', 'RVP-WSD-005', 'RVP-WSD-030'],
    warns: [],
    changes: DPWS,
    behaviour: dpws(({ address }, context) => ({
      address: context.boot === 1 ? address : `urn:uuid:${strange(context)}`,
    })),
  },
  {
    id: 'secure-epr-no-urn',
    change: 'uses its https address as its endpoint reference, as Windows wants it of Secure DPWS',
    refuses: bySecureDpws,
    fails: [],
    warns: ['RVP-UID-07'],
    changes: DPWS,
    behaviour: dpws(({ port, path }) => ({ address: `https://scanner.rally-reference.example:${port}${path}` })),
  },
  {
    id: 'secure-epr-in-upper-case',
    change: 'writes the UUID of its endpoint reference in upper case, as a Secure DPWS device',
    refuses: bySecureDpws,
    fails: [],
    warns: ['RVP-UID-08'],
    changes: DPWS,
    behaviour: dpws(({ address }) => ({ address: upperHex(address) })),
  },
  {
    id: 'secure-device-not-under-uuid-e',
    change: 'is found by Secure DPWS under a UUID of its own, and sends no Transport UUID',
    refuses: bySecureDpws,
    fails: [],
    warns: ['RVP-TUU-06'],
    changes: DPWS,
    behaviour: dpws((_, context) => ({ address: `urn:uuid:${strange(context)}` })),
  },
  {
    id: 'silent-on-ssdp',
    change: 'declares UPnP and is never heard by SSDP',
    refuses: byUpnp,
    fails: ['RVP-DISC-01'],
    warns: [],
    changes: anyOf(['alive', 'byebye', 'answer'], 'missing'),
    behaviour: upnp(() => ({ announced: () => [], understood: () => null })),
  },
  {
    id: 'silent-on-ws-discovery',
    change: 'declares DPWS and is never heard by WS-Discovery',
    refuses: byDpws,
    fails: ['RVP-DISC-01'],
    warns: [],
    changes: ['Hello', 'Bye', 'ProbeMatches', 'ResolveMatches'].map((name) => `${name}.missing`),
    behaviour: dpws(() => ({
      saysHello: false,
      saysBye: false,
      matchesProbe: () => false,
      matchesResolve: () => false,
    })),
  },
  {
    id: 'no-announcement',
    change: 'waits to be searched for by SSDP and announces nothing',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-DISC-04'],
    changes: ['NOTIFY.missing', 'byebye.missing'],
    behaviour: upnp(() => ({ announced: () => [] })),
  },
  {
    id: 'no-hello',
    change: 'waits to be probed for and says no Hello',
    refuses: byDpws,
    fails: [],
    warns: ['RVP-DISC-04'],
    changes: ['Hello.missing'],
    behaviour: dpws(() => ({ saysHello: false })),
  },
];
