import { concat } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import {
  byteAttribute,
  credentialAttribute,
  deviceTypeValue,
  editAttributes,
  encodeAttribute,
  textAttribute,
  version2,
  wfaExtension,
  wordAttribute,
} from '#wire/wps/build.js';
import { MESSAGE_TYPE } from '#wire/wps/message.js';
import type { Credential, DeviceStrings } from './engine.js';
import { messageHead } from './message-parts.js';

/*
 * Messages of the Registrar, attributes in the order of the message tables, all of them without their Authenticator.
 * They say WSC 2.0 (Version2 0x20).
 */

/** WPA2-PSK and open; AES and none; ESS; keypad, virtual display, virtual push button; an access point's device type. */
const CAPABILITIES = {
  authenticationTypes: 0x0021,
  encryptionTypes: 0x0009,
  connectionTypes: 0x01,
  configMethods: 0x2388,
  deviceType: deviceTypeValue(6, 1),
  rfBands: 0x01,
  osVersion: Uint8Array.of(0x80, 0, 0, 0),
} as const;

/** What M2 says of us and of the session. */
export interface M2Fields {
  readonly enrolleeNonce: Uint8Array;
  readonly registrarNonce: Uint8Array;
  readonly uuidR: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly device: DeviceStrings;
  readonly devicePasswordId: number;
}

export function m2Body(fields: M2Fields): Uint8Array {
  return concat(
    messageHead('M2'),
    encodeAttribute(ATTRIBUTE.EnrolleeNonce, fields.enrolleeNonce),
    encodeAttribute(ATTRIBUTE.RegistrarNonce, fields.registrarNonce),
    encodeAttribute(ATTRIBUTE.UuidR, fields.uuidR),
    encodeAttribute(ATTRIBUTE.PublicKey, fields.publicKey),
    wordAttribute(ATTRIBUTE.AuthenticationTypeFlags, CAPABILITIES.authenticationTypes),
    wordAttribute(ATTRIBUTE.EncryptionTypeFlags, CAPABILITIES.encryptionTypes),
    byteAttribute(ATTRIBUTE.ConnectionTypeFlags, CAPABILITIES.connectionTypes),
    wordAttribute(ATTRIBUTE.ConfigMethods, CAPABILITIES.configMethods),
    textAttribute(ATTRIBUTE.Manufacturer, fields.device.manufacturer),
    textAttribute(ATTRIBUTE.ModelName, fields.device.modelName),
    textAttribute(ATTRIBUTE.ModelNumber, fields.device.modelNumber),
    textAttribute(ATTRIBUTE.SerialNumber, fields.device.serialNumber),
    encodeAttribute(ATTRIBUTE.PrimaryDeviceType, CAPABILITIES.deviceType),
    textAttribute(ATTRIBUTE.DeviceName, fields.device.deviceName),
    byteAttribute(ATTRIBUTE.RFBands, CAPABILITIES.rfBands),
    wordAttribute(ATTRIBUTE.AssociationState, 0),
    wordAttribute(ATTRIBUTE.ConfigurationError, 0),
    wordAttribute(ATTRIBUTE.DevicePasswordID, fields.devicePasswordId),
    encodeAttribute(ATTRIBUTE.OSVersion, CAPABILITIES.osVersion),
    wfaExtension(version2()),
  );
}

/**
 * The M2D that goes with an M2: a Registrar that will not serve the Enrollee now, and why (Configuration Error). For
 * scripts: put it in the place of M2, or before it.
 */
export function m2dFrom(m2: Uint8Array, configurationError: number): Uint8Array {
  const absent: readonly number[] = [ATTRIBUTE.PublicKey, ATTRIBUTE.DevicePasswordID, ATTRIBUTE.Authenticator];
  return editAttributes(m2, (attributes) =>
    attributes
      .filter(({ type }) => !absent.includes(type))
      .map((node) => {
        if (node.type === ATTRIBUTE.MessageType) return { type: node.type, value: Uint8Array.of(MESSAGE_TYPE.M2D) };
        if (node.type !== ATTRIBUTE.ConfigurationError) return node;
        return { type: node.type, value: Uint8Array.of(configurationError >> 8, configurationError & 0xff) };
      }),
  );
}

export function m4Body(
  enrolleeNonce: Uint8Array,
  hashes: { readonly rHash1: Uint8Array; readonly rHash2: Uint8Array },
  encryptedSettings: Uint8Array,
): Uint8Array {
  return concat(
    messageHead('M4'),
    encodeAttribute(ATTRIBUTE.EnrolleeNonce, enrolleeNonce),
    encodeAttribute(ATTRIBUTE.RHash1, hashes.rHash1),
    encodeAttribute(ATTRIBUTE.RHash2, hashes.rHash2),
    encryptedSettings,
    wfaExtension(version2()),
  );
}

/** M6 and M8 differ in their settings only. */
export function settingsBody(name: 'M6' | 'M8', enrolleeNonce: Uint8Array, encryptedSettings: Uint8Array): Uint8Array {
  return concat(
    messageHead(name),
    encodeAttribute(ATTRIBUTE.EnrolleeNonce, enrolleeNonce),
    encryptedSettings,
    wfaExtension(version2()),
  );
}

/** Plaintext of M8's settings for a station: one Credential with the Enrollee's MAC address. */
export function credentialSettings(credential: Credential, enrolleeMac: Uint8Array): Uint8Array {
  return credentialAttribute({ ...credential, macAddress: enrolleeMac });
}
