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
/** Device type: network infrastructure, access point. */
const ACCESS_POINT = deviceTypeValue(6, 1);
const HEADER = Uint8Array.of(0x00, 0x50, 0xf2, 0x04);
const VENDOR_ELEMENT = 0xdd;
const LONGEST_ELEMENT = 251;

/**
 * WPS information elements of Beacon and Probe Response, in hex as hostapd takes them. One list serves both, so it is
 * that of the Probe Response, the longer one. While a Registrar is selected it says for what, and for whom.
 */
export function beaconElements(identity: AccessPointIdentity, selected: SelectedRegistrar | null): string {
  const { device, uuid } = identity;
  const waiting =
    selected === null
      ? []
      : [
          byteAttribute(ATTRIBUTE.SelectedRegistrar, 1),
          wordAttribute(ATTRIBUTE.DevicePasswordID, DEVICE_PASSWORD_ID[selected.method]),
          wordAttribute(ATTRIBUTE.SelectedRegistrarConfigMethods, CONFIG_METHODS[selected.method]),
        ];
  const authorized =
    selected === null ? [] : [{ type: WFA_SUBELEMENT.AuthorizedMACs, value: selected.authorizedMac ?? ANY_MAC }];
  return elements(
    concat(
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
    ),
  );
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
