import { encodeEapWsc, FLAG } from '#wire/eap/eap-wsc.js';

/** Data bytes of an EAP-WSC packet that fits an Ethernet frame with room to spare: hostapd's 1400 less its headers. */
export const DEFAULT_FRAGMENT_BYTES = 1396;

/** Longest fragment that, with its headers, still fits the 16-bit length fields of EAP and EAPOL. */
const MAX_FRAGMENT_BYTES = 65000;

/**
 * EAP-WSC payloads of a message: one, or one a fragment of at most `fragmentBytes` data bytes, the length field on the
 * first (WSC: fragmentation). Throws RangeError unless `fragmentBytes` is 1 to 65000.
 */
export function fragmentMessage(
  opCode: number,
  wsc: Uint8Array,
  fragmentBytes = DEFAULT_FRAGMENT_BYTES,
): readonly Uint8Array[] {
  if (!Number.isInteger(fragmentBytes) || fragmentBytes < 1 || fragmentBytes > MAX_FRAGMENT_BYTES)
    throw new RangeError(`a fragment has 1 to ${MAX_FRAGMENT_BYTES} bytes, not ${fragmentBytes}`);
  if (wsc.length <= fragmentBytes)
    return [encodeEapWsc({ header: { opCode, flags: 0 }, messageLength: null, data: wsc })];
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < wsc.length; at += fragmentBytes) {
    const first = at === 0;
    const more = at + fragmentBytes < wsc.length;
    const flags = (first ? FLAG.LengthField : 0) | (more ? FLAG.MoreFragments : 0);
    // A script may make a message longer than can be announced; the field then says the most it can.
    const messageLength = first ? Math.min(wsc.length, 0xffff) : null;
    payloads.push(
      encodeEapWsc({ header: { opCode, flags }, messageLength, data: wsc.subarray(at, at + fragmentBytes) }),
    );
  }
  return payloads;
}
