import { microsoftExtension, transportUuid, vpi } from '#suites/testing/devices.js';
import { replaceMicrosoft, setValue } from '#suites/testing/edits.js';
import type { TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { newer, older, type NetworkCase } from './network-cases.js';
import { all, description, discovery, metadata, saying, ssdpText, wsdText, type Change } from './network-edits.js';

/** Identities that are nearly the promised one, and promises that no device may be found under. */

/** UUID-E, under which the model with UPnP alone is found, and its bytes as a GUID in memory order. */
const UUID_E = 'a238f45a-17b0-43e6-9270-6615a892b382';
const UUID_E_AS_GUID = '5af438a2-b017-e643-9270-6615a892b382';
/** Transport UUIDs of the model with both, and the UDN of its embedded device. */
const UPNP_UUID = 'e83e89ea-c6b0-4c01-a67b-a774d2afff58';
const DPWS_UUID = '3b934a04-e1af-4c9b-bbf8-55eedb756f54';
const EMBEDDED = 'f2b271b2-9c83-4fcb-a1bb-8f9020d171f7';
const OTHER = '3b934a04-e1af-4c9b-bbf8-55eedb756f55';
const ZERO = '00000000-0000-0000-0000-000000000000';

const pairing = (...tlvs: readonly TlvSource[]) => replaceMicrosoft(microsoftExtension(tlvs));
const UPNP = [vpi(2), transportUuid(UPNP_UUID)];
const ZERO_UUID_E = saying(setValue(ATTRIBUTE.UuidE, new Uint8Array(16)));

/** Another text wherever UPnP tells this one. */
const inUpnp = (usual: string, text: string): Change =>
  all(
    ssdpText((message) => message.replaceAll(usual, text)),
    description(new RegExp(usual, 'g'), text),
  );
/** Another text wherever DPWS tells this one. */
const inDpws = (usual: string, text: string): Change =>
  all(
    wsdText((message) => message.replaceAll(usual, text)),
    metadata(new RegExp(usual, 'g'), text),
  );
/** What was searched for is the usual identity, so an answer with another one answers something else. */
const ANSWERED = ['SSDP-046', 'SSDP-047'];
/** A text that is no UUID is no UDN either. */
const NO_UDN = ['DESC-015', 'SSDP-006', ...ANSWERED];
const spelt = (name: string, text: string, fails: readonly string[]): NetworkCase =>
  older(`found under ${name}`, inUpnp(`uuid:${UUID_E}`, text), { fails });

export const SPELLING_CASES: readonly NetworkCase[] = [
  spelt('its UUID after another digit', `uuid:0${UUID_E}`, [...NO_UDN, 'UID-03']),
  spelt('a text with a URL in it', 'see http://192.0.2.20/', [...NO_UDN, 'UID-03']),
  spelt('a UUID that begins with no digit', `uuid:g${UUID_E.slice(1)}`, [...NO_UDN, 'UID-05']),
  spelt('a UUID that ends with no digit', `uuid:${UUID_E.slice(0, -1)}g`, [...NO_UDN, 'UID-05']),
  spelt('another UUID in upper case', `uuid:${OTHER.toUpperCase()}`, [...ANSWERED, 'UID-05']),
  spelt('UUID-E as a GUID in memory order', `uuid:${UUID_E_AS_GUID}`, [...ANSWERED, 'TUU-06']),
  newer(
    'DPWS under a UUID of its own, and an embedded device of UPnP under that of DPWS',
    all(inUpnp(EMBEDDED, DPWS_UUID), inDpws(`urn:uuid:${DPWS_UUID}`, `urn:uuid:${OTHER}`)),
    { fails: ['UID-06'] },
  ),
  newer(
    'DPWS under the Transport UUID of M1, which is all zero',
    all(saying(pairing(...UPNP, vpi(1), transportUuid(ZERO))), inDpws(`urn:uuid:${DPWS_UUID}`, `urn:uuid:${ZERO}`)),
    { fails: ['TUU-09', 'WSD-014'] },
  ),
  newer(
    'a Transport UUID before the first VPI',
    saying(pairing(transportUuid(OTHER), ...UPNP, vpi(1), transportUuid(DPWS_UUID))),
    { fails: ['TUU-02'] },
  ),
  older('a UUID-E all zero', ZERO_UUID_E, { fails: ['UID-01'] }),
  older(
    'a UUID-E all zero, and nobody listened to the end',
    all(
      ZERO_UUID_E,
      discovery(() => ({ isComplete: false })),
    ),
    { fails: ['UID-01'] },
  ),
];
