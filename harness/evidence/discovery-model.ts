import type { SsdpMessage } from '#wire/ssdp.js';
import type { WsdMessage } from '#wire/wsd.js';
import type { Frame, Part } from './model.js';

/**
 * Discovery evidence: what was said by SSDP and WS-Discovery on the operational network, and what the DUT served by
 * HTTP. Datagrams come from the capture alone; fetches from the bench's events and the documents of the bundle.
 */

/** A UDP endpoint: address in text form (RFC 5952 for IPv6, without scope id), port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** One datagram of discovery, put together from IP fragments where need be. */
export interface Datagram {
  readonly protocol: 'ssdp' | 'wsd';
  /** By MAC address where the link tells it, else by the DUT's addresses. */
  readonly sender: 'dut' | 'other';
  /** Of the frame that completed it; milliseconds since 1970, with a fraction. */
  readonly timeMs: number;
  readonly frame: Frame;
  readonly family: 'ipv4' | 'ipv6';
  /** 6 bytes; null where the link type does not tell. */
  readonly sourceMac: Uint8Array | null;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly isMulticast: boolean;
  /** IPv4 TTL or IPv6 hop limit. */
  readonly ttl: number;
  /** UDP payload. */
  readonly bytes: Uint8Array;
  /** Which of `bytes` come from which frame; several for a fragmented datagram. */
  readonly parts: readonly Part[];
  /** Set for protocol `ssdp`. */
  readonly ssdp: SsdpMessage | null;
  /** Set for protocol `wsd`; its kind is `other` when the datagram is no SOAP of WS-Discovery. */
  readonly wsd: WsdMessage | null;
  /** WS-Discovery: an earlier datagram of the same sender with the same MessageID. SSDP: the same bytes within 3 s. */
  readonly isRepeat: boolean;
}

/** A question on the network and what the DUT answered to it. */
export interface Search {
  /** M-SEARCH, Probe or Resolve; of a repeated one the first. */
  readonly request: Datagram;
  /**
   * The DUT's answers, in order. WS-Discovery: RelatesTo is the request's MessageID. SSDP: sent to the request's address
   * and port after it. Repeats are among them.
   */
  readonly answers: readonly Datagram[];
  /** Someone listened for answers at least until then: milliseconds since 1970. */
  readonly untilMs: number;
}

/** Why a request by HTTP has no whole answer; `text` is one sentence for people. */
export interface FetchProblem {
  readonly code:
    | 'refused'
    | 'unreachable'
    | 'timeout'
    | 'too-large'
    | 'redirect'
    | 'foreign-address'
    | 'tls'
    | 'bad-url'
    | 'content-encoding'
    | 'protocol';
  readonly text: string;
}

/** What a fetch is for. `directed-probe` and the rest are SOAP requests; `description` is a GET. */
export type FetchPurpose =
  | 'description'
  | 'metadata'
  | 'metadata-chunked'
  | 'metadata-extended'
  | 'metadata-reply-to'
  | 'directed-probe'
  | 'connect';

/** One HTTP request to the DUT, or one that was lawfully not made. */
export interface Fetch {
  readonly purpose: FetchPurpose;
  readonly method: 'GET' | 'POST' | 'CONNECT';
  readonly url: string;
  /** MessageID of a SOAP request. */
  readonly messageId: string | null;
  /** Request headers that a rule looks at were sent: `accept-language`. */
  readonly requestHeaders: readonly (readonly [name: string, value: string])[];
  /** Milliseconds since 1970. */
  readonly startMs: number;
  /** Until the last byte, or until it was given up. */
  readonly endMs: number;
  readonly status: number | null;
  /** `1.0`, `1.1`; null without an answer. */
  readonly httpVersion: string | null;
  /** As received, in order, names as written. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Body as received, at most the limit; null where there is none or its document is not at hand. */
  readonly body: Uint8Array | null;
  /** Name in `documents/`; null without a body. */
  readonly document: string | null;
  /** Bytes of the body that were read. */
  readonly bodyBytes: number;
  readonly problem: FetchProblem | null;
}

/** Something the bench did to the device, or could not do. */
export interface Stimulus {
  /** `leave`: told to leave the network in good order. `power-cycle`: switched off and on. Others: a search's name. */
  readonly kind: 'leave' | 'power-cycle' | 'search' | 'fetch';
  readonly name: string;
  /** When the bench began with it, milliseconds since 1970. */
  readonly timeMs: number;
  /** When it was done with it. */
  readonly endMs: number;
  /** Null when it was done; else why not. */
  readonly failed: string | null;
}

/** A span of time in which the bench itself did not keep up: what it then found late may not be the device's fault. */
export interface Lateness {
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  /** How much of it the bench stood still though it was due, milliseconds. */
  readonly lateMs: number;
}

/** Everything of discovery in one run or capture. */
export interface Discovery {
  /** Addresses of the DUT on the operational network, text form. */
  readonly addresses: readonly string[];
  /** When the DUT had its first address and listening had begun, milliseconds since 1970; null when unknown. */
  readonly sinceMs: number | null;
  /** Until when the network was listened to; the capture's last frame where nothing else tells. */
  readonly untilMs: number;
  /** The profile's limit for being found, milliseconds; null outside a run. */
  readonly limitMs: number | null;
  /** True when the follow-up came to its end; false for one that was cut off, and for a capture. */
  readonly isComplete: boolean;
  /** By time, of DUT and others. */
  readonly datagrams: readonly Datagram[];
  readonly searches: readonly Search[];
  readonly fetches: readonly Fetch[];
  readonly stimuli: readonly Stimulus[];
  /** When the bench was late; empty for a punctual one, and for a capture. */
  readonly lateness: readonly Lateness[];
}
