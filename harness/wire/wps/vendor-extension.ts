import { equal, toHex } from '#base/bytes.js';
import { decodeTlvs, WFA_SHAPE, type TlvList, type TlvNode } from '../tlv.js';
import { ATTRIBUTE } from './attributes.js';
import type { WscMessage } from './message.js';

/** Vendor id of the Wi-Fi Alliance inside 0x1049 (SMI 14122), 3 bytes big-endian. */
export const WFA_VENDOR_ID = Uint8Array.of(0x00, 0x37, 0x2a);
/** Vendor id of Microsoft inside 0x1049 (SMI 311 = 0x137), 3 bytes big-endian (S:"WPS vendor extensions", I-10). */
export const MICROSOFT_VENDOR_ID = Uint8Array.of(0x00, 0x01, 0x37);

/** One Vendor Extension attribute (0x1049), seen by its vendor id. */
export interface VendorExtension {
  readonly node: TlvNode;
  /** Index among all Vendor Extensions of the message, from 0. */
  readonly index: number;
  /** Position among all attributes of the message, from 0. */
  readonly position: number;
  /** First three value bytes, or null when the value is shorter. */
  readonly vendorId: Uint8Array | null;
  readonly vendor: 'wfa' | 'microsoft' | 'other' | 'short';
  /** WFA: its 1-byte/1-byte subelements. Null for other vendors. */
  readonly subelements: TlvList | null;
}

/** All Vendor Extensions of a message, in order. Microsoft's TLVs are in `#wire/microsoft/vertical-pairing.js`. */
export function vendorExtensions(message: Pick<WscMessage, 'attributes'>): VendorExtension[] {
  const found: VendorExtension[] = [];
  message.attributes.forEach((node, position) => {
    if (node.type !== ATTRIBUTE.VendorExtension) return;
    const vendorId = node.value.length >= 3 ? node.value.subarray(0, 3) : null;
    const vendor =
      vendorId === null
        ? 'short'
        : equal(vendorId, WFA_VENDOR_ID)
          ? 'wfa'
          : equal(vendorId, MICROSOFT_VENDOR_ID)
            ? 'microsoft'
            : 'other';
    const subelements =
      vendor === 'wfa'
        ? decodeTlvs(
            node.value.subarray(3),
            WFA_SHAPE,
            node.valueSpan.start + 3,
            (type, index) => `${node.path}.${type < 0 ? 'rest' : `subelement[${index}]`}`,
          )
        : null;
    found.push({ node, index: found.length, position, vendorId, vendor, subelements });
  });
  return found;
}

/** Vendor id as the reports print it, e.g. `00 01 37`. */
export function formatVendorId(vendorId: Uint8Array): string {
  return toHex(vendorId, ' ');
}
