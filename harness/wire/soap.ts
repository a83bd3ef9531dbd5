import { attributeOf, childOf, elementText, expandedName, parseXml, type XmlDocument, type XmlElement } from './xml.js';

/** Namespaces of DPWS 2006/02 and what it is built on. */
export const NAMESPACE = {
  soap12: 'http://www.w3.org/2003/05/soap-envelope',
  soap11: 'http://schemas.xmlsoap.org/soap/envelope/',
  addressing: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  addressing10: 'http://www.w3.org/2005/08/addressing',
  discovery: 'http://schemas.xmlsoap.org/ws/2005/04/discovery',
  devprof: 'http://schemas.xmlsoap.org/ws/2006/02/devprof',
  mex: 'http://schemas.xmlsoap.org/ws/2004/09/mex',
  transfer: 'http://schemas.xmlsoap.org/ws/2004/09/transfer',
  discovery11: 'http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01',
  devprof11: 'http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01',
  print: 'http://schemas.microsoft.com/windows/2006/08/wdp/print',
  scan: 'http://schemas.microsoft.com/windows/2006/08/wdp/scan',
  pnpxUpnp: 'http://schemas.microsoft.com/windows/pnpx/2005/11',
  pnpxDpws: 'http://schemas.microsoft.com/windows/pnpx/2005/10',
  deviceFoundation: 'http://schemas.microsoft.com/windows/2008/09/devicefoundation',
} as const;

/** A header of WS-Addressing or WS-Discovery: its text without white space around it, and its element. */
export interface SoapField {
  readonly value: string;
  readonly element: XmlElement;
}

/** AppSequence (WS-Discovery 2005/04, appendix I). Numbers are null where absent or no unsigned integer. */
export interface AppSequence {
  readonly instanceId: number | null;
  readonly messageNumber: number | null;
  readonly sequenceId: string | null;
  readonly element: XmlElement;
}

/** A SOAP envelope. Everything is null where the document has none; of a repeated header the first counts. */
export interface SoapMessage {
  readonly xml: XmlDocument;
  readonly version: '1.2' | '1.1' | null;
  readonly header: XmlElement | null;
  readonly body: XmlElement | null;
  readonly to: SoapField | null;
  readonly action: SoapField | null;
  readonly messageId: SoapField | null;
  readonly relatesTo: SoapField | null;
  /** Address inside ReplyTo. */
  readonly replyTo: SoapField | null;
  readonly appSequence: AppSequence | null;
  /** The fault's innermost (sub)code as expanded name `{namespace}local`; null when the body is no fault. */
  readonly faultCode: string | null;
}

const ADDRESSINGS: readonly string[] = [NAMESPACE.addressing, NAMESPACE.addressing10];
const DISCOVERIES: readonly string[] = [NAMESPACE.discovery, NAMESPACE.discovery11];

/** Decode an envelope of SOAP 1.2 or 1.1. Never throws: what is none has only `xml`. */
export function decodeSoap(bytes: Uint8Array): SoapMessage {
  const xml = parseXml(bytes);
  const envelope = xml.root?.local === 'Envelope' ? xml.root : null;
  const namespace = envelope?.namespace ?? '';
  const version = namespace === NAMESPACE.soap12 ? '1.2' : namespace === NAMESPACE.soap11 ? '1.1' : null;
  const header = version === null ? null : childOf(envelope, namespace, 'Header');
  const body = version === null ? null : childOf(envelope, namespace, 'Body');
  const replyTo = headerNamed(header, ADDRESSINGS, 'ReplyTo');
  const sequence = headerNamed(header, DISCOVERIES, 'AppSequence');
  return {
    xml,
    version,
    header,
    body,
    to: fieldOf(headerNamed(header, ADDRESSINGS, 'To')),
    action: fieldOf(headerNamed(header, ADDRESSINGS, 'Action')),
    messageId: fieldOf(headerNamed(header, ADDRESSINGS, 'MessageID')),
    relatesTo: fieldOf(headerNamed(header, ADDRESSINGS, 'RelatesTo')),
    replyTo: fieldOf(replyTo === null ? null : childOf(replyTo, replyTo.namespace, 'Address')),
    appSequence: sequence === null ? null : appSequenceOf(sequence),
    faultCode: faultCodeOf(childOf(body, namespace, 'Fault')),
  };
}

/** An element as a field: its text without white space around it. Null for null. */
export function fieldOf(element: XmlElement | null): SoapField | null {
  return element === null ? null : { value: elementText(element), element };
}

/** The number a text writes in decimal digits alone; null for any other text, or above 2^32 - 1. */
export function unsignedOf(text: string | null): number | null {
  if (text === null || !/^\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return value <= 0xffffffff ? value : null;
}

function headerNamed(header: XmlElement | null, namespaces: readonly string[], local: string): XmlElement | null {
  return header?.children.find((child) => child.local === local && namespaces.includes(child.namespace)) ?? null;
}

function appSequenceOf(element: XmlElement): AppSequence {
  const valueOf = (local: string): string | null => attributeOf(element, local)?.value.trim() ?? null;
  return {
    instanceId: unsignedOf(valueOf('InstanceId')),
    messageNumber: unsignedOf(valueOf('MessageNumber')),
    sequenceId: valueOf('SequenceId'),
    element,
  };
}

/** The innermost subcode of SOAP 1.2, or faultcode of SOAP 1.1. */
function faultCodeOf(fault: XmlElement | null): string | null {
  if (fault === null) return null;
  const old = childOf(fault, '', 'faultcode');
  let code = childOf(fault, fault.namespace, 'Code');
  let value = old ?? childOf(code, fault.namespace, 'Value');
  while (code !== null) {
    code = childOf(code, fault.namespace, 'Subcode');
    value = childOf(code, fault.namespace, 'Value') ?? value;
  }
  return value === null ? null : expandedName(elementText(value), value);
}
