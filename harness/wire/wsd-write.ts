import { metadataXml, type DpwsMetadataSource } from './dpws-metadata-write.js';
import { NAMESPACE } from './soap.js';
import { SoapWriter, type AppSequenceSource, type SoapWriting } from './soap-write.js';
import { escapeXml } from './xml.js';

/**
 * Messages of WS-Discovery and of metadata exchange, as envelopes in UTF-8. Right by default; every options object takes
 * a {@link SoapWriting} to be wrong on purpose.
 */

/** What a Hello, Bye or match says of a target service; null or undefined: not said. */
export interface WsdTargetSource {
  /** Address of the endpoint reference. */
  readonly address: string | null;
  /** `{namespace}local`, or a text that is written as it is. */
  readonly types?: readonly string[];
  readonly scopes?: readonly string[];
  readonly xAddrs?: readonly string[];
  readonly metadataVersion?: number | string | null;
  /** XML inside the endpoint reference, behind its address. */
  readonly extraReference?: string;
  /** XML behind the rest. */
  readonly extra?: string;
}

interface MessageSource extends SoapWriting {
  readonly messageId: string;
}

/** Hello or Bye, by multicast. */
export interface AnnouncementSource extends MessageSource {
  readonly appSequence: AppSequenceSource;
  readonly target: WsdTargetSource;
}

export interface ProbeSource extends MessageSource {
  /** Unless given that of a multicast; of a directed Probe the address of the device. */
  readonly to?: string;
  readonly replyTo?: string;
  readonly types?: readonly string[];
  readonly scopes?: readonly string[];
  readonly matchBy?: string;
}

export interface ResolveSource extends MessageSource {
  readonly to?: string;
  readonly replyTo?: string;
  /** Address of the endpoint reference that is looked for. */
  readonly address: string;
}

/** ProbeMatches or ResolveMatches, to whoever asked. */
export interface MatchesSource extends MessageSource {
  readonly relatesTo: string;
  readonly appSequence?: AppSequenceSource;
  readonly targets: readonly WsdTargetSource[];
}

export interface GetSource extends MessageSource {
  /** Address of the device's endpoint reference. */
  readonly to: string;
  /** Anonymous unless given. */
  readonly replyTo?: string;
}

export interface GetResponseSource extends MessageSource {
  readonly relatesTo: string;
  readonly metadata: DpwsMetadataSource;
}

export interface FaultSource extends MessageSource {
  readonly relatesTo: string;
  /** Local name in the namespace of SOAP. */
  readonly code: 'Sender' | 'Receiver' | 'VersionMismatch' | 'MustUnderstand';
  /** `{namespace}local`. */
  readonly subcode?: string;
  readonly reason: string;
}

export function encodeHello(source: AnnouncementSource): Uint8Array {
  return announcement('Hello', source);
}

export function encodeBye(source: AnnouncementSource): Uint8Array {
  return announcement('Bye', source);
}

export function encodeProbe(source: ProbeSource): Uint8Array {
  const writer = new SoapWriter(source);
  const { types, scopes, matchBy } = source;
  const attributes = matchBy === undefined ? '' : ` MatchBy="${escapeXml(matchBy)}"`;
  const content = [
    types === undefined ? '' : writer.names('discovery', 'Types', types),
    scopes === undefined ? '' : writer.element('discovery', 'Scopes', escapeXml(scopes.join(' ')), attributes),
  ];
  return search(writer, 'Probe', source, content.join(''));
}

export function encodeResolve(source: ResolveSource): Uint8Array {
  const writer = new SoapWriter(source);
  return search(writer, 'Resolve', source, referenceXml(writer, source.address, ''));
}

/** Without targets an empty ProbeMatches: how a directed Probe is answered that does not match. */
export function encodeProbeMatches(source: MatchesSource): Uint8Array {
  return matches('Probe', source);
}

export function encodeResolveMatches(source: MatchesSource): Uint8Array {
  return matches('Resolve', source);
}

export function encodeGet(source: GetSource): Uint8Array {
  const writer = new SoapWriter(source);
  const { to, messageId } = source;
  const headers = { to, action: `${NAMESPACE.transfer}/Get`, messageId, replyTo: source.replyTo ?? writer.anonymous };
  return writer.envelope(headers, writer.extraContent);
}

export function encodeGetResponse(source: GetResponseSource): Uint8Array {
  const writer = new SoapWriter(source);
  const { messageId, relatesTo } = source;
  const headers = { to: writer.anonymous, action: `${NAMESPACE.transfer}/GetResponse`, messageId, relatesTo };
  return writer.envelope(headers, metadataXml(writer, source.metadata));
}

export function encodeFault(source: FaultSource): Uint8Array {
  const writer = new SoapWriter(source);
  const { messageId, relatesTo, code, subcode, reason } = source;
  const soap = writer.namespace('soap12');
  const value = writer.names('soap12', 'Value', [`{${soap}}${code}`]);
  const inner =
    subcode === undefined ? '' : writer.element('soap12', 'Subcode', writer.names('soap12', 'Value', [subcode]));
  const content = [
    writer.element('soap12', 'Code', value + inner),
    writer.element('soap12', 'Reason', writer.element('soap12', 'Text', escapeXml(reason), ' xml:lang="en"')),
    writer.extraContent,
  ];
  const headers = { to: writer.anonymous, action: `${writer.namespace('addressing')}/fault`, messageId, relatesTo };
  return writer.envelope(headers, writer.element('soap12', 'Fault', content.join('')));
}

function announcement(local: 'Hello' | 'Bye', source: AnnouncementSource): Uint8Array {
  const writer = new SoapWriter(source);
  const { messageId, appSequence, target } = source;
  const headers = { to: groupOf(writer), action: actionOf(writer, local), messageId, appSequence };
  const content = targetXml(writer, target) + writer.extraContent;
  return writer.envelope(headers, writer.element('discovery', local, content));
}

function search(writer: SoapWriter, local: string, source: ProbeSource | ResolveSource, content: string): Uint8Array {
  const { messageId, replyTo, to = groupOf(writer) } = source;
  const headers = { to, action: actionOf(writer, local), messageId, replyTo };
  return writer.envelope(headers, writer.element('discovery', local, content + writer.extraContent));
}

function matches(local: 'Probe' | 'Resolve', source: MatchesSource): Uint8Array {
  const writer = new SoapWriter(source);
  const { messageId, relatesTo, appSequence } = source;
  const action = actionOf(writer, `${local}Matches`);
  const content = source.targets.map((target) =>
    writer.element('discovery', `${local}Match`, targetXml(writer, target)),
  );
  return writer.envelope(
    { to: writer.anonymous, action, messageId, relatesTo, appSequence },
    writer.element('discovery', `${local}Matches`, content.join('') + writer.extraContent),
  );
}

function targetXml(writer: SoapWriter, target: WsdTargetSource): string {
  const { address, types, scopes, xAddrs, metadataVersion, extraReference = '', extra = '' } = target;
  return [
    address === null ? '' : referenceXml(writer, address, extraReference),
    types === undefined ? '' : writer.names('discovery', 'Types', types),
    writer.text('discovery', 'Scopes', scopes?.join(' ')),
    writer.text('discovery', 'XAddrs', xAddrs?.join(' ')),
    writer.text('discovery', 'MetadataVersion', metadataVersion),
    extra,
  ].join('');
}

function referenceXml(writer: SoapWriter, address: string, extra: string): string {
  return writer.element('addressing', 'EndpointReference', writer.text('addressing', 'Address', address) + extra);
}

function actionOf(writer: SoapWriter, local: string): string {
  return `${writer.namespace('discovery')}/${local}`;
}

/** Address that stands for everybody. */
function groupOf(writer: SoapWriter): string {
  return writer.namespace('discovery') === NAMESPACE.discovery11
    ? 'urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01'
    : 'urn:schemas-xmlsoap-org:ws:2005:04:discovery';
}
