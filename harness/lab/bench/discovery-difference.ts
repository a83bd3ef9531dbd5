import type { Datagram, Discovery, Fetch } from '#evidence/discovery-model.js';
import { parseXml } from '#wire/xml.js';
import { documentDifference, type Reading } from './document-difference.js';
import { saidByTopic, type Word } from './discovery-words.js';
import { ssdpDifference } from './ssdp-difference.js';

/**
 * Places in which what a device says and serves on its network differs from what the same device does without its faults:
 * `<message>.<part>`. What is drawn anew for each message (MessageID, delays within their limits) makes no difference.
 */
export function discoveryDifference(base: Discovery | null, other: Discovery | null): ReadonlySet<string> {
  const places = new Set<string>();
  const [before, after] = [saidByTopic(base), saidByTopic(other)];
  for (const [topic, { isAsked, words }] of before) {
    const its = after.get(topic);
    // What was not asked is not missing: a question may come of what the device says.
    if (its !== undefined || !isAsked) compareWords(words, its?.words ?? [], places);
  }
  for (const [topic, { isAsked, words }] of after) if (!before.has(topic) && !isAsked) compareWords([], words, places);
  compareFetches(base?.fetches ?? [], other?.fetches ?? [], places);
  return places;
}

/** Compare messages that agree in as much as possible of what they are about. */
function compareWords(before: readonly Word[], after: readonly Word[], places: Set<string>): void {
  const [left, right] = [new Set(before), new Set(after)];
  for (let level = 0; left.size > 0 && right.size > 0 && level < MOST_SUBJECTS; level++)
    for (const word of left) {
      const same = [...right].find((each) => each.subjects[level] === word.subjects[level]);
      if (word.subjects[level] === undefined || same === undefined) continue;
      left.delete(word);
      right.delete(same);
      for (const part of wordDifference(word, same)) places.add(`${word.label}.${part}`);
    }
  for (const { label } of left) places.add(`${label}.missing`);
  for (const { label } of right) places.add(`${label}.added`);
}

/** Longest list of {@link Word.subjects}. */
const MOST_SUBJECTS = 5;

function wordDifference(one: Word, other: Word): string[] {
  const [mine, its] = [one.datagram, other.datagram];
  return [
    ...(one.destination === other.destination ? [] : ['destination']),
    ...(mine.ttl === its.ttl ? [] : ['ttl']),
    ...(one.isLate === other.isLate ? [] : ['time']),
    ...(isSentAlike(one, other) ? [] : ['copies']),
    ...contentDifference(one, other),
  ];
}

/** Times of refreshment are drawn: whoever was listened to well beyond the other's should have been heard again. */
const REFRESHED_WITHIN = 1.5;

function isSentAlike(one: Word, other: Word): boolean {
  if (one.copies !== other.copies && one.copies !== null && other.copies !== null) return false;
  const isForgotten = (silent: Word, heard: Word): boolean =>
    silent.refreshMs === null && heard.refreshMs !== null && silent.listenedMs > heard.refreshMs * REFRESHED_WITHIN;
  return !isForgotten(one, other) && !isForgotten(other, one);
}

function contentDifference(one: Word, other: Word): string[] {
  const [mine, its] = [one.datagram, other.datagram];
  if (mine.ssdp !== null && its.ssdp !== null) return ssdpDifference(mine.ssdp, its.ssdp);
  if (mine.wsd === null || its.wsd === null) return ['framing'];
  return documentDifference(mine.wsd.soap.xml, its.wsd.soap.xml, [readingOf(one), readingOf(other)]);
}

/** A MessageID says nothing but which message it is, a MessageNumber nothing but that it grows. */
function readingOf({ questionId, numbering, datagram }: Word): Reading {
  return reading(ownIdOf(datagram), questionId, () => numbering);
}

function ownIdOf({ wsd }: Datagram): string | null {
  return wsd?.soap.messageId?.value ?? null;
}

function reading(ownId: string | null, questionId: string | null, numbering: (number: string) => string): Reading {
  return {
    text: ({ text }) => (text === ownId ? 'its own' : text === questionId ? 'that of the question' : text),
    attribute: ({ local, value }) => (local === 'MessageNumber' ? numbering(value) : value),
  };
}

function compareFetches(before: readonly Fetch[], after: readonly Fetch[], places: Set<string>): void {
  const seen = new Map<Fetch['purpose'], Set<string>>();
  for (const purpose of new Set([...before, ...after].map((fetch) => fetch.purpose))) {
    const [mine, its] = [before, after].map((fetches) => fetches.filter((fetch) => fetch.purpose === purpose));
    const parts = new Set<string>();
    for (let index = 0; index < Math.max(mine?.length ?? 0, its?.length ?? 0); index++)
      for (const part of fetchDifference(mine?.[index], its?.[index])) parts.add(part);
    seen.set(purpose, parts);
  }
  const usual = seen.get('metadata');
  for (const [purpose, parts] of seen)
    for (const part of parts) {
      // The same document, however it was asked for.
      const isRepeat = purpose.startsWith('metadata-') && usual?.has(part) === true;
      if (!isRepeat) places.add(`${purpose}.${part}`);
    }
}

/** What was not asked for is not missing. */
function fetchDifference(one: Fetch | undefined, other: Fetch | undefined): string[] {
  if (one === undefined || other === undefined) return [];
  const parts: string[] = [];
  if (statusOf(one) !== statusOf(other)) parts.push('status');
  if (headersOf(one) !== headersOf(other)) parts.push('headers');
  if (isLate(one) !== isLate(other)) parts.push('time');
  const [mine, its] = [one.body ?? NOTHING, other.body ?? NOTHING];
  if (mine.length === 0 || its.length === 0)
    return mine.length === its.length ? parts : [...parts, its.length === 0 ? 'missing' : 'added'];
  return [...parts, ...documentDifference(parseXml(mine), parseXml(its), [bodyReading(one), bodyReading(other)])];
}

const NOTHING = new Uint8Array(0);
/** A description is served within 30 s (UDA 2.9); nothing else needs as long. */
const FETCH_LIMIT_MS = 30_000;

function isLate({ startMs, endMs }: Fetch): boolean {
  return endMs - startMs >= FETCH_LIMIT_MS;
}

function statusOf({ status, problem }: Fetch): string {
  return `${status ?? 'none'} ${problem?.code ?? ''}`;
}

/** A length follows from the body. */
function headersOf({ headers }: Fetch): string {
  return headers
    .filter(([name]) => name.toLowerCase() !== 'content-length')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

function bodyReading(fetch: Fetch): Reading {
  const [ownId] = /(?<=<wsa:MessageID>)[^<]*/.exec(new TextDecoder().decode(fetch.body ?? NOTHING)) ?? [];
  return reading(ownId ?? null, fetch.messageId, (number) => (/^[0-9]+$/.test(number) ? 'a number' : number));
}
