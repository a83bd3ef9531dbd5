import type { Discovery } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ssdpHeader } from '#wire/ssdp.js';
import { notHeard } from '../discovery.js';
import { blocked, fail, inconclusive, note } from '../finding.js';
import { locateDatagram, locateDatagramEnd, locateHeader } from '../locate-text.js';
import { seconds } from '../observe.js';
import { benchLate } from '../punctuality.js';
import {
  answersAs,
  answerWithinMs,
  answerWithinS,
  endpointText,
  eachSearch,
  openSilence,
  ownerOfStrangers,
  targetsHeard,
  unheard,
  usesMx,
  type Asked,
} from '../ssdp-searches.js';
import { eachMessage, isResponse, notifies, olderThan11, udnOf, valueOf, type Message } from '../ssdp-view.js';
import { treeOf } from '../upnp-documents.js';
import { allOf, upnpRule } from '../upnp-rule.js';
import { matching, typeOf, type Target } from '../upnp-tree.js';

const SEARCH = 'Search response';

const ssdp041 = upnpRule({
  id: 'RVP-SSDP-041',
  title: 'Do not answer a multicast search without a usable MX',
  heading: 'Search request with M-SEARCH',
  requirement: 'A multicast M-SEARCH without MX, or with an MX that is no whole number, is not answered.',
  why: 'Without MX there is no time to spread the answers over, and all devices would answer at once.',
  level: 'SHOULD',
  needs: ['ssdp'],
  remedy: 'Drop a multicast M-SEARCH whose MX is missing or no number.',
  check: (evidence, profile) =>
    eachSearch(
      evidence,
      profile,
      'a search without a usable MX',
      ({ request, answers }, discovery) => {
        const [answer] = answers;
        if (answer === undefined) return openSilence(evidence, discovery, 'an answer to a search without a usable MX');
        return [
          fail('a search without a usable MX is answered', {
            expected: 'no answer',
            actual: `answers: ${answers.length}, MX: ${valueOf(request, 'MX') ?? 'none'}`,
            at: locateDatagram(answer),
            remedy: 'Look at MX before the search target: drop the search where MX is missing or no number.',
          }),
        ];
      },
      (asked) => asked.request.isMulticast && !usesMx(asked),
    ),
});

const ssdp042 = upnpRule({
  id: 'RVP-SSDP-042',
  title: 'Answer a search within MX seconds',
  heading: SEARCH,
  requirement: 'Answers come at a random time within MX seconds, MX above 5 counting as 5.',
  why: 'The control point has stopped listening then.',
  level: 'SHOULD',
  needs: ['ssdp'],
  remedy: 'Draw the delay between 0 and MX seconds, less what sending takes.',
  check: (evidence, profile) =>
    eachSearch(
      evidence,
      profile,
      'a search with MX',
      (asked) => judgeDelay(evidence, asked),
      usesMx,
      'every answer came within MX',
    ),
});

function judgeDelay(evidence: Evidence, { request, answers, lastAskedMs }: Asked): Finding[] {
  const mxS = answerWithinS(request.ssdp);
  const late = answers.find((answer) => answer.timeMs - lastAskedMs(answer) > answerWithinMs(request.ssdp));
  if (late === undefined) return [];
  const tookMs = Math.round(late.timeMs - lastAskedMs(late));
  const text = 'an answer comes after MX is over';
  return [
    benchLate(evidence, text, { startMs: lastAskedMs(late), endMs: late.timeMs }) ??
      fail(text, {
        expected: `within ${mxS} s`,
        actual: `after ${seconds(tookMs)}`,
        at: locateDatagram(late),
        remedy: `Draw the delay of each answer between 0 and ${mxS} s, counted from when the search came in.`,
      }),
  ];
}

const ssdp043 = upnpRule({
  id: 'RVP-SSDP-043',
  title: 'Send answers to the address and port the search came from',
  heading: SEARCH,
  requirement: 'An answer is unicast to the source address and source port of the M-SEARCH.',
  why: 'The control point listens there and nowhere else for it.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: 'Answer with sendto() to the address recvfrom() gave, port included.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an answer to M-SEARCH',
      (messages, discovery) =>
        allOf(
          evidence,
          messages.flatMap((message) => judgeDestination(message, discovery)),
          'every answer went where the search came from',
        ),
      isResponse,
    ),
});

function judgeDestination(message: Message, { datagrams }: Discovery): Finding[] {
  const { destination, isMulticast } = message;
  const before = datagrams.filter(({ timeMs }) => timeMs <= message.timeMs);
  const from = before.filter(({ ssdp, source }) => ssdp?.kind === 'search' && source.address === destination.address);
  // RVP-SSDP-026 owns the answer to a NOTIFY; somebody else's search may not have been heard.
  const isHere = before.some(({ ssdp, source }) => ssdp !== null && endpointText(source) === endpointText(destination));
  if (!isMulticast && (isHere || from.length === 0)) return [];
  const expected = isMulticast
    ? 'unicast to the searcher'
    : [...new Set(from.map(({ source }) => endpointText(source)))].join(' or ');
  return [
    fail(isMulticast ? 'an answer is multicast' : 'an answer goes to another port than the search came from', {
      expected,
      actual: endpointText(destination),
      at: locateDatagram(message),
      remedy: 'Send the answer to the source address and source port of the M-SEARCH, and nowhere else.',
    }),
  ];
}

const ssdp044 = upnpRule({
  id: 'RVP-SSDP-044',
  title: 'Send every header of an answer',
  heading: SEARCH,
  requirement:
    'Answers have CACHE-CONTROL, EXT, LOCATION, SERVER, ST and USN, from UPnP 1.1 on BOOTID.UPNP.ORG; DATE is advised.',
  why: 'A control point drops an answer that lacks one of them.',
  level: 'MUST',
  needs: ['ssdp'],
  uses: ['description'],
  remedy: 'Send all of these headers; EXT has no value.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an answer to M-SEARCH',
      (messages) => {
        const newer = olderThan11(evidence) === null ? ['BOOTID.UPNP.ORG'] : [];
        const found = messages.flatMap((message) => judgeAnswer(message, newer));
        return allOf(evidence, found, 'every answer has its headers');
      },
      isResponse,
    ),
});

function judgeAnswer(message: Message, newer: readonly string[]): Finding[] {
  const missing = ['CACHE-CONTROL', 'LOCATION', 'SERVER', 'ST', 'USN', ...newer].filter(
    (name) => (valueOf(message, name) ?? '') === '',
  );
  if (ssdpHeader(message.ssdp, 'EXT') === null) missing.push('EXT');
  if (missing.length === 0)
    return valueOf(message, 'DATE') === null ? [note('the answers have no DATE', locateDatagram(message))] : [];
  return missing.map((name) =>
    fail(`an answer to M-SEARCH has no ${name}`, {
      expected: `the header ${name}`,
      actual: 'none',
      at: locateDatagramEnd(message, `ssdp.${name.toLowerCase()}`),
      remedy: `Send ${name} in every answer${name === 'EXT' ? ', without a value' : ''}.`,
    }),
  );
}

const ssdp045 = upnpRule({
  id: 'RVP-SSDP-045',
  title: 'Answer once for each thing that matches',
  heading: SEARCH,
  requirement:
    'A search for ssdp:all is answered 3 + 2d + k times, for upnp:rootdevice and for a UUID once, for a type once for each device or service of it.',
  why: 'Windows searches for the UUID of M1 and for root devices; what does not answer is not installed.',
  level: 'MUST',
  revision: 2,
  needs: ['ssdp', 'description'],
  remedy: 'Answer from the list that is announced, with everything that the search target means.',
  blockedBy: ['RVP-DESC-013', 'RVP-DESC-015', 'RVP-SSDP-011', 'RVP-SSDP-048'],
  check: (evidence, profile) =>
    eachSearch(
      evidence,
      profile,
      'a search for something the device is',
      (asked, discovery) => judgeCount(evidence, discovery, asked),
      usesMx,
      'every search was answered for each thing that matches',
    ),
});

function judgeCount(evidence: Evidence, discovery: Discovery, asked: Asked): Finding[] {
  const { searchTarget } = asked;
  const tree = treeOf(evidence, discovery);
  if (tree.problem !== null) return [tree.problem];
  const wanted = matching(searchTarget, tree.targets);
  if (wanted.length === 0) return [];
  const udns = new Set<string | null>(tree.targets.map(({ udn }) => udn));
  // What speaks of a device that was not described is not counted.
  const count = answersAs(asked, (answer) => udns.has(udnOf(answer)));
  if (count > wanted.length) return [miscounted(asked, count, wanted)];
  if (count === wanted.length) return [];
  const what = `an answer to a search for ${searchTarget}`;
  // Where that leaves it open, the rules on UDNs may leave theirs open too.
  const open = notHeard(discovery, evidence, what);
  if (open !== null) return [open];
  const owner = ownerOfStrangers(evidence, asked);
  if (owner !== null) return [blocked(owner, 'the device names a UDN that is not described, and may answer for that')];
  return [unheard(evidence, discovery, asked, what) ?? miscounted(asked, count, wanted)];
}

function miscounted({ request, searchTarget }: Asked, count: number, wanted: readonly Target[]): Finding {
  const header = ssdpHeader(request.ssdp, 'ST');
  const usns = wanted.map(({ usn }) => usn).join(', ');
  return fail(`a search for ${searchTarget} is answered ${count} times instead of ${wanted.length}`, {
    expected: `${wanted.length}: ${usns}`,
    actual: `${count} different answers`,
    at: header === null ? locateDatagram(request) : locateHeader(request, header),
    remedy: `Answer a search for ${searchTarget} once for each of ${usns}.`,
  });
}

const ssdp046 = upnpRule({
  id: 'RVP-SSDP-046',
  title: 'Send the search target back in ST',
  heading: SEARCH,
  requirement: 'ST of an answer is that of the search, version included; to ssdp:all it is the NT of what answers.',
  why: 'The control point matches answers to what it asked for by ST.',
  level: 'MUST',
  needs: ['ssdp'],
  uses: ['description'],
  remedy: 'Copy ST from the search; for ssdp:all send the NT of each announcement.',
  check: (evidence, profile) =>
    eachSearch(
      evidence,
      profile,
      'an answered search',
      (asked, discovery) => judgeSt(evidence, discovery, asked),
      ({ answers }) => answers.length > 0,
      'ST of every answer is what was searched for',
    ),
});

function judgeSt(evidence: Evidence, { isComplete }: Discovery, { answers, searchTarget }: Asked): Finding[] {
  const names = new Set(targetsHeard(evidence).map(({ nt }) => nt));
  return answers.flatMap((answer) => {
    const header = ssdpHeader(answer.ssdp, 'ST');
    if (header === null) return [];
    const isRight = searchTarget === 'ssdp:all' ? names.has(header.value) : header.value === searchTarget;
    // Which names there are is only known of a device that was heard or read.
    const isOpen = searchTarget === 'ssdp:all' && header.value !== searchTarget && !isComplete;
    if (isRight || isOpen) return [];
    return [
      fail(`ST of an answer to ${searchTarget} is ${header.value}`, {
        expected: searchTarget === 'ssdp:all' ? 'the NT of an announcement' : searchTarget,
        actual: header.value,
        at: locateHeader(answer, header),
        remedy: searchTarget === 'ssdp:all' ? 'Send the NT of what answers as ST.' : `Send ST: ${searchTarget} back.`,
      }),
    ];
  });
}

const ssdp047 = upnpRule({
  id: 'RVP-SSDP-047',
  title: 'Do not answer searches for what the device is not',
  heading: SEARCH,
  requirement: 'A search target that matches nothing of the device is not answered.',
  why: 'The device shows up where it does not belong, e.g. under the identity of another.',
  level: 'MUST',
  needs: ['ssdp'],
  uses: ['description'],
  remedy: 'Answer only what the list of announcements has.',
  check: (evidence, profile) =>
    eachSearch(
      evidence,
      profile,
      'a search for something the device is not',
      (asked, discovery) => judgeStranger(evidence, discovery, asked),
      (asked) => usesMx(asked) && isStrange(evidence, asked),
      'no search for something else was answered',
    ),
});

/** True for a target that nothing of the device matches, as far as it was heard and read. */
function isStrange(evidence: Evidence, { searchTarget }: Asked): boolean {
  const known = targetsHeard(evidence);
  const lower = searchTarget.toLowerCase();
  return (
    known.length > 0 &&
    matching(searchTarget, known).length === 0 &&
    known.every(({ nt }) => nt.toLowerCase() !== lower)
  );
}

function judgeStranger(evidence: Evidence, discovery: Discovery, { answers, searchTarget }: Asked): Finding[] {
  const [answer] = answers;
  const what = 'an answer to a search for something else';
  if (answer === undefined) return openSilence(evidence, discovery, what);
  // The name it is found by may still be announced.
  const open = notHeard(discovery, evidence, `an announcement of ${searchTarget}`);
  if (open !== null) return [open];
  const header = ssdpHeader(answer.ssdp, 'ST');
  return [
    fail(`a search for ${searchTarget}, which the device is not, is answered`, {
      expected: 'no answer',
      actual: `USN: ${valueOf(answer, 'USN') ?? 'none'}`,
      at: header === null ? locateDatagram(answer) : locateHeader(answer, header),
      remedy: `Compare the whole search target with what the device announces; ${searchTarget} is not among it.`,
    }),
  ];
}

const ssdp048 = upnpRule({
  id: 'RVP-SSDP-048',
  title: 'Answer with the USNs that are announced',
  heading: SEARCH,
  requirement: 'USN of an answer is that of the announcement of the same thing.',
  why: 'A control point takes another USN for another device.',
  level: 'MUST',
  needs: ['ssdp'],
  uses: ['description'],
  remedy: 'Take USN of answers and announcements from one list.',
  blockedBy: ['RVP-SSDP-010'],
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an answer to M-SEARCH',
      (messages, discovery) => judgeUsns(evidence, discovery, messages),
      isResponse,
    ),
});

function judgeUsns(evidence: Evidence, discovery: Discovery, answers: readonly Message[]): Finding[] {
  const known = notifies(evidence, 'alive').flatMap((message) => {
    const usn = valueOf(message, 'USN');
    return usn === null ? [] : [{ nt: String(valueOf(message, 'NT')), usn }];
  });
  if (known.length === 0)
    return [notHeard(discovery, evidence, 'an ssdp:alive with a USN') ?? inconclusive('no USN is announced')];
  const { targets } = treeOf(evidence, discovery);
  const found = answers.flatMap((answer) => {
    const header = ssdpHeader(answer.ssdp, 'USN');
    const searchTarget = String(valueOf(answer, 'ST'));
    if (header === null) return [];
    const same = known.filter(({ nt }) => isSame(nt, searchTarget));
    const usns = new Set((same.length > 0 ? same : known).map(({ usn }) => usn));
    const own = unversioned(header.value);
    if ([...usns].some((usn) => unversioned(usn) === own)) return [];
    const text = `USN of an answer is ${header.value}, which is not announced`;
    const open = notHeard(discovery, evidence, `an announcement of ${header.value}`);
    if (open !== null) return [open];
    const isDescribed = targets?.some(({ usn }) => usn === header.value) === true;
    if (isDescribed && known.every(({ usn }) => usn !== header.value)) return [blocked('RVP-SSDP-010', text)];
    return [
      fail(`USN of an answer for ${searchTarget} is not that of the announcement`, {
        expected: [...usns].join(' or '),
        actual: header.value,
        at: locateHeader(answer, header),
        remedy: `Answer for ${searchTarget} with the USN it is announced under.`,
      }),
    ];
  });
  return allOf(evidence, found, 'every USN of an answer is one that is announced');
}

/** A type in another version is the same thing. */
function isSame(nt: string, searchTarget: string): boolean {
  const own = typeOf(nt);
  return nt === searchTarget || (own !== null && own.name === typeOf(searchTarget)?.name);
}

function unversioned(usn: string): string {
  return usn.replace(/(:(?:device|service):[^:]+):[0-9]+$/i, '$1');
}

export const searchRules: readonly Rule[] = [
  ...[ssdp041, ssdp042, ssdp043, ssdp044, ssdp045, ssdp046, ssdp047, ssdp048],
];
