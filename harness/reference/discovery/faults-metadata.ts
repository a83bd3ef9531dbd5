import { NAMESPACE, type SoapMessage } from '#wire/soap.js';
import type { Fault } from '../fault.js';
import { byDpws } from './conditions.js';
import { documentText, dpws, httpHeader } from './edits.js';
import { emptyResponse } from './http.js';
import type { Served } from './behaviour.js';

const METADATA: Served = 'metadata';
const OLD_YEAR = '/windows/2006/01/wdp/';
const LONG_NAME = 'Reference printer '.repeat(20);
/** More than 32767 octets with the rest. */
const PADDING = `<!--${'x'.repeat(33_000)}-->`;
const ANNOUNCED = ['Hello', 'ProbeMatches', 'ResolveMatches'] as const;

/** A fault instead of metadata, or the other way round. */
const faultOrMetadata = (purpose: string): string[] =>
  ['status', 'Action', 'Fault', 'Metadata'].map((part) => `${purpose}.${part}`);

/** Faults of the metadata a DPWS device serves, and of how it takes requests. */
export const METADATA_FAULTS: readonly Fault[] = [
  {
    id: 'metadata-as-text-xml',
    change: 'serves its metadata as text/xml',
    refuses: byDpws,
    fails: ['RVP-MEX-002'],
    warns: [],
    changes: ['metadata.headers'],
    behaviour: httpHeader(METADATA, 'Content-Type', 'text/xml; charset=utf-8'),
  },
  {
    id: 'metadata-without-relates-to',
    change: 'does not say which request its metadata answer',
    refuses: byDpws,
    fails: ['RVP-MEX-002'],
    warns: [],
    changes: ['metadata.RelatesTo'],
    behaviour: documentText(METADATA, (text) => text.replace(/<wsa:RelatesTo>[^<]*<\/wsa:RelatesTo>/, '')),
  },
  {
    id: 'metadata-in-devprof-namespace',
    change: 'puts Metadata and its sections into the namespace of the devices profile',
    refuses: byDpws,
    fails: ['RVP-MEX-003'],
    warns: [],
    changes: ['metadata.Metadata', 'metadata.MetadataSection'],
    behaviour: documentText(METADATA, (text) => text.replaceAll(/(<\/?)wsx:/g, '$1wsdp:')),
  },
  {
    id: 'second-element-in-body',
    change: 'sends a second element besides Metadata in the Body',
    refuses: byDpws,
    fails: ['RVP-MEX-003'],
    warns: [],
    changes: ['metadata.Status'],
    behaviour: documentText(METADATA, (text) => text.replace('</wsx:Metadata>', '</wsx:Metadata><wsdp:Status/>')),
  },
  {
    id: 'metadata-in-soap-1-1',
    change: 'answers a Get in SOAP 1.1',
    refuses: byDpws,
    fails: ['RVP-MEX-004'],
    warns: [],
    changes: ['metadata.Envelope'],
    behaviour: documentText(METADATA, (text) => text.replace(NAMESPACE.soap12, NAMESPACE.soap11)),
  },
  {
    id: 'refuses-chunks',
    change: 'answers a request in chunks with 411',
    refuses: byDpws,
    fails: ['RVP-MEX-004'],
    warns: [],
    changes: ['metadata-chunked.status', 'metadata-chunked.headers', 'metadata-chunked.missing'],
    behaviour: () => ({
      discovery: {
        http: (response, { request }) =>
          request.headers.get('transfer-encoding') === 'chunked' ? emptyResponse(411) : response,
      },
    }),
  },
  {
    id: 'envelope-of-33-kilobytes',
    change: 'pads its metadata to more than 32767 bytes',
    refuses: byDpws,
    fails: ['RVP-MEX-005'],
    warns: [],
    changes: ['metadata.size'],
    behaviour: documentText(METADATA, (text) => text.replace('</wsx:Metadata>', `${PADDING}</wsx:Metadata>`)),
  },
  {
    id: 'name-of-360-characters',
    change: 'has a friendly name of 360 characters in its metadata',
    refuses: byDpws,
    fails: [],
    warns: ['RVP-MEX-005b'],
    changes: ['metadata.FriendlyName'],
    behaviour: dpws(() => ({ friendlyName: LONG_NAME })),
  },
  {
    id: 'ignores-reply-to',
    change: 'answers a request by its connection that wants the answer elsewhere',
    refuses: byDpws,
    fails: [],
    warns: ['RVP-MEX-006'],
    changes: faultOrMetadata('metadata-reply-to'),
    behaviour: dpws(() => ({ refuses: () => null })),
  },
  {
    id: 'no-model-name-in-metadata',
    change: 'leaves ModelName out of its metadata',
    refuses: byDpws,
    fails: ['RVP-MEX-010'],
    warns: [],
    changes: ['metadata.ModelName'],
    behaviour: documentText(METADATA, (text) => text.replace(/<wsdp:ModelName>[^<]*<\/wsdp:ModelName>/, '')),
  },
  {
    id: 'no-friendly-name-in-metadata',
    change: 'leaves FriendlyName out of its metadata',
    refuses: byDpws,
    fails: ['RVP-MEX-011'],
    warns: [],
    changes: ['metadata.FriendlyName'],
    behaviour: documentText(METADATA, (text) => text.replace(/<wsdp:FriendlyName>[^<]*<\/wsdp:FriendlyName>/, '')),
  },
  {
    id: 'hosted-without-service-id',
    change: 'leaves the ServiceId of its hosted services out',
    refuses: byDpws,
    fails: ['RVP-MEX-012'],
    warns: [],
    changes: ['metadata.ServiceId'],
    behaviour: documentText(METADATA, (text) =>
      text.replaceAll(/<wsdp:Hosted>.*?<\/wsdp:Hosted>/g, (hosted) =>
        hosted.replace(/<wsdp:ServiceId>[^<]*<\/wsdp:ServiceId>/, ''),
      ),
    ),
  },
  {
    id: 'refuses-extensions',
    change: 'answers a Get with elements it does not know with a fault',
    refuses: byDpws,
    fails: ['RVP-MEX-013'],
    warns: [],
    changes: faultOrMetadata('metadata-extended'),
    behaviour: dpws(({ refuses }) => ({
      refuses: (soap) =>
        refuses(soap) ?? (isExtended(soap) ? { subcode: 'ActionNotSupported', reason: 'What?' } : null),
    })),
  },
  {
    id: 'types-of-2006-01',
    change: 'names its print and scan types in the namespaces of January 2006',
    refuses: byDpws,
    fails: ['RVP-MEX-016'],
    warns: [],
    changes: [...ANNOUNCED.map((name) => `${name}.Types`), 'directed-probe.Types', 'metadata.Types'],
    behaviour: dpws(({ types, hosted }) => ({
      types: types.map(older),
      hosted: hosted.map((service) => ({ ...service, types: service.types.map(older) })),
    })),
  },
];

function older<Name extends { readonly namespace: string }>(type: Name): Name {
  return { ...type, namespace: type.namespace.replace('/windows/2006/08/wdp/', OLD_YEAR) };
}

/** Headers of an unknown namespace, or anything in the Body of a Get, which is empty. */
function isExtended({ action, header, body }: SoapMessage): boolean {
  if (action?.value !== `${NAMESPACE.transfer}/Get`) return false;
  const foreign = header?.children.some(({ namespace }) => namespace !== NAMESPACE.addressing) ?? false;
  return foreign || (body?.children.length ?? 0) > 0;
}
