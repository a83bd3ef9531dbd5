import { concat } from '#base/bytes.js';
import { encodeTlv, type TlvSource } from '../tlv.js';
import { vendorExtensionAttribute } from '../wps/build.js';
import { MICROSOFT_VENDOR_ID } from '../wps/vendor-extension.js';
import { MICROSOFT_TLV } from './vertical-pairing.js';

/** Vendor Extension attribute of Microsoft with these TLVs, as they are given. */
export function microsoftExtension(...tlvs: readonly TlvSource[]): Uint8Array {
  return vendorExtensionAttribute(MICROSOFT_VENDOR_ID, concat(...tlvs.map((source) => encodeTlv(source))));
}

/** Vertical Pairing Identifier TLV. `transport` and `profileRequest` are one byte each. */
export function vpi(transport: number, profileRequest = 0x01): TlvSource {
  return { type: MICROSOFT_TLV.VerticalPairingIdentifier, value: Uint8Array.of(transport, profileRequest) };
}

/** Transport UUID TLV with these bytes (16 where it is right). */
export function transportUuid(uuid: Uint8Array): TlvSource {
  return { type: MICROSOFT_TLV.TransportUuid, value: uuid };
}
