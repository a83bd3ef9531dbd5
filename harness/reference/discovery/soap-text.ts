import { NAMESPACE } from '#wire/soap.js';
import type { QualifiedName } from './capability.js';
import { element, field, xmlDocument } from './xml-text.js';

export const ANONYMOUS = `${NAMESPACE.addressing}/role/anonymous`;

/** Prefixes a device declares on every envelope. */
const PREFIXES: Readonly<Record<string, string>> = {
  soap: NAMESPACE.soap12,
  wsa: NAMESPACE.addressing,
  wsd: NAMESPACE.discovery,
  wsdp: NAMESPACE.devprof,
  wsx: NAMESPACE.mex,
  wprt: NAMESPACE.print,
  wscn: NAMESPACE.scan,
  pnpx: NAMESPACE.pnpxDpws,
  df: NAMESPACE.deviceFoundation,
};

export interface Envelope {
  readonly action: string;
  readonly to: string;
  readonly messageId: string;
  readonly relatesTo: string | null;
  /** XML of further headers. */
  readonly headers: readonly string[];
  /** XML of the body. */
  readonly body: readonly string[];
}

/** An envelope of SOAP 1.2 with the headers of WS-Addressing. */
export function envelopeXml({ action, to, messageId, relatesTo, headers, body }: Envelope): Uint8Array {
  const header = element('soap:Header', [
    ...field('wsa:To', to),
    ...field('wsa:Action', action),
    ...field('wsa:MessageID', messageId),
    ...field('wsa:RelatesTo', relatesTo),
    ...headers,
  ]);
  const declared = Object.entries(PREFIXES).map(([prefix, namespace]) => [`xmlns:${prefix}`, namespace]);
  const attributes = Object.fromEntries(declared) as Record<string, string>;
  return xmlDocument(element('soap:Envelope', [header, element('soap:Body', body)], attributes));
}

/** An endpoint reference; `rest` is XML behind its address. */
export function endpointXml(address: string, rest: readonly string[] = []): string {
  return element('wsa:EndpointReference', [...field('wsa:Address', address), ...rest]);
}

/** A list of types; a type of another namespace than those of the envelope brings its own prefix. */
export function typesXml(name: string, types: readonly QualifiedName[]): string {
  const own: Record<string, string> = {};
  const names = types.map(({ namespace, local }) => {
    const known = Object.entries(PREFIXES).find(([, each]) => each === namespace)?.[0];
    const prefix = known ?? `n${Object.keys(own).length}`;
    if (known === undefined) own[`xmlns:${prefix}`] = namespace;
    return `${prefix}:${local}`;
  });
  return element(name, [names.join(' ')], own);
}

/** A fault of the sender's making (SOAP 1.2) with this subcode of WS-Addressing. */
export function faultBody(subcode: string, reason: string): string {
  const code = element('soap:Code', [
    ...field('soap:Value', 'soap:Sender'),
    element('soap:Subcode', field('soap:Value', `wsa:${subcode}`)),
  ]);
  const text = element('soap:Text', [reason], { 'xml:lang': 'en' });
  return element('soap:Fault', [code, element('soap:Reason', [text])]);
}
