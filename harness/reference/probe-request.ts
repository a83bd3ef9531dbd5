import { concat } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import {
  byteAttribute,
  deviceTypeValue,
  encodeAttribute,
  textAttribute,
  version2,
  wfaExtension,
  wordAttribute,
} from '#wire/wps/build.js';
import { DEVICE_PASSWORD_ID } from '#wps/requirements.js';
import type { Model } from './model.js';
import type { Parts } from './parts.js';

const SUBTYPE_PROBE_REQUEST = 0x40;
const BROADCAST = new Uint8Array(6).fill(0xff);
/** Any network. */
const SSID_ELEMENT = Uint8Array.of(0x00, 0x00);
/** 1, 2, 5.5 and 11 Mbit/s. */
const RATES_ELEMENT = Uint8Array.of(0x01, 0x04, 0x02, 0x04, 0x0b, 0x16);
const VENDOR_ELEMENT = 0xdd;
const WPS_OUI = Uint8Array.of(0x00, 0x50, 0xf2, 0x04);
/** Most attribute bytes of one element: 255 less OUI and type. */
export const ELEMENT_DATA_BYTES = 251;
/** A device that wants to be enrolled. */
const REQUEST_TYPE_ENROLLEE = 0x01;

/** Attributes of a Probe Request in the order of their table; WSC 2.0 adds the device's strings (WSC: Probe Request). */
export function probeRequestAttributes(parts: Parts, model: Model): Uint8Array {
  const { identity, probeUuidE, extensions } = parts;
  const { device } = identity;
  const ownId = model.method === 'pbc' ? DEVICE_PASSWORD_ID.PushButton : DEVICE_PASSWORD_ID.Default;
  return concat(
    byteAttribute(ATTRIBUTE.Version, 0x10),
    byteAttribute(ATTRIBUTE.RequestType, REQUEST_TYPE_ENROLLEE),
    wordAttribute(ATTRIBUTE.ConfigMethods, identity.configMethods),
    encodeAttribute(ATTRIBUTE.UuidE, probeUuidE),
    encodeAttribute(ATTRIBUTE.PrimaryDeviceType, identity.primaryDeviceType),
    byteAttribute(ATTRIBUTE.RFBands, identity.rfBands),
    wordAttribute(ATTRIBUTE.AssociationState, identity.associationState),
    wordAttribute(ATTRIBUTE.ConfigurationError, 0),
    wordAttribute(ATTRIBUTE.DevicePasswordID, identity.devicePasswordId ?? ownId),
    ...(identity.version2 === null
      ? []
      : [
          textAttribute(ATTRIBUTE.Manufacturer, device.manufacturer),
          textAttribute(ATTRIBUTE.ModelName, device.modelName),
          textAttribute(ATTRIBUTE.ModelNumber, device.modelNumber),
          textAttribute(ATTRIBUTE.DeviceName, device.deviceName),
          wfaExtension(version2(identity.version2)),
        ]),
    ...(extensions['Probe Request'] ?? []),
    ...secondaryDeviceTypes(model),
  );
}

function secondaryDeviceTypes({ secondaryDeviceTypes: types = [] }: Model): Uint8Array[] {
  if (types.length === 0) return [];
  const values = types.map(([category, subcategory]) => deviceTypeValue(category, subcategory));
  return [encodeAttribute(ATTRIBUTE.SecondaryDeviceTypeList, concat(...values))];
}

/** Each element full before the next begins. */
export function continuedElements(data: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += ELEMENT_DATA_BYTES) pieces.push(data.subarray(at, at + ELEMENT_DATA_BYTES));
  return pieces;
}

/** An 802.11 Probe Request (no radiotap, no FCS) with a WPS element for each piece of data. */
export function probeRequestFrame(
  transmitter: Uint8Array,
  elements: readonly Uint8Array[],
  sequence: number,
): Uint8Array {
  const header = concat(
    Uint8Array.of(SUBTYPE_PROBE_REQUEST, 0, 0, 0),
    BROADCAST,
    transmitter,
    BROADCAST,
    Uint8Array.of((sequence << 4) & 0xff, (sequence >> 4) & 0xff),
  );
  const wps = elements.map((data) =>
    concat(Uint8Array.of(VENDOR_ELEMENT, WPS_OUI.length + data.length), WPS_OUI, data),
  );
  return concat(header, SSID_ELEMENT, RATES_ELEMENT, ...wps);
}
