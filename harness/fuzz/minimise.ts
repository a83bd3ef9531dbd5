/**
 * Make a failing input smaller while it fails in the same way: stretches are taken out, from half of it down to single
 * bytes, then bytes are set to zero.
 *
 * @param failsAlike whether a candidate still fails like the input
 * @param mayGoOn false when the time for it is over: what there is by then is returned
 */
export function minimise(
  input: Uint8Array,
  failsAlike: (candidate: Uint8Array) => boolean,
  mayGoOn: () => boolean,
): Uint8Array {
  let best = input;
  for (let size = Math.ceil(best.length / 2); size >= 1 && mayGoOn(); size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && mayGoOn();) {
      const candidate = without(best, at, size);
      if (failsAlike(candidate)) best = candidate;
      else at += size;
    }
  }
  for (let at = 0; at < best.length && mayGoOn(); at++) {
    if (best[at] === 0) continue;
    const candidate = best.with(at, 0);
    if (failsAlike(candidate)) best = candidate;
  }
  return best;
}

function without(bytes: Uint8Array, at: number, lengthBytes: number): Uint8Array {
  const end = Math.min(bytes.length, at + lengthBytes);
  const out = new Uint8Array(bytes.length - (end - at));
  out.set(bytes.subarray(0, at));
  out.set(bytes.subarray(end), at);
  return out;
}
