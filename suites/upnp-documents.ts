import type { Discovery, Fetch, FetchProblem } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, RuleId } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { fetchesFor } from './discovery.js';
import { blocked, inconclusive } from './finding.js';
import { benchLate } from './punctuality.js';
import { messagesOf, noneHeard, udnOf, valueOf, viewOf, type Message } from './ssdp-view.js';
import {
  brokenBy,
  descriptionIn,
  isServed,
  readDescriptions,
  targetsOf,
  udnsOf,
  type Described,
  type Target,
} from './upnp-tree.js';

/** A description has to be there by then, milliseconds (UDA 2). */
export const SERVE_LIMIT_MS = 30_000;
/** Remarks on a document that are the device's fault, not a limit of ours. */
const MALFORMED = new Set(['xml-malformed', 'xml-encoding', 'xml-external-entity']);
const UNREACHABLE: readonly FetchProblem['code'][] = ['refused', 'unreachable', 'bad-url'];
/** What comes back is not what UDA asks for. */
const NO_ANSWER: readonly FetchProblem['code'][] = ['redirect', 'content-encoding', 'protocol'];

/** Rules that may hide what is in a description. */
export const DOCUMENT_BLOCKERS: readonly RuleId[] = ['RVP-SSDP-017', 'RVP-DESC-001', 'RVP-DESC-003', 'RVP-DESC-018'];

/** True for a URL on an address that the device does not have; a name may be one of the device. */
export function isForeign(url: URL, { addresses }: Discovery): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return (/^[0-9.]+$/.test(host) || host.includes(':')) && !addresses.includes(host);
}

/** True when it took longer than it may, also where it was given up for that. */
export function isLate({ startMs, endMs, problem }: Fetch): boolean {
  const tookMs = endMs - startMs;
  return problem?.code === 'timeout' ? tookMs >= SERVE_LIMIT_MS : tookMs > SERVE_LIMIT_MS;
}

/** Why nothing answered to a request: a finding for a rule about the answer, or null when there is one. */
export function noAnswer(evidence: Evidence, discovery: Discovery, { url, problem, ...fetch }: Fetch): Finding | null {
  if (problem === null) return null;
  const text = `${url} was not fetched: ${problem.text}`;
  // Where the bench is late its peer may give up in the middle of an answer.
  if (NO_ANSWER.includes(problem.code))
    return problem.code === 'protocol'
      ? benchLate(evidence, text, { startMs: fetch.startMs, endMs: fetch.endMs })
      : null;
  const isNamed = messagesOf(evidence).some((message) => valueOf(message, 'LOCATION') === url);
  const isWrong = problem.code === 'foreign-address' && URL.canParse(url) && isForeign(new URL(url), discovery);
  if (isNamed && (isWrong || UNREACHABLE.includes(problem.code))) return blocked('RVP-SSDP-017', text);
  if (problem.code === 'timeout' && isLate({ ...fetch, url, problem }))
    return benchLate(evidence, text, fetch) ?? blocked('RVP-DESC-003', text);
  return inconclusive(text);
}

/** Why an answer holds no document that can be judged, or null. */
export function noDocument(evidence: Evidence, discovery: Discovery, fetch: Fetch): Finding | null {
  const none = noAnswer(evidence, discovery, fetch);
  if (none !== null) return none;
  if (!isServed(fetch)) return blocked('RVP-DESC-001', `${fetch.url} gave no document`);
  if (fetch.body === null && fetch.document !== null) return inconclusive(`${fetch.document} is not at hand`);
  return null;
}

/** Why what is in a document cannot be judged, or null. */
export function unreadable(evidence: Evidence, discovery: Discovery, fetch: Fetch): Finding | null {
  const none = noDocument(evidence, discovery, fetch);
  if (none !== null) return none;
  const broken = brokenBy(descriptionIn(bodyOf(fetch)));
  if (broken === null) return null;
  const text = `the document at ${fetch.url} cannot be read: ${broken.text}`;
  return MALFORMED.has(broken.code) ? blocked('RVP-DESC-018', text) : inconclusive(text);
}

const EMPTY = new Uint8Array(0);

export function bodyOf({ body }: Fetch): Uint8Array {
  return body ?? EMPTY;
}

/** Judge each request for the description; without one, the one finding why there is none. */
export function eachFetch(
  evidence: Evidence,
  profile: Profile | null,
  judge: (fetch: Fetch, discovery: Discovery) => readonly Finding[],
): Finding[] {
  const { discovery, problem } = viewOf(evidence, profile);
  if (problem !== null) return [problem];
  const fetches = fetchesFor(evidence, 'description');
  if (fetches.length === 0) return [noneHeard(evidence, discovery, 'a LOCATION to fetch the description from')];
  return fetches.flatMap((fetch) => judge(fetch, discovery));
}

/** Judge what is in each description that can be read. */
export function eachDescription(
  evidence: Evidence,
  profile: Profile | null,
  judge: (described: Described) => readonly Finding[],
): Finding[] {
  return eachFetch(evidence, profile, (fetch, discovery) => {
    const problem = unreadable(evidence, discovery, fetch);
    return problem === null ? judge({ fetch, description: descriptionIn(bodyOf(fetch)) }) : [problem];
  });
}

/** What the device is announced as and found by, as its descriptions tell it; or the finding why that is not known. */
export type Tree =
  | { readonly targets: readonly Target[]; readonly problem: null }
  | { readonly targets: null; readonly problem: Finding };

export function treeOf(evidence: Evidence, discovery: Discovery): Tree {
  const described = readDescriptions(evidence);
  // By each family of addresses a device may name a LOCATION of its own: it is the same device there.
  const targets = [...new Map(described.flatMap(targetsOf).map((target) => [target.usn, target])).values()];
  if (targets.length > 0) return { targets, problem: null };
  const [fetch] = fetchesFor(evidence, 'description');
  if (fetch === undefined) return { targets: null, problem: inconclusive('the description was not fetched') };
  const problem = unreadable(evidence, discovery, fetch);
  if (problem === null) return { targets: null, problem: blocked('RVP-DESC-013', 'the description names no UDN') };
  // What hides the description also hides what RVP-DESC-013 asks for.
  return { targets: null, problem: problem.blockedBy === undefined ? problem : blocked('RVP-DESC-013', problem.text) };
}

/** UDNs of the description at this URL; null when it was not read. */
export function udnsAt(evidence: Evidence, url: string | null): Set<string> | null {
  const described = readDescriptions(evidence).find(({ fetch }) => fetch.url === url);
  return described === undefined ? null : udnsOf(described);
}

/** True for a message of a UDN that the description at its LOCATION does not have. */
export function isOfStranger(evidence: Evidence, message: Message): boolean {
  const udns = udnsAt(evidence, valueOf(message, 'LOCATION'));
  const udn = udnOf(message);
  return udns !== null && udn !== null && !udns.has(udn);
}
