import type { XmlDocument, XmlElement } from './xml.js';

/** Namespaces of DPWS 2006/02 and what it is built on. */
export const NAMESPACE = {
  soap12: 'http://www.w3.org/2003/05/soap-envelope',
  soap11: 'http://schemas.xmlsoap.org/soap/envelope/',
  addressing: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
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
  /** Text of the fault's (sub)code as expanded name `{namespace}local`; null when the body is no fault. */
  readonly faultCode: string | null;
}
