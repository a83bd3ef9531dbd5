import { toHex, u16be } from '#base/bytes.js';
import { printable } from '#base/text.js';
import { formatUuid } from '#base/uuid.js';
import type { TlvNode } from '../tlv.js';
import { ATTRIBUTE } from './attributes.js';
import {
  ASSOCIATION_STATES,
  AUTHENTICATION_TYPES,
  CONFIG_METHODS,
  CONFIGURATION_ERRORS,
  CONNECTION_TYPES,
  DEVICE_PASSWORD_IDS,
  ENCRYPTION_TYPES,
  flagNames,
  REQUEST_TYPES,
  RESPONSE_TYPES,
  RF_BANDS,
  WPS_STATES,
  type Codes,
} from './codes.js';
import { DEVICE_TYPE_BYTES, formatDeviceType } from './device-types.js';
import { messageName } from './message.js';
import { formatVendorId } from './vendor-extension.js';
import { WFA_SUBELEMENT } from './wfa.js';

export interface FormatOptions {
  /** Print keys, passwords and secret nonces; they are left out by default. */
  readonly secrets?: boolean;
}

type Formatter = (value: Uint8Array) => string | null;

const LONGEST_HEX = 16;

/** Attributes whose value opens something: never printed unless asked for. */
const SECRET: ReadonlySet<number> = new Set<number>([
  ATTRIBUTE.Credential,
  ATTRIBUTE.ESNonce1,
  ATTRIBUTE.ESNonce2,
  ATTRIBUTE.RSNonce1,
  ATTRIBUTE.RSNonce2,
  ATTRIBUTE.NetworkKey,
  ATTRIBUTE.NewPassword,
  ATTRIBUTE.OOBDevicePassword,
  ATTRIBUTE.RekeyKey,
  ATTRIBUTE.AppSessionKey,
  ATTRIBUTE.IdentityProof,
]);

const FORMATS: ReadonlyMap<number, Formatter> = new Map<number, Formatter>([
  [ATTRIBUTE.APChannel, decimal],
  [ATTRIBUTE.AssociationState, named(ASSOCIATION_STATES)],
  [ATTRIBUTE.AuthenticationType, flags(AUTHENTICATION_TYPES)],
  [ATTRIBUTE.AuthenticationTypeFlags, flags(AUTHENTICATION_TYPES)],
  [ATTRIBUTE.ConfigMethods, flags(CONFIG_METHODS)],
  [ATTRIBUTE.PermittedConfigMethods, flags(CONFIG_METHODS)],
  [ATTRIBUTE.SelectedRegistrarConfigMethods, flags(CONFIG_METHODS)],
  [ATTRIBUTE.ConfigurationError, named(CONFIGURATION_ERRORS)],
  [ATTRIBUTE.ConnectionType, named(CONNECTION_TYPES)],
  [ATTRIBUTE.ConnectionTypeFlags, flags(CONNECTION_TYPES)],
  [ATTRIBUTE.EncryptionType, flags(ENCRYPTION_TYPES)],
  [ATTRIBUTE.EncryptionTypeFlags, flags(ENCRYPTION_TYPES)],
  [ATTRIBUTE.DevicePasswordID, named(DEVICE_PASSWORD_IDS)],
  [ATTRIBUTE.RequestType, named(REQUEST_TYPES)],
  [ATTRIBUTE.ResponseType, named(RESPONSE_TYPES)],
  [ATTRIBUTE.RFBands, flags(RF_BANDS)],
  [ATTRIBUTE.WPSState, named(WPS_STATES)],
  [ATTRIBUTE.MessageType, (value) => (value.length === 1 ? messageTypeText(value) : null)],
  [ATTRIBUTE.Version, hexNumber],
  [ATTRIBUTE.OSVersion, osVersion],
  [ATTRIBUTE.NetworkIndex, decimal],
  [ATTRIBUTE.NetworkKeyIndex, decimal],
  [ATTRIBUTE.SelectedRegistrar, decimal],
  [ATTRIBUTE.APSetupLocked, decimal],
  [ATTRIBUTE.PortableDevice, decimal],
  [ATTRIBUTE.TotalNetworks, decimal],
  [ATTRIBUTE.MACAddress, macAddress],
  [ATTRIBUTE.UuidE, uuid],
  [ATTRIBUTE.UuidR, uuid],
  [ATTRIBUTE.PrimaryDeviceType, deviceType],
  [ATTRIBUTE.RequestedDeviceType, deviceType],
  [ATTRIBUTE.SecondaryDeviceTypeList, deviceTypes],
  [ATTRIBUTE.Ssid, printable],
  [ATTRIBUTE.Manufacturer, printable],
  [ATTRIBUTE.ModelName, printable],
  [ATTRIBUTE.ModelNumber, printable],
  [ATTRIBUTE.SerialNumber, printable],
  [ATTRIBUTE.DeviceName, printable],
  [ATTRIBUTE.NewDeviceName, printable],
  [ATTRIBUTE.EAPIdentity, printable],
  [ATTRIBUTE.Identity, printable],
  [ATTRIBUTE.ConfirmationURL4, printable],
  [ATTRIBUTE.ConfirmationURL6, printable],
  [ATTRIBUTE.VendorExtension, vendorExtension],
  // Only secrets are asked for by these; a network key may be text.
  [ATTRIBUTE.NetworkKey, printable],
  [ATTRIBUTE.NewPassword, printable],
]);

const SUBELEMENT_FORMATS: ReadonlyMap<number, Formatter> = new Map<number, Formatter>([
  [WFA_SUBELEMENT.Version2, hexNumber],
  [WFA_SUBELEMENT.AuthorizedMACs, macAddresses],
  [WFA_SUBELEMENT.NetworkKeyShareable, decimal],
  [WFA_SUBELEMENT.RequestToEnroll, decimal],
  [WFA_SUBELEMENT.SettingsDelayTime, (value) => (value.length === 1 ? `${value[0] ?? 0} s` : null)],
  [WFA_SUBELEMENT.RegistrarConfigurationMethods, flags(CONFIG_METHODS)],
]);

/**
 * Value of an attribute as short text on one line. Whatever has not the length of its kind is shown in hex. Keys,
 * passwords and secret nonces are left out unless `secrets` is set.
 */
export function formatAttributeValue(node: Pick<TlvNode, 'type' | 'value'>, options: FormatOptions = {}): string {
  if (SECRET.has(node.type) && options.secrets !== true) return hiddenText(node.value);
  return FORMATS.get(node.type)?.(node.value) ?? shortHex(node.value);
}

/** Value of a subelement of the Wi-Fi Alliance's extension as short text on one line. */
export function formatSubelementValue(node: Pick<TlvNode, 'type' | 'value'>): string {
  return SUBELEMENT_FORMATS.get(node.type)?.(node.value) ?? shortHex(node.value);
}

/** True when the value of this attribute is never printed unless asked for. */
export function isSecretAttribute(id: number): boolean {
  return SECRET.has(id);
}

/** Hex of at most 16 bytes; of more the first 8, an ellipsis and how many there are. */
export function shortHex(value: Uint8Array): string {
  if (value.length <= LONGEST_HEX) return toHex(value, ' ');
  return `${toHex(value.subarray(0, LONGEST_HEX / 2), ' ')} ... (${value.length} bytes)`;
}

/** `02:00:00:00:01:00`; null for another length than 6. */
export function macAddress(value: Uint8Array): string | null {
  return value.length === 6 ? toHex(value, ':') : null;
}

/** What stands for a value that is left out. */
export function hiddenText(value: Uint8Array): string {
  return `(${value.length} bytes, not shown)`;
}

function numberOf(value: Uint8Array): number | null {
  if (value.length === 1) return value[0] ?? null;
  return value.length === 2 ? u16be(value, 0) : null;
}

function decimal(value: Uint8Array): string | null {
  return numberOf(value)?.toString() ?? null;
}

function hexNumber(value: Uint8Array): string | null {
  return numberOf(value) === null ? null : `0x${toHex(value)}`;
}

function named(codes: Codes): Formatter {
  return (value) => {
    const number = numberOf(value);
    return number === null ? null : `0x${toHex(value)} (${codes.get(number) ?? 'undefined'})`;
  };
}

function flags(bits: Codes): Formatter {
  return (value) => {
    const number = numberOf(value);
    return number === null ? null : `0x${toHex(value)} (${flagNames(bits, number)})`;
  };
}

function messageTypeText(value: Uint8Array): string {
  return `0x${toHex(value)} (${messageName(value[0] ?? null) ?? 'undefined'})`;
}

function osVersion(value: Uint8Array): string | null {
  return value.length === 4 ? `0x${toHex(value)}` : null;
}

function uuid(value: Uint8Array): string | null {
  return value.length === 16 ? formatUuid(value) : null;
}

function deviceType(value: Uint8Array): string | null {
  return value.length === DEVICE_TYPE_BYTES ? formatDeviceType(value) : null;
}

function deviceTypes(value: Uint8Array): string | null {
  return inPieces(value, DEVICE_TYPE_BYTES, formatDeviceType);
}

function macAddresses(value: Uint8Array): string | null {
  return inPieces(value, 6, (piece) => toHex(piece, ':'));
}

function inPieces(value: Uint8Array, pieceBytes: number, format: (piece: Uint8Array) => string): string | null {
  if (value.length % pieceBytes !== 0) return null;
  const starts = Array.from({ length: value.length / pieceBytes }, (_piece, index) => index * pieceBytes);
  return starts.map((start) => format(value.subarray(start, start + pieceBytes))).join(', ');
}

function vendorExtension(value: Uint8Array): string | null {
  if (value.length < 3) return null;
  const data = value.subarray(3);
  return `vendor ${formatVendorId(value.subarray(0, 3))}, ${data.length} bytes of data`;
}
