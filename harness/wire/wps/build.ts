import { be, concat } from '#base/bytes.js';
import { encodeTlv, encodeTlvs, WFA_SHAPE, type TlvSource } from '../tlv.js';
import { ATTRIBUTE } from './attributes.js';
import { authenticator } from './crypto.js';
import { decodeWsc } from './message.js';
import { WFA_VENDOR_ID } from './vendor-extension.js';
import { WFA_SUBELEMENT } from './wfa.js';

/*
 * Builders of attributes and messages. They put nothing in order and check nothing: what is asked for is written, so
 * that a wrong message can be built as easily as a right one.
 */

const utf8 = new TextEncoder();

/** One attribute. `declaredLength` writes another Length field than the value's true one. */
export function encodeAttribute(id: number, value: Uint8Array, declaredLength?: number): Uint8Array {
  return encodeTlv(declaredLength === undefined ? { type: id, value } : { type: id, value, declaredLength });
}

/** Attribute of one byte. */
export function byteAttribute(id: number, value: number): Uint8Array {
  return encodeAttribute(id, be(value, 1));
}

/** Attribute of two bytes, big-endian. */
export function wordAttribute(id: number, value: number): Uint8Array {
  return encodeAttribute(id, be(value, 2));
}

/** Attribute of text in UTF-8, no NUL added. */
export function textAttribute(id: number, text: string): Uint8Array {
  return encodeAttribute(id, utf8.encode(text));
}

/** Vendor Extension (0x1049) of `vendorId` (3 bytes) with `data` after it. */
export function vendorExtensionAttribute(vendorId: Uint8Array, data: Uint8Array): Uint8Array {
  return encodeAttribute(ATTRIBUTE.VendorExtension, concat(vendorId, data));
}

/** Vendor Extension of the Wi-Fi Alliance with these subelements. */
export function wfaExtension(...subelements: readonly TlvSource[]): Uint8Array {
  return vendorExtensionAttribute(WFA_VENDOR_ID, concat(...subelements.map((source) => encodeTlv(source, WFA_SHAPE))));
}

/** Version2 subelement: 0x20 says WSC 2.0. */
export function version2(value = 0x20): TlvSource {
  return { type: WFA_SUBELEMENT.Version2, value: be(value, 1) };
}

/** Value of a device type, 8 bytes: category, 00 50 f2 04, subcategory. */
export function deviceTypeValue(category: number, subcategory: number): Uint8Array {
  return concat(be(category, 2), Uint8Array.of(0x00, 0x50, 0xf2, 0x04), be(subcategory, 2));
}

/** What a Credential attribute says; `macAddress` is the Enrollee's. */
export interface CredentialFields {
  readonly ssid: Uint8Array;
  readonly authenticationType: number;
  readonly encryptionType: number;
  readonly networkKey: Uint8Array;
  readonly macAddress: Uint8Array;
}

/** Credential (0x100e) as M8 carries it, Network Index 1. */
export function credentialAttribute(fields: CredentialFields): Uint8Array {
  return encodeAttribute(
    ATTRIBUTE.Credential,
    concat(
      byteAttribute(ATTRIBUTE.NetworkIndex, 1),
      encodeAttribute(ATTRIBUTE.Ssid, fields.ssid),
      wordAttribute(ATTRIBUTE.AuthenticationType, fields.authenticationType),
      wordAttribute(ATTRIBUTE.EncryptionType, fields.encryptionType),
      encodeAttribute(ATTRIBUTE.NetworkKey, fields.networkKey),
      encodeAttribute(ATTRIBUTE.MACAddress, fields.macAddress),
    ),
  );
}

/** `body` (all attributes before it) with the Authenticator that is right after `previousMessage`. */
export function withAuthenticator(authKey: Uint8Array, previousMessage: Uint8Array, body: Uint8Array): Uint8Array {
  return concat(body, encodeAttribute(ATTRIBUTE.Authenticator, authenticator(authKey, previousMessage, body)));
}

/** A message with its list of attributes changed: drop, repeat, reorder or alter them; the rest is kept. */
export function editAttributes(
  message: Uint8Array,
  edit: (attributes: readonly TlvSource[]) => readonly TlvSource[],
): Uint8Array {
  const { list } = decodeWsc(message);
  return encodeTlvs({ nodes: edit(list.nodes), rest: list.rest });
}
