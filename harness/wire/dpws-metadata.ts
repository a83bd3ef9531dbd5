import type { SoapField, SoapMessage } from './soap.js';
import type { XmlElement } from './xml.js';

/** A Host or Hosted of the Relationship section. */
export interface DpwsService {
  readonly element: XmlElement;
  /** Addresses of its endpoint references. */
  readonly addresses: readonly SoapField[];
  /** Expanded names `{namespace}local`. */
  readonly types: readonly string[];
  readonly typesElement: XmlElement | null;
  readonly serviceId: SoapField | null;
}

/** The answer to a WS-Transfer Get (DPWS 2006/02, 5). Sections are found by Dialect. */
export interface DpwsMetadata {
  readonly soap: SoapMessage;
  /** wsx:Metadata of the 2004/09 namespace, directly in the Body; null without. */
  readonly metadata: XmlElement | null;
  /** Element children of the Body that are not it. */
  readonly others: readonly XmlElement[];
  readonly thisModel: XmlElement | null;
  readonly thisDevice: XmlElement | null;
  /** Relationship elements of Type `.../devprof/host`. */
  readonly relationships: readonly XmlElement[];
  readonly hosts: readonly DpwsService[];
  readonly hosted: readonly DpwsService[];
}
