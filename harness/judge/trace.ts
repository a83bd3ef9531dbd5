import type { Location, RuleId } from './rule.js';

/** Version of the trace's shape in the run record. */
export const TRACE_VERSION = 1;

/** The two ways a device is found. Secure DPWS is found as DPWS is. */
export type TraceWay = 'upnp' | 'dpws';

/** Where on the way from Wi-Fi to the installed device an identity stands, in that order. */
export const TRACE_LAYERS = ['probe', 'm1', 'announcement', 'answer', 'document', 'container'] as const;
export type TraceLayer = (typeof TRACE_LAYERS)[number];

/**
 * What an identity is to the one M1 promises. `given`: it is what others are compared with. `agrees`: it is the promised
 * one, as it has to be sent. `parts`: it is another, or written in another way. `alone`: nothing to compare it with.
 */
export type TraceAgreement = 'given' | 'agrees' | 'parts' | 'alone';

/** One identity, however often it was sent in this place, and where it was first seen. */
export interface TraceRow {
  readonly layer: TraceLayer;
  /** Null for what holds for every transport. */
  readonly way: TraceWay | null;
  /** `UUID-E of M1`, `USN of ssdp:alive`, `Host of the metadata`. */
  readonly place: string;
  /** As it was sent, cut when it is very long; bytes as the text they read from left to right. */
  readonly sent: string;
  /** The UUID in it as 36 lower-case characters; null without one. */
  readonly uuid: string | null;
  /** Times it was seen in this place. */
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly at: Location;
  readonly agreement: TraceAgreement;
  /** What is so, to stand after the identity: `is in upper case`; empty where there is nothing to add. */
  readonly how: string;
  /** With `parts`: the rule that judges it. */
  readonly owner: RuleId | null;
}

/** What the first M1 promises for one way of being found. */
export interface TracePromise {
  readonly way: TraceWay;
  /** `UPnP`, `DPWS`, `Secure DPWS`. */
  readonly transport: string;
  /** As it has to be sent, `uuid:` or `urn:uuid:` and 36 characters; null when it cannot be told. */
  readonly expected: string | null;
  readonly origin: 'transport-uuid' | 'uuid-e' | null;
  /** Why it cannot be told; empty when it can. */
  readonly problem: string;
  /** Paths in M1 of the VPI that declares the transport and of the attribute or TLV the identity stands in. */
  readonly paths: readonly string[];
}

/** The identities of one device through all layers: what M1 promises, what it is found under, and where they part. */
export interface Trace {
  readonly traceVersion: typeof TRACE_VERSION;
  /** What the first M1 declares: transports to be found by, none of them, or nothing that could be read. */
  readonly declares: 'transports' | 'none' | 'unknown';
  /** One a declared way that can be read, UPnP first. */
  readonly promises: readonly TracePromise[];
  /** By layer within each way; what holds for all ways first. */
  readonly rows: readonly TraceRow[];
  /** Further identities that are not listed: a device can make up thousands. */
  readonly unlisted: number;
}

/** The first identity of one way that is not the promised one, in the order of the layers; null when none is. */
export function partingOf(trace: Trace, way: TraceWay): TraceRow | null {
  const parting = trace.rows.filter((row) => row.way === way && row.agreement === 'parts' && row.layer !== 'container');
  return TRACE_LAYERS.flatMap((layer) => parting.filter((row) => row.layer === layer))[0] ?? null;
}

/** True when there is something to show: a promise, or an identity the device was seen under. */
export function isTelling({ promises, rows }: Trace): boolean {
  return promises.length > 0 || rows.some(({ way }) => way !== null);
}
