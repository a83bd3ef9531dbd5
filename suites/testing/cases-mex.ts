import { NAMESPACE } from '#wire/soap.js';
import { encodeFault } from '#wire/wsd-write.js';
import type { Fetch } from '#evidence/discovery-model.js';
import { networkCase, type NetworkCase } from './cases-wsd.js';
import { fetched, lateBy, metadataBody, PRINT_DEVICE, URL_OF_DEVICE, type WsdScript } from './wsd.js';

type Content = Parameters<typeof metadataBody>[1];

/** The three answers that hold metadata, changed alike. */
const served = (content: Content): WsdScript =>
  altered((fetch) => {
    const { purpose, messageId } = fetch;
    const isMetadata = purpose.startsWith('metadata') && purpose !== 'metadata-reply-to';
    const body = metadataBody(messageId?.slice(-2) ?? '', content);
    return isMetadata ? { ...fetch, body, bodyBytes: body.length } : fetch;
  });

function altered(change: (fetch: Fetch) => Fetch): WsdScript {
  return { fetches: (usual) => usual.map(change) };
}

/** Three answers that hold metadata, with each occurrence of a text replaced. */
const edited = (from: RegExp | string, to: string): WsdScript =>
  altered((fetch) => {
    const { purpose, body } = fetch;
    if (!purpose.startsWith('metadata') || purpose === 'metadata-reply-to' || body === null) return fetch;
    const bytes = new TextEncoder().encode(new TextDecoder().decode(body).replace(from, to));
    return { ...fetch, body: bytes, bodyBytes: bytes.length };
  });

const without = (purpose: Fetch['purpose']): WsdScript => ({
  fetches: (usual) => usual.filter((each) => each.purpose !== purpose),
});

/** Each message of the device with other types, and the metadata of a device that is not for Windows. */
const ofNoClass = (change: NonNullable<WsdScript['discovery']>): WsdScript => ({
  messages: (usual) => usual.map((each) => ({ ...each, target: { ...each.target, types: [DEVICE_TYPE] } })),
  discovery: change,
  ...served({ host: null, hosted: [hosted('{http://maker.example/a}Thing')] }),
});

const answerTo = (purpose: Fetch['purpose'], change: Partial<Fetch>): WsdScript =>
  altered((fetch) => (fetch.purpose === purpose ? { ...fetch, ...change } : fetch));

const MODEL = { manufacturers: ['Maker'], modelNames: ['Printer'] } as const;
const DEVICE = { friendlyNames: ['A printer'] } as const;
const FAULT = encodeFault({ messageId: 'urn:uuid:1', relatesTo: 'urn:uuid:2', code: 'Receiver', reason: 'no' });
const nothing = { status: null, body: null, document: null, bodyBytes: 0 } as const;
const GIVEN_UP = { ...nothing, startMs: 3000, endMs: 33_000, problem: { code: 'timeout', text: 'no answer' } } as const;
/** What is fetched, and the rule that fails when it is not answered. */
const PURPOSES = [
  ['connect', 'WSD-022'],
  ['metadata', 'MEX-002'],
  ['metadata-chunked', 'MEX-004'],
  ['metadata-reply-to', 'MEX-006'],
  ['metadata-extended', 'MEX-013'],
] as const;
const DEVICE_TYPE = `{${NAMESPACE.devprof}}Device`;
const PRINT_SERVICE = `{${NAMESPACE.print}}PrinterServiceType`;
const CLOSED = { code: 'protocol', text: 'the connection was closed' } as const;
const TOO_LARGE = { code: 'too-large', text: 'more than is read' } as const;
const REFUSED = { code: 'refused', text: 'the connection was refused' } as const;
const BLOCKED = ['MEX-002', 'MEX-003', 'MEX-004', 'MEX-005', 'MEX-006', 'MEX-010', 'MEX-011', 'MEX-012', 'MEX-013'];
const inconclusive = (...ids: readonly string[]): Record<string, string> =>
  Object.fromEntries(ids.map((each) => [each, 'inconclusive']));

/** Lawful oddities, on which nothing fails, and boundaries of each rule on metadata. */
export const MEX_CASES: readonly NetworkCase[] = [
  networkCase(
    'no XAddr takes a connection',
    altered((fetch) => ({ ...fetch, ...nothing, problem: REFUSED })),
    {
      fails: ['WSD-022'],
      others: inconclusive(...BLOCKED, 'WSD-015'),
    },
  ),
  networkCase(
    'the follow-up ends before the metadata',
    { fetches: () => [], discovery: (usual) => ({ ...usual, isComplete: false }) },
    { others: inconclusive(...BLOCKED) },
  ),
  networkCase(
    'TLS fails',
    altered((fetch) => ({ ...fetch, ...nothing, problem: { code: 'tls', text: 'no cipher' } })),
    {
      others: inconclusive(...BLOCKED, 'WSD-015'),
    },
  ),
  networkCase('a fault for a Get', answerTo('metadata', { status: 500, body: FAULT, bodyBytes: FAULT.length }), {
    fails: ['MEX-002'],
    others: inconclusive('MEX-003', 'MEX-010', 'MEX-013'),
  }),
  networkCase(
    'no answer to a Get',
    answerTo('metadata', { ...nothing, problem: { code: 'timeout', text: 'no answer' } }),
    {
      fails: ['MEX-002'],
      others: inconclusive('MEX-003', 'MEX-005', 'MEX-010'),
    },
  ),
  ...PURPOSES.flatMap(([purpose, rule]) => [
    networkCase(
      `a request (${purpose}) given up by a late bench`,
      { ...answerTo(purpose, GIVEN_UP), discovery: lateBy(3000) },
      { others: inconclusive(rule) },
    ),
    networkCase(
      `a request (${purpose}) given up by a punctual bench`,
      { ...answerTo(purpose, GIVEN_UP), discovery: lateBy(2999) },
      rule === 'MEX-006' ? { warns: [rule] } : { fails: [rule] },
    ),
  ]),
  networkCase(
    'a redirect',
    answerTo('metadata', { ...nothing, status: 302, problem: { code: 'redirect', text: 'status 302' } }),
    {
      fails: ['MEX-002'],
      others: inconclusive('MEX-003', 'MEX-005', 'MEX-010'),
    },
  ),
  networkCase(
    'a Content-Type in other letters',
    answerTo('metadata', { headers: [['CONTENT-TYPE', 'Application/SOAP+XML']] }),
  ),
  networkCase('no Content-Type', answerTo('metadata', { headers: [] }), { fails: ['MEX-002'] }),
  networkCase('an envelope of 32767 octets', answerTo('metadata', { bodyBytes: 32_767 })),
  networkCase('an envelope of 32768 octets', answerTo('metadata', { bodyBytes: 32_768 }), { fails: ['MEX-005'] }),
  networkCase('a URI of 2049 octets', served({ thisModel: { ...MODEL, modelUrl: `http://a/${'x'.repeat(2040)}` } }), {
    fails: ['MEX-005'],
  }),
  networkCase('a URI of 2048 octets', served({ thisModel: { ...MODEL, modelUrl: `http://a/${'x'.repeat(2039)}` } })),
  networkCase('a name of 256 characters', served({ thisDevice: { friendlyNames: ['é'.repeat(256)] } }), {
    warns: ['MEX-005b'],
  }),
  networkCase('a name of 255 characters', served({ thisDevice: { friendlyNames: ['é'.repeat(255)] } })),
  networkCase('a fault that is none of addressing', answerTo('metadata-reply-to', { body: FAULT })),
  networkCase(
    'a second manufacturer that is blank',
    served({ thisModel: { ...MODEL, manufacturers: ['Maker', ' '] } }),
  ),
  networkCase('a blank manufacturer', served({ thisModel: { ...MODEL, manufacturers: [' '] } }), {
    fails: ['MEX-010'],
  }),
  networkCase('no ThisModel', served({ thisModel: null }), { fails: ['MEX-010'] }),
  networkCase('no ThisDevice', served({ thisDevice: null }), { fails: ['MEX-011'] }),
  networkCase('no friendly name', served({ thisDevice: { ...DEVICE, friendlyNames: [] } }), { fails: ['MEX-011'] }),
  networkCase('no Relationship', served({ host: null, hosted: [] }), { others: { 'MEX-012': 'not-applicable' } }),
  networkCase(
    'a Hosted without Types',
    served({ hosted: [{ addresses: ['http://192.0.2.20/a'], types: [], serviceId: 'urn:a' }] }),
    {
      fails: ['MEX-012'],
    },
  ),
  networkCase(
    'a print type of January 2006',
    served({ hosted: [hosted(PRINT_DEVICE.replace('2006/08', '2006/01'))] }),
    {
      fails: ['MEX-016'],
    },
  ),
  networkCase(
    'a type of a maker',
    served({ hosted: [hosted('{http://maker.example/2006/01/print}PrinterServiceType')] }),
  ),
  networkCase(
    'a Get with unknown elements that is closed',
    {
      fetches: (usual) =>
        usual.map((fetch) =>
          fetch.purpose === 'metadata-extended'
            ? fetched('metadata-extended', 'd3', null, { status: null, problem: { code: 'protocol', text: 'closed' } })
            : fetch,
        ),
    },
    { fails: ['MEX-013'] },
  ),
  networkCase('an empty Body', edited(/<wsx:Metadata>.*<\/wsx:Metadata>/s, ''), {
    fails: ['MEX-003'],
    others: inconclusive('MEX-010', 'MEX-011', 'MEX-012'),
  }),
  networkCase('Metadata of another namespace', edited(NAMESPACE.mex, 'http://maker.example/mex'), {
    fails: ['MEX-003'],
    others: inconclusive('MEX-010', 'MEX-011', 'MEX-012'),
  }),
  networkCase('two elements beside Metadata', edited('</wsx:Metadata>', '</wsx:Metadata><wsdp:A/><B/>'), {
    fails: ['MEX-003'],
  }),
  networkCase('metadata that are cut at the limit', answerTo('metadata', { bodyBytes: 40_000, problem: TOO_LARGE }), {
    fails: ['MEX-005'],
    others: inconclusive('MEX-002', 'MEX-003', 'MEX-010'),
  }),
  networkCase('metadata in chunks that are cut at the limit', answerTo('metadata-chunked', { problem: TOO_LARGE }), {
    others: inconclusive('MEX-004'),
  }),
  networkCase('an answer to chunks that is closed too soon', answerTo('metadata-chunked', { problem: CLOSED }), {
    fails: ['MEX-004'],
  }),
  networkCase(
    'a fault for a Get in chunks',
    answerTo('metadata-chunked', { status: 500, body: FAULT, bodyBytes: FAULT.length }),
    { fails: ['MEX-004'] },
  ),
  networkCase('an answer to chunks without a status', answerTo('metadata-chunked', nothing), { fails: ['MEX-004'] }),
  networkCase('no Get in chunks', without('metadata-chunked'), { others: { 'MEX-004': 'not-run' } }),
  networkCase('no Get with unknown elements', without('metadata-extended'), { others: { 'MEX-013': 'not-run' } }),
  networkCase('no Get whose answer shall go elsewhere', without('metadata-reply-to'), {
    others: { 'MEX-006': 'not-run' },
  }),
  networkCase('a refusal without a fault', answerTo('metadata-reply-to', { ...nothing, status: 400 }), {
    warns: ['MEX-006'],
  }),
  networkCase('a refusal without a status', answerTo('metadata-reply-to', nothing), { warns: ['MEX-006'] }),
  networkCase('a refusal that is closed too soon', answerTo('metadata-reply-to', { problem: CLOSED }), {
    warns: ['MEX-006'],
  }),
  ...[2048, 2049].flatMap((length) => {
    const url = `http://192.0.2.20:5357/${'x'.repeat(length - 23)}`;
    const broken = length > 2048 ? { fails: ['MEX-005'] } : {};
    const service = { addresses: ['http://192.0.2.20:5357/a'], types: [PRINT_SERVICE], serviceId: 'urn:a' };
    return [
      networkCase(
        `an Address of ${length} octets`,
        served({ hosted: [{ ...service, addresses: [` ${url}\n`] }] }),
        broken,
      ),
      networkCase(`a ServiceId of ${length} octets`, served({ hosted: [{ ...service, serviceId: url }] }), broken),
      networkCase(
        `a ManufacturerUrl of ${length} octets`,
        served({ thisModel: { ...MODEL, manufacturerUrl: url } }),
        broken,
      ),
      networkCase(
        `a PresentationUrl of ${length} octets`,
        served({ thisModel: { ...MODEL, presentationUrl: url } }),
        broken,
      ),
      networkCase(
        `a hardware id of ${length} octets, which is no URI`,
        served({ hosted: [{ ...service, hardwareIds: url }] }),
      ),
      networkCase(
        `an XAddr of ${length} octets`,
        {
          messages: (usual) =>
            usual.map((each) =>
              each.kind === 'bye' ? each : { ...each, target: { ...each.target, xAddrs: [URL_OF_DEVICE, url] } },
            ),
        },
        broken,
      ),
    ];
  }),
  networkCase('ThisModel with nothing', served({ thisModel: { manufacturers: [], modelNames: [] } }), {
    fails: ['MEX-010'],
  }),
  networkCase('a Hosted with nothing', edited(/(<wsdp:Hosted>).*(<\/wsdp:Hosted>)/s, '$1$2'), { fails: ['MEX-012'] }),
  networkCase('a Hosted with a blank address', served({ hosted: [{ ...hosted(PRINT_SERVICE), addresses: [' '] }] }), {
    fails: ['MEX-012'],
  }),
  networkCase(
    'a Hosted with a blank address and another',
    served({ hosted: [{ ...hosted(PRINT_SERVICE), addresses: [' ', 'http://192.0.2.20:5357/print'] }] }),
  ),
  networkCase('a Hosted with a blank ServiceId', served({ hosted: [{ ...hosted(PRINT_SERVICE), serviceId: ' ' }] }), {
    fails: ['MEX-012'],
  }),
  networkCase('a Relationship of another type', edited('devprof/host"', 'devprof/guest"'), { fails: ['MEX-012'] }),
  networkCase('a Relationship without Type', edited(/ Type="[^"]*"/, ''), { fails: ['MEX-012'] }),
  networkCase(
    'a Relationship of another type besides',
    edited('<wsdp:Relationship Type', '<wsdp:Relationship Type="urn:guest"/>$&'),
  ),
  networkCase(
    'a device of no class of Windows',
    ofNoClass((usual) => usual),
    { others: { 'MEX-016': 'not-applicable' } },
  ),
  networkCase(
    'a device of no class of Windows, and nobody listened to the end',
    ofNoClass((usual) => ({ ...usual, isComplete: false })),
    { others: inconclusive('MEX-016') },
  ),
  ...['PrintDeviceType', 'PrinterServiceType', 'ScanDeviceType', 'ScannerServiceType'].map((name) =>
    networkCase(`${name} of a prefix that is not bound`, served({ hosted: [hosted(`raw:${name}`)] }), {
      fails: ['MEX-016'],
    }),
  ),
  ...['raw:MyPrintDeviceType', 'raw:PrintDeviceTypes', 'raw:Thing'].map((name) =>
    networkCase(`${name} of a prefix that is not bound`, served({ hosted: [hosted(name)] })),
  ),
  networkCase(
    'a scan type of January 2006',
    served({ hosted: [hosted('{http://schemas.microsoft.com/windows/2006/01/wdp/scan}ScannerServiceType')] }),
    { fails: ['MEX-016'] },
  ),
  networkCase(
    'a print type of another authority',
    served({ hosted: [hosted(`{http://maker.example/${NAMESPACE.print}}PrinterServiceType`)] }),
  ),
];

function hosted(type: string): { addresses: string[]; types: string[]; serviceId: string } {
  return { addresses: ['http://192.0.2.20:5357/print'], types: [type], serviceId: 'urn:print' };
}
