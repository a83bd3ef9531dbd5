import type { EapMessage, ExpandedType } from './eap.js';
import { hexNumber, remark, type FramingRemark } from './remark.js';

/** Expanded method of EAP-WSC: vendor Wi-Fi Alliance, type SimpleConfig. */
export const WSC_METHOD: ExpandedType = { vendorId: 0x00372a, vendorType: 1 };

/** What an EAP packet holds of EAP-WSC. */
export interface WscCarrier {
  /** From the op-code on; null when the packet is of another method. */
  readonly payload: Uint8Array | null;
  /** Offset of the payload in the EAP packet. */
  readonly payloadOffset: number;
  /** `vendor-id-wrong`, `vendor-type-wrong` (an expanded method that is not EAP-WSC); offsets in the EAP packet. */
  readonly issues: readonly FramingRemark[];
}

/** Find the EAP-WSC payload of an EAP packet. A cut expanded header is already among the packet's own issues. */
export function wscCarrier(eap: EapMessage): WscCarrier {
  const payloadOffset = eap.typeDataOffset;
  if (eap.expanded === null) return { payload: null, payloadOffset, issues: [] };
  const { vendorId, vendorType } = eap.expanded;
  const issues: FramingRemark[] = [];
  if (vendorId !== WSC_METHOD.vendorId)
    issues.push(remark('vendor-id-wrong', 'eap.vendorId', 5, 8, '0x00372a', hexNumber(vendorId, 6)));
  if (vendorType !== WSC_METHOD.vendorType)
    issues.push(remark('vendor-type-wrong', 'eap.vendorType', 8, 12, '0x00000001', hexNumber(vendorType, 8)));
  return { payload: issues.length === 0 ? eap.typeData : null, payloadOffset, issues };
}
