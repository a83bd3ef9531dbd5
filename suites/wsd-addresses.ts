import type { Finding } from '#judge/rule.js';
import { fetchesFor } from './discovery.js';
import { blocked, fail, inconclusive, note, pass } from './finding.js';
import { datagramLabel, locateDatagram, locateElement } from './locate-text.js';
import { benchLate } from './punctuality.js';
import { answersTo, mustBeAnswered, questionsOf, type Question } from './wsd-questions.js';
import { absent, firstOfEach, toldIn, type Told, type WsdView } from './wsd-view.js';

/* What other rules wait for: the device is resolved, and reached where it says. */

/** RVP-WSD-013. */
export function judgeResolve(view: WsdView): readonly Finding[] {
  const own = questionsOf(view, 'resolve').filter(({ target }) => view.addresses.has(target.address?.value ?? ''));
  const failures = own.flatMap((question) =>
    answersTo(view, question).flatMap((answer) => [
      ...misdirected(answer, question),
      ...(answer.target.xAddrs.length > 0
        ? []
        : [
            fail('ResolveMatch has no XAddrs', {
              expected: 'the URLs at which the device is reached',
              actual: answer.target.xAddrsElement === null ? 'no XAddrs' : 'empty XAddrs',
              at: locateElement(answer.datagram, answer.target.xAddrsElement ?? answer.target.element, 'ResolveMatch'),
              remedy: 'Fill XAddrs of every ResolveMatch.',
            }),
          ]),
    ]),
  );
  const answers = mustBeAnswered(view, own, {
    what: 'a Resolve for the device',
    remedy: 'Answer a Resolve whose address equals that of the endpoint reference.',
  });
  const [answer] = answers;
  return answer === undefined || failures.length === 0 ? answers : firstOfEach(failures, answer);
}

/** An answer that goes somewhere else than its question came from. */
export function misdirected({ datagram }: Told, { request }: Question): Finding[] {
  const { address, port } = datagram.destination;
  if (address === request.source.address && port === request.source.port) return [];
  const label = datagramLabel(datagram);
  return [
    fail(`${label} does not go to who asked`, {
      expected: `${request.source.address} port ${request.source.port}, where the question came from`,
      actual: `${address} port ${port}`,
      at: locateDatagram(datagram),
      remedy: `Send ${label} by unicast to the source address and port of the question.`,
    }),
  ];
}

/** RVP-WSD-022. */
export function judgeXAddrs(view: WsdView): readonly Finding[] {
  const told = toldIn(view, 'hello', 'probe-matches', 'resolve-matches').filter(
    ({ target }) => target.xAddrs.length > 0,
  );
  const [first] = told;
  if (first === undefined) {
    const text = 'no XAddrs were seen';
    const isOwnFault = judgeResolve(view).some(({ verdict }) => verdict === 'fail');
    return [isOwnFault ? blocked('RVP-WSD-013', text) : (absent(view, 'XAddrs') ?? inconclusive(text))];
  }
  const failures = told.flatMap((each) => [...badUrls(each), ...outside(view, each)]);
  if (failures.length > 0) return firstOfEach(failures, pass('each XAddr can be used'));
  return firstOfEach(
    told.flatMap((each) => unconnected(view, each)),
    connection(view, first),
  );
}

const SCOPED = /^[a-z][a-z0-9+.-]*:\/\/\[[^\]]*%/i;

/** The first URL of the list that Windows cannot use, or a list it does not use at all. */
function badUrls(told: Told): Finding[] {
  const { xAddrs } = told.target;
  const scoped = xAddrs.find((url) => SCOPED.test(url));
  if (scoped !== undefined)
    return [
      unusable(told, 'an XAddr has a scope id', {
        expected: 'a link-local address without %',
        actual: scoped,
        remedy: 'Leave the scope id out: it names an interface of the device, and means nothing elsewhere.',
      }),
    ];
  const odd = xAddrs.find((url) => !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol));
  if (odd !== undefined)
    return [
      unusable(told, 'an XAddr is no absolute URL of http or https', {
        expected: 'http or https, with host and port',
        actual: odd,
        remedy: 'Give absolute URLs of http or https alone.',
      }),
    ];
  const secure = xAddrs.filter((url) => new URL(url).protocol === 'https:').length;
  if (secure === 0 || secure === xAddrs.length) return [];
  return [
    unusable(told, 'XAddrs mix http and https', {
      expected: 'all https, or none',
      actual: xAddrs.join(' '),
      remedy: 'Give https URLs alone for Secure DPWS, http URLs alone for DPWS.',
    }),
  ];
}

/** None of the URLs is on the network where they are told. Names and IPv6 addresses are not judged. */
function outside({ discovery }: WsdView, told: Told): Finding[] {
  const { datagram, target } = told;
  const urls = target.xAddrs.filter((url) => URL.canParse(url));
  const hosts = urls.map((url) => new URL(url).hostname);
  const isNear = (host: string): boolean =>
    discovery.addresses.includes(host) || networkOf(host) === networkOf(datagram.source.address);
  const isIpv4 = (host: string): boolean => /^\d+(?:\.\d+){3}$/.test(host);
  if (datagram.family !== 'ipv4' || hosts.length === 0 || !hosts.every(isIpv4) || hosts.some(isNear)) return [];
  return [
    unusable(told, 'no XAddr is an address of the device on this network', {
      expected: `an address of this network, such as ${datagram.source.address}`,
      actual: hosts.join(' '),
      remedy: 'Give in each message the address of the interface it goes out of.',
    }),
  ];
}

/** The first three bytes: what a home network has in common. */
function networkOf(address: string): string {
  return address.replace(/\.\d+$/, '');
}

/** The first XAddr was tried and takes no connection. */
function unconnected({ evidence }: WsdView, told: Told): Finding[] {
  const [url] = told.target.xAddrs;
  const fetch = fetchesFor(evidence, 'connect').find((each) => each.url === url);
  if (fetch === undefined || fetch.problem === null) return [];
  const { problem } = fetch;
  if (!['refused', 'unreachable', 'timeout'].includes(problem.code)) return [];
  const text = 'the first XAddr takes no connection';
  const excuse = problem.code === 'timeout' ? benchLate(evidence, text, fetch) : null;
  if (excuse !== null) return [excuse];
  return [
    unusable(told, text, {
      expected: `a TCP connection to ${url ?? ''}`,
      actual: problem.text,
      remedy: 'Put a URL first on which the device listens, from the moment it is announced.',
    }),
  ];
}

function connection({ evidence }: WsdView, first: Told): Finding {
  const at = locateDatagram(first.datagram);
  const tried = fetchesFor(evidence, 'connect')[0];
  if (tried === undefined) return inconclusive('XAddrs have the right form, but no connection was tried');
  if (tried.problem === null) return pass(`XAddrs have the right form, and ${tried.url} takes connections`, at);
  if (tried.problem.code === 'tls') return pass(`XAddrs have the right form, and ${tried.url} is there`, at);
  return note(`XAddrs have the right form; no connection was tried: ${tried.problem.text}`, at);
}

function unusable(
  { datagram, target }: Told,
  text: string,
  failure: { readonly expected: string; readonly actual: string; readonly remedy: string },
): Finding {
  const at = locateElement(datagram, target.xAddrsElement ?? target.element, `${datagramLabel(datagram)}.XAddrs`);
  return fail(text, { ...failure, at });
}
