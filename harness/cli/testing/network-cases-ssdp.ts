import type { FetchProblem } from '#evidence/discovery-model.js';
import { decodeSsdp } from '#wire/ssdp.js';
import { header, isAliveOfRoot, newer, older, type NetworkCase } from './network-cases.js';
import {
  all,
  datagrams,
  description,
  discovery,
  fetches,
  keep,
  lossy,
  ssdpText,
  type Change,
} from './network-edits.js';

/** Messages of SSDP at the boundaries of the rules on their form, and on what is announced. */

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

export const SSDP_FORM_CASES: readonly NetworkCase[] = [
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
      keep((each) => !isAliveOfRoot(each)),
      lossy,
    ),
  ),
  older(
    'one announcement with a word for a UUID',
    ssdpText((text, each) => (isAliveOfRoot(each) ? text.replace(/^USN:.*$/m, 'USN: renderer') : text)),
    { fails: ['SSDP-006', 'SSDP-011'], warns: ['SSDP-030'] },
  ),
  older(
    'another LOCATION in one announcement',
    ssdpText((text, each) => (isAliveOfRoot(each) ? text.replace('/description.xml', '/other.xml') : text)),
  ),
  newer(
    'the root device announced with another UDN',
    ssdpText((text, each) => (isAliveOfRoot(each) ? text.replace('USN: uuid:e', 'USN: uuid:0') : text)),
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
    datagrams((each) => (isAliveOfRoot(each) ? [each, { ...each, bytes: EMPTY, ssdp: decodeSsdp(EMPTY) }] : [each])),
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
