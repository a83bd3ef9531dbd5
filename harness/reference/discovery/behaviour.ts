import type { SsdpWriting } from '#wire/ssdp.js';
import type { DeviceEndpoint, HttpRequest, HttpResponse } from './engine.js';
import type { DiscoveryContext, DiscoveryParts, SsdpTarget, UpnpParts } from './parts.js';
import type { WsdScript } from './wsd-draft.js';

/** One message of SSDP before it is bytes. */
export interface SsdpDraft {
  readonly what: 'alive' | 'byebye' | 'answer';
  readonly target: SsdpTarget;
  readonly startLine: string;
  readonly headers: readonly SsdpField[];
  readonly writing: SsdpWriting;
  /** Null: the multicast group. */
  readonly to: DeviceEndpoint | null;
  readonly ttl: number;
}

export type SsdpField = readonly [name: string, value: string];
export type SsdpScript = (draft: SsdpDraft, own: UpnpParts) => readonly SsdpDraft[];

/** What a request by HTTP was answered with. */
export type Served = 'description' | 'scpd' | 'metadata' | 'directed-probe' | 'fault' | 'none';
export type HttpScript = (
  response: HttpResponse,
  exchange: { readonly request: HttpRequest; readonly served: Served },
) => HttpResponse;

/** The discovery side of one layer of a device: see {@link Behaviour}. */
export interface DiscoveryBehaviour {
  readonly build?: (parts: DiscoveryParts, context: DiscoveryContext) => DiscoveryParts;
  readonly ssdp?: SsdpScript;
  readonly wsd?: WsdScript;
  readonly http?: HttpScript;
}

/** One script of several, the oldest first: what an older one makes goes through every newer one. */
export function chained<Draft, Own>(
  scripts: readonly ((draft: Draft, own: Own) => readonly Draft[])[],
): (draft: Draft, own: Own) => readonly Draft[] {
  return (draft, own) =>
    scripts.reduce<readonly Draft[]>((drafts, script) => drafts.flatMap((each) => script(each, own)), [draft]);
}
