import type { Datagram, FetchProblem } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { decodeSsdp } from '#wire/ssdp.js';
import { header, isKind, newer, older, type NetworkCase } from './network-cases.js';
import { all, datagrams, description, discovery, fetches, keep, ssdpText, type Change } from './network-edits.js';

/** Messages of SSDP at the boundaries of the rules on their form, and answers at those of the rules on searches. */

const LOST: Change = (evidence) => ({ ...evidence, losses: [{ source: 'sequence', count: 1, text: 'one frame' }] });
const CUT: Change = discovery(() => ({ isComplete: false }));

/** By IPv6 from this address, with that HOST in every NOTIFY. */
const byIpv6 = (host: string, address = '192.0.2.20'): Change =>
  all(
    datagrams((each) => [{ ...each, family: 'ipv6', source: { ...each.source, address } }]),
    header('alive', 'HOST', host),
    header('byebye', 'HOST', host),
  );

const said = (from: RegExp | string, to: string): Change => ssdpText((text) => text.replace(from, to));
const server = (value: string): Change => header('alive', 'SERVER', value);
const maxAge = (value: string): Change => header('alive', 'CACHE-CONTROL', value);
const goodbyeOf = (usn: string): Change => header('byebye', 'USN', usn);
const notFetched = (code: FetchProblem['code'], text: string): Change =>
  fetches(() => ({ status: null, body: null, document: null, problem: { code, text } }), 'description');

/** A URL in LOCATION of the answers, at which a request is refused. */
const answersRefer = (url: string): Change =>
  all(
    header('answer', 'LOCATION', url),
    discovery(({ fetches: usual }) => {
      const problem = { code: 'refused', text: 'the connection was refused' } as const;
      const refused = usual
        .filter(({ purpose }) => purpose === 'description')
        .map((each) => ({ ...each, url, status: null, body: null, document: null, problem }));
      return { fetches: [...refused, ...usual] };
    }),
  );

/** Names that UDA and HTTP define and that are in no message of the model. */
const DEFINED = [
  ...['DATE', 'MX', 'MAN', 'OPT', 'USER-AGENT', 'CONTENT-LENGTH', 'CONTENT-TYPE', 'CONNECTION', 'EXPIRES', 'AGE'],
  ...['VARY', 'PRAGMA'],
];
const EMPTY = new Uint8Array(0);
const isOfRoot = (each: Datagram): boolean =>
  isKind(each, 'alive') && each.ssdp?.headers.some(({ value }) => value === 'upnp:rootdevice') === true;

/** Ports from which the bench searches for ssdp:all, root devices, the UUID, and what no device is; without a usable MX; and announces. */
const EVERYTHING = 50_000;
const ROOT = 50_001;
const UUID = 50_002;
const NOTHING = 50_003;
const MX_OF_A_WORD = 50_005;
const ANNOUNCES = 50_006;

const isTo = ({ destination }: Datagram, port: number): boolean => destination.port === port;

/** What is answered to the search from one port is sent to another one too. */
function answeredToo(from: number, to: number): Change {
  return discovery(({ datagrams: usual, searches }) => {
    const copies = usual
      .filter((each) => isKind(each, 'answer') && isTo(each, from))
      .map((each) => ({ ...each, destination: { ...each.destination, port: to } }));
    const among = (list: readonly Datagram[]): Datagram[] =>
      [...list, ...copies].sort((one, other) => one.timeMs - other.timeMs);
    return {
      datagrams: among(usual),
      searches: searches.map((each) =>
        each.request.source.port === to ? { ...each, answers: among(each.answers) } : each,
      ),
    };
  });
}

/** When the search from this port was sent, milliseconds since 1970. */
function askedMs({ discovery: seen }: Evidence, port: number): number {
  return seen?.searches.find(({ request }) => request.source.port === port)?.request.timeMs ?? 0;
}

/** The search for root devices answered so long after it. */
const answeredAfter =
  (ms: number): Change =>
  (evidence) => {
    const timeMs = askedMs(evidence, ROOT) + ms;
    return datagrams((each) => [isKind(each, 'answer') && isTo(each, ROOT) ? { ...each, timeMs } : each])(evidence);
  };

const answersTo = (change: (usual: Datagram, evidence: Evidence) => Partial<Datagram>): Change => {
  return (evidence) =>
    datagrams((each) => [isKind(each, 'answer') ? { ...each, ...change(each, evidence) } : each])(evidence);
};

/** The port from which the bench sent its first Probe. */
function probePort({ discovery: seen }: Evidence): number {
  return seen?.datagrams.find(({ sender, wsd }) => sender === 'other' && wsd?.kind === 'probe')?.source.port ?? 0;
}

const inAnswers = (from: RegExp, to: string): Change =>
  ssdpText((text, each) => (isKind(each, 'answer') ? text.replace(from, to) : text));
/** The answers with a USN that begins otherwise. */
const answersOf = (udn: string): Change => inAnswers(/^USN: uuid:./m, `USN: ${udn}`);

/** ST of the answers to the search from this port. */
const searchTargetTo = (port: number, searchTarget: string): Change =>
  ssdpText((text, each) =>
    isKind(each, 'answer') && isTo(each, port) ? text.replace(/^ST:.*$/m, `ST: ${searchTarget}`) : text,
  );

/** The search for root devices in other words. */
const askedFor = (searchTarget: string): Change =>
  discovery(({ datagrams: usual, searches }) => {
    const changed = (each: Datagram): Datagram => {
      if (each.ssdp?.kind !== 'search' || each.source.port !== ROOT) return each;
      const bytes = new TextEncoder().encode(
        new TextDecoder().decode(each.bytes).replace(/^ST:.*$/m, `ST: ${searchTarget}\r`),
      );
      return { ...each, bytes, ssdp: decodeSsdp(bytes) };
    };
    return {
      datagrams: usual.map(changed),
      searches: searches.map((each) => ({ ...each, request: changed(each.request) })),
    };
  });

const FORM_CASES: readonly NetworkCase[] = [
  older('HOST of IPv6', byIpv6('[FF02::C]:1900')),
  older('HOST of IPv6 with a letter before', byIpv6('x[ff02::c]:1900'), { fails: ['SSDP-013'] }),
  older('HOST of IPv6 with a digit too many in its port', byIpv6('[ff02::c]:19000'), { fails: ['SSDP-013'] }),
  older('by IPv6, without LOCATION', all(byIpv6('[ff02::c]:1900', 'fe80::20'), header('alive', 'LOCATION', null)), {
    fails: ['SSDP-017'],
  }),
  newer('no max-age, in UPnP 1.1', maxAge('no-cache'), { fails: ['SSDP-014'] }),
  newer('max-age, and behind it another directive that ends alike', maxAge('max-age=1800,s-max-age=5'), {
    warns: ['SSDP-016'],
  }),
  older('LOCATION of answers at which nothing listens', answersRefer('http://192.0.2.20:9/'), { fails: ['SSDP-017'] }),
  older(
    'LOCATION with the name of another host',
    all(
      said('//192.0.2.20', '//renderer.example'),
      fetches(({ url }) => ({ url: url.replace('//192.0.2.20', '//renderer.example') })),
      notFetched('foreign-address', 'renderer.example is 192.0.2.99'),
    ),
  ),
  older('LOCATION that cannot be reached', notFetched('unreachable', 'no route to the host'), { fails: ['SSDP-017'] }),
  older('LOCATION that is no URL to fetch', notFetched('bad-url', 'the port is forbidden'), { fails: ['SSDP-017'] }),
  older('no NT', header('alive', 'NT', null), { fails: ['SSDP-010', 'SSDP-018'] }),
  older('a URN of a UUID in NT', header('alive', 'NT', 'urn:uuid:1'), { fails: ['SSDP-010', 'SSDP-031'] }),
  older(
    'one thing that is not announced, and frames are missing',
    all(
      keep((each) => !isOfRoot(each)),
      LOST,
    ),
  ),
  older(
    'another LOCATION in one announcement',
    ssdpText((text, each) => (isOfRoot(each) ? text.replace('/description.xml', '/other.xml') : text)),
  ),
  newer(
    'the root device announced with another UDN',
    ssdpText((text, each) => (isOfRoot(each) ? text.replace('USN: uuid:e', 'USN: uuid:0') : text)),
    { fails: ['SSDP-011', 'UID-03'], warns: ['SSDP-030'] },
  ),
  newer(
    'a service of the embedded device in a later version than that of the root device',
    all(
      ssdpText((text) =>
        text.includes('USN: uuid:f2b271b2') ? text.replaceAll('ExternalActivity:1', 'ExternalActivity:2') : text,
      ),
      description(/(uuid:f2b271b2.*ExternalActivity:)1/s, '$12'),
    ),
  ),
  older('NTS of somebody, and no NT', all(header('alive', 'NT', null), header('alive', 'NTS', 'ssdp:hello')), {
    fails: ['SSDP-018'],
    warns: ['DISC-04'],
  }),
  older('SERVER that begins with a slash', server('/Linux/6.1 UPnP/1.0 Product/1.0'), { fails: ['SSDP-019'] }),
  older('SERVER with two spaces each', server('Linux/6.1  UPnP/1.0  Product/1.0')),
  newer('SERVER of UPnP 1.10', server('Linux/6.1 UPnP/1.10 Product/1.0')),
  older('a last header that just stops', said(/\r\n\r\n$/, ''), { fails: ['SSDP-003'] }),
  older('a line without a colon', said(/\r\n\r\n$/, '\r\nnothing\r\n\r\n')),
  older(
    'an empty datagram',
    datagrams((each) => (isOfRoot(each) ? [each, { ...each, bytes: EMPTY, ssdp: decodeSsdp(EMPTY) }] : [each])),
    { fails: ['SSDP-001', 'SSDP-003'] },
  ),
  newer('every header that UDA and HTTP define', all(...DEFINED.map((name) => header('alive', name, '0')))),
  newer('a header that has digits and a hyphen in its midst', header('alive', 'X01-NLS', '1'), { warns: ['SSDP-005'] }),
  newer('a header with a domain that ends in a digit', header('alive', 'MODE.EXAMPLE.1', '1'), { warns: ['SSDP-005'] }),
  newer('a header with a domain, and a space behind it', header('alive', 'MODE.EXAMPLE.COM ', '1')),
  newer('a header without a domain, and a space behind it', header('alive', 'X-MODE ', '1'), { warns: ['SSDP-005'] }),
  ...(
    [
      ['a letter before its UUID', 'uuid:xa238f45a-17b0-43e6-9270-6615a892b382'],
      ['a letter behind its UUID', 'uuid:a238f45a-17b0-43e6-9270-6615a892b382x'],
      ['uuid: amid its UUID', 'a238f45auuid:-17b0-43e6-9270-6615a892b382'],
      ['a word for a UUID', 'renderer'],
    ] as const
  ).map(([name, usn]) =>
    older(`a farewell with ${name}`, goodbyeOf(usn), { fails: ['SSDP-006'], warns: ['SSDP-030'] }),
  ),
  older('a farewell with a URN of a UUID in NT', header('byebye', 'NT', 'urn:uuid:1'), { fails: ['SSDP-031'] }),
];

const ANSWER_CASES: readonly NetworkCase[] = [
  older(
    'a NOTIFY to where a NOTIFY came from',
    datagrams((each) =>
      isOfRoot(each)
        ? [each, { ...each, isMulticast: false, destination: { address: '192.0.2.1', port: ANNOUNCES } }]
        : [each],
    ),
  ),
  older('an answer to a NOTIFY, and frames are missing', all(answeredToo(ROOT, ANNOUNCES), LOST), {
    fails: ['SSDP-026'],
  }),
  older('an answer to a search with a word for MX', answeredToo(ROOT, MX_OF_A_WORD), { warns: ['SSDP-041'] }),
  older('an answer 250 ms after MX', answeredAfter(3250)),
  older('an answer 251 ms after MX', answeredAfter(3251), { warns: ['SSDP-042'] }),
  newer(
    'answers to where a Probe came from',
    answersTo(({ destination }, evidence) => ({ destination: { ...destination, port: probePort(evidence) } })),
    { fails: ['SSDP-043'] },
  ),
  older(
    'answers in the moment of the search, to another port',
    answersTo(({ destination }, evidence) => ({
      ...{ destination: { ...destination, port: 9 }, timeMs: askedMs(evidence, ROOT) },
    })),
    { fails: ['SSDP-043'] },
  ),
  older(
    'answers to somebody whose search was not heard',
    answersTo(() => ({ destination: { address: '192.0.2.99', port: 9 } })),
  ),
  older('a search that is answered too often, and frames are missing', all(answeredToo(UUID, ROOT), LOST), {
    fails: ['SSDP-045', 'SSDP-046'],
  }),
  older('an unknown ST in answers to ssdp:all', searchTargetTo(EVERYTHING, 'urn:example:device:Other:1'), {
    fails: ['SSDP-046'],
  }),
  older(
    'an unknown ST in answers to ssdp:all, and nobody listened to the end',
    all(searchTargetTo(EVERYTHING, 'urn:example:device:Other:1'), CUT),
  ),
  older('ST of ssdp:all in answers, and nobody listened to the end', all(searchTargetTo(EVERYTHING, 'ssdp:all'), CUT), {
    fails: ['SSDP-046'],
  }),
  older(
    'an unknown ST in answers for root devices, and nobody listened to the end',
    all(searchTargetTo(ROOT, 'urn:example:device:Other:1'), CUT),
    { fails: ['SSDP-046'] },
  ),
  older('an answer to a search for something else, and frames are missing', all(answeredToo(ROOT, NOTHING), LOST), {
    fails: ['SSDP-046'],
  }),
  older(
    'an answer to a search for something else, and no ST and USN in any',
    all(answeredToo(ROOT, NOTHING), header('answer', 'ST', null), header('answer', 'USN', null)),
    { fails: ['SSDP-044', 'SSDP-045', 'SSDP-047'] },
  ),
  older(
    'answers of another UDN than is announced, and nothing was fetched',
    all(
      answersOf('uuid:0'),
      discovery(() => ({ fetches: [] })),
    ),
    { fails: ['SSDP-048', 'UID-03'] },
  ),
  older('answers with a later version of a type', inAnswers(/(USN: .*RenderingControl:)2/, '$110')),
  older(
    'a version of a type that is no number, and another one in answers',
    all(said(/RenderingControl:2/g, 'RenderingControl:2a'), inAnswers(/RenderingControl:2a/g, 'RenderingControl:1a')),
    { fails: ['SSDP-010', 'SSDP-046', 'SSDP-048'] },
  ),
  older(
    'answers of another UDN than is announced and described, and frames are missing',
    all(answersOf('uuid:0'), LOST),
    { fails: ['UID-03'] },
  ),
  older('answers of another UDN than is described, and nobody listened to the end', all(answersOf('uuid:0'), CUT), {
    fails: ['UID-03'],
  }),
  older(
    'a search for root devices in capital letters is answered',
    all(askedFor('UPNP:rootdevice'), searchTargetTo(ROOT, 'UPNP:rootdevice')),
  ),
];

export const SSDP_MESSAGE_CASES: readonly NetworkCase[] = [...FORM_CASES, ...ANSWER_CASES];
