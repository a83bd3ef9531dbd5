import { decodeSoap, fieldOf, NAMESPACE, type SoapField, type SoapMessage } from './soap.js';
import { qualifiedNames } from './wsd.js';
import { attributeOf, childOf, childrenOf, type XmlElement } from './xml.js';

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

/** Namespaces a section may be of, each with the addressing of its age. */
const AGES = [
  { devprof: NAMESPACE.devprof, addressing: NAMESPACE.addressing },
  { devprof: NAMESPACE.devprof11, addressing: NAMESPACE.addressing10 },
] as const;

/** Decode the answer to a Get. Never throws; sections of DPWS 1.1 (2009/01) are read too. */
export function decodeMetadata(bytes: Uint8Array): DpwsMetadata {
  const soap = decodeSoap(bytes);
  const children = soap.body?.children ?? [];
  const metadata = childOf(soap.body, NAMESPACE.mex, 'Metadata');
  const sections = childrenOf(metadata, NAMESPACE.mex, 'MetadataSection');
  const relationships = sectionElements(sections, 'Relationship').filter(
    (element) => attributeOf(element, 'Type')?.value.trim() === `${element.namespace}/host`,
  );
  const services = (local: string): DpwsService[] =>
    relationships.flatMap((element) => childrenOf(element, element.namespace, local).map(serviceOf));
  return {
    soap,
    metadata,
    others: children.filter((child) => child !== metadata),
    thisModel: sectionElements(sections, 'ThisModel')[0] ?? null,
    thisDevice: sectionElements(sections, 'ThisDevice')[0] ?? null,
    relationships,
    hosts: services('Host'),
    hosted: services('Hosted'),
  };
}

/** Elements of this name in the sections of its dialect. */
function sectionElements(sections: readonly XmlElement[], local: string): XmlElement[] {
  return sections.flatMap((section) => {
    const dialect = attributeOf(section, 'Dialect')?.value.trim();
    const age = AGES.find(({ devprof }) => dialect === `${devprof}/${local}`);
    return age === undefined ? [] : childrenOf(section, age.devprof, local);
  });
}

function serviceOf(element: XmlElement): DpwsService {
  const { namespace } = element;
  const addressing = AGES.find(({ devprof }) => devprof === namespace)?.addressing ?? '';
  const typesElement = childOf(element, namespace, 'Types');
  return {
    element,
    addresses: childrenOf(element, addressing, 'EndpointReference').flatMap((reference) => {
      const address = fieldOf(childOf(reference, addressing, 'Address'));
      return address === null ? [] : [address];
    }),
    types: qualifiedNames(typesElement),
    typesElement,
    serviceId: fieldOf(childOf(element, namespace, 'ServiceId')),
  };
}
