import type { Discovery, Search } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import {
  announcements,
  declaredBy,
  isSecureDpws,
  nobodyListened,
  notHeard,
  promisedBy,
  PROMISE_BLOCKERS,
  tellingDatagrams,
  wayName,
  WAYS,
  type FoundBy,
} from '../discovery.js';
import { blocked, fail, inconclusive, note, notApplicable, notRun, pass } from '../finding.js';
import { IDENTITY_OWNERS, identityOf, isFinding } from '../identity.js';
import { locate } from '../locate.js';
import { locateDatagram } from '../locate-text.js';
import { allM1s, noM1, seconds, type M1 } from '../observe.js';
import { openTransports, withoutVpi, type ReadableVpi } from '../pairing.js';
import { benchLate } from '../punctuality.js';
import { REQ, spec, UDA, WSD } from '../sources.js';
import { unheard } from '../ssdp-searches.js';
import { isMessage } from '../ssdp-view.js';
import { ANSWER_WITHIN_MS } from '../wsd-questions.js';
import { targetedSearches } from './searches.js';

/** Rules that leave open which transports M1 declares. */
const DECLARATION_BLOCKERS = PROMISE_BLOCKERS.filter((id) => id !== 'RVP-DISC-01');

/** Default of the profile's limit. */
const LIMIT_MS = 30_000;

/** A transport that M1 declares, and what was heard on the network. */
interface Declared {
  readonly by: FoundBy;
  readonly vpi: ReadableVpi;
  readonly m1: M1;
  readonly discovery: Discovery;
}

/** Judge each transport the first M1 declares; what leaves them open comes first. */
function eachDeclared(evidence: Evidence, judge: (declared: Declared) => Finding): readonly Finding[] {
  const m1 = allM1s(evidence)[0];
  if (m1 === undefined) return [noM1(evidence)];
  const none = withoutVpi(m1);
  if (none !== null) return [none];
  const declared = WAYS.flatMap((by) => {
    const vpi = declaredBy(m1, by);
    return vpi === null ? [] : [{ by, vpi }];
  });
  if (declared.length === 0)
    return [openTransports(m1)[0] ?? notApplicable(`${m1.text} declares no transport to be found by`)];
  const { discovery } = evidence;
  return declared.map(({ by, vpi }) =>
    discovery === undefined ? nobodyListened(evidence) : judge({ by, vpi, m1, discovery }),
  );
}

const disc01: Rule = {
  id: 'RVP-DISC-01',
  title: 'Be found on each declared transport in time',
  source: [spec('WCN-NET protocol', 10), spec('WPS example', 145), REQ],
  requirement:
    'Within the limit of the profile after it has its address the device is heard on each transport that M1 declares, under whatever identity.',
  why: 'Windows waits for the device after it has paired with it, and gives up; a driver is never installed.',
  level: 'MUST',
  revision: 1,
  needs: ['m1', 'ssdp', 'wsd'],
  uses: ['join', 'profile'],
  remedy: 'Start SSDP or WS-Discovery as soon as the device has its address, or declare the transports it really has.',
  blockedBy: DECLARATION_BLOCKERS,
  check: (evidence) => eachDeclared(evidence, (declared) => judgeFound(evidence, declared)),
};

function judgeFound(evidence: Evidence, { discovery, by, vpi, m1 }: Declared): Finding {
  const limitMs = discovery.limitMs ?? LIMIT_MS;
  const [first] = tellingDatagrams(evidence, by);
  const protocol = by === 'upnp' ? 'SSDP' : 'WS-Discovery';
  const remedy = `Announce the device and answer searches by ${protocol} on the network it has joined; where it does not have ${wayName(by)}, declare another transport in M1.`;
  if (first === undefined) {
    const excuse = notHeard(discovery, evidence, `the device by ${protocol}`);
    return (
      excuse ??
      fail(`${m1.text} declares ${wayName(by)}, but nothing of the device is heard by ${protocol}`, {
        expected: `an announcement or an answer by ${protocol} within ${seconds(limitMs)}`,
        actual: 'none',
        at: locate(m1, vpi.node),
        remedy,
      })
    );
  }
  const at = locateDatagram(first);
  const afterMs = discovery.sinceMs === null ? null : first.timeMs - discovery.sinceMs;
  if (afterMs === null || afterMs <= limitMs)
    return pass(`the device is found by ${protocol}${afterMs === null ? '' : ` ${after(afterMs)}`}`, at);
  const text = `the device is found by ${protocol} only ${after(afterMs)}`;
  const late = benchLate(evidence, text, { startMs: first.timeMs - afterMs, endMs: first.timeMs });
  if (late !== null) return late;
  return fail(text, {
    expected: `within ${seconds(limitMs)}`,
    actual: after(afterMs),
    at,
    remedy,
  });
}

function after(ms: number): string {
  return ms <= 0 ? 'at once' : `${seconds(ms)} after it has its address`;
}

const disc02: Rule = {
  id: 'RVP-DISC-02',
  title: 'Report transports that are offered but not declared',
  source: [spec('VPI Transport field', 80)],
  requirement: 'Transports on which the device is heard are those that M1 declares.',
  why: 'Windows does not pair over a transport that M1 does not declare.',
  level: 'INFO',
  revision: 1,
  needs: ['m1', 'ssdp', 'wsd'],
  interpretation: ['I-12'],
  remedy: 'Declare the transport with a VPI of its own, if the device is to be paired over it.',
  blockedBy: DECLARATION_BLOCKERS,
  check: (evidence) => {
    const m1 = allM1s(evidence)[0];
    if (m1 === undefined) return [noM1(evidence)];
    const open = withoutVpi(m1) ?? openTransports(m1)[0];
    if (open !== undefined) return [open];
    if (evidence.discovery === undefined) return [nobodyListened(evidence)];
    const offered = WAYS.filter((by) => declaredBy(m1, by) === null).flatMap((by) => {
      const [first] = tellingDatagrams(evidence, by);
      return first === undefined
        ? []
        : [note(`${wayName(by)} is offered, but ${m1.text} does not declare it`, locateDatagram(first))];
    });
    return offered.length > 0 ? offered : [pass('nothing is offered that M1 does not declare')];
  },
};

const disc03: Rule = {
  id: 'RVP-DISC-03',
  title: 'Answer a search for the promised identity',
  source: [spec('UUID values', 155)],
  requirement:
    'The device answers an M-SEARCH for uuid: and its UUID in lower case, or a Resolve for urn:uuid: and its UUID in lower case.',
  why: 'This is how Windows looks for the device it has just paired with.',
  level: 'MUST',
  revision: 1,
  needs: ['m1', 'ssdp', 'wsd'],
  interpretation: ['I-4'],
  remedy: 'Answer searches whose target is the own identity.',
  blockedBy: [...PROMISE_BLOCKERS, ...IDENTITY_OWNERS],
  check: (evidence, profile) =>
    eachDeclared(evidence, (declared) => {
      const finding = judgeTargeted(evidence, declared);
      const isAdvice = finding.verdict === 'fail' && declared.by === 'dpws' && isSecureDpws(evidence, profile);
      return isAdvice ? { ...finding, level: 'SHOULD' } : finding;
    }),
};

function judgeTargeted(evidence: Evidence, { discovery, by, m1 }: Declared): Finding {
  const promised = promisedBy(m1, by);
  if (promised.problem !== null) return promised.problem;
  const searches = targetedSearches(discovery, by, promised.text);
  const [search] = searches;
  const what = by === 'upnp' ? 'M-SEARCH' : 'Resolve';
  if (search === undefined) return notRun(`no ${what} for ${promised.text} was sent`);
  const answer = searches.flatMap(({ answers }) => answers)[0];
  if (answer !== undefined) return pass(`the ${what} for ${promised.text} is answered`, locateDatagram(answer));
  const excuse = notHeard(discovery, evidence, `an answer to the ${what}`) ?? unawaited(evidence, discovery, searches);
  if (excuse !== null) return excuse;
  const identity = identityOf(evidence, m1, by);
  if (isFinding(identity)) return identity;
  // A device that is found under another identity has no reason to answer.
  const [wrong] = identity.wrong;
  if (wrong !== undefined) return blocked(wrong.owner, `${wrong.sighting.text} ${wrong.what}, so it is not looked for`);
  return fail(`the device does not answer the ${what} for ${identity.expected}`, {
    expected: by === 'upnp' ? 'an answer to M-SEARCH' : 'ResolveMatches',
    actual: 'silence',
    at: locateDatagram(search.request),
    remedy: `Answer ${what} for ${identity.expected}, by unicast to the address and port it came from.`,
  });
}

/** Why no answer to any of these says nothing, or null where one was waited for in vain. */
function unawaited(evidence: Evidence, discovery: Discovery, searches: readonly Search[]): Finding | null {
  const reasons = searches.map(({ request, untilMs }) => {
    if (isMessage(request)) return unheard(evidence, discovery, { request, untilMs }, 'an answer to the M-SEARCH');
    return untilMs - request.timeMs >= ANSWER_WITHIN_MS
      ? null
      : inconclusive('an answer to the Resolve was not waited for long enough');
  });
  return reasons.includes(null) ? null : (reasons[0] ?? null);
}

const disc04: Rule = {
  id: 'RVP-DISC-04',
  title: 'Announce yourself unasked',
  source: [spec('WPS example', 145), UDA, WSD],
  requirement: 'The device sends ssdp:alive or Hello after it has joined, without being searched for.',
  why: 'Windows finds a device at once by its announcement; without one only when it happens to search.',
  level: 'SHOULD',
  revision: 1,
  needs: ['m1', 'ssdp', 'wsd'],
  remedy: 'Send the ssdp:alive set or Hello to the multicast group after joining.',
  blockedBy: [...DECLARATION_BLOCKERS, 'RVP-DISC-01'],
  check: (evidence) => eachDeclared(evidence, (declared) => judgeAnnounced(evidence, declared)),
};

function judgeAnnounced(evidence: Evidence, { discovery, by }: Declared): Finding {
  const [first] = announcements(evidence, by);
  const what = by === 'upnp' ? 'ssdp:alive' : 'Hello';
  if (first !== undefined) return pass(`the device sends ${what} unasked`, locateDatagram(first));
  const excuse = notHeard(discovery, evidence, what);
  if (excuse !== null) return excuse;
  const [answer] = tellingDatagrams(evidence, by);
  if (answer === undefined) return blocked('RVP-DISC-01', `the device was not found by ${wayName(by)}`);
  return fail(`the device answers searches and sends no ${what}`, {
    expected: `${what} by multicast after joining`,
    actual: 'answers to searches alone',
    at: locateDatagram(answer),
    remedy: `Send ${what} to the multicast group as soon as the device has its address.`,
  });
}

/** RVP-DISC-05 is RVP-PNPX-07 by another name. */
export const foundRules: readonly Rule[] = [disc01, disc02, disc03, disc04];
