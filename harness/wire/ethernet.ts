import { be, concat, u16be } from '#base/bytes.js';

export const ETHERTYPE = { Vlan: 0x8100, ServiceVlan: 0x88a8, Eapol: 0x888e } as const;

/** Group address of the port access entity: where a wired supplicant sends EAPOL (IEEE 802.1X). */
export const PAE_GROUP_ADDRESS = Uint8Array.of(0x01, 0x80, 0xc2, 0x00, 0x00, 0x03);

/** An Ethernet II frame without frame check sequence. `encodeEthernet(frame)` gives back the bytes it came from. */
export interface EthernetFrame {
  /** 6 bytes. */
  readonly destination: Uint8Array;
  /** 6 bytes. */
  readonly source: Uint8Array;
  /** VLAN tags, outermost first, 4 bytes each (EtherType and tag control); empty for an untagged frame. */
  readonly tags: readonly Uint8Array[];
  /** EtherType behind the tags; below 0x0600 it is an IEEE 802.3 length. */
  readonly etherType: number;
  /** Everything behind the EtherType, padding included. */
  readonly payload: Uint8Array;
  /** Offset of `payload` in the frame. */
  readonly payloadOffset: number;
}

/** Decode a frame; null when it is too short for its addresses, tags and EtherType. */
export function decodeEthernet(bytes: Uint8Array): EthernetFrame | null {
  let at = 12;
  const tags: Uint8Array[] = [];
  while (bytes.length >= at + 2) {
    const etherType = u16be(bytes, at);
    if (etherType !== ETHERTYPE.Vlan && etherType !== ETHERTYPE.ServiceVlan) {
      return {
        destination: bytes.subarray(0, 6),
        source: bytes.subarray(6, 12),
        tags,
        etherType,
        payload: bytes.subarray(at + 2),
        payloadOffset: at + 2,
      };
    }
    tags.push(bytes.subarray(at, at + 4));
    at += 4;
  }
  return null;
}

/** Bytes of a frame; nothing is padded. Throws RangeError when an address has not 6 bytes or a tag not 4. */
export function encodeEthernet(
  frame: Pick<EthernetFrame, 'destination' | 'source' | 'etherType' | 'payload'> & {
    readonly tags?: readonly Uint8Array[];
  },
): Uint8Array {
  const tags = frame.tags ?? [];
  if (frame.destination.length !== 6 || frame.source.length !== 6) throw new RangeError('a MAC address has 6 bytes');
  if (tags.some((tag) => tag.length !== 4)) throw new RangeError('a VLAN tag has 4 bytes');
  return concat(frame.destination, frame.source, ...tags, be(frame.etherType, 2), frame.payload);
}
