import type { Discovery } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { ssdpHeader } from '#wire/ssdp.js';
import { notHeard } from '../discovery.js';
import { blocked, fail, notRun, pass } from '../finding.js';
import { datagramLabel, locateDatagram, locateDatagramEnd, locateHeader } from '../locate-text.js';
import { seconds } from '../observe.js';
import {
  eachMessage,
  endOfStay,
  isAliveOrResponse,
  isRestartedBetween,
  maxAgeOf,
  noneHeard,
  notificationOf,
  notifies,
  olderThan11,
  SET_PAUSE_MS,
  setsOf,
  valueOf,
  viewOf,
  type Message,
} from '../ssdp-view.js';
import { allOf, cutShort, upnpRule } from '../upnp-rule.js';

const ALIVE = 'Device available: NOTIFY with ssdp:alive';
const MAX_31_BIT = 0x7fff_ffff;
const FIRST_PORT = 49_152;
const LAST_PORT = 65_535;
const MIN_COPIES = 2;
const MAX_COPIES = 3;

const ssdp020 = upnpRule({
  id: 'RVP-SSDP-020',
  title: 'Number each boot and configuration alike in all messages',
  heading: ALIVE,
  requirement:
    'From UPnP 1.1 on, announcements have BOOTID.UPNP.ORG and CONFIGID.UPNP.ORG, decimal numbers of 31 bits that stay the same until the device joins the network again; SEARCHPORT.UPNP.ORG, where sent, is 49152 to 65535.',
  why: 'A control point takes another BOOTID for a device that was started again, and drops what it knew.',
  level: 'MUST',
  needs: ['ssdp'],
  uses: ['description'],
  remedy: 'Raise BOOTID once at each start, store it, and send the same number in every message until the next.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an announcement',
      (messages, discovery) => {
        const older = olderThan11(evidence);
        if (older !== null) return [older];
        const found = messages.flatMap((message) => [
          ...judgeNumber(message, 'BOOTID.UPNP.ORG', MAX_31_BIT),
          ...judgeNumber(message, 'CONFIGID.UPNP.ORG', MAX_31_BIT),
          ...judgeNumber(message, 'SEARCHPORT.UPNP.ORG', LAST_PORT, FIRST_PORT),
        ]);
        if (found.length === 0) found.push(...judgeConstancy(messages, discovery));
        return allOf(evidence, found, 'BOOTID and CONFIGID are numbers, and the same throughout a boot');
      },
      (message) => isAliveOrResponse(message) || notificationOf(message) === 'byebye',
    ),
});

function judgeNumber(message: Message, name: string, max: number, min = 0): Finding[] {
  const header = ssdpHeader(message.ssdp, name);
  const label = datagramLabel(message);
  const expected = `a decimal number from ${min} to ${max}`;
  // Of answers RVP-SSDP-044 asks for BOOTID; the search port is sent where it is not 1900.
  const isOptional = message.ssdp.kind === 'response' || name.startsWith('SEARCHPORT');
  if (header === null && isOptional) return [];
  const remedy = `Send ${name} with ${expected} in ${label}.`;
  if (header === null) {
    const at = locateDatagramEnd(message, `ssdp.${name.toLowerCase()}`);
    return [fail(`${label} has no ${name}`, { expected: `the header ${name}`, actual: 'none', at, remedy })];
  }
  const value = /^[0-9]{1,10}$/.test(header.value) ? Number(header.value) : -1;
  if (value >= min && value <= max) return [];
  const at = locateHeader(message, header);
  return [fail(`${name} of ${label} is out of range`, { expected, actual: header.value, at, remedy })];
}

/** A later number right behind another one is no new boot: that takes a farewell, or time. */
function judgeConstancy(messages: readonly Message[], discovery: Discovery): Finding[] {
  let before: { readonly message: Message; readonly value: number } | null = null;
  for (const message of messages) {
    const header = ssdpHeader(message.ssdp, 'BOOTID.UPNP.ORG');
    if (header === null) continue;
    const value = Number(header.value);
    const isNewBoot =
      before === null ||
      isRestartedBetween(discovery, before.message.timeMs, message.timeMs) ||
      notificationOf(before.message) === 'byebye' ||
      (value > before.value && message.timeMs - before.message.timeMs >= SET_PAUSE_MS);
    if (before !== null && value !== before.value && !isNewBoot)
      return [
        fail('BOOTID changes within one boot', {
          expected: `${before.value}, as in ${datagramLabel(before.message)} before it`,
          actual: header.value,
          at: locateHeader(message, header),
          remedy: 'Take BOOTID from one variable that changes at a start alone.',
        }),
      ];
    before = { message, value };
  }
  return [];
}

const ssdp022 = upnpRule({
  id: 'RVP-SSDP-022',
  title: 'Send each set two or three times',
  heading: ALIVE,
  requirement:
    'A set of announcements is sent more than once, with some hundred milliseconds between, and at most three times.',
  why: 'Multicasts get lost on wireless networks; more copies load everybody.',
  level: 'SHOULD',
  needs: ['ssdp'],
  remedy: 'Send the whole set twice or three times, about 200 ms apart.',
  check: (evidence, profile) => eachSet(evidence, profile, usnOf, judgeCopies, 'every set was sent two or three times'),
});

/** What a message is of; those without a USN are put together. */
const usnOf = (message: Message): string => String(valueOf(message, 'USN'));

/** Judge each set; sets that were cut short by the end of the evidence are left out. */
function eachSet(
  evidence: Evidence,
  profile: Profile | null,
  keyOf: (message: Message) => string,
  judge: (set: readonly Message[], evidence: Evidence, discovery: Discovery) => readonly Finding[],
  passed: string,
): readonly Finding[] {
  const { discovery, problem } = viewOf(evidence, profile);
  if (problem !== null) return [problem];
  const sets = setsOf(evidence, discovery, keyOf);
  if (sets.length === 0) return [noneHeard(evidence, discovery, 'an ssdp:alive')];
  return allOf(
    evidence,
    sets.flatMap((set) => judge(set, evidence, discovery)),
    passed,
  );
}

function judgeCopies(set: readonly Message[], evidence: Evidence, discovery: Discovery): Finding[] {
  const last = set.at(-1);
  if (last === undefined) return [];
  const remedy = `Send each announcement two or three times, not ${set.length === 1 ? 'once' : `${set.length} times`}.`;
  const expected = 'two or three copies';
  if (set.length > MAX_COPIES) {
    const text = 'a set of announcements is sent more than three times';
    return [fail(text, { expected, actual: `${set.length} copies`, at: locateDatagram(last), remedy })];
  }
  if (set.length >= MIN_COPIES) return [];
  const overMs = last.timeMs + SET_PAUSE_MS;
  if (discovery.untilMs < overMs || isRestartedBetween(discovery, last.timeMs, overMs)) return [];
  const open = notHeard(discovery, evidence, 'a second copy of a set of announcements');
  return [
    open ?? fail('a set of announcements is sent once', { expected, actual: 'one', at: locateDatagram(last), remedy }),
  ];
}

const ssdp023 = upnpRule({
  id: 'RVP-SSDP-023',
  title: 'Refresh announcements before they expire',
  heading: ALIVE,
  requirement: 'Before max-age of an announcement is over, the device announces the same again.',
  why: 'What has expired is gone: Windows shows the device as not connected.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: 'Send the whole set again at random times of less than half of max-age.',
  blockedBy: ['RVP-SSDP-014'],
  check: (evidence, profile) => {
    const { discovery, problem } = viewOf(evidence, profile);
    if (problem !== null) return [problem];
    const sets = setsOf(evidence, discovery, usnOf);
    if (sets.length === 0) return [noneHeard(evidence, discovery, 'an ssdp:alive')];
    const findings = sets.map((set, index) => judgeRefresh(set, sets.slice(index + 1), evidence, discovery));
    const known = findings.filter((finding) => finding !== null);
    if (known.length > 0) return allOf(evidence, known, 'announcements are refreshed before they expire');
    const open = cutShort(evidence, 'no announcement was seen to expire or to be refreshed');
    return [open ?? notRun('the device was not watched until its announcements expire')];
  },
});

/** Null where neither a refreshment nor the time to expire was seen. */
function judgeRefresh(
  set: readonly Message[],
  later: readonly (readonly Message[])[],
  evidence: Evidence,
  discovery: Discovery,
): Finding | null {
  const last = set.at(-1);
  if (last === undefined) return null;
  const maxAgeS = maxAgeOf(last);
  const header = ssdpHeader(last.ssdp, 'CACHE-CONTROL');
  if (maxAgeS === null || header === null)
    return blocked('RVP-SSDP-014', 'an ssdp:alive does not say how long it holds');
  const usn = valueOf(last, 'USN');
  const expiryMs = last.timeMs + maxAgeS * 1000;
  const next = later.flat().find((first) => valueOf(first, 'USN') === usn);
  const leftMs = Math.min(endOfStay(discovery) ?? Infinity, farewellAfter(evidence, last), discovery.untilMs);
  const untilMs = last.timeMs > leftMs ? discovery.untilMs : leftMs;
  if (next !== undefined && next.timeMs <= Math.min(expiryMs, untilMs))
    return pass('announcements are refreshed before they expire');
  if (expiryMs >= untilMs) return null;
  const open = notHeard(discovery, evidence, 'the refreshment of an announcement');
  return (
    open ??
    fail('an announcement expires before it is refreshed', {
      expected: `the same ssdp:alive within ${seconds(maxAgeS * 1000)}`,
      actual:
        next === undefined
          ? `none within ${seconds(untilMs - last.timeMs)}`
          : `after ${seconds(next.timeMs - last.timeMs)}`,
      at: locateHeader(last, header),
      remedy: `Send the set again within half of its ${seconds(maxAgeS * 1000)}, or let it hold longer.`,
    })
  );
}

/** When the device next takes its leave by itself; infinite when it does not. */
function farewellAfter(evidence: Evidence, { timeMs }: Message): number {
  return notifies(evidence, 'byebye', { repeats: true }).find((byebye) => byebye.timeMs > timeMs)?.timeMs ?? Infinity;
}

const ssdp024 = upnpRule({
  id: 'RVP-SSDP-024',
  title: 'Let all messages of a set hold for the same time',
  heading: ALIVE,
  requirement: 'The announcements of one set have the same max-age.',
  why: 'Otherwise parts of the device expire while others stay.',
  level: 'SHOULD',
  needs: ['ssdp'],
  remedy: 'Send one max-age in the whole set.',
  blockedBy: ['RVP-SSDP-014'],
  check: (evidence, profile) =>
    eachSet(evidence, profile, () => '', judgeSameAge, 'max-age is the same throughout every set'),
});

function judgeSameAge(set: readonly Message[]): Finding[] {
  const ages = set.flatMap((message) => maxAgeOf(message) ?? []);
  if (ages.length < set.length)
    return [blocked('RVP-SSDP-014', 'an ssdp:alive of the set does not say how long it holds')];
  // There is no set without a message.
  const firstS = ages[0] ?? 0;
  const [other] = set.flatMap((message, index) => {
    const header = ssdpHeader(message.ssdp, 'CACHE-CONTROL');
    return header === null || ages[index] === firstS ? [] : [{ message, header }];
  });
  if (other === undefined) return [];
  return [
    fail('the messages of a set hold for different times', {
      expected: `max-age=${firstS}, as in the first of the set`,
      actual: other.header.value,
      at: locateHeader(other.message, other.header),
      remedy: `Send max-age=${firstS} in every message of the set.`,
    }),
  ];
}

export const durationRules: readonly Rule[] = [ssdp020, ssdp022, ssdp023, ssdp024];
