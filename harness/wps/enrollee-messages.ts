import { concat } from '#base/bytes.js';
import { decodeTlvs } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import {
  byteAttribute,
  encodeAttribute,
  textAttribute,
  version2,
  wfaExtension,
  wordAttribute,
} from '#wire/wps/build.js';
import type { EnrolleeIdentity, ExtraAttribute } from './enrollee-config.js';
import { messageHead } from './message-parts.js';

/* Messages of the Enrollee, attributes in the order of the message tables, all without their Authenticator. */

function version(identity: EnrolleeIdentity): Uint8Array {
  return identity.version2 === null ? new Uint8Array(0) : wfaExtension(version2(identity.version2));
}

export function m1Body(
  identity: EnrolleeIdentity,
  session: { readonly nonce: Uint8Array; readonly publicKey: Uint8Array; readonly devicePasswordId: number },
): Uint8Array {
  const { device } = identity;
  return concat(
    messageHead('M1'),
    encodeAttribute(ATTRIBUTE.UuidE, identity.uuidE),
    encodeAttribute(ATTRIBUTE.MACAddress, identity.macAddress),
    encodeAttribute(ATTRIBUTE.EnrolleeNonce, session.nonce),
    encodeAttribute(ATTRIBUTE.PublicKey, session.publicKey),
    wordAttribute(ATTRIBUTE.AuthenticationTypeFlags, identity.authenticationTypes),
    wordAttribute(ATTRIBUTE.EncryptionTypeFlags, identity.encryptionTypes),
    byteAttribute(ATTRIBUTE.ConnectionTypeFlags, identity.connectionTypes),
    wordAttribute(ATTRIBUTE.ConfigMethods, identity.configMethods),
    byteAttribute(ATTRIBUTE.WPSState, identity.wpsState),
    textAttribute(ATTRIBUTE.Manufacturer, device.manufacturer),
    textAttribute(ATTRIBUTE.ModelName, device.modelName),
    textAttribute(ATTRIBUTE.ModelNumber, device.modelNumber),
    textAttribute(ATTRIBUTE.SerialNumber, device.serialNumber),
    encodeAttribute(ATTRIBUTE.PrimaryDeviceType, identity.primaryDeviceType),
    textAttribute(ATTRIBUTE.DeviceName, device.deviceName),
    byteAttribute(ATTRIBUTE.RFBands, identity.rfBands),
    wordAttribute(ATTRIBUTE.AssociationState, identity.associationState),
    wordAttribute(ATTRIBUTE.DevicePasswordID, session.devicePasswordId),
    wordAttribute(ATTRIBUTE.ConfigurationError, 0),
    encodeAttribute(ATTRIBUTE.OSVersion, identity.osVersion),
    version(identity),
  );
}

export function m3Body(
  identity: EnrolleeIdentity,
  registrarNonce: Uint8Array,
  hashes: { readonly eHash1: Uint8Array; readonly eHash2: Uint8Array },
): Uint8Array {
  return concat(
    messageHead('M3'),
    encodeAttribute(ATTRIBUTE.RegistrarNonce, registrarNonce),
    encodeAttribute(ATTRIBUTE.EHash1, hashes.eHash1),
    encodeAttribute(ATTRIBUTE.EHash2, hashes.eHash2),
    version(identity),
  );
}

/** M5 and M7 differ in their settings only. */
export function revealBody(
  name: 'M5' | 'M7',
  identity: EnrolleeIdentity,
  registrarNonce: Uint8Array,
  encryptedSettings: Uint8Array,
): Uint8Array {
  return concat(
    messageHead(name),
    encodeAttribute(ATTRIBUTE.RegistrarNonce, registrarNonce),
    encryptedSettings,
    version(identity),
  );
}

/** `body` with the extra attributes at their places. */
export function withExtras(body: Uint8Array, extras: readonly ExtraAttribute[] = []): Uint8Array {
  const { nodes } = decodeTlvs(body);
  const placed = (extra: ExtraAttribute): boolean => nodes.some((node) => node.type === extra.before);
  const parts: Uint8Array[] = [];
  nodes.forEach((node, index) => {
    if (nodes.findIndex(({ type }) => type === node.type) === index)
      for (const extra of extras) if (extra.before === node.type) parts.push(extra.bytes);
    parts.push(body.subarray(node.span.start, node.span.end));
  });
  return concat(...parts, ...extras.filter((extra) => !placed(extra)).map(({ bytes }) => bytes));
}
