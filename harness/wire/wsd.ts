import type { SoapField, SoapMessage } from './soap.js';
import type { XmlElement } from './xml.js';

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
