import type { Span } from '#base/bytes.js';
import type { Issue } from './issue.js';

export const SSDP_PORT = 1900;
export const SSDP_GROUP_IPV4 = '239.255.255.250';

export interface SsdpHeader {
  /** As written. */
  readonly name: string;
  /** Without the white space around it. */
  readonly value: string;
  /** The whole line without its line end, and the value alone; offsets in the datagram. */
  readonly span: Span;
  readonly valueSpan: Span;
  /** Line of the datagram, from 1 (the start line). */
  readonly line: number;
}

/** One datagram of SSDP (UDA 1.x, 1.1 to 1.3), nothing corrected: `bytes` is all there was. */
export interface SsdpMessage {
  readonly bytes: Uint8Array;
  readonly kind: 'notify' | 'search' | 'response' | 'other';
  readonly startLine: { readonly text: string; readonly span: Span };
  readonly headers: readonly SsdpHeader[];
  /** Bytes behind the blank line; null without any. */
  readonly body: Span | null;
  /**
   * `ssdp-line-end` (a line ends with something other than CR LF), `ssdp-no-blank-line`, `ssdp-header-without-colon`,
   * `ssdp-not-text` (bytes that are no UTF-8), `ssdp-folded-header`, `ssdp-empty`.
   */
  readonly issues: readonly Issue[];
}
