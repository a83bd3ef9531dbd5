import { toHex } from '#base/bytes.js';
import { FRAME_TYPE, snapEtherType, snapPayload, type MacHeaderView } from '#wire/dot11/mac-header.js';
import type { RadiotapView } from '#wire/dot11/radiotap.js';
import { EAPOL_HEADER_BYTES } from '#wire/eap/eapol.js';
import { ETHERTYPE } from '#wire/ethernet.js';
import { u16be } from '#base/bytes.js';

const ADDRESS_BYTES = 6;
const ADDRESS1_AT = 4;
const ADDRESSES = 3;

/** What a recording needs to know of a frame in the air. Addresses are views of 6 bytes. */
export interface AirFrame {
  readonly transmitter: Uint8Array;
  /** Address 1 to 3: receiver, transmitter, and network or end point. */
  readonly addresses: readonly Uint8Array[];
  readonly isManagement: boolean;
  /** EAPOL in clear, from its version byte on, and its ends; null for anything else. */
  readonly eapol: AirEapol | null;
}

/** Views of a frame's bytes; addresses of 6. */
export interface AirEapol {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Look at a frame of a monitor; null for one that cannot be read, is damaged, or is a control frame. */
export function airFrame(bytes: Uint8Array, radiotap: RadiotapView, mac: MacHeaderView): AirFrame | null {
  if (!radiotap.read(bytes, 0, bytes.length) || radiotap.badFcs) return null;
  const start = radiotap.lengthBytes;
  const end = bytes.length - radiotap.fcsBytes;
  if (!mac.read(bytes, start, end, radiotap.padded)) return null;
  const address = (at: number): Uint8Array => bytes.subarray(at, at + ADDRESS_BYTES);
  const addresses = Array.from({ length: ADDRESSES }, (_each, index) =>
    address(start + ADDRESS1_AT + index * ADDRESS_BYTES),
  );
  const clear = mac.type === FRAME_TYPE.data && !mac.protected && !mac.fragment && !mac.amsdu;
  const isEapol = clear && snapEtherType(bytes, mac.bodyAt, end) === ETHERTYPE.Eapol;
  const eapol = isEapol
    ? {
        source: address(mac.sourceAt),
        destination: address(mac.destinationAt),
        bytes: bytes.subarray(snapPayload(mac.bodyAt), end),
      }
    : null;
  const isManagement = mac.type === FRAME_TYPE.management;
  return { transmitter: address(mac.transmitterAt), addresses, isManagement, eapol };
}

/**
 * The same for an EAPOL packet wherever it is seen: its sender and its bytes, without what a link adds behind them.
 *
 * @param eapol from its version byte on
 */
export function eapolKey(source: Uint8Array, eapol: Uint8Array): string {
  const lengthBytes = eapol.length < EAPOL_HEADER_BYTES ? eapol.length : EAPOL_HEADER_BYTES + u16be(eapol, 2);
  return `${toHex(source)} ${toHex(eapol.subarray(0, lengthBytes))}`;
}
