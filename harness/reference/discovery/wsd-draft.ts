import type { AppSequenceSource } from '#wire/soap-write.js';
import {
  encodeBye,
  encodeHello,
  encodeProbeMatches,
  encodeResolveMatches,
  type WsdTargetSource,
} from '#wire/wsd-write.js';
import type { QualifiedName } from './capability.js';
import type { DeviceEndpoint } from './engine.js';
import type { Family } from './network.js';
import type { DpwsParts } from './parts.js';
import { expandedName } from './wsd-match.js';

/** What a message says of the device; what is null is left out. */
export interface WsdSaid {
  readonly address: string;
  /** XML behind the address in the endpoint reference. */
  readonly references: string;
  readonly types: readonly QualifiedName[] | null;
  readonly scopes: readonly string[] | null;
  readonly xAddrs: readonly string[] | null;
  readonly metadataVersion: number | null;
}

/** One message of WS-Discovery before it is bytes. */
export interface WsdDraft {
  readonly what: 'Hello' | 'Bye' | 'ProbeMatches' | 'ResolveMatches';
  /** MessageID of each copy: the same for all. */
  readonly messageIds: readonly string[];
  readonly relatesTo: string | null;
  readonly instanceId: number | null;
  readonly messageNumber: number | null;
  readonly family: Family;
  /** Null: matches without any. */
  readonly said: WsdSaid | null;
  /** Null: the multicast group, or the connection a request came by. */
  readonly to: DeviceEndpoint | null;
}

export type WsdScript = (draft: WsdDraft, own: DpwsParts) => readonly WsdDraft[];

/** What each copy is sent as; the copies of one MessageID are the same bytes. */
export function encodeDraft(draft: WsdDraft): Uint8Array[] {
  const written = new Map<string, Uint8Array>();
  for (const messageId of draft.messageIds) written.set(messageId, encodeCopy(draft, messageId));
  return draft.messageIds.flatMap((messageId) => written.get(messageId) ?? []);
}

function encodeCopy({ what, relatesTo, instanceId, messageNumber, said }: WsdDraft, messageId: string): Uint8Array {
  const isNumbered = instanceId !== null && messageNumber !== null;
  const common: { messageId: string; appSequence: AppSequenceSource; omitHeaders: readonly 'AppSequence'[] } = {
    messageId,
    appSequence: { instanceId: instanceId ?? '', messageNumber: messageNumber ?? '' },
    omitHeaders: isNumbered ? [] : ['AppSequence'],
  };
  const target = said === null ? null : targetOf(said);
  if (what === 'Hello') return encodeHello({ ...common, target: target ?? { address: null } });
  if (what === 'Bye') return encodeBye({ ...common, target: target ?? { address: null } });
  const source = { ...common, relatesTo: relatesTo ?? '', targets: target === null ? [] : [target] };
  return what === 'ProbeMatches' ? encodeProbeMatches(source) : encodeResolveMatches(source);
}

function targetOf({ address, references, types, scopes, xAddrs, metadataVersion }: WsdSaid): WsdTargetSource {
  return {
    address,
    extraReference: references,
    ...(types === null ? {} : { types: types.map(expandedName) }),
    ...(scopes === null ? {} : { scopes }),
    ...(xAddrs === null ? {} : { xAddrs }),
    metadataVersion,
  };
}
