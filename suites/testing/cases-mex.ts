import { encodeFault } from '#wire/wsd-write.js';
import type { Fetch } from '#evidence/discovery-model.js';
import { networkCase, type NetworkCase } from './cases-wsd.js';
import { fetched, lateBy, metadataBody, PRINT_DEVICE, type WsdScript } from './wsd.js';

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
];

function hosted(type: string): { addresses: string[]; types: string[]; serviceId: string } {
  return { addresses: ['http://192.0.2.20:5357/print'], types: [type], serviceId: 'urn:print' };
}
