import type { Fault } from '../fault.js';
import { anyOf, UPNP_IDENTITY } from './changes.js';
import { byUpnp, withEmbedded } from './conditions.js';
import { answers, documentText, embeddedNodes, httpHeader, rootNode } from './edits.js';
import { emptyResponse, withBody } from './http.js';

const LONG_NAME = 'Reference device on the second floor, room 2.14, beside the window and the stairs';
const LATE_MS = 31_000;

/** Faults of the description a UPnP device serves. */
export const DESCRIPTION_FAULTS: readonly Fault[] = [
  {
    id: 'description-as-binary',
    change: 'serves its description as application/octet-stream',
    refuses: byUpnp,
    fails: ['RVP-DESC-001'],
    warns: [],
    changes: ['description.headers'],
    behaviour: httpHeader('description', 'Content-Type', 'application/octet-stream'),
  },
  {
    id: 'description-not-found',
    change: 'answers the request for its description with 404',
    refuses: byUpnp,
    fails: ['RVP-DESC-001'],
    warns: [],
    changes: ['description.status', 'description.headers', 'description.missing'],
    behaviour: answers('description', () => emptyResponse(404)),
  },
  {
    id: 'no-content-language',
    change: 'does not say the language of its description when asked',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-DESC-002'],
    changes: ['description.headers'],
    behaviour: httpHeader('description', 'Content-Language', null),
  },
  {
    id: 'description-after-31-seconds',
    change: 'needs 31 seconds to serve its description',
    refuses: byUpnp,
    fails: ['RVP-DESC-003'],
    warns: [],
    changes: ['description.time', 'description.missing', 'description.status', 'description.headers'],
    behaviour: answers('description', (response) => ({ ...response, delayMs: LATE_MS })),
  },
  {
    id: 'misspelt-upnp-namespace',
    change: 'misspells the namespace of its description',
    refuses: byUpnp,
    fails: ['RVP-DESC-010'],
    warns: [],
    changes: ['description.root'],
    behaviour: documentText('description', (text) => text.replace('org:device-1-0', 'org:device:1-0')),
  },
  {
    id: 'no-spec-version',
    change: 'leaves specVersion out of its description',
    refuses: byUpnp,
    fails: ['RVP-DESC-011'],
    warns: [],
    changes: ['description.specVersion'],
    behaviour: documentText('description', (text) => text.replace(/<specVersion>.*<\/specVersion>/, '')),
  },
  {
    id: 'blank-model-name',
    change: 'serves a description with an empty modelName',
    refuses: byUpnp,
    fails: ['RVP-DESC-013'],
    warns: [],
    changes: ['description.modelName', 'description.modelDescription'],
    behaviour: rootNode(() => ({ modelName: '' })),
  },
  {
    id: 'no-manufacturer',
    change: 'leaves the manufacturer out of its description',
    refuses: byUpnp,
    fails: ['RVP-DESC-013'],
    warns: [],
    changes: ['description.manufacturer'],
    behaviour: documentText('description', (text) => text.replace(/<manufacturer>[^<]*<\/manufacturer>/, '')),
  },
  {
    id: 'friendly-name-of-80-characters',
    change: 'has a friendly name of more than 64 characters in its description',
    refuses: byUpnp,
    fails: [],
    warns: ['RVP-DESC-013b'],
    changes: ['description.friendlyName'],
    behaviour: rootNode(() => ({ friendlyName: LONG_NAME })),
  },
  {
    id: 'service-without-control-url',
    change: 'describes a service without controlURL',
    refuses: byUpnp,
    fails: ['RVP-DESC-016'],
    warns: [],
    changes: ['description.controlURL'],
    behaviour: documentText('description', (text) => text.replace(/<controlURL>[^<]*<\/controlURL>/, '')),
  },
  {
    id: 'embedded-device-with-udn-of-root',
    change: 'gives its embedded device the UDN of the root device',
    refuses: withEmbedded,
    fails: ['RVP-DESC-017'],
    // The announcements of both devices are the same, so each seems to be sent twice as often.
    warns: ['RVP-SSDP-022'],
    changes: [...UPNP_IDENTITY, ...['missing', 'copies'].flatMap((part) => anyOf(['alive', 'byebye', 'answer'], part))],
    behaviour: embeddedNodes((_, root) => ({ udn: root.udn })),
  },
  {
    id: 'embedded-udn-no-uuid',
    change: 'makes the UDN of its embedded device from its serial number',
    refuses: withEmbedded,
    fails: ['RVP-DESC-015', 'RVP-SSDP-006'],
    warns: [],
    changes: UPNP_IDENTITY,
    behaviour: embeddedNodes(({ serialNumber }) => ({ udn: `uuid:scanner-${serialNumber}` })),
  },
  {
    id: 'unescaped-ampersand',
    change: 'writes an ampersand into its description as it is',
    refuses: byUpnp,
    fails: ['RVP-DESC-018'],
    warns: [],
    changes: ['description.malformed'],
    behaviour: documentText('description', (text) =>
      text.replace('</modelDescription>', ' Print & Scan</modelDescription>'),
    ),
  },
  {
    id: 'description-in-latin-1',
    change: 'declares UTF-8 in its description and writes Latin-1',
    refuses: byUpnp,
    fails: ['RVP-DESC-018'],
    warns: [],
    changes: ['description.malformed'],
    behaviour: answers('description', (response) => withBody(response, latin1(response.body))),
  },
  {
    id: 'description-with-external-entity',
    change: 'defines an external entity at the top of its description',
    refuses: byUpnp,
    fails: ['RVP-DESC-018'],
    warns: [],
    changes: ['description.malformed'],
    behaviour: documentText('description', (text) =>
      text.replace('<root', '<!DOCTYPE root [<!ENTITY model SYSTEM "file:///etc/hostname">]>\n<root'),
    ),
  },
];

/** The model description with an umlaut of one byte, the rest as it is. */
function latin1(body: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(body).replace('</modelDescription>', ' Ger\u00e4t</modelDescription>');
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
