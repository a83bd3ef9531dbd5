import type { Finding, Rule } from '#judge/rule.js';
import { NAMESPACE } from '#wire/soap.js';
import { decodeWsd } from '#wire/wsd.js';
import { promisedUuid, whenDeclared } from '../discovery.js';
import { answerTo, locateFetch } from '../dpws-answers.js';
import { metadataAnswers } from '../dpws-fetches.js';
import { blocked, fail, inconclusive, note, notApplicable, notRun, pass } from '../finding.js';
import { datagramLabel, locateDatagram, locateElement } from '../locate-text.js';
import { seconds } from '../observe.js';
import { benchLate } from '../punctuality.js';
import { DPWS, WIN, WSD } from '../sources.js';
import {
  answersTo,
  isStrayAnswer,
  mustBeAnswered,
  mustBeSilent,
  ownScopes,
  ownTypes,
  questionsOf,
  type Question,
} from '../wsd-questions.js';
import { judgeResolve, misdirected } from '../wsd-addresses.js';
import {
  DEVICE_TYPE,
  eachHeard,
  firstOfEach,
  missingIn,
  namespaceOf,
  UNHEARD,
  type Told,
  type WsdView,
} from '../wsd-view.js';

const NIL_UUID = '00000000-0000-0000-0000-000000000000';
/** Windows Firewall lets no later answer in. */
const TOO_LATE_MS = 4000;
/** What Windows itself takes at most. */
const USUAL_MS = 2500;

const isForAnything = ({ target }: Question): boolean => target.types.length + target.scopes.length === 0;
const isForDevice = ({ target }: Question): boolean =>
  target.scopes.length === 0 && target.types.length === 1 && target.types[0] === DEVICE_TYPE;

const wsd010a: Rule = {
  id: 'RVP-WSD-010a',
  title: 'Answer a Probe for anything and a Probe for Device',
  source: [WSD, DPWS],
  requirement:
    'A Probe without types and scopes, and a Probe for the DPWS type Device alone, are answered by ProbeMatches.',
  why: 'That is how Windows searches: a device that is silent on it is found by chance only.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Match a Probe when every type it names is one of the device; a Probe that names none matches always.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const probes = questionsOf(view, 'probe');
      return [
        ...mustBeAnswered(view, probes.filter(isForAnything), {
          what: 'a Probe for anything',
          remedy: 'Answer a Probe that has neither Types nor Scopes.',
        }),
        ...mustBeAnswered(view, probes.filter(isForDevice), {
          what: 'a Probe for Device',
          remedy: 'Answer a Probe for Device; compare types by namespace and local name, whatever the prefix.',
        }),
      ];
    }),
};

const wsd010b: Rule = {
  id: 'RVP-WSD-010b',
  title: 'Be silent on a Probe for types the device does not have',
  source: [WSD],
  requirement: 'A Probe by multicast for a type that the device does not have gets no answer.',
  why: 'Windows takes who answers for what it looked for, and installs the wrong thing.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Answer only when every type of the Probe is one of the device, compared by namespace and local name.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const known = knownNamespaces(view);
      const foreign = questionsOf(view, 'probe').filter(({ target }) =>
        target.types.some((type) => !known.has(namespaceOf(type))),
      );
      return mustBeSilent(view, foreign, {
        what: 'a Probe for an unknown type',
        remedy: 'Send no ProbeMatches, also no empty ones, when a type of the Probe is not one of the device.',
      });
    }),
};

/** Namespaces of which the device may have a type: of a name in another one it is certain that it has it not. */
function knownNamespaces(view: WsdView): ReadonlySet<string> {
  const inMetadata = metadataAnswers(view.evidence).flatMap(({ metadata: { hosts, hosted } }) =>
    [...hosts, ...hosted].flatMap(({ types }) => types),
  );
  return new Set([...Object.values(NAMESPACE), ...[...ownTypes(view), ...inMetadata].map(namespaceOf)]);
}

const wsd010c: Rule = {
  id: 'RVP-WSD-010c',
  title: 'Compare scopes letter by letter under strcmp0',
  source: [WSD],
  requirement: 'A Probe with the rule strcmp0 for a scope of the device in other letter case gets no answer.',
  why: 'A search for one place then finds the devices of another.',
  level: 'SHOULD',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Compare scopes under strcmp0 byte by byte.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const own = ownScopes(view);
      if (own.size === 0) return [withoutScopes(view)];
      const lower = new Set([...own].map((scope) => scope.toLowerCase()));
      const questions = questionsOf(view, 'probe').filter(
        ({ target }) =>
          ruleOf(target.matchBy) === 'strcmp0' &&
          target.scopes.some((scope) => !own.has(scope) && lower.has(scope.toLowerCase())),
      );
      return mustBeSilent(view, questions, {
        what: 'a Probe for a scope in other letter case',
        remedy: 'Compare scopes under strcmp0 byte by byte, without folding case.',
      });
    }),
};

const wsd017: Rule = {
  id: 'RVP-WSD-017',
  title: 'Know the scope rules rfc2396 and strcmp0',
  source: [DPWS, WSD],
  requirement: 'A Probe for a scope of the device is answered under the rules rfc2396 and strcmp0.',
  why: 'Who searches a place with one of them does not find the device.',
  level: 'SHOULD',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy:
    'Read MatchBy of Scopes: compare by segments of the URI under rfc2396, which is the default, exactly under strcmp0.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const own = ownScopes(view);
      if (own.size === 0) return [withoutScopes(view)];
      const types = ownTypes(view);
      const probes = questionsOf(view, 'probe').filter(
        ({ target }) =>
          target.scopes.length > 0 &&
          target.scopes.every((scope) => own.has(scope)) &&
          target.types.every((type) => types.has(type)),
      );
      return (['rfc2396', 'strcmp0'] as const).flatMap((rule) =>
        mustBeAnswered(
          view,
          probes.filter(({ target }) => ruleOf(target.matchBy) === rule),
          { what: `a Probe for the device's scope under ${rule}`, remedy: `Implement the rule ${rule} for Scopes.` },
        ),
      );
    }),
};

function ruleOf(matchBy: string | null): string {
  if (matchBy === null) return 'rfc2396';
  const prefix = `${NAMESPACE.discovery}/`;
  return matchBy.startsWith(prefix) ? matchBy.slice(prefix.length) : matchBy;
}

/** Scopes that were not heard yet may still come. */
function withoutScopes({ discovery }: WsdView): Finding {
  return discovery.isComplete
    ? notApplicable('the device gives no scopes')
    : inconclusive('no scopes of the device were heard');
}

const wsd011: Rule = {
  id: 'RVP-WSD-011',
  title: 'Send ProbeMatches to who asked, complete',
  source: [WSD, WIN],
  requirement:
    'ProbeMatches goes to the address and port the Probe came from, has To, MessageID, AppSequence and RelatesTo with the MessageID of the Probe, and in each ProbeMatch the address of the endpoint reference and MetadataVersion.',
  why: 'Windows drops an answer it cannot assign or that lacks a part.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Answer the source address and port of the Probe, copy its MessageID into RelatesTo, and leave nothing out.',
  blockedBy: ['RVP-WSD-010a', UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const probes = questionsOf(view, 'probe');
      if (probes.length === 0) return [notRun('no Probe was sent')];
      const answered = probes.flatMap((probe) => answersTo(view, probe).map((answer) => ({ probe, answer })));
      const [first] = answered;
      if (first === undefined) return [unanswered(view, 'no ProbeMatches were seen')];
      const failures = answered.flatMap(({ probe, answer }) => [
        ...misdirected(answer, probe),
        ...unrelated(view, answer, probe),
        ...incomplete(answer),
      ]);
      return firstOfEach(
        failures,
        pass(`${answered.length} ProbeMatches are complete and go to who asked`, locateDatagram(first.answer.datagram)),
      );
    }),
};

/** Why nothing can be said of answers where there are none. */
function unanswered(view: WsdView, text: string): Finding {
  const isOwnFault = wsd010a.check(view.evidence, view.profile).some(({ verdict }) => verdict === 'fail');
  return isOwnFault ? blocked('RVP-WSD-010a', text) : inconclusive(text);
}

function unrelated(view: WsdView, { datagram, message, target }: Told, probe: Question): Finding[] {
  if (!isStrayAnswer(view, datagram, probe)) return [];
  const { relatesTo } = message.soap;
  return [
    fail('RelatesTo of ProbeMatches does not name the Probe', {
      expected: probe.messageId ?? 'the MessageID of the Probe',
      actual: relatesTo === null ? 'no RelatesTo' : relatesTo.value,
      at: locateElement(datagram, relatesTo?.element ?? target.element, 'ProbeMatches.RelatesTo'),
      remedy: 'Copy MessageID of the Probe into RelatesTo, letter by letter.',
    }),
  ];
}

function incomplete(answer: Told): Finding[] {
  const missing = missingIn(answer, ['To', 'MessageID', 'AppSequence'], ['Address', 'MetadataVersion']);
  if (missing.length === 0) return [];
  return [
    fail(`ProbeMatches has no ${missing.join(', no ')}`, {
      expected: `${missing.join(', ')}, not empty and in its own namespace`,
      actual: 'missing or unreadable',
      at: locateElement(answer.datagram, answer.target.element, 'ProbeMatch'),
      remedy: `Add ${missing.join(', ')} to ProbeMatches.`,
    }),
  ];
}

const wsd012: Rule = {
  id: 'RVP-WSD-012',
  title: 'Answer Probe and Resolve in less than four seconds',
  source: [WIN, DPWS],
  requirement: 'ProbeMatches and ResolveMatches come less than 4 s after the question; later than 2.5 s is reported.',
  why: 'Windows Firewall lets answers in for four seconds. What comes later never arrives.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Draw the delay of an answer between 0 and 2.5 s at most; half a second is enough.',
  blockedBy: ['RVP-WSD-010a', UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const questions = [...questionsOf(view, 'probe'), ...questionsOf(view, 'resolve')];
      if (questions.length === 0) return [notRun('no Probe and no Resolve was sent')];
      const delays = questions.flatMap((question) => {
        const [first] = answersTo(view, question);
        return first === undefined ? [] : [{ first, tookMs: delayOf(view, question, first) }];
      });
      const slowest = delays.reduce<(typeof delays)[number] | null>(
        (worst, each) => (worst === null || each.tookMs > worst.tookMs ? each : worst),
        null,
      );
      if (slowest === null) return [unanswered(view, 'no answer was seen')];
      return [judgeDelay(view, slowest.first, slowest.tookMs)];
    }),
};

/** From the last copy of the question before the answer: the first may have been lost. */
function delayOf({ discovery }: WsdView, { request, messageId }: Question, { datagram }: Told): number {
  const copy = discovery.datagrams.findLast(
    ({ sender, timeMs, wsd }) =>
      sender === 'other' && timeMs <= datagram.timeMs && wsd?.soap.messageId?.value === messageId,
  );
  return datagram.timeMs - (copy ?? request).timeMs;
}

function judgeDelay({ evidence }: WsdView, { datagram }: Told, delayMs: number): Finding {
  const tookMs = Math.round(delayMs);
  const label = datagramLabel(datagram);
  const at = locateDatagram(datagram);
  const text = `the slowest answer, ${label}, comes after ${seconds(tookMs)}`;
  if (tookMs < TOO_LATE_MS) return tookMs > USUAL_MS ? note(text, at) : pass(text, at);
  const { timeMs } = datagram;
  const excuse = benchLate(evidence, text, { startMs: timeMs - delayMs, endMs: timeMs });
  if (excuse !== null) return excuse;
  return fail(text, {
    expected: `less than ${seconds(TOO_LATE_MS)}`,
    actual: seconds(tookMs),
    at,
    remedy: `Send ${label} within ${seconds(USUAL_MS)}: shorten the random delay, and do not wait for anything else.`,
  });
}

const wsd013: Rule = {
  id: 'RVP-WSD-013',
  title: 'Answer a Resolve with the transport addresses',
  source: [WSD, WIN],
  requirement:
    'A Resolve for the endpoint reference of the device is answered by a ResolveMatch that has XAddrs, sent to who asked.',
  why: 'Without XAddrs Windows does not know where to fetch the metadata.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Answer a Resolve for the own address, and give the URLs of the device in XAddrs.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) => eachHeard(evidence, profile, judgeResolve),
};

const wsd014: Rule = {
  id: 'RVP-WSD-014',
  title: 'Be silent on a Resolve for another device',
  source: [WSD],
  requirement: 'A Resolve for an endpoint reference that is not the device gets no answer.',
  why: 'Windows would reach this device under the identity of another.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Answer a Resolve only when its address equals the own one, character by character.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const promised = promisedUuid(evidence, 'dpws');
      const own = [...view.addresses, ...(promised.problem === null ? [promised.text] : [])];
      const foreign = questionsOf(view, 'resolve').filter(({ target }) => {
        const address = (target.address?.value ?? '').toLowerCase();
        const isOwn =
          own.some((known) => known.toLowerCase().slice(-36) === address.slice(-36)) ||
          view.hosted.some((told) => told.address.toLowerCase() === address);
        if (isOwn) return false;
        const isUuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(address);
        return address.endsWith(NIL_UUID) || (isUuid && own.length > 0);
      });
      return mustBeSilent(view, foreign, {
        what: 'a Resolve for another device',
        remedy: 'Compare the address of a Resolve with the own one and stay silent when they differ.',
      });
    }),
};

const wsd015: Rule = {
  id: 'RVP-WSD-015',
  title: 'Answer a Probe that comes by HTTP',
  source: [DPWS],
  requirement:
    'A Probe for Device that is posted to the URL of the device is answered by ProbeMatches in the response.',
  why: 'Windows checks a device it knows that way where multicast does not get through.',
  level: 'SHOULD',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Take Probe at the URL of XAddrs, and send ProbeMatches with status 200 in the response.',
  blockedBy: ['RVP-WSD-013', 'RVP-WSD-022', UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const { fetch, problem } = answerTo(view, 'directed-probe', 'the Probe by HTTP');
      if (problem !== null) return [problem];
      const message = fetch.body === null ? null : decodeWsd(fetch.body);
      const matches = message?.kind === 'probe-matches' && !message.isNewer ? message.targets.length : null;
      if (fetch.status === 200 && (matches ?? 0) > 0)
        return [pass('the Probe by HTTP is answered', locateFetch(view, fetch))];
      return [
        fail('the Probe by HTTP is not answered by a ProbeMatch', {
          expected: 'status 200 and ProbeMatches with the device',
          actual: `status ${fetch.status ?? 'unknown'}, ${matches === null ? 'no ProbeMatches' : 'empty ProbeMatches'}`,
          at: locateFetch(view, fetch),
          remedy: 'Handle the action Probe at the URL where Get is handled.',
        }),
      ];
    }),
};

export const wsdSearchRules: readonly Rule[] = [
  wsd010a,
  wsd010b,
  wsd010c,
  wsd011,
  wsd012,
  wsd013,
  wsd014,
  wsd015,
  wsd017,
];
