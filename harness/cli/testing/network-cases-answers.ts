import type { Datagram } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { decodeSsdp } from '#wire/ssdp.js';
import { header, isAliveOfRoot, isKind, newer, older, type NetworkCase } from './network-cases.js';
import { all, cut, datagrams, discovery, lossy, ssdpText, type Change } from './network-edits.js';

/** Searches and what is answered to them, and to a NOTIFY, at the boundaries of the rules on that. */

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

/** What others announce, and take back, in another way. */
const foreignNotifies = (change: (usual: Datagram) => Partial<Datagram>): Change =>
  discovery(({ datagrams: usual }) => ({
    datagrams: usual.map((each) =>
      each.sender === 'other' && each.ssdp?.kind === 'notify' ? { ...each, ...change(each) } : each,
    ),
  }));

/** An answer to where somebody's NOTIFY comes from, so long after the first one or the last one. */
const answerToNotify =
  (which: 'first' | 'last', ms: number): Change =>
  (evidence) => {
    const notifiedMs = (evidence.discovery?.datagrams ?? []).flatMap(({ sender, ssdp, source, timeMs }) =>
      sender === 'other' && ssdp?.kind === 'notify' && source.port === ANNOUNCES ? [timeMs] : [],
    );
    const timeMs = ms + (which === 'first' ? Math.min(...notifiedMs) : Math.max(...notifiedMs));
    return all(
      answeredToo(ROOT, ANNOUNCES),
      datagrams((each) => [isKind(each, 'answer') && isTo(each, ANNOUNCES) ? { ...each, timeMs } : each]),
    )(evidence);
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

export const SSDP_ANSWER_CASES: readonly NetworkCase[] = [
  older(
    'a NOTIFY to where a NOTIFY came from',
    datagrams((each) =>
      isAliveOfRoot(each)
        ? [each, { ...each, isMulticast: false, destination: { address: '192.0.2.1', port: ANNOUNCES } }]
        : [each],
    ),
  ),
  older('an answer to a NOTIFY, and frames are missing', all(answeredToo(ROOT, ANNOUNCES), lossy), {
    fails: ['SSDP-026'],
  }),
  older('an answer just before a NOTIFY', answerToNotify('first', -1)),
  older('an answer in the moment of a NOTIFY', answerToNotify('first', 0), { fails: ['SSDP-026'] }),
  older('an answer 30 s after the last NOTIFY', answerToNotify('last', 30_000), { fails: ['SSDP-026'] }),
  older('an answer more than 30 s after the last NOTIFY', answerToNotify('last', 30_001)),
  older(
    'answers to where a NOTIFY and a search came from',
    foreignNotifies(({ source }) => ({ source: { ...source, port: ROOT } })),
  ),
  older(
    'an answer to the port of SSDP, from which a NOTIFY came',
    all(
      foreignNotifies(({ source }) => ({ source: { ...source, port: 1900 } })),
      answeredToo(ROOT, 1900),
    ),
  ),
  older(
    'an answer to somebody who sent a NOTIFY to another host alone',
    all(
      foreignNotifies(() => ({ isMulticast: false, destination: { address: '192.0.2.77', port: 1900 } })),
      answeredToo(ROOT, ANNOUNCES),
    ),
  ),
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
  older('a search that is answered too often, and frames are missing', all(answeredToo(UUID, ROOT), lossy), {
    fails: ['SSDP-045', 'SSDP-046'],
  }),
  older('an unknown ST in answers to ssdp:all', searchTargetTo(EVERYTHING, 'urn:example:device:Other:1'), {
    fails: ['SSDP-046'],
  }),
  older(
    'an unknown ST in answers to ssdp:all, and nobody listened to the end',
    all(searchTargetTo(EVERYTHING, 'urn:example:device:Other:1'), cut),
  ),
  older('ST of ssdp:all in answers, and nobody listened to the end', all(searchTargetTo(EVERYTHING, 'ssdp:all'), cut), {
    fails: ['SSDP-046'],
  }),
  older(
    'an unknown ST in answers for root devices, and nobody listened to the end',
    all(searchTargetTo(ROOT, 'urn:example:device:Other:1'), cut),
    { fails: ['SSDP-046'] },
  ),
  older('an answer to a search for something else, and frames are missing', all(answeredToo(ROOT, NOTHING), lossy), {
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
  older(
    'the USN of the root device in answers for an earlier version of a service',
    inAnswers(/^ST: (.*RenderingControl):2(\r\nUSN: .*::).*RenderingControl:2(?=\r)/m, 'ST: $1:1$2upnp:rootdevice'),
    { fails: ['SSDP-046', 'SSDP-048'] },
  ),
  older('answers with a later version of a type', inAnswers(/(USN: .*RenderingControl:)2/, '$110')),
  older(
    'a version of a type that is no number, and another one in answers',
    all(
      ssdpText((text) => text.replaceAll('RenderingControl:2', 'RenderingControl:2a')),
      inAnswers(/RenderingControl:2a/g, 'RenderingControl:1a'),
    ),
    { fails: ['SSDP-010', 'SSDP-046', 'SSDP-048'] },
  ),
  older(
    'answers of another UDN than is announced and described, and frames are missing',
    all(answersOf('uuid:0'), lossy),
    { fails: ['UID-03'] },
  ),
  older('answers of another UDN than is described, and nobody listened to the end', all(answersOf('uuid:0'), cut), {
    fails: ['UID-03'],
  }),
  older(
    'a search for root devices in capital letters is answered',
    all(askedFor('UPNP:rootdevice'), searchTargetTo(ROOT, 'UPNP:rootdevice')),
  ),
];
