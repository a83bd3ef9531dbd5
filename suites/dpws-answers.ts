import type { Fetch, FetchPurpose } from '#evidence/discovery-model.js';
import type { Finding, Location } from '#judge/rule.js';
import type { XmlElement } from '#wire/xml.js';
import { fetchesFor } from './discovery.js';
import { blocked, inconclusive, notRun } from './finding.js';
import { locateDatagram, locateElement, locateXml } from './locate-text.js';
import { benchLate } from './punctuality.js';
import { judgeResolve, judgeXAddrs } from './wsd-addresses.js';
import { absent, type WsdView } from './wsd-view.js';

/** Problems by which a request does not get to the device at all. */
const UNREACHED: readonly string[] = ['refused', 'unreachable', 'foreign-address', 'bad-url'];

/** A request by HTTP and what became of it, or the finding why that cannot be judged. */
export type Answered =
  { readonly fetch: Fetch; readonly problem: null } | { readonly fetch: null; readonly problem: Finding };

/**
 * The first request for a purpose. It cannot be judged where it was not sent, or the device was not reached. An answer that
 * is wrong, cut or late is the device's, unless the bench was late itself. `what` names the request in sentences.
 */
export function answerTo(view: WsdView, purpose: FetchPurpose, what: string): Answered {
  const [fetch] = fetchesFor(view.evidence, purpose);
  if (fetch === undefined) return { fetch: null, problem: unasked(view, what) };
  const problem = answerProblem(view, fetch, what);
  return problem === null ? { fetch, problem } : { fetch: null, problem };
}

function answerProblem(view: WsdView, fetch: Fetch, what: string): Finding | null {
  const { problem } = fetch;
  if (problem === null)
    return fetch.document !== null && fetch.body === null
      ? inconclusive(`the document of the answer to ${what} is not at hand`)
      : null;
  const text = `${what} had no answer: ${problem.text}`;
  if (UNREACHED.includes(problem.code)) return unreachable(view, text);
  if (problem.code === 'timeout' || problem.code === 'protocol') return benchLate(view.evidence, text, fetch);
  return problem.code === 'tls' ? inconclusive(text) : null;
}

function unasked(view: WsdView, what: string): Finding {
  const [tried] = fetchesFor(view.evidence, 'connect');
  if (tried !== undefined && tried.problem !== null)
    return unreachable(view, `${what} was not sent: ${tried.problem.text}`);
  const resolved = judgeResolve(view);
  const hasUrl = view.told.some(({ target }) => target.xAddrs.length > 0);
  if (!hasUrl && resolved.some(({ verdict }) => verdict === 'fail'))
    return blocked('RVP-WSD-013', `${what} was not sent: the device does not say where it is`);
  return absent(view, `an answer to ${what}`) ?? notRun(`${what} was not sent`);
}

function unreachable(view: WsdView, text: string): Finding {
  const isOwnFault = judgeXAddrs(view).some(({ verdict }) => verdict === 'fail');
  return isOwnFault ? blocked('RVP-WSD-022', text) : inconclusive(text);
}

/** Where an answer is, or an element of it; of one without body, where the device gave the URL. */
export function locateFetch(
  { told }: WsdView,
  fetch: Fetch,
  element: XmlElement | null = null,
  path?: string,
): Location {
  if (fetch.document !== null) return locateXml(fetch, element, path);
  const giver = told.find(({ target }) => target.xAddrs.includes(fetch.url));
  const [first] = told;
  if (giver !== undefined)
    return locateElement(giver.datagram, giver.target.xAddrsElement ?? giver.target.element, 'XAddrs');
  return first === undefined ? locateXml(fetch, element, path) : locateDatagram(first.datagram);
}
