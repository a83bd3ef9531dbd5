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
