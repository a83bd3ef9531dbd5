import { decodeTlvs, type TlvList, type TlvNode } from '../tlv.js';
import type { WscMessage } from '../wps/message.js';
import { vendorExtensions, type VendorExtension } from '../wps/vendor-extension.js';

/**
 * Microsoft TLV types inside vendor extension 00 01 37: a number space of its own. 0x1001 and 0x1002 mean something
 * else among the WPS attributes.
 */
export const MICROSOFT_TLV = {
  VerticalPairingIdentifier: 0x1001,
  TransportUuid: 0x1002,
} as const;

/** Name of a Microsoft TLV type, or null for one that vertical pairing does not define. */
export function microsoftTlvName(type: number): string | null {
  if (type === MICROSOFT_TLV.VerticalPairingIdentifier) return 'Vertical Pairing Identifier';
  return type === MICROSOFT_TLV.TransportUuid ? 'Transport UUID' : null;
}

/** VPI Transport field, first value byte (S:"VPI Transport field"). */
export const TRANSPORT = { None: 0x00, Dpws: 0x01, Upnp: 0x02, SecureDpws: 0x03 } as const;
export type TransportName = 'None' | 'DPWS' | 'UPnP' | 'Secure DPWS';

/** Name of a Transport value, or null when it is reserved. */
export function transportName(value: number): TransportName | null {
  return (['None', 'DPWS', 'UPnP', 'Secure DPWS'] as const)[value] ?? null;
}

/** One Microsoft vendor extension and its TLVs. */
export interface MicrosoftExtension {
  readonly extension: VendorExtension;
  readonly list: TlvList;
}

/** One Microsoft TLV and where it stands. */
export interface MicrosoftTlv {
  readonly node: TlvNode;
  /** The extension it stands in. */
  readonly owner: MicrosoftExtension;
  /** Position in that extension, from 0. */
  readonly position: number;
}

/** A TLV of type 0x1001, whatever its length. */
export interface Vpi extends MicrosoftTlv {
  /** First value byte, or null when there is none. */
  readonly transport: number | null;
  /** Second value byte, or null when there is none. */
  readonly profileRequest: number | null;
}

/** A TLV of type 0x1002, whatever its length. */
export interface TransportUuid extends MicrosoftTlv {
  /**
   * The VPI directly before it, or directly before the run of Transport UUIDs it stands in, in the same extension;
   * null when there is none.
   */
  readonly vpi: Vpi | null;
  /** Position in its run of adjacent Transport UUIDs, from 0. */
  readonly indexInRun: number;
}

/** Everything Microsoft's extensions of one message say, in message order, all extensions together. */
export interface VerticalPairing {
  readonly extensions: readonly MicrosoftExtension[];
  readonly tlvs: readonly MicrosoftTlv[];
  readonly vpis: readonly Vpi[];
  readonly transportUuids: readonly TransportUuid[];
}

/** View of the Microsoft extensions of a message (M1 for the rules). Never throws; empty lists when there are none. */
export function verticalPairing(message: Pick<WscMessage, 'attributes'>): VerticalPairing {
  const extensions: MicrosoftExtension[] = [];
  const tlvs: MicrosoftTlv[] = [];
  const vpis: Vpi[] = [];
  const transportUuids: TransportUuid[] = [];
  for (const extension of vendorExtensions(message)) {
    if (extension.vendor !== 'microsoft') continue;
    const list = decodeMicrosoftTlvs(extension);
    const owner = { extension, list };
    extensions.push(owner);
    let runVpi: Vpi | null = null;
    let indexInRun = 0;
    list.nodes.forEach((node, position) => {
      const tlv = { node, owner, position };
      tlvs.push(tlv);
      if (node.type === MICROSOFT_TLV.TransportUuid) {
        transportUuids.push({ ...tlv, vpi: runVpi, indexInRun });
        indexInRun += 1;
        return;
      }
      indexInRun = 0;
      runVpi = null;
      if (node.type === MICROSOFT_TLV.VerticalPairingIdentifier) {
        runVpi = { ...tlv, transport: node.value[0] ?? null, profileRequest: node.value[1] ?? null };
        vpis.push(runVpi);
      }
    });
  }
  return { extensions, tlvs, vpis, transportUuids };
}

function decodeMicrosoftTlvs(extension: VendorExtension): TlvList {
  const { node } = extension;
  return decodeTlvs(
    node.value.subarray(3),
    undefined,
    node.valueSpan.start + 3,
    (type, index) => `${node.path}.${type < 0 ? 'rest' : `tlv[${index}]`}`,
  );
}
