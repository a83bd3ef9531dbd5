import type { Datagram, Search } from '#evidence/discovery-model.js';
import type { Finding } from '#judge/rule.js';
import type { WsdTarget } from '#wire/wsd.js';
import { dutDatagrams } from './discovery.js';
import { fail, inconclusive, notRun, pass } from './finding.js';
import { datagramLabel, locateDatagram, locateElement } from './locate-text.js';
import { seconds } from './observe.js';
import { benchLate } from './punctuality.js';
import { absent, toldIn, type Told, type WsdView } from './wsd-view.js';

/** APP_MAX_DELAY of DPWS 2006/02: an answer that is not there by then does not come. */
export const ANSWER_WITHIN_MS = 5000;

/** A Probe or Resolve and what it asks for. */
export interface Question extends Search {
  readonly target: WsdTarget;
  readonly messageId: string | null;
}

export function questionsOf({ questions }: WsdView, kind: 'probe' | 'resolve'): Question[] {
  return questions.flatMap((search) => {
    const { wsd } = search.request;
    if (wsd?.kind !== kind) return [];
    return wsd.targets.slice(0, 1).map((target) => ({
      ...search,
      target,
      messageId: wsd.soap.messageId?.value ?? null,
    }));
  });
}

/**
 * What the device itself answers to a question. An answer that names no message it relates to still is one where it
 * goes to who asked.
 */
export function answersTo(view: WsdView, { request, answers }: Question): Told[] {
  const kind = request.wsd?.kind === 'probe' ? 'probe-matches' : 'resolve-matches';
  return toldIn(view, kind).filter(
    ({ datagram }) => answers.includes(datagram) || isStrayAnswer(view, datagram, { request }),
  );
}

/** An answer to the sender of this question that names no question anybody asked; only a run sees all questions. */
export function isStrayAnswer(
  { discovery, evidence }: WsdView,
  answer: Datagram,
  { request }: Pick<Question, 'request'>,
): boolean {
  const { source } = request;
  const { destination, timeMs, wsd } = answer;
  if (timeMs < request.timeMs || destination.address !== source.address || destination.port !== source.port)
    return false;
  const relatesTo = wsd?.soap.relatesTo?.value;
  if (relatesTo === undefined || relatesTo === '') return true;
  if (discovery.sinceMs === null || evidence.losses.length > 0) return false;
  return !discovery.datagrams.some((each) => each.wsd?.soap.messageId?.value === relatesTo);
}

interface Asked {
  /** What was asked, for sentences: `a Probe for anything`. */
  readonly what: string;
  readonly remedy: string;
}

/** Questions that the device has to answer: of those in one family of addresses one answer will do, datagrams get lost. */
export function mustBeAnswered(view: WsdView, questions: readonly Question[], { what, remedy }: Asked): Finding[] {
  if (questions.length === 0) return [notRun(`${what} was not sent`)];
  const spoken = new Set(dutDatagrams(view.evidence, 'dpws').map(({ family }) => family));
  const families = [...spoken].filter((family) => questions.some(({ request }) => request.family === family));
  if (families.length === 0) return [inconclusive(`${what} was sent by another IP version than the device speaks`)];
  return families.map((family): Finding => {
    const asked = questions.filter(({ request }) => request.family === family);
    const [answer] = asked.flatMap((question) => answersTo(view, question));
    if (answer !== undefined) return pass(`${what} is answered`, locateDatagram(answer.datagram));
    const reason = absent(view, `an answer to ${what}`);
    if (reason !== null) return reason;
    const heard = asked.find(isListenedTo);
    if (heard === undefined) return inconclusive(`an answer to ${what} was not waited for long enough`);
    const text = `${what} is not answered`;
    const excuse = benchLate(view.evidence, text, { startMs: heard.request.timeMs, endMs: heard.untilMs });
    if (excuse !== null) return excuse;
    return fail(text, {
      expected: `an answer within ${seconds(ANSWER_WITHIN_MS)}`,
      actual: `none within ${seconds(heard.untilMs - heard.request.timeMs)}`,
      at: locateElement(heard.request, heard.target.element),
      remedy,
    });
  });
}

/** Questions that the device must be silent on. */
export function mustBeSilent(view: WsdView, questions: readonly Question[], { what, remedy }: Asked): Finding[] {
  if (questions.length === 0) return [notRun(`${what} was not sent`)];
  const [answer] = questions.flatMap(({ answers }) => answers);
  if (answer !== undefined)
    return [
      fail(`${what} is answered`, {
        expected: 'silence',
        actual: datagramLabel(answer),
        at: locateDatagram(answer),
        remedy,
      }),
    ];
  const heard = questions.find(isListenedTo);
  if (heard === undefined || view.evidence.losses.length > 0)
    return [inconclusive(`no answer to ${what} was seen, which does not say that there was none`)];
  return [pass(`the device is silent on ${what}`, locateDatagram(heard.request))];
}

function isListenedTo({ untilMs, request }: Search): boolean {
  return untilMs - request.timeMs >= ANSWER_WITHIN_MS;
}

/** Types and scopes that the device gives anywhere. */
export function ownTypes({ told, hosted }: WsdView): Set<string> {
  return new Set([...told, ...hosted].flatMap(({ target }) => target.types));
}

export function ownScopes({ told }: WsdView): Set<string> {
  return new Set(told.flatMap(({ target }) => target.scopes));
}
