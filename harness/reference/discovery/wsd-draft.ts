import { NAMESPACE } from '#wire/soap.js';
import type { QualifiedName } from './capability.js';
import type { DeviceEndpoint } from './engine.js';
import type { Family } from './network.js';
import type { DpwsParts } from './parts.js';
import { ANONYMOUS, endpointXml, envelopeXml, typesXml } from './soap-text.js';
import { element, field } from './xml-text.js';

export const DISCOVERY_URN = 'urn:schemas-xmlsoap-org:ws:2005:04:discovery';

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
  const sequence = {
    ...(instanceId === null ? {} : { InstanceId: String(instanceId) }),
    ...(messageNumber === null ? {} : { MessageNumber: String(messageNumber) }),
  };
  return envelopeXml({
    action: `${NAMESPACE.discovery}/${what}`,
    to: relatesTo === null ? DISCOVERY_URN : ANONYMOUS,
    messageId,
    relatesTo,
    headers: Object.keys(sequence).length === 0 ? [] : [element('wsd:AppSequence', [], sequence)],
    body: [bodyXml(what, said === null ? [] : saidXml(said))],
  });
}

const MATCHES = { ProbeMatches: 'wsd:ProbeMatch', ResolveMatches: 'wsd:ResolveMatch' } as const;

function bodyXml(what: WsdDraft['what'], said: readonly string[]): string {
  if (what === 'Hello' || what === 'Bye') return element(`wsd:${what}`, said);
  return element(`wsd:${what}`, said.length === 0 ? [] : [element(MATCHES[what], said)]);
}

function saidXml({ address, references, types, scopes, xAddrs, metadataVersion }: WsdSaid): string[] {
  return [
    endpointXml(address, [references]),
    ...(types === null ? [] : [typesXml('wsd:Types', types)]),
    ...field('wsd:Scopes', scopes?.join(' ') ?? null),
    ...field('wsd:XAddrs', xAddrs?.join(' ') ?? null),
    ...field('wsd:MetadataVersion', metadataVersion === null ? null : String(metadataVersion)),
  ];
}
