import { ascii, be, concat, fromHex } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import {
  byteAttribute,
  encodeAttribute,
  textAttribute,
  version2,
  wfaExtension,
  wordAttribute,
} from '#wire/wps/build.js';

/** Frames as a monitor interface delivers them: radiotap, 802.11, frame check sequence. */

/** Time stamp, flags (frame check sequence at the end), rate, channel, signal, antenna, receive flags. */
const RADIOTAP = fromHex('0000 1a00 2f480000 0000000000000000 10 02 6c09 a000 c5 00 0000');
/** Not computed: neither tshark nor this tool checks it unless asked to. */
const FCS = fromHex('00000000');

const BROADCAST = new Uint8Array(6).fill(0xff);
const TO_DS = 0x01;
const FROM_DS = 0x02;
const SNAP_EAPOL = fromHex('aaaa03 000000 888e');

const SUBTYPE = { probeRequest: 4, probeResponse: 5, beacon: 8 } as const;

/** Offset of the 8-byte time stamp in a frame of {@link beacon}. */
export const BEACON_TIME_AT = RADIOTAP.length + 24;

/** An EAPOL packet between a station and its access point, in a QoS data frame. */
export function eapolFrame(eapol: Uint8Array, accessPoint: Uint8Array, station: Uint8Array, fromStation: boolean) {
  const body = concat(SNAP_EAPOL, eapol);
  return fromStation
    ? qosData(TO_DS, [accessPoint, station, accessPoint], body)
    : qosData(FROM_DS, [station, accessPoint, accessPoint], body);
}

/** An encrypted data frame of a station somewhere near. */
export function encryptedFrame(lengthBytes: number): Uint8Array {
  const protectedFlag = 0x40;
  const [accessPoint, station] = [fromHex('020000aa0001'), fromHex('020000aa0002')];
  return qosData(FROM_DS | protectedFlag, [station, accessPoint, accessPoint], new Uint8Array(lengthBytes).fill(0xa5));
}

/** The Beacon of an access point, with or without WPS. */
export function beacon(accessPoint: Uint8Array, name: string, withWps: boolean): Uint8Array {
  return management(SUBTYPE.beacon, accessPoint, BROADCAST, accessPointBody(name, withWps ? beaconWps(name) : null));
}

export function probeResponse(accessPoint: Uint8Array, station: Uint8Array, name: string): Uint8Array {
  return management(SUBTYPE.probeResponse, accessPoint, station, accessPointBody(name, responseWps(accessPoint, name)));
}

/** Probe Request of a station that wants to enroll. */
export function probeRequest(station: Uint8Array, uuidE: Uint8Array): Uint8Array {
  const wps = concat(
    byteAttribute(ATTRIBUTE.Version, 0x10),
    byteAttribute(ATTRIBUTE.RequestType, 0x01),
    wordAttribute(ATTRIBUTE.ConfigMethods, 0x2388),
    encodeAttribute(ATTRIBUTE.UuidE, uuidE),
    encodeAttribute(ATTRIBUTE.PrimaryDeviceType, fromHex('0003 0050f204 0001')),
    byteAttribute(ATTRIBUTE.RFBands, 0x01),
    wordAttribute(ATTRIBUTE.AssociationState, 0),
    wordAttribute(ATTRIBUTE.ConfigurationError, 0),
    wordAttribute(ATTRIBUTE.DevicePasswordID, 0),
    textAttribute(ATTRIBUTE.Manufacturer, 'Example'),
    textAttribute(ATTRIBUTE.ModelName, 'Printer'),
    textAttribute(ATTRIBUTE.ModelNumber, '2'),
    textAttribute(ATTRIBUTE.DeviceName, 'Printer'),
    wfaExtension(version2()),
  );
  const rates = element(ELEMENT.rates, fromHex('02040b160c121824'));
  const elements = concat(element(ELEMENT.name, new Uint8Array(0)), rates, HT, wpsElement(wps));
  return management(SUBTYPE.probeRequest, station, BROADCAST, elements);
}

function management(subtype: number, transmitter: Uint8Array, receiver: Uint8Array, body: Uint8Array): Uint8Array {
  return concat(
    RADIOTAP,
    Uint8Array.of(subtype << 4, 0, 0, 0),
    receiver,
    transmitter,
    transmitter,
    Uint8Array.of(0, 0),
    body,
    FCS,
  );
}

function qosData(flags: number, addresses: readonly Uint8Array[], body: Uint8Array): Uint8Array {
  return concat(RADIOTAP, Uint8Array.of(0x88, flags, 0x3a, 0x01), ...addresses, Uint8Array.of(0, 0, 0, 0), body, FCS);
}

function element(id: number, value: Uint8Array): Uint8Array {
  return concat(be(id, 1), be(value.length, 1), value);
}

function wpsElement(data: Uint8Array): Uint8Array {
  return element(0xdd, concat(fromHex('0050f204'), data));
}

const ELEMENT = {
  name: 0,
  rates: 1,
  channel: 3,
  trafficMap: 5,
  country: 7,
  load: 11,
  htCapabilities: 45,
  vendor: 221,
} as const;

/** HT Capabilities. */
const HT = element(ELEMENT.htCapabilities, concat(fromHex('ef09 17 ffff0000'), new Uint8Array(19)));
/** What a common access point of 802.11ac says of itself, besides its name and WPS. */
const ACCESS_POINT = concat(
  element(ELEMENT.rates, fromHex('82848b960c121824')),
  element(ELEMENT.channel, fromHex('06')),
  element(ELEMENT.trafficMap, fromHex('00010000')),
  element(ELEMENT.country, fromHex('444520 010d14')),
  element(ELEMENT.load, fromHex('0300 57 7a12')),
  element(42, fromHex('00')),
  element(50, fromHex('3048606c')),
  element(48, fromHex('0100 000fac04 0100 000fac04 0100 000fac02 0c00')),
  element(70, fromHex('7208010000')),
  HT,
  element(61, concat(fromHex('060504'), new Uint8Array(19))),
  element(127, fromHex('0400080000000040')),
  element(191, fromHex('b1018033 eaff0000 eaff0020')),
  element(192, fromHex('000000fcff')),
  element(195, fromHex('02020202')),
  element(ELEMENT.vendor, fromHex('0050f2 02 01 01 84 00 03a40000 27a40000 42435e00 62322f00')),
  element(ELEMENT.vendor, fromHex('00037f 01010000ff7f')),
  element(ELEMENT.vendor, fromHex('001018 0200001c0000')),
  element(ELEMENT.vendor, fromHex('506f9a 16030103')),
);

function accessPointBody(name: string, wps: Uint8Array | null): Uint8Array {
  const fixed = fromHex('0000000000000000 6400 3114');
  const wpsPart = wps === null ? new Uint8Array(0) : wpsElement(wps);
  return concat(fixed, element(ELEMENT.name, ascii(name)), ACCESS_POINT, wpsPart);
}

function beaconWps(name: string): Uint8Array {
  return concat(
    byteAttribute(ATTRIBUTE.Version, 0x10),
    byteAttribute(ATTRIBUTE.WPSState, 2),
    byteAttribute(ATTRIBUTE.RFBands, 0x01),
    textAttribute(ATTRIBUTE.DeviceName, name),
    wfaExtension(version2()),
  );
}

function responseWps(accessPoint: Uint8Array, name: string): Uint8Array {
  return concat(
    byteAttribute(ATTRIBUTE.Version, 0x10),
    byteAttribute(ATTRIBUTE.WPSState, 2),
    byteAttribute(ATTRIBUTE.SelectedRegistrar, 1),
    wordAttribute(ATTRIBUTE.DevicePasswordID, 0),
    wordAttribute(ATTRIBUTE.SelectedRegistrarConfigMethods, 0x2388),
    byteAttribute(ATTRIBUTE.ResponseType, 3),
    encodeAttribute(ATTRIBUTE.UuidE, concat(fromHex('5ab6f0f46d2e4b419f0c'), accessPoint)),
    textAttribute(ATTRIBUTE.Manufacturer, 'Example'),
    textAttribute(ATTRIBUTE.ModelName, 'Access Point'),
    textAttribute(ATTRIBUTE.ModelNumber, '2'),
    textAttribute(ATTRIBUTE.SerialNumber, '7'),
    encodeAttribute(ATTRIBUTE.PrimaryDeviceType, fromHex('0006 0050f204 0001')),
    textAttribute(ATTRIBUTE.DeviceName, name),
    wordAttribute(ATTRIBUTE.ConfigMethods, 0x2388),
    byteAttribute(ATTRIBUTE.RFBands, 0x01),
    wfaExtension(version2()),
  );
}
