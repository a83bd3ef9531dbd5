import { concat } from '#base/bytes.js';
import { microsoftExtension } from '#wire/microsoft/build.js';
import { encodeTlv, type TlvSource } from '#wire/tlv.js';
import { vendorExtensionAttribute } from '#wire/wps/build.js';
import { MICROSOFT_VENDOR_ID } from '#wire/wps/vendor-extension.js';
import { pairingTlvs, withExtensions } from './behaviours.js';
import type { Device } from './device.js';
import type { Fault } from './fault.js';
import type { BuildContext } from './parts.js';

/* Ways in which firmware builds its vendor extensions wrong: in every message that carries them. */

/** What a fault of the Microsoft extension changes. */
export const MICROSOFT: readonly string[] = ['*.Microsoft extension'];
export const OTHER: readonly string[] = ['*.other extension'];

/** The device sends these attributes in the place of its Microsoft extension. */
export function extensions(make: (device: Device, context: BuildContext) => readonly Uint8Array[]): Fault['behaviour'] {
  return () => ({
    build: (parts, context) => withExtensions(parts, context.device.model, make(context.device, context)),
  });
}

/** One Microsoft extension with these TLVs. */
export function tlvs(make: (own: readonly TlvSource[], device: Device) => readonly TlvSource[]): Fault['behaviour'] {
  return extensions((device) => [microsoftExtension(...make(pairingTlvs(device), device))]);
}

/** One Microsoft extension with this vendor data. */
export function vendorData(make: (own: Uint8Array, device: Device) => Uint8Array): Fault['behaviour'] {
  return extensions((device) => [vendorExtensionAttribute(MICROSOFT_VENDOR_ID, make(ownVendorData(device), device))]);
}

/** The device's TLVs, one after another. */
export function ownVendorData(device: Device): Uint8Array {
  return concat(...pairingTlvs(device).map((tlv) => encodeTlv(tlv)));
}
