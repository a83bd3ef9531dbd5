import type { FetchProblem } from '#evidence/discovery-model.js';

/** Longest URL that is looked at (DPWS 2006/02, MAX_URI_SIZE), characters. */
const MAX_URL = 2048;

/**
 * Why a URL that a device gave is not fetched, or null. Only http and https on an address of the device itself: what it
 * says must not send us anywhere else. Names are not looked up.
 *
 * @param own addresses of the device in text form
 */
export function refusal(url: string, own: readonly string[]): FetchProblem | null {
  if (url.length > MAX_URL) return problem('bad-url', `it has ${url.length} characters`);
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null) return problem('bad-url', 'it is no absolute URL');
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    return problem('bad-url', `its scheme is ${parsed.protocol.slice(0, -1)}, not http or https`);
  if (parsed.username !== '' || parsed.password !== '') return problem('bad-url', 'it holds a user name');
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  if (own.includes(host)) return null;
  const isLiteral = /^[\d.]+$/.test(host) || host.includes(':');
  return problem(
    'foreign-address',
    isLiteral
      ? `${host} is not an address of the device, so it was not fetched`
      : `${host} is a name: names are not looked up, so it was not fetched`,
  );
}

/**
 * Addresses a device may be fetched from: its own, and the link-local one of IPv6 that a datagram came from. Whatever
 * else a datagram says it came from may be anybody's, also ours.
 */
export function reachable(own: readonly string[], from: string): readonly string[] {
  return /^fe[89ab]/i.test(from) ? [...own, from] : own;
}

function problem(code: FetchProblem['code'], text: string): FetchProblem {
  return { code, text };
}
