import type { Endpoint, FetchProblem, FetchPurpose } from '#evidence/discovery-model.js';

/**
 * The follow-up as an engine without I/O: it is told what came and what time it is, and says what to send, to fetch and
 * when to wake it. Times are monotonic milliseconds.
 */

export type Protocol = 'ssdp' | 'wsd';

/** One question by UDP, or a NOTIFY that is none. Each has a socket, and so a source port, of its own until it is closed. */
export interface SearchOutput {
  readonly kind: 'search';
  /** Stable within a run, e.g. `ssdp:all`, `probe-foreign-type`. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly family: 'ipv4' | 'ipv6';
  /** Null: the protocol's multicast group. */
  readonly to: Endpoint | null;
  readonly bytes: Uint8Array;
  /** A well-formed M-SEARCH for this target, which a searching client may send in its own words. */
  readonly searchTarget?: string;
}

/** One request by HTTP, within limits the transport holds. */
export interface FetchOutput {
  readonly kind: 'fetch';
  readonly id: number;
  readonly purpose: FetchPurpose;
  readonly method: 'GET' | 'POST' | 'CONNECT';
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
  /** Send the body in chunks. */
  readonly isChunked: boolean;
  readonly messageId: string | null;
}

export type FollowUpOutput =
  | SearchOutput
  /** Listen on the sockets of this search no longer. */
  | { readonly kind: 'close'; readonly name: string }
  | FetchOutput
  | { readonly kind: 'wake'; readonly atMs: number }
  /** Ask the bench to do something to the device; answered by `stimulated`. */
  | { readonly kind: 'stimulate'; readonly name: 'leave' | 'power-cycle' }
  | { readonly kind: 'event'; readonly name: string; readonly detail: Readonly<Record<string, unknown>> }
  | { readonly kind: 'progress'; readonly step: string; readonly waitingFor?: string; readonly limitMs?: number }
  /** Everything was seen, or the limit was reached. */
  | { readonly kind: 'end'; readonly outcome: 'all-seen' | 'limit' };

/** A datagram that the DUT sent: multicast, or to the socket of a search. */
export interface ReceivedDatagram {
  readonly protocol: Protocol;
  readonly from: Endpoint;
  readonly isMulticast: boolean;
  readonly bytes: Uint8Array;
}

export interface FetchResult {
  readonly id: number;
  readonly status: number | null;
  readonly httpVersion: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
  readonly problem: FetchProblem | null;
}

/** What the bench is able to do to the device. */
export interface Abilities {
  readonly leave: boolean;
  readonly powerCycle: boolean;
}

export interface FollowUpEngine {
  /** The DUT has its first address; its announcements may have come before. */
  start(nowMs: number): readonly FollowUpOutput[];
  datagram(received: ReceivedDatagram, nowMs: number): readonly FollowUpOutput[];
  /** The DUT has another address (text form): it may be fetched from there, and searched for by its family. */
  addressed(address: string, nowMs: number): readonly FollowUpOutput[];
  fetched(result: FetchResult, nowMs: number): readonly FollowUpOutput[];
  stimulated(name: 'leave' | 'power-cycle', failed: string | null, nowMs: number): readonly FollowUpOutput[];
  tick(nowMs: number): readonly FollowUpOutput[];
}
