import { concat, toHex } from '#base/bytes.js';
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
import { WFA_SUBELEMENT } from '#wire/wps/wfa.js';
import type { DeviceStrings } from '#wps/engine.js';
import type { AirDeparture } from '#wps/stimuli/stimulus.js';

/** What the access point says of itself. */
export interface AccessPointIdentity {
  /** 16 bytes. */
  readonly uuid: Uint8Array;
  readonly device: DeviceStrings;
}

/** A Registrar that waits for a device. */
export interface SelectedRegistrar {
  readonly method: 'pin' | 'pbc';
  /** Address of the one device it waits for, 6 bytes; null: any. */
  readonly authorizedMac: Uint8Array | null;
}

const VERSION = 0x10;
const CONFIGURED = 0x02;
const RESPONSE_AP = 0x03;
const DEVICE_PASSWORD_ID = { pin: 0x0000, pbc: 0x0004 } as const;
/** Label, display and keypad; or push button with its virtual and physical bits. */
const CONFIG_METHODS = { pin: 0x2108, pbc: 0x0280 } as const;
const ANY_MAC = new Uint8Array(6).fill(0xff);
/** Nobody's: an address that its owner makes up, of an access point that has none. */
const OTHER_MAC = Uint8Array.of(0x02, 0x5e, 0x00, 0x00, 0x00, 0x44);
/** Device type: network infrastructure, access point. */
const ACCESS_POINT = deviceTypeValue(6, 1);
const HEADER = Uint8Array.of(0x00, 0x50, 0xf2, 0x04);
const VENDOR_ELEMENT = 0xdd;
const LONGEST_ELEMENT = 251;
/** First part of WPS data that is split where it need not be: Version, WPS State and half of Selected Registrar. */
const SPLIT_AT = 12;
/** What a truncated element lacks at its end. */
const MISSING_BYTES = 2;

/**
 * WPS information elements of Beacon and Probe Response, in hex as hostapd takes them. One list serves both, so it is
 * that of the Probe Response, the longer one. While a Registrar is selected it says for what, and for whom.
 */
export function beaconElements(
  identity: AccessPointIdentity,
  selected: SelectedRegistrar | null,
  { announces = selected?.method, authorizes, form }: AirDeparture = {},
): string {
  const { device, uuid } = identity;
  const waiting =
    announces === undefined
      ? []
      : [
          byteAttribute(ATTRIBUTE.SelectedRegistrar, 1),
          wordAttribute(ATTRIBUTE.DevicePasswordID, DEVICE_PASSWORD_ID[announces]),
          wordAttribute(ATTRIBUTE.SelectedRegistrarConfigMethods, CONFIG_METHODS[announces]),
        ];
  const own = selected?.authorizedMac ?? ANY_MAC;
  const authorizedMac =
    authorizes === undefined || authorizes === 'device' ? own : { any: ANY_MAC, other: OTHER_MAC }[authorizes];
  const authorized = selected === null ? [] : [{ type: WFA_SUBELEMENT.AuthorizedMACs, value: authorizedMac }];
  const data = concat(
    byteAttribute(ATTRIBUTE.Version, VERSION),
    byteAttribute(ATTRIBUTE.WPSState, CONFIGURED),
    ...waiting,
    byteAttribute(ATTRIBUTE.ResponseType, RESPONSE_AP),
    encodeAttribute(ATTRIBUTE.UuidE, uuid),
    textAttribute(ATTRIBUTE.Manufacturer, device.manufacturer),
    textAttribute(ATTRIBUTE.ModelName, device.modelName),
    textAttribute(ATTRIBUTE.ModelNumber, device.modelNumber),
    textAttribute(ATTRIBUTE.SerialNumber, device.serialNumber),
    encodeAttribute(ATTRIBUTE.PrimaryDeviceType, ACCESS_POINT),
    textAttribute(ATTRIBUTE.DeviceName, device.deviceName),
    // How a Registrar could be added here: none can.
    wordAttribute(ATTRIBUTE.ConfigMethods, 0),
    wfaExtension(version2(), ...authorized),
  );
  if (form === 'truncated') return elements(data.subarray(0, data.length - MISSING_BYTES));
  if (form === 'split') return elements(data.subarray(0, SPLIT_AT)) + elements(data.subarray(SPLIT_AT));
  return elements(data);
}

/** WPS information element of the Association Response, in hex. */
export function associationElements(): string {
  return elements(
    concat(
      byteAttribute(ATTRIBUTE.Version, VERSION),
      byteAttribute(ATTRIBUTE.ResponseType, RESPONSE_AP),
      wfaExtension(version2()),
    ),
  );
}

function elements(data: Uint8Array): string {
  let hex = '';
  for (let at = 0; at < data.length; at += LONGEST_ELEMENT) {
    const piece = data.subarray(at, at + LONGEST_ELEMENT);
    hex += toHex(concat(Uint8Array.of(VENDOR_ELEMENT, HEADER.length + piece.length), HEADER, piece));
  }
  return hex;
}
