/** Source of random bytes as a dependency: the system's generator on a bench, a seeded one where runs must repeat. */
export type RandomBytes = (lengthBytes: number) => Uint8Array;

/** Deterministic generator (xorshift128 seeded by splitmix32): for reference devices and tests, never for keys. */
export function seededRandom(seed: number): RandomBytes {
  let mix = seed >>> 0;
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let x = splitmix();
  let y = splitmix();
  let z = splitmix();
  let w = splitmix() | 1;
  return (lengthBytes) => {
    const out = new Uint8Array(lengthBytes);
    for (let i = 0; i < lengthBytes; i++) {
      const t = x ^ (x << 11);
      x = y;
      y = z;
      z = w;
      w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
      out[i] = (w >>> 24) & 0xff;
    }
    return out;
  };
}
