import type { SsdpDraft } from './behaviour.js';

/* Places in the evidence of discovery, as faults declare them: `<message>.<part>`. */

/** What a message of SSDP is called. */
const SSDP_NAMES: Readonly<Record<SsdpDraft['what'], string>> = {
  alive: 'NOTIFY',
  byebye: 'byebye',
  answer: 'answer',
};

/**
 * A part of messages of SSDP: a header's name in capitals; `framing` (start line, line ends, what is behind the headers),
 * `destination`, `ttl`, `time`, `copies`, or `missing` and `added` for whole messages.
 */
export function anyOf(kinds: readonly SsdpDraft['what'][], part: string): string[] {
  return kinds.map((kind) => `${SSDP_NAMES[kind]}.${part}`);
}

/** Where the identity a device is found under by UPnP stands. */
export const UPNP_IDENTITY = [
  ...anyOf(['alive', 'byebye'], 'NT'),
  ...anyOf(['answer'], 'ST'),
  ...anyOf(['alive', 'byebye', 'answer'], 'USN'),
  'description.UDN',
];

/** Where its identity by WS-Discovery stands. */
export const DPWS_IDENTITY = ['Hello', 'Bye', 'ProbeMatches', 'ResolveMatches', 'directed-probe', 'metadata'].map(
  (name) => `${name}.Address`,
);

/** Everything that tells of the identities a device has: it changes where the UUIDs of M1 do. */
export const EVERY_IDENTITY = [
  ...UPNP_IDENTITY,
  ...DPWS_IDENTITY,
  // The path it serves its metadata at is made of it.
  ...['Hello', 'ProbeMatches', 'ResolveMatches', 'directed-probe'].map((name) => `${name}.XAddrs`),
];
