import type { Discovery, Fetch } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ssdpHeader } from '#wire/ssdp.js';
import { fail, inconclusive, notRun } from '../finding.js';
import { locateDocument, locateHeader } from '../locate-text.js';
import { seconds } from '../observe.js';
import { benchLate } from '../punctuality.js';
import { messagesOf } from '../ssdp-view.js';
import { eachFetch, isLate, noAnswer, noDocument, SERVE_LIMIT_MS } from '../upnp-documents.js';
import { allOf, upnpRule } from '../upnp-rule.js';

const RETRIEVING = 'Retrieving a description using HTTP';

/** Where an answer is: its document, and where that is missing the LOCATION it was fetched from. */
function locateAnswer(evidence: Evidence, fetch: Fetch, path: string): ReturnType<typeof locateDocument> {
  const spot = { span: { start: 0, end: 0 }, path };
  if (fetch.document !== null) return locateDocument(fetch, spot);
  for (const message of messagesOf(evidence)) {
    const header = ssdpHeader(message.ssdp, 'LOCATION');
    if (header?.value === fetch.url) return locateHeader(message, header);
  }
  return locateDocument(fetch, spot);
}

/** Value of a header of an answer by HTTP; null without one. */
function headerOf({ headers }: Fetch, wanted: string): string | null {
  return headers.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1] ?? null;
}

const desc001 = upnpRule({
  id: 'RVP-DESC-001',
  title: 'Serve the description with status 200, a length and text/xml',
  heading: RETRIEVING,
  requirement:
    'GET of LOCATION is answered with status 200, Content-Length or chunked transfer, and Content-Type text/xml.',
  why: 'Windows reads nothing else as a description, and does not follow redirections everywhere.',
  level: 'MUST',
  needs: ['description'],
  uses: ['ssdp'],
  remedy: 'Answer with 200, Content-Length and Content-Type: text/xml.',
  blockedBy: ['RVP-SSDP-017', 'RVP-DESC-003'],
  check: (evidence, profile) =>
    allOf(
      evidence,
      eachFetch(evidence, profile, (fetch, discovery) => judgeAnswer(evidence, discovery, fetch)),
      'the description is served with status 200, its length and text/xml',
    ),
});

function judgeAnswer(evidence: Evidence, discovery: Discovery, fetch: Fetch): Finding[] {
  const none = noAnswer(evidence, discovery, fetch);
  if (none !== null) return [none];
  const wrong = (text: string, path: string, expected: string, actual: string | null): Finding =>
    fail(`${text} at ${fetch.url}`, {
      expected,
      actual: actual ?? 'none',
      at: locateAnswer(evidence, fetch, path),
      remedy: `Answer GET ${fetch.url} with ${expected}.`,
    });
  if (fetch.problem !== null)
    return [wrong(fetch.problem.text, 'http', 'status 200 and the document', fetch.problem.code)];
  if (fetch.status !== 200) return [wrong('the answer is no 200', 'http.status', 'status 200', String(fetch.status))];
  const type = headerOf(fetch, 'Content-Type');
  const isXml = /^text\/xml\s*(?:;|$)/i.test(type ?? '');
  const isSized =
    headerOf(fetch, 'Content-Length') !== null || /\bchunked\b/i.test(headerOf(fetch, 'Transfer-Encoding') ?? '');
  return [
    ...(isXml ? [] : [wrong('Content-Type is another one', 'http.content-type', 'Content-Type: text/xml', type)]),
    ...(isSized
      ? []
      : [wrong('the answer has no length', 'http.content-length', 'Content-Length, or chunked transfer', null)]),
  ];
}

const desc002 = upnpRule({
  id: 'RVP-DESC-002',
  title: 'Say the language of the description where one was asked for',
  heading: RETRIEVING,
  requirement: 'An answer to a request with Accept-Language has Content-Language.',
  why: 'A control point that caches descriptions cannot tell in which language it has one.',
  level: 'SHOULD',
  needs: ['description'],
  remedy: 'Send Content-Language with the language of friendlyName and the other texts.',
  blockedBy: ['RVP-SSDP-017', 'RVP-DESC-001', 'RVP-DESC-003'],
  check: (evidence, profile) =>
    allOf(
      evidence,
      eachFetch(evidence, profile, (fetch, discovery) => judgeLanguage(evidence, discovery, fetch)),
      'the language of the description is said',
    ),
});

function judgeLanguage(evidence: Evidence, discovery: Discovery, fetch: Fetch): Finding[] {
  const none = noDocument(evidence, discovery, fetch);
  if (none !== null) return [none];
  if (!fetch.requestHeaders.some(([name]) => name.toLowerCase() === 'accept-language'))
    return [notRun(`${fetch.url} was fetched without Accept-Language`)];
  if ((headerOf(fetch, 'Content-Language') ?? '') !== '') return [];
  return [
    fail(`the answer at ${fetch.url} does not say its language`, {
      expected: 'Content-Language',
      actual: 'none, although Accept-Language was sent',
      at: locateAnswer(evidence, fetch, 'http.content-language'),
      remedy: 'Send Content-Language: en, or the language the description is in, when Accept-Language was sent.',
    }),
  ];
}

const desc003 = upnpRule({
  id: 'RVP-DESC-003',
  title: 'Serve the description within 30 seconds',
  heading: RETRIEVING,
  requirement: `The whole description is there within ${seconds(SERVE_LIMIT_MS)} of the request.`,
  why: 'Control points give up then, and do not ask again until the next announcement.',
  level: 'MUST',
  needs: ['description'],
  uses: ['ssdp'],
  remedy: 'Serve the description from memory.',
  blockedBy: ['RVP-SSDP-017'],
  check: (evidence, profile) =>
    allOf(
      evidence,
      eachFetch(evidence, profile, (fetch, discovery) => judgeTime(evidence, discovery, fetch)),
      `the description is served within ${seconds(SERVE_LIMIT_MS)}`,
    ),
});

function judgeTime(evidence: Evidence, discovery: Discovery, fetch: Fetch): Finding[] {
  if (isLate(fetch)) {
    const text = `the description at ${fetch.url} is not served in time`;
    return [
      benchLate(evidence, text, fetch) ??
        fail(text, {
          expected: `within ${seconds(SERVE_LIMIT_MS)}`,
          actual: fetch.problem === null ? `after ${seconds(fetch.endMs - fetch.startMs)}` : fetch.problem.text,
          at: locateAnswer(evidence, fetch, 'http'),
          remedy: `Find out what GET ${fetch.url} waits for: building the document, or a name that is looked up.`,
        }),
    ];
  }
  if (fetch.problem?.code === 'timeout')
    return [inconclusive(`${fetch.url} was given up early: ${fetch.problem.text}`)];
  const none = noAnswer(evidence, discovery, fetch);
  return none === null ? [] : [none];
}

export const httpRules: readonly Rule[] = [desc001, desc002, desc003];
