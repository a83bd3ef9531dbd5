import { ascii, concat, fromHex } from '#base/bytes.js';
import { microsoftExtension, vpi } from '../microsoft/build.js';
import { TRANSPORT } from '../microsoft/vertical-pairing.js';
import { ATTRIBUTE } from '../wps/attributes.js';
import {
  byteAttribute,
  deviceTypeValue,
  encodeAttribute,
  textAttribute,
  version2,
  wfaExtension,
  wordAttribute,
} from '../wps/build.js';
import { publicKey } from '../wps/crypto.js';
import { MESSAGE_TYPE } from '../wps/message.js';

export const SAMPLE_MAC = fromHex('020000000100');
export const SAMPLE_UUID = fromHex('7c2e6c0a1f1d5b0e9c57020000000100');

/** M1 of a printer that pairs by DPWS and by UPnP, with nothing wrong in it. */
export function sampleM1(...extensions: readonly Uint8Array[]): Uint8Array {
  return concat(
    byteAttribute(ATTRIBUTE.Version, 0x10),
    byteAttribute(ATTRIBUTE.MessageType, MESSAGE_TYPE.M1),
    encodeAttribute(ATTRIBUTE.UuidE, SAMPLE_UUID),
    encodeAttribute(ATTRIBUTE.MACAddress, SAMPLE_MAC),
    encodeAttribute(ATTRIBUTE.EnrolleeNonce, ascii('0123456789abcdef')),
    encodeAttribute(ATTRIBUTE.PublicKey, publicKey(fromHex('0123456789'))),
    wordAttribute(ATTRIBUTE.AuthenticationTypeFlags, 0x0023),
    wordAttribute(ATTRIBUTE.EncryptionTypeFlags, 0x000d),
    byteAttribute(ATTRIBUTE.ConnectionTypeFlags, 0x01),
    wordAttribute(ATTRIBUTE.ConfigMethods, 0x4288),
    byteAttribute(ATTRIBUTE.WPSState, 0x01),
    textAttribute(ATTRIBUTE.Manufacturer, 'Example'),
    textAttribute(ATTRIBUTE.ModelName, 'Printer'),
    textAttribute(ATTRIBUTE.ModelNumber, '1'),
    textAttribute(ATTRIBUTE.SerialNumber, '0001'),
    encodeAttribute(ATTRIBUTE.PrimaryDeviceType, deviceTypeValue(3, 1)),
    textAttribute(ATTRIBUTE.DeviceName, 'Printer on the shelf'),
    byteAttribute(ATTRIBUTE.RFBands, 0x03),
    wordAttribute(ATTRIBUTE.AssociationState, 0),
    wordAttribute(ATTRIBUTE.DevicePasswordID, 0),
    wordAttribute(ATTRIBUTE.ConfigurationError, 0),
    encodeAttribute(ATTRIBUTE.OSVersion, fromHex('80000000')),
    wfaExtension(version2()),
    ...(extensions.length > 0 ? extensions : [microsoftExtension(vpi(TRANSPORT.Dpws), vpi(TRANSPORT.Upnp))]),
  );
}
