/** A MAC address as a number of 48 bits: a map key that costs no allocation. */
export type MacKey = number;

/** Key of the 6 bytes at `at`, first byte highest. Bytes beyond the end count as 0. */
export function macKey(bytes: Uint8Array, at = 0): MacKey {
  const high = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  const low = ((bytes[at + 3] ?? 0) << 16) | ((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0);
  return high * 0x100_0000 + low;
}

/** The 6 bytes of a key. */
export function macBytes(key: MacKey): Uint8Array {
  const bytes = new Uint8Array(6);
  let rest = key;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

/** Group addresses have the lowest bit of the first byte set. */
export function isGroupAddress(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at] ?? 1) & 1) !== 0;
}
