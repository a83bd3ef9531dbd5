import { be, u16be } from '#base/bytes.js';
import { firstInvalidUtf8, printable } from '#base/text.js';
import { ATTRIBUTE, formatAttributeId } from './attributes.js';
import {
  ASSOCIATION_STATES,
  AUTHENTICATION_TYPES,
  CONFIG_METHODS,
  CONFIGURATION_ERRORS,
  CONNECTION_TYPES,
  DEVICE_PASSWORD_IDS,
  ENCRYPTION_TYPES,
  flagNames,
  maskOf,
  REQUEST_TYPES,
  RESPONSE_TYPES,
  RF_BANDS,
  WPS_STATES,
  type Codes,
} from './codes.js';
import { decodeDeviceType, formatDeviceType } from './device-types.js';
import { WFA_SUBELEMENT } from './wfa.js';

/** The rules that judge lengths and values of attributes: RVP-WSC-05 all that no other one owns. */
export type ValueOwner =
  'RVP-VX-04' | 'RVP-WSC-05' | 'RVP-WSC-06' | 'RVP-WSC-07' | 'RVP-WSC-08' | 'RVP-WSC-14' | 'RVP-WSC-16' | 'RVP-WSC-17';

/** What is wrong with a value of legal length. */
export interface ValueFault {
  readonly expected: string;
  readonly actual: string;
  /** Wrong bytes in the value, `[from, to)`; all of it when absent. */
  readonly range?: readonly [from: number, to: number];
}

/** Legal lengths, in bytes, and values of one attribute or subelement. */
export interface ValueRule {
  readonly least: number;
  readonly most: number;
  readonly multipleOf?: number;
  readonly value?: (value: Uint8Array) => ValueFault | null;
  /** Rule that judges it; RVP-WSC-05 when absent. */
  readonly owner?: ValueOwner;
  /** Rule that judges the value, where it is another one than that of the length. */
  readonly valueOwner?: ValueOwner;
}

type Check = NonNullable<ValueRule['value']>;

const exactly = (lengthBytes: number, value?: Check): ValueRule => ({
  least: lengthBytes,
  most: lengthBytes,
  ...(value === undefined ? {} : { value }),
});
const atMost = (lengthBytes: number): ValueRule => ({ least: 0, most: lengthBytes });
const text = (lengthBytes: number): ValueRule => ({ ...atMost(lengthBytes), value: textFault, owner: 'RVP-WSC-16' });
const anyLength: ValueRule = atMost(Number.POSITIVE_INFINITY);

/** Rules of every defined attribute, by id (spec/wps: attribute table). */
export const ATTRIBUTE_VALUES: ReadonlyMap<number, ValueRule> = new Map<number, ValueRule>([
  [ATTRIBUTE.APChannel, exactly(2)],
  [ATTRIBUTE.AssociationState, exactly(2, oneOf(ASSOCIATION_STATES))],
  [ATTRIBUTE.AuthenticationType, exactly(2, oneBit(AUTHENTICATION_TYPES, 0x0022))],
  [ATTRIBUTE.AuthenticationTypeFlags, exactly(2, bitsOf(AUTHENTICATION_TYPES))],
  [ATTRIBUTE.Authenticator, exactly(8)],
  [ATTRIBUTE.ConfigMethods, exactly(2, bitsOf(CONFIG_METHODS))],
  [ATTRIBUTE.ConfigurationError, exactly(2, oneOf(CONFIGURATION_ERRORS))],
  [ATTRIBUTE.ConfirmationURL4, atMost(64)],
  [ATTRIBUTE.ConfirmationURL6, atMost(76)],
  [ATTRIBUTE.ConnectionType, exactly(1, oneOf(CONNECTION_TYPES))],
  [ATTRIBUTE.ConnectionTypeFlags, exactly(1, connectionFlagsFault)],
  [ATTRIBUTE.Credential, anyLength],
  [ATTRIBUTE.EncryptionType, exactly(2, oneBit(ENCRYPTION_TYPES, 0x000c))],
  [ATTRIBUTE.EncryptionTypeFlags, exactly(2, bitsOf(ENCRYPTION_TYPES))],
  [ATTRIBUTE.DeviceName, text(32)],
  [ATTRIBUTE.DevicePasswordID, { ...exactly(2, devicePasswordFault), owner: 'RVP-WSC-14' }],
  [ATTRIBUTE.EHash1, exactly(32)],
  [ATTRIBUTE.EHash2, exactly(32)],
  [ATTRIBUTE.ESNonce1, exactly(16)],
  [ATTRIBUTE.ESNonce2, exactly(16)],
  [ATTRIBUTE.EncryptedSettings, { least: 32, most: Number.POSITIVE_INFINITY, multipleOf: 16 }],
  [ATTRIBUTE.EnrolleeNonce, exactly(16)],
  [ATTRIBUTE.FeatureID, exactly(4)],
  [ATTRIBUTE.Identity, atMost(80)],
  [ATTRIBUTE.IdentityProof, anyLength],
  [ATTRIBUTE.KeyWrapAuthenticator, exactly(8)],
  [ATTRIBUTE.KeyIdentifier, exactly(16)],
  [ATTRIBUTE.MACAddress, { ...exactly(6, unicastFault), owner: 'RVP-WSC-07' }],
  [ATTRIBUTE.Manufacturer, text(64)],
  [ATTRIBUTE.MessageType, exactly(1, messageTypeFault)],
  [ATTRIBUTE.ModelName, text(32)],
  [ATTRIBUTE.ModelNumber, text(32)],
  [ATTRIBUTE.NetworkIndex, exactly(1)],
  [ATTRIBUTE.NetworkKey, atMost(64)],
  [ATTRIBUTE.NetworkKeyIndex, exactly(1)],
  [ATTRIBUTE.NewDeviceName, text(32)],
  [ATTRIBUTE.NewPassword, atMost(64)],
  // Public key hash 20, Device Password ID 2, and a password; sources differ on its most, the larger one stands here.
  [ATTRIBUTE.OOBDevicePassword, { least: 22, most: 58 }],
  [ATTRIBUTE.OSVersion, exactly(4)],
  [ATTRIBUTE.PowerLevel, exactly(1)],
  [ATTRIBUTE.PSKCurrent, exactly(1)],
  [ATTRIBUTE.PSKMax, exactly(1)],
  [ATTRIBUTE.PublicKey, { ...exactly(192), owner: 'RVP-WSC-08' }],
  [ATTRIBUTE.RadioEnabled, exactly(1)],
  [ATTRIBUTE.Reboot, exactly(1)],
  [ATTRIBUTE.RegistrarCurrent, exactly(1)],
  [ATTRIBUTE.RegistrarEstablished, exactly(1)],
  [ATTRIBUTE.RegistrarList, atMost(512)],
  [ATTRIBUTE.RegistrarMax, exactly(1)],
  [ATTRIBUTE.RegistrarNonce, exactly(16)],
  [ATTRIBUTE.RequestType, exactly(1, oneOf(REQUEST_TYPES))],
  [ATTRIBUTE.ResponseType, exactly(1, oneOf(RESPONSE_TYPES))],
  [ATTRIBUTE.RFBands, exactly(1, someBitsOf(RF_BANDS))],
  [ATTRIBUTE.RHash1, exactly(32)],
  [ATTRIBUTE.RHash2, exactly(32)],
  [ATTRIBUTE.RSNonce1, exactly(16)],
  [ATTRIBUTE.RSNonce2, exactly(16)],
  [ATTRIBUTE.SelectedRegistrar, exactly(1, booleanFault)],
  [ATTRIBUTE.SerialNumber, text(32)],
  [ATTRIBUTE.WPSState, exactly(1, oneOf(WPS_STATES))],
  [ATTRIBUTE.Ssid, atMost(32)],
  [ATTRIBUTE.TotalNetworks, exactly(1)],
  [ATTRIBUTE.UuidE, exactly(16)],
  [ATTRIBUTE.UuidR, exactly(16)],
  [ATTRIBUTE.VendorExtension, { least: 3, most: 1024, owner: 'RVP-VX-04' }],
  [ATTRIBUTE.Version, { ...exactly(1, versionFault), owner: 'RVP-WSC-06' }],
  [ATTRIBUTE.X509CertificateRequest, anyLength],
  [ATTRIBUTE.X509Certificate, anyLength],
  [ATTRIBUTE.EAPIdentity, atMost(64)],
  [ATTRIBUTE.MessageCounter, exactly(8)],
  [ATTRIBUTE.PublicKeyHash, exactly(20)],
  [ATTRIBUTE.RekeyKey, exactly(32)],
  [ATTRIBUTE.KeyLifetime, exactly(4)],
  [ATTRIBUTE.PermittedConfigMethods, exactly(2, bitsOf(CONFIG_METHODS))],
  [ATTRIBUTE.SelectedRegistrarConfigMethods, exactly(2, bitsOf(CONFIG_METHODS))],
  [ATTRIBUTE.PrimaryDeviceType, { ...exactly(8, categoryFault), valueOwner: 'RVP-WSC-17' }],
  [ATTRIBUTE.SecondaryDeviceTypeList, { ...atMost(128), multipleOf: 8 }],
  [ATTRIBUTE.PortableDevice, exactly(1)],
  [ATTRIBUTE.APSetupLocked, exactly(1, booleanFault)],
  [ATTRIBUTE.ApplicationExtension, { least: 16, most: 512 }],
  [ATTRIBUTE.EAPType, atMost(8)],
  [ATTRIBUTE.InitializationVector, exactly(32)],
  [ATTRIBUTE.KeyProvidedAutomatically, exactly(1)],
  [ATTRIBUTE.Ieee8021XEnabled, exactly(1)],
  [ATTRIBUTE.AppSessionKey, atMost(128)],
  [ATTRIBUTE.WEPTransmitKey, exactly(1)],
  [ATTRIBUTE.RequestedDeviceType, exactly(8)],
]);

/** Rules of every defined subelement of the Wi-Fi Alliance's extension, by id. */
export const SUBELEMENT_VALUES: ReadonlyMap<number, ValueRule> = new Map<number, ValueRule>([
  [WFA_SUBELEMENT.Version2, { ...exactly(1, version2Fault), valueOwner: 'RVP-WSC-06' }],
  [WFA_SUBELEMENT.AuthorizedMACs, { ...atMost(30), multipleOf: 6 }],
  [WFA_SUBELEMENT.NetworkKeyShareable, exactly(1, booleanFault)],
  [WFA_SUBELEMENT.RequestToEnroll, exactly(1, booleanFault)],
  [WFA_SUBELEMENT.SettingsDelayTime, exactly(1)],
  [WFA_SUBELEMENT.RegistrarConfigurationMethods, exactly(2, bitsOf(CONFIG_METHODS))],
  [WFA_SUBELEMENT.MultiApExtension, exactly(1)],
  [WFA_SUBELEMENT.MultiApProfile, exactly(1)],
  [WFA_SUBELEMENT.MultiApIeee8021Q, exactly(2)],
]);

/** One- or two-byte value, big-endian. The length has been checked before. */
function numberOf(value: Uint8Array): number {
  return value.length === 1 ? (value[0] ?? 0) : u16be(value, 0);
}

function hexOf(value: Uint8Array): string {
  return `0x${numberOf(value)
    .toString(16)
    .padStart(2 * value.length, '0')}`;
}

function oneOf(codes: Codes): Check {
  const known = [...codes.keys()];
  const [first, last] = [Math.min(...known), Math.max(...known)];
  return (value) =>
    codes.has(numberOf(value)) ? null : { expected: `a value from ${first} to ${last}`, actual: hexOf(value) };
}

/** No bit that has no meaning. */
function bitsOf(bits: Codes): Check {
  const mask = maskOf(bits);
  return (value) => {
    const open = numberOf(value) & ~mask;
    if (open === 0) return null;
    const digits = 2 * value.length;
    return {
      expected: `no bits but those of 0x${mask.toString(16).padStart(digits, '0')}`,
      actual: `${hexOf(value)}, with the undefined bits 0x${open.toString(16).padStart(digits, '0')}`,
    };
  };
}

function someBitsOf(bits: Codes): Check {
  const check = bitsOf(bits);
  return (value) => (numberOf(value) === 0 ? { expected: 'at least one bit', actual: hexOf(value) } : check(value));
}

/** Exactly one bit that has a name, or the one mixture that is allowed. */
function oneBit(bits: Codes, mixture: number): Check {
  return (value) => {
    const number = numberOf(value);
    if (bits.has(number) || number === mixture) return null;
    const expected = `one defined bit, or the mixture ${formatAttributeId(mixture)}`;
    return { expected, actual: `${hexOf(value)} (${flagNames(bits, number)})` };
  };
}

function connectionFlagsFault(value: Uint8Array): ValueFault | null {
  const fault = bitsOf(CONNECTION_TYPES)(value);
  if (fault !== null || (numberOf(value) & 0x01) !== 0) return fault;
  return { expected: 'the ESS bit 0x01 set', actual: hexOf(value) };
}

function booleanFault(value: Uint8Array): ValueFault | null {
  return numberOf(value) <= 1 ? null : { expected: '0 or 1', actual: hexOf(value) };
}

function devicePasswordFault(value: Uint8Array): ValueFault | null {
  const number = numberOf(value);
  if (number >= 0x10 || DEVICE_PASSWORD_IDS.has(number)) return null;
  return { expected: 'a defined Device Password ID', actual: hexOf(value) };
}

function messageTypeFault(value: Uint8Array): ValueFault | null {
  const number = numberOf(value);
  return number >= 0x01 && number <= 0x0f ? null : { expected: 'a value from 0x01 to 0x0f', actual: hexOf(value) };
}

function versionFault(value: Uint8Array): ValueFault | null {
  return numberOf(value) === 0x10 ? null : { expected: '0x10', actual: hexOf(value) };
}

function version2Fault(value: Uint8Array): ValueFault | null {
  return numberOf(value) >= 0x20 ? null : { expected: '0x20 or more', actual: hexOf(value) };
}

function unicastFault(value: Uint8Array): ValueFault | null {
  const first = value[0] ?? 0;
  if ((first & 0x01) === 0) return null;
  return {
    expected: 'a unicast address (lowest bit of the first byte clear)',
    actual: hexOf(be(first, 1)),
    range: [0, 1],
  };
}

function categoryFault(value: Uint8Array): ValueFault | null {
  const type = decodeDeviceType(value);
  if (type === null || !type.isWfa || type.categoryName !== null) return null;
  return { expected: 'a category that is defined for 00 50 f2 04', actual: formatDeviceType(value), range: [0, 2] };
}

/** UTF-8, not empty, no NUL at its end. */
function textFault(value: Uint8Array): ValueFault | null {
  if (value.length === 0) return { expected: 'text of 1 byte or more', actual: 'no bytes' };
  const invalid = firstInvalidUtf8(value);
  if (invalid !== null) {
    return { expected: 'UTF-8', actual: printable(value), range: [invalid, invalid + 1] };
  }
  const text = value.findLastIndex((byte) => byte !== 0) + 1;
  if (text === value.length) return null;
  const zeros = value.length - text;
  return {
    expected: 'text without NUL at its end',
    actual: `${printable(value)} (${zeros} NUL at its end)`,
    range: [text, value.length],
  };
}
