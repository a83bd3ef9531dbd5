import { ascii, concat, fromHex } from '#base/bytes.js';
import { mixedEndian, parseUuid, reversed } from '#base/uuid.js';
import type { TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import {
  ALL_IN_ONE,
  DPWS_PRINTER,
  DPWS_UUID,
  microsoftExtension,
  SECURE_PRINTER,
  SENSOR,
  transportUuid,
  UPNP_RENDERER,
  UPNP_UUID,
  UUID_E,
  vpi,
  type SampleDevice,
} from './devices.js';
import { append, drop, replaceMicrosoft, setValue, vendorData } from './edits.js';
import { probeRequest, withFrames } from './air.js';
import { twoSessions } from './evidence.js';
import { inM1, observed, scripted, type FaultCase } from './fault-case.js';

const tlvs = (...list: Parameters<typeof microsoftExtension>[0]) => replaceMicrosoft(microsoftExtension(list));
const raw = (value: Uint8Array): TlvSource => ({ type: 0x1002, value });
const own = parseUuid(DPWS_UUID) ?? fromHex('');
const uuidE = parseUuid(UUID_E) ?? fromHex('');

/** The device with other identities in its profile. */
function foundAs(device: SampleDevice, identities: { upnp?: string; dpws?: string }): SampleDevice {
  const { profile } = device;
  return { ...device, profile: { ...profile, ixit: { ...profile.ixit, identities } } };
}

/** Both transports, the UPnP one with `upnp` as Transport UUID and the DPWS one without; found as `dpws`. */
const LOPSIDED = foundAs(
  { ...ALL_IN_ONE, pairing: [vpi(2), transportUuid(UPNP_UUID), vpi(1)], repeatsIn: [] },
  { upnp: `uuid:${UPNP_UUID}`, dpws: `urn:uuid:${UPNP_UUID}` },
);

/** The same, but DPWS is found under UUID-E, as it has to be. */
const LAWFUL = foundAs(LOPSIDED, { upnp: `uuid:${UPNP_UUID}`, dpws: `urn:uuid:${UUID_E}` });

/** Both transports without Transport UUID; DPWS is found under another UUID than UUID-E. */
const BARE = foundAs(
  { ...ALL_IN_ONE, pairing: [vpi(2), vpi(1)], repeatsIn: [] },
  { upnp: `uuid:${UUID_E}`, dpws: `urn:uuid:${DPWS_UUID}` },
);

/** Both transports under UUID-E, which the UPnP one sends as its Transport UUID too. */
const SHARING = foundAs(
  { ...ALL_IN_ONE, pairing: [vpi(2), transportUuid(UUID_E), vpi(1)], repeatsIn: [] },
  { upnp: `uuid:${UUID_E}`, dpws: `urn:uuid:${UUID_E}` },
);

export const TUU_CASES: readonly FaultCase[] = [
  inM1('a Transport UUID of 15 bytes', DPWS_PRINTER, tlvs(vpi(1), raw(own.subarray(0, 15))), { fails: ['TUU-01'] }),
  inM1('a Transport UUID of 14 bytes, one of them a letter', DPWS_PRINTER, tlvs(vpi(1), raw(uuidE.subarray(0, 14))), {
    fails: ['TUU-01'],
  }),
  inM1('the text of the UUID in braces', DPWS_PRINTER, tlvs(vpi(1), raw(ascii(`{${DPWS_UUID}}`))), {
    fails: ['TUU-01'],
  }),
  inM1('the text of the UUID', DPWS_PRINTER, tlvs(vpi(1), raw(ascii(DPWS_UUID))), { fails: ['TUU-01'] }),
  inM1('the Transport UUID before its VPI', DPWS_PRINTER, tlvs(transportUuid(DPWS_UUID), vpi(1)), {
    fails: ['TUU-02'],
  }),
  inM1(
    'another TLV between VPI and Transport UUID',
    DPWS_PRINTER,
    tlvs(vpi(1), { type: 0x2001, value: fromHex('00') }, transportUuid(DPWS_UUID)),
    { fails: ['TUU-02'] },
  ),
  inM1(
    'the Transport UUID in an extension of its own',
    DPWS_PRINTER,
    replaceMicrosoft(microsoftExtension([vpi(1)]), microsoftExtension([transportUuid(DPWS_UUID)])),
    { fails: ['TUU-02'], warns: ['VX-02'] },
  ),
  inM1(
    'two Transport UUIDs after one VPI',
    DPWS_PRINTER,
    tlvs(vpi(1), transportUuid(DPWS_UUID), transportUuid(UPNP_UUID)),
    { fails: ['TUU-03'] },
  ),
  inM1('a Transport UUID after None', SENSOR, tlvs(vpi(0), transportUuid(DPWS_UUID)), { fails: ['TUU-04'] }),
  // The bytes of a version 4 UUID no longer show version and variant once they are permuted.
  inM1('a GUID in memory order', DPWS_PRINTER, tlvs(vpi(1), raw(mixedEndian(own))), {
    fails: ['TUU-05'],
    warns: ['TUU-10'],
  }),
  inM1('the UUID back to front', DPWS_PRINTER, tlvs(vpi(1), raw(reversed(own))), {
    fails: ['TUU-05'],
    warns: ['TUU-10'],
  }),
  inM1('found under another UUID than UUID-E', foundAs(UPNP_RENDERER, { upnp: `uuid:${UPNP_UUID}` }), tlvs(vpi(2)), {
    fails: ['TUU-06'],
  }),
  scripted(
    'found under another UUID than UUID-E',
    foundAs(SECURE_PRINTER, { dpws: `urn:uuid:${DPWS_UUID}` }),
    {},
    { warns: ['TUU-06'] },
  ),
  scripted('UPnP and DPWS share a UUID that is sent for one only', LOPSIDED, {}, { fails: ['TUU-07'] }),
  scripted('DPWS is found under UUID-E, and UPnP under the UUID that is sent for it', LAWFUL, {}, {}),
  scripted('a Transport UUID for UPnP alone, and no identity in the profile', foundAs(LOPSIDED, {}), {}, {}),
  scripted('no Transport UUID, and DPWS is found under another UUID than UUID-E', BARE, {}, { fails: ['TUU-06'] }),
  inM1('all zero', DPWS_PRINTER, tlvs(vpi(1), raw(new Uint8Array(16))), { fails: ['TUU-09'] }),
  inM1('all 0xff', DPWS_PRINTER, tlvs(vpi(1), raw(new Uint8Array(16).fill(0xff))), { fails: ['TUU-09'] }),
  inM1(
    "the documentation's example",
    DPWS_PRINTER,
    tlvs(vpi(1), transportUuid('00010203-0405-0607-0809-0a0b0c0e0e0f')),
    { fails: ['TUU-09'] },
  ),
  inM1(
    "the documentation's example in memory order",
    DPWS_PRINTER,
    tlvs(vpi(1), raw(mixedEndian(parseUuid('55363c1c-8547-4195-a325-fc3ecba5b312') ?? own))),
    { fails: ['TUU-09'] },
  ),
  inM1(
    'a UUID of no known version',
    DPWS_PRINTER,
    tlvs(vpi(1), transportUuid('8d2b6c14-55a3-0e9f-b7d0-6c1e3a92f504')),
    {
      warns: ['TUU-10'],
    },
  ),
  scripted(
    'the Transport UUID in M7 only',
    DPWS_PRINTER,
    { attributes: { M1: tlvs(vpi(1)), M7: append(microsoftExtension(DPWS_PRINTER.pairing)) } },
    { fails: ['TUU-06', 'TUU-11'] },
  ),
  observed(
    'the Transport UUID in a Probe Request only',
    SENSOR,
    () => withFrames(twoSessions(SENSOR), probeRequest(SENSOR, [transportUuid(DPWS_UUID)])),
    { fails: ['TUU-11'] },
  ),
  observed(
    'another Transport UUID in the second session',
    foundAs(DPWS_PRINTER, {}),
    () => twoSessions(DPWS_PRINTER, {}, { attributes: { M1: tlvs(vpi(1), transportUuid(UPNP_UUID)) } }),
    { warns: ['TUU-12'] },
  ),
  inM1(
    'a Transport UUID equal to UUID-E',
    foundAs(DPWS_PRINTER, { dpws: `urn:uuid:${UUID_E}` }),
    tlvs(vpi(1), transportUuid(UUID_E)),
    {},
  ),
  inM1('a Transport UUID without any VPI', DPWS_PRINTER, tlvs(transportUuid(DPWS_UUID)), {
    fails: ['TUU-02', 'VPI-01'],
  }),
  inM1('two Transport UUIDs before their VPI', DPWS_PRINTER, tlvs(transportUuid(DPWS_UUID), raw(uuidE), vpi(1)), {
    fails: ['TUU-02'],
  }),
  scripted(
    'another Transport UUID in M7, after an M1 with one that has no VPI',
    DPWS_PRINTER,
    {
      attributes: {
        M1: tlvs(transportUuid(DPWS_UUID), vpi(1)),
        M7: append(microsoftExtension(DPWS_PRINTER.pairing)),
      },
    },
    { fails: ['TUU-02'] },
  ),
  scripted(
    'the Transport UUID in M7 only, after an M1 whose VPI is cut',
    DPWS_PRINTER,
    { attributes: { M1: vendorData(fromHex('1001 0004 0101')), M7: append(microsoftExtension(DPWS_PRINTER.pairing)) } },
    { fails: ['VX-06'] },
  ),
  observed(
    'no Transport UUID in the second session',
    foundAs(DPWS_PRINTER, {}),
    () => twoSessions(DPWS_PRINTER, {}, { attributes: { M1: tlvs(vpi(1)) } }),
    { warns: ['TUU-12'] },
  ),
  observed(
    'no Transport UUID in the first session',
    foundAs(DPWS_PRINTER, {}),
    () => twoSessions(DPWS_PRINTER, { attributes: { M1: tlvs(vpi(1)) } }, {}),
    { warns: ['TUU-12'] },
  ),
  scripted('an identity without UUID in the profile', foundAs(DPWS_PRINTER, { dpws: 'urn:none' }), {}, {}),
  scripted('UPnP and DPWS share UUID-E, which is sent for one', SHARING, {}, {}),
  scripted(
    'a shared Transport UUID of 15 bytes',
    { ...LOPSIDED, pairing: [vpi(2), raw(own.subarray(0, 15)), vpi(1)] },
    {},
    { fails: ['TUU-01', 'TUU-06'] },
  ),
  inM1('a shared Transport UUID, and no UUID-E', LOPSIDED, drop(ATTRIBUTE.UuidE), { fails: ['WSC-03'] }),
];

export const UID_CASES: readonly FaultCase[] = [
  inM1('UUID-E all zero', SENSOR, setValue(ATTRIBUTE.UuidE, new Uint8Array(16)), { fails: ['UID-01'] }),
  inM1(
    "UUID-E of the documentation's example",
    SENSOR,
    setValue(ATTRIBUTE.UuidE, parseUuid('ec742c0d-5915-4bcb-b969-008132afec5e') ?? own),
    { fails: ['UID-01'] },
  ),
  observed(
    'another UUID-E in the second session',
    SENSOR,
    () => twoSessions(SENSOR, {}, { attributes: { M1: setValue(ATTRIBUTE.UuidE, own) } }),
    { fails: ['UID-02'] },
  ),
  observed(
    'another UUID-E in the Probe Request',
    SENSOR,
    () => withFrames(twoSessions(SENSOR), probeRequest(SENSOR, [], DPWS_UUID)),
    { fails: ['UID-02'] },
  ),
  inM1(
    'UUID-E without version',
    SENSOR,
    setValue(ATTRIBUTE.UuidE, concat(own.subarray(0, 6), fromHex('00'), own.subarray(7))),
    { warns: ['UID-11'] },
  ),
];
