import type { Datagram, Fetch } from '#evidence/discovery-model.js';
import { ssdpHeader } from '#wire/ssdp.js';
import {
  all,
  datagrams,
  description,
  discovery,
  fetches,
  keep,
  lateBench,
  ssdpText,
  type Change,
} from './network-edits.js';

/** What a reference device says and serves by UPnP, with one thing changed, and every rule that has to fail for it. */
export interface NetworkCase {
  readonly name: string;
  /** The model without the change. */
  readonly model: 'all-in-one' | 'upnp-renderer' | 'dpws-printer';
  readonly change: Change;
  /** MUST rules that fail, SHOULD rules that are not met; without `RVP-`, sorted. */
  readonly fails: readonly string[];
  readonly warns: readonly string[];
  /** Where a note points that is told of it: path by the id of its rule. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** What a case breaks. */
export type Broken = Partial<Pick<NetworkCase, 'fails' | 'warns' | 'notes'>>;

/** A case of the model of UPnP 1.1. */
export const newer = (name: string, change: Change, broken: Broken = {}): NetworkCase => {
  return { name, model: 'all-in-one', change, fails: [], warns: [], ...broken };
};
/** A case of the model of UPnP 1.0. */
export const older = (name: string, change: Change, broken: Broken = {}): NetworkCase => {
  return { ...newer(name, change, broken), model: 'upnp-renderer' };
};

const LANGUAGE_AND_HOST: Fetch['requestHeaders'] = [
  ['Host', '192.0.2.20'],
  ['Accept-Language', 'en'],
];
const KINDS = ['alive', 'byebye', 'answer'] as const;
export type Kind = (typeof KINDS)[number];

export function isKind({ ssdp }: Datagram, kind: Kind): boolean {
  if (ssdp === null) return false;
  return kind === 'answer' ? ssdp.kind === 'response' : ssdpHeader(ssdp, 'NTS')?.value === `ssdp:${kind}`;
}

/** ssdp:alive by which the root device is announced as such. */
export function isAliveOfRoot(datagram: Datagram): boolean {
  return isKind(datagram, 'alive') && datagram.ssdp?.headers.some(({ value }) => value === 'upnp:rootdevice') === true;
}

const isNoNotify = ({ ssdp }: Datagram): boolean => ssdp?.kind !== 'notify';

/** A header of each message of a kind with another value, or without it; one that was not there is added. */
export function header(kind: Kind, name: string, value: string | null): Change {
  const line = new RegExp(`^${name.replaceAll('.', '\\.')}:.*\\r\\n`, 'im');
  return ssdpText((text, datagram) => {
    if (!isKind(datagram, kind)) return text;
    const rest = text.replace(line, '');
    return value === null ? rest : rest.replace(/\r\n\r\n$/, `\r\n${name}: ${value}\r\n\r\n`);
  });
}

/** Each ssdp:alive made as long as this by its SERVER. */
function aliveOf(lengthBytes: number): Change {
  return ssdpText((text, datagram) =>
    isKind(datagram, 'alive') && text.length < lengthBytes
      ? text.replace(/^SERVER:.*$/m, (line) => line + 'x'.repeat(lengthBytes - text.length))
      : text,
  );
}

/** Answers that name another device than the announcements: all of them, or those with this at the end of USN. */
const answersOfAnother = (end = '', digit = '0'): Change => {
  const usn = new RegExp(`^USN: uuid:.(.*${end}\\r)$`, 'm');
  return ssdpText((text, datagram) => (isKind(datagram, 'answer') ? text.replace(usn, `USN: uuid:${digit}$1`) : text));
};
const ttl = (value: number): Change =>
  datagrams((each) => [each.isMulticast && each.protocol === 'ssdp' ? { ...each, ttl: value } : each]);
const served = (change: (fetch: Fetch) => Partial<Fetch>): Change => fetches(change, 'description');
const httpHeaders = (...headers: Fetch['headers']): Change => served(() => ({ headers }));
const ENGLISH = ['Content-Language', 'en'] as const;
/** The first announcement came that long after the address. */
const firstAfter = (ms: number): Change =>
  discovery(({ datagrams: usual }) => ({
    sinceMs: (usual.find((each) => each.sender === 'dut' && isKind(each, 'alive'))?.timeMs ?? 0) - ms,
    limitMs: null,
  }));

/** Boundaries of each rule on SSDP, and lawful oddities on which nothing fails. */
export const SSDP_CASES: readonly NetworkCase[] = [
  newer('an ssdp:alive of 512 bytes', aliveOf(512)),
  newer('an ssdp:alive of 513 bytes', aliveOf(513)),
  newer('an ssdp:alive of 1472 bytes', aliveOf(1472)),
  newer('an ssdp:alive of 1473 bytes', aliveOf(1473), { fails: ['SSDP-004'] }),
  newer('a header of the extension framework', header('alive', '01-NLS', '1')),
  newer('a header with a domain', header('alive', 'MODE.EXAMPLE.COM', '1')),
  newer('a header that is a domain alone', header('alive', '.COM', '1'), { warns: ['SSDP-005'] }),
  newer('a header with a dot at its end', header('alive', 'MODE.', '1'), { warns: ['SSDP-005'] }),
  older('no HOST', header('alive', 'HOST', null), { fails: ['SSDP-013'] }),
  older('no HOST in ssdp:byebye', header('byebye', 'HOST', null), { warns: ['SSDP-030'] }),
  older('no NT in ssdp:byebye', header('byebye', 'NT', null), { warns: ['SSDP-030'] }),
  older('no USN in ssdp:byebye', header('byebye', 'USN', null), { warns: ['SSDP-030'] }),
  older('no CACHE-CONTROL', header('alive', 'CACHE-CONTROL', null), { fails: ['SSDP-014'] }),
  older('no CACHE-CONTROL in answers', header('answer', 'CACHE-CONTROL', null), { fails: ['SSDP-044'] }),
  older('max-age with spaces', header('alive', 'CACHE-CONTROL', 'max-age = 1800')),
  older('max-age behind another directive', header('alive', 'CACHE-CONTROL', 'public, max-age=1800')),
  newer('max-age behind another directive, in UPnP 1.1', header('alive', 'CACHE-CONTROL', 'public, max-age=1800'), {
    warns: ['SSDP-016'],
  }),
  older('max-age with a unit', header('alive', 'CACHE-CONTROL', 'max-age=1800s'), { fails: ['SSDP-014'] }),
  older('s-maxage', header('alive', 'CACHE-CONTROL', 's-maxage=1800'), { fails: ['SSDP-014'] }),
  older('max-age of 1799', header('alive', 'CACHE-CONTROL', 'max-age=1799'), { warns: ['SSDP-015'] }),
  older('no LOCATION', header('alive', 'LOCATION', null), { fails: ['SSDP-017'] }),
  older('no LOCATION in answers', header('answer', 'LOCATION', null), { fails: ['SSDP-044'] }),
  older(
    'LOCATION by https',
    ssdpText((text) => text.replace('http://192', 'https://192')),
    { fails: ['SSDP-017'] },
  ),
  older(
    'LOCATION twice',
    ssdpText((text) => text.replace(/^LOCATION:.*\r\n/im, '$&$&')),
    { fails: ['SSDP-017'] },
  ),
  older('NTS of somebody', header('alive', 'NTS', 'ssdp:hello'), { fails: ['SSDP-018'], warns: ['DISC-04'] }),
  older('no SERVER', header('alive', 'SERVER', null), { fails: ['SSDP-019'] }),
  older('SERVER with commas', header('alive', 'SERVER', 'Linux/6.1, UPnP/1.0, Product/1.0')),
  older('SERVER of UPnP 3', header('alive', 'SERVER', 'Linux/6.1 UPnP/3.0 Product/1.0'), {
    // What is later than 1.0 has to have what came with 1.1.
    fails: ['SSDP-019', 'SSDP-020', 'SSDP-044'],
  }),
  older('SERVER without product', header('alive', 'SERVER', 'Linux/6.1 UPnP/1.0'), { fails: ['SSDP-019'] }),
  newer('BOOTID of 31 bits', all(...KINDS.map((kind) => header(kind, 'BOOTID.UPNP.ORG', '2147483647')))),
  newer('BOOTID of 32 bits', header('alive', 'BOOTID.UPNP.ORG', '2147483648'), { fails: ['SSDP-020'] }),
  newer('no BOOTID', header('alive', 'BOOTID.UPNP.ORG', null), { fails: ['SSDP-020'] }),
  newer('the lowest search port', header('alive', 'SEARCHPORT.UPNP.ORG', '49152')),
  newer('a search port below', header('alive', 'SEARCHPORT.UPNP.ORG', '49151'), { fails: ['SSDP-020'] }),
  newer('the highest search port', header('alive', 'SEARCHPORT.UPNP.ORG', '65535')),
  newer('a search port above', header('alive', 'SEARCHPORT.UPNP.ORG', '65536'), { fails: ['SSDP-020'] }),
  older('the first ssdp:alive after 10 s', firstAfter(10_000)),
  older('the first ssdp:alive after more than 10 s', firstAfter(10_001), { warns: ['SSDP-021'] }),
  older('the first ssdp:alive after more than 10 s on a late bench', all(firstAfter(10_001), lateBench(1001))),
  older('the first ssdp:alive after more than 10 s on a punctual bench', all(firstAfter(10_001), lateBench(1000)), {
    warns: ['SSDP-021'],
  }),
  older('answers after MX', answersAfter(6000), { warns: ['SSDP-042'] }),
  older('answers after MX on a late bench', all(answersAfter(6000), lateBench(1200))),
  older('answers after MX on a punctual bench', all(answersAfter(6000), lateBench(500)), { warns: ['SSDP-042'] }),
  older(
    'the first ssdp:alive after more than 10 s, and frames are missing',
    all(firstAfter(10_001), (evidence) => {
      return { ...evidence, losses: [{ source: 'sequence', count: 1, text: 'one frame' }] };
    }),
  ),
  older('a TTL of 0', ttl(0), { warns: ['SSDP-025'] }),
  older('a TTL of 1', ttl(1)),
  older('a TTL of 4', ttl(4)),
  older('a TTL of 5', ttl(5), { warns: ['SSDP-025'] }),
  older('an answer without EXT', header('answer', 'EXT', null), { fails: ['SSDP-044'] }),
  older('an answer with DATE', header('answer', 'DATE', 'Sat, 01 Jan 2011 00:00:00 GMT')),
  older('an empty SERVER in answers', header('answer', 'SERVER', ''), { fails: ['SSDP-019', 'SSDP-044'] }),
  older('another ST in answers', header('answer', 'ST', 'upnp:rootdevice'), {
    fails: ['SSDP-046', 'SSDP-048'],
  }),
  older('answers of another UDN than is announced and described', answersOfAnother(), {
    fails: ['SSDP-048', 'UID-03'],
  }),
  older('answers to another port', answersTo(9), { fails: ['SSDP-043'] }),
];

/** Boundaries of each rule on the description, and lawful oddities. */
export const DESC_CASES: readonly NetworkCase[] = [
  older('no specVersion', description(/<specVersion>.*<\/specVersion>/s, ''), { fails: ['DESC-011'] }),
  older('specVersion without minor', description(/<minor>.*<\/minor>/s, ''), { fails: ['DESC-011'] }),
  older('specVersion without major', description(/<major>.*<\/major>/s, ''), { fails: ['DESC-011'] }),
  older('specVersion with nothing', description(/<specVersion>.*<\/specVersion>/s, '<specVersion/>'), {
    fails: ['DESC-011'],
  }),
  older('a URLBase', description('<device>', '<URLBase>http://192.0.2.20/</URLBase><device>'), {
    notes: { 'DESC-012': 'root.URLBase' },
  }),
  older('a DOCTYPE', description('<root', '<!DOCTYPE root><root'), { notes: { 'DESC-018': 'xml' } }),
  older('a root element of another name', rootNamed('tree'), { fails: ['DESC-010'] }),
  older(
    'a root element of another name, and no specVersion',
    all(rootNamed('tree'), description(/<specVersion>.*<\/specVersion>/s, '')),
    { fails: ['DESC-010', 'DESC-011'] },
  ),
  older('neither specVersion nor device', description(/<specVersion>.*<\/device>/s, ''), {
    fails: ['DESC-011', 'DESC-013'],
  }),
  older('no device', description(/<device>.*<\/device>/s, ''), { fails: ['DESC-013'] }),
  older('no root and no device', description(/<root.*<\/root>/s, '<a/>'), { fails: ['DESC-010'] }),
  older('no UDN', description(/<UDN>.*?<\/UDN>/s, ''), { fails: ['DESC-013'] }),
  newer('a blank UDN of each device', description(/<UDN>.*?<\/UDN>/gs, '<UDN> </UDN>'), { fails: ['DESC-013'] }),
  older('a UDN with a letter before', description('<UDN>', '<UDN>x'), {
    fails: ['DESC-015', 'SSDP-011', 'UID-03'],
  }),
  older('a UDN with a letter behind', description('</UDN>', 'x</UDN>'), {
    fails: ['DESC-015', 'SSDP-011', 'UID-03'],
  }),
  older('a blank UDN', description(/<UDN>.*?<\/UDN>/s, '<UDN> </UDN>'), { fails: ['DESC-013'] }),
  ...(
    [
      ['friendlyName', 64],
      ['manufacturer', 64],
      ['modelName', 32],
    ] as const
  ).flatMap(([name, max]) => [
    older(`${name} of ${max} characters`, field(name, 'é'.repeat(max))),
    older(`${name} of ${max + 1} characters`, field(name, 'é'.repeat(max + 1)), { warns: ['DESC-013b'] }),
  ]),
  older('no recommended element', description(/<(modelURL|serialNumber|modelNumber)>.*?<\/\1>/gs, '')),
  older(
    'every recommended element',
    description('</UDN>', '</UDN><modelURL>http://192.0.2.20/</modelURL><presentationURL>/</presentationURL>'),
  ),
  older('another UDN than is announced', description(/<UDN>uuid:./, '<UDN>uuid:0'), {
    fails: ['SSDP-011', 'UID-03'],
  }),
  older('another UDN than in answers, with no announcement', all(answersOfAnother(), keep(isNoNotify)), {
    fails: ['DESC-015', 'UID-03'],
    warns: ['DISC-04'],
  }),
  older(
    'another UDN than in answers, with no announcement, and nobody listened to the end',
    all(
      answersOfAnother(),
      keep(isNoNotify),
      discovery(() => ({ isComplete: false })),
    ),
    { fails: ['UID-03'] },
  ),
  older(
    'another UDN than in answers of two devices, with no announcement',
    all(answersOfAnother(), answersOfAnother('rootdevice', '1'), keep(isNoNotify)),
    { fails: ['DESC-015', 'UID-03'], warns: ['DISC-04'] },
  ),
  older('another UDN than in one answer, with no announcement', all(answersOfAnother('rootdevice'), keep(isNoNotify)), {
    fails: ['SSDP-045', 'UID-03'],
    warns: ['DISC-04'],
  }),
  ...['serviceType', 'serviceId', 'SCPDURL', 'controlURL', 'eventSubURL'].map((name) =>
    older(`a service without ${name}`, description(new RegExp(`<${name}>.*?</${name}>`, 's'), ''), {
      // Searches for a service without a type are answered, and nothing describes it.
      fails: name === 'serviceType' ? ['DESC-016', 'SSDP-045'] : ['DESC-016'],
    }),
  ),
  older('a service without events', field('eventSubURL', '')),
  older('a service with an empty controlURL', field('controlURL', ''), { fails: ['DESC-016'] }),
  older(
    'text/xml and a charset',
    httpHeaders(['Content-Type', 'text/xml ; charset="utf-8"'], ['Content-Length', '9'], ENGLISH),
  ),
  older('text/xml-external', httpHeaders(['Content-Type', 'text/xml-external'], ['Content-Length', '9']), {
    fails: ['DESC-001'],
    warns: ['DESC-002'],
  }),
  older(
    'a type that ends as text/xml',
    httpHeaders(['Content-Type', 'application/text/xml'], ['Content-Length', '9'], ENGLISH),
    { fails: ['DESC-001'] },
  ),
  older('no Content-Type', httpHeaders(['content-length', '9']), { fails: ['DESC-001'], warns: ['DESC-002'] }),
  older('chunks', httpHeaders(['CONTENT-TYPE', 'text/xml'], ['Transfer-Encoding', 'gzip, chunked'], ENGLISH)),
  older('no length', httpHeaders(['Content-Type', 'text/xml']), { fails: ['DESC-001'], warns: ['DESC-002'] }),
  older(
    'a redirect',
    served(() => ({ status: 302, problem: { code: 'redirect', text: 'status 302' } })),
    {
      fails: ['DESC-001'],
    },
  ),
  older(
    'a redirect without a document, and answers without LOCATION',
    all(
      header('answer', 'LOCATION', null),
      served(() => ({ status: 302, body: null, document: null, problem: { code: 'redirect', text: 'status 302' } })),
    ),
    { fails: ['DESC-001', 'SSDP-044'] },
  ),
  older(
    'status 404 with a document',
    served(() => ({ status: 404 })),
    { fails: ['DESC-001'] },
  ),
  older(
    'no Accept-Language',
    served(() => ({ requestHeaders: [['Host', '192.0.2.20']] })),
  ),
  older(
    'Accept-Language among others, and no Content-Language in the answer',
    served(({ headers }) => ({
      requestHeaders: LANGUAGE_AND_HOST,
      headers: headers.filter(([name]) => name.toLowerCase() !== 'content-language'),
    })),
    { warns: ['DESC-002'] },
  ),
  older(
    'served after 30 s',
    served(({ startMs }) => ({ endMs: startMs + 30_000 })),
  ),
  older(
    'served after more than 30 s',
    served(({ startMs }) => ({ endMs: startMs + 30_001 })),
    { fails: ['DESC-003'] },
  ),
  older('given up after 29 s', givenUpAfter(29_999)),
  older('given up after 30 s', givenUpAfter(30_000), { fails: ['DESC-003'] }),
  older('given up after 30 s by a late bench', all(givenUpAfter(30_000), lateBench(3000))),
  older('given up after 30 s by a punctual bench', all(givenUpAfter(30_000), lateBench(2999)), { fails: ['DESC-003'] }),
  older('a document of too many elements', description('<device>', `${'<a/>'.repeat(20_000)}<device>`)),
  older('a document too deep to read', description('<device>', `${'<a>'.repeat(500)}${'</a>'.repeat(500)}<device>`)),
];

function answersAfter(ms: number): Change {
  return datagrams((each) => [isKind(each, 'answer') ? { ...each, timeMs: each.timeMs + ms } : each]);
}

function answersTo(port: number): Change {
  return datagrams((each) => [isKind(each, 'answer') ? { ...each, destination: { ...each.destination, port } } : each]);
}

function rootNamed(name: string): Change {
  return all(description('<root', `<${name}`), description('</root>', `</${name}>`));
}

function field(name: string, value: string): Change {
  return description(new RegExp(`<${name}>.*?</${name}>`, 's'), `<${name}>${value}</${name}>`);
}

function givenUpAfter(ms: number): Change {
  const problem = { code: 'timeout', text: 'no answer' } as const;
  return served(({ startMs }) => ({ endMs: startMs + ms, status: null, body: null, document: null, problem }));
}
