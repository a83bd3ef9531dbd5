import { decodeSoap, fieldOf, NAMESPACE, unsignedOf, type SoapField, type SoapMessage } from './soap.js';
import { attributeOf, childOf, childrenOf, elementText, expandedName, xmlList, type XmlElement } from './xml.js';

export const WSD_PORT = 3702;
export const WSD_GROUP_IPV4 = '239.255.255.250';
export const WSD_GROUP_IPV6 = 'ff02::c';

export type WsdKind = 'hello' | 'bye' | 'probe' | 'probe-matches' | 'resolve' | 'resolve-matches' | 'other';

/** What a Hello, Bye, ProbeMatch or ResolveMatch says of one target service. */
export interface WsdTarget {
  /** Hello, Bye, ProbeMatch, ResolveMatch, or the Probe or Resolve itself. */
  readonly element: XmlElement;
  /** Address of the endpoint reference, white space around it removed. */
  readonly address: SoapField | null;
  readonly endpointReference: XmlElement | null;
  /** Expanded names `{namespace}local`; a name whose prefix is not bound is `{?prefix}local`. */
  readonly types: readonly string[];
  readonly typesElement: XmlElement | null;
  readonly scopes: readonly string[];
  readonly scopesElement: XmlElement | null;
  /** MatchBy of Scopes; null without. */
  readonly matchBy: string | null;
  readonly xAddrs: readonly string[];
  readonly xAddrsElement: XmlElement | null;
  /** Null where absent or no unsigned integer. */
  readonly metadataVersion: number | null;
  readonly metadataVersionElement: XmlElement | null;
}

/** A message of WS-Discovery: its kind by action and body, both of the 2005/04 namespace, or of 2009/01 (`isNewer`). */
export interface WsdMessage {
  readonly soap: SoapMessage;
  readonly kind: WsdKind;
  /** The message is of the 2009/01 namespaces. */
  readonly isNewer: boolean;
  /** One for Hello, Bye, Probe and Resolve; one for each match; none where the body has no such element. */
  readonly targets: readonly WsdTarget[];
}

/** Local names of the body element, and of what it holds targets in; the action ends in the same name. */
const KINDS = [
  { kind: 'hello', local: 'Hello', match: null },
  { kind: 'bye', local: 'Bye', match: null },
  { kind: 'probe', local: 'Probe', match: null },
  { kind: 'probe-matches', local: 'ProbeMatches', match: 'ProbeMatch' },
  { kind: 'resolve', local: 'Resolve', match: null },
  { kind: 'resolve-matches', local: 'ResolveMatches', match: 'ResolveMatch' },
] as const satisfies readonly { readonly kind: WsdKind; readonly local: string; readonly match: string | null }[];

/**
 * Decode a message of WS-Discovery. Never throws. Its kind is what action and body agree on, in one namespace; `other`
 * where they do not, or where one is missing.
 */
export function decodeWsd(bytes: Uint8Array): WsdMessage {
  const soap = decodeSoap(bytes);
  for (const namespace of [NAMESPACE.discovery, NAMESPACE.discovery11]) {
    const found = KINDS.find(({ local }) => soap.action?.value === `${namespace}/${local}`);
    const element = found === undefined ? null : childOf(soap.body, namespace, found.local);
    if (found === undefined || element === null) continue;
    const targets = found.match === null ? [element] : childrenOf(element, namespace, found.match);
    const isNewer = namespace === NAMESPACE.discovery11;
    return { soap, kind: found.kind, isNewer, targets: targets.map(targetOf) };
  }
  const isNewer = soap.action?.value.startsWith(`${NAMESPACE.discovery11}/`) === true;
  return { soap, kind: 'other', isNewer, targets: [] };
}

function targetOf(element: XmlElement): WsdTarget {
  const { namespace } = element;
  const addressing = namespace === NAMESPACE.discovery11 ? NAMESPACE.addressing10 : NAMESPACE.addressing;
  const endpointReference = childOf(element, addressing, 'EndpointReference');
  const typesElement = childOf(element, namespace, 'Types');
  const scopesElement = childOf(element, namespace, 'Scopes');
  const xAddrsElement = childOf(element, namespace, 'XAddrs');
  const metadataVersionElement = childOf(element, namespace, 'MetadataVersion');
  return {
    element,
    address: fieldOf(childOf(endpointReference, addressing, 'Address')),
    endpointReference,
    types: qualifiedNames(typesElement),
    typesElement,
    scopes: xmlList(elementText(scopesElement)),
    scopesElement,
    matchBy: attributeOf(scopesElement, 'MatchBy')?.value.trim() ?? null,
    xAddrs: xmlList(elementText(xAddrsElement)),
    xAddrsElement,
    metadataVersion: unsignedOf(elementText(metadataVersionElement)),
    metadataVersionElement,
  };
}

/** A list of qualified names as expanded names, by the prefixes in scope at its element; empty for null. */
export function qualifiedNames(element: XmlElement | null): string[] {
  return element === null ? [] : xmlList(elementText(element)).map((name) => expandedName(name, element));
}
