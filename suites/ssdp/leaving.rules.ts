import type { Discovery, Stimulus } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ssdpHeader, type SsdpHeader } from '#wire/ssdp.js';
import { notHeard } from '../discovery.js';
import { blocked, fail, notApplicable, notRun } from '../finding.js';
import { locateDatagramEnd, locateHeader } from '../locate-text.js';
import { maxAgeOf, notifies, olderThan11, valueOf, viewOf, type Message } from '../ssdp-view.js';
import { allOf, cutShort, upnpRule } from '../upnp-rule.js';

const BYEBYE = 'Device unavailable: NOTIFY with ssdp:byebye';

const ssdp030 = upnpRule({
  id: 'RVP-SSDP-030',
  title: 'Take back every announcement when leaving',
  heading: BYEBYE,
  requirement:
    'A device that is told to leave sends ssdp:byebye for each of its announcements that still hold, with HOST, NT, NTS and USN.',
  why: 'Otherwise Windows shows the device as connected until max-age is over.',
  level: 'SHOULD',
  revision: 2,
  needs: ['ssdp'],
  remedy: 'Send the set once more with NTS: ssdp:byebye before the interface goes down.',
  check: (evidence, profile) => {
    const { discovery, problem } = viewOf(evidence, profile);
    if (problem !== null) return [problem];
    const missing = notifies(evidence, 'byebye').flatMap(judgeHeaders);
    const { stimulus, problem: notAsked } = leaving(evidence, discovery);
    const valid = stimulus === null ? [] : validAt(evidence, stimulus.timeMs);
    if (missing.length === 0 && valid.length === 0)
      return [notAsked ?? notApplicable('no announcement held any more when the device left')];
    const silent = stimulus === null ? [] : notTakenBack(evidence, discovery, stimulus, valid);
    return allOf(evidence, [...missing, ...silent], `all ${valid.length} announcements were taken back`);
  },
});

function judgeHeaders(message: Message): Finding[] {
  return ['HOST', 'NT', 'USN']
    .filter((name) => (valueOf(message, name) ?? '') === '')
    .map((name) =>
      fail(`an ssdp:byebye has no ${name}`, {
        expected: `the header ${name}`,
        actual: 'none',
        at: locateDatagramEnd(message, `ssdp.${name.toLowerCase()}`),
        remedy: `Send ${name} in every ssdp:byebye, as in the ssdp:alive it takes back.`,
      }),
    );
}

/** Findings for what still held when the device was told to leave, and what it has not taken back since. */
function notTakenBack(
  evidence: Evidence,
  discovery: Discovery,
  stimulus: Stimulus,
  valid: readonly Announced[],
): Finding[] {
  const said = new Set(byebyesAt(evidence, discovery, stimulus).map((message) => valueOf(message, 'USN')));
  return valid
    .filter(({ usn }) => !said.has(usn.value))
    .map(
      ({ message, usn }) =>
        notHeard(discovery, evidence, `an ssdp:byebye of ${usn.value}`) ??
        fail(`no ssdp:byebye takes back ${usn.value}`, {
          expected: `NTS: ssdp:byebye with USN: ${usn.value}`,
          actual: 'none after the device was told to leave',
          at: locateHeader(message, usn),
          remedy: `Send ssdp:byebye with USN: ${usn.value} before the interface goes down.`,
        }),
    );
}

type Leaving =
  { readonly stimulus: Stimulus; readonly problem: null } | { readonly stimulus: null; readonly problem: Finding };

/** That the device was told to leave, or why not. */
function leaving(evidence: Evidence, { stimuli }: Discovery): Leaving {
  const stimulus = stimuli.find(({ kind }) => kind === 'leave');
  if (stimulus?.failed === null) return { stimulus, problem: null };
  if (stimulus !== undefined) return { stimulus: null, problem: notRun(stimulus.failed) };
  const open = cutShort(evidence, 'the device was not told to leave');
  return { stimulus: null, problem: open ?? notRun('the device was not told to leave') };
}

/** An ssdp:alive and its USN. */
interface Announced {
  readonly message: Message;
  readonly usn: SsdpHeader;
}

/** The last announcement of each thing that holds at a time; RVP-SSDP-018 asks for the USN. */
function validAt(evidence: Evidence, timeMs: number): Announced[] {
  const last = new Map<string, Announced>();
  for (const message of notifies(evidence, 'alive', { repeats: true })) {
    const usn = ssdpHeader(message.ssdp, 'USN');
    if (usn !== null && message.timeMs <= timeMs) last.set(usn.value, { message, usn });
  }
  // Without max-age it cannot be told how long it holds; RVP-SSDP-014 owns that.
  return [...last.values()].filter(({ message }) => message.timeMs + (maxAgeOf(message) ?? 0) * 1000 > timeMs);
}

/** Farewells up to the next start. */
function byebyesAt(evidence: Evidence, { stimuli }: Discovery, { timeMs }: Stimulus): Message[] {
  const nextMs = stimuli.find((each) => each.kind === 'power-cycle' && each.failed === null)?.timeMs ?? Infinity;
  return notifies(evidence, 'byebye', { repeats: true }).filter(
    (message) => message.timeMs >= timeMs && message.timeMs <= nextMs,
  );
}

const ssdp031 = upnpRule({
  id: 'RVP-SSDP-031',
  title: 'Take back announcements under the name they were made',
  heading: BYEBYE,
  requirement: 'NT of an ssdp:byebye is that of the ssdp:alive with the same USN.',
  why: 'A control point finds what to remove by these fields; with others everything stays.',
  level: 'MUST',
  revision: 2,
  needs: ['ssdp'],
  remedy: 'Build ssdp:byebye from the same list as ssdp:alive.',
  blockedBy: ['RVP-SSDP-030'],
  check: (evidence, profile) => {
    const { discovery, problem } = viewOf(evidence, profile);
    if (problem !== null) return [problem];
    const byebyes = notifies(evidence, 'byebye');
    if (byebyes.length === 0) {
      const left = leaving(evidence, discovery);
      if (left.problem !== null) return [left.problem];
      if (validAt(evidence, left.stimulus.timeMs).length === 0)
        return [notApplicable('there was nothing to take back')];
      return [
        notHeard(discovery, evidence, 'an ssdp:byebye') ??
          blocked('RVP-SSDP-030', 'the device left without an ssdp:byebye'),
      ];
    }
    const alive = notifies(evidence, 'alive');
    const found = byebyes.flatMap((message) => judgeSame(message, alive));
    return allOf(evidence, found, 'every ssdp:byebye has the fields of what it takes back');
  },
});

/** A farewell of what was not heard before is none of this rule's: devices send them when they start. */
function judgeSame(message: Message, alive: readonly Message[]): Finding[] {
  const header = ssdpHeader(message.ssdp, 'NT');
  const usn = valueOf(message, 'USN');
  const cancelled = alive.filter((each) => valueOf(each, 'USN') === usn);
  // RVP-SSDP-018 asks for the NT of an announcement.
  const names = new Set(cancelled.flatMap((each) => valueOf(each, 'NT') ?? []));
  if (header === null || usn === null || names.size === 0 || names.has(header.value)) return [];
  return [
    fail(`an ssdp:byebye of ${usn} has another NT`, {
      expected: [...names].join(' or '),
      actual: header.value,
      at: locateHeader(message, header),
      remedy: 'Send NT and USN of the announcement that is taken back.',
    }),
  ];
}

const ssdp033 = upnpRule({
  id: 'RVP-SSDP-033',
  title: 'Send LOCATION and both boot numbers in ssdp:update',
  heading: 'Device update: NOTIFY with ssdp:update (1.1)',
  requirement: 'From UPnP 1.1 on, ssdp:update has LOCATION, BOOTID.UPNP.ORG and NEXTBOOTID.UPNP.ORG.',
  why: 'Without the next number a control point takes the device for one that was started again.',
  level: 'MUST',
  needs: ['ssdp'],
  uses: ['description'],
  remedy: 'Send LOCATION, BOOTID.UPNP.ORG and NEXTBOOTID.UPNP.ORG in every ssdp:update.',
  check: (evidence, profile) => {
    const { problem } = viewOf(evidence, profile);
    if (problem !== null) return [problem];
    const older = olderThan11(evidence);
    if (older !== null) return [older];
    const updates = notifies(evidence, 'update');
    const found = updates.flatMap(judgeUpdate);
    if (updates.length > 0) return allOf(evidence, found, 'every ssdp:update has its headers');
    return [cutShort(evidence, 'no ssdp:update was sent') ?? notApplicable('no ssdp:update was sent')];
  },
});

function judgeUpdate(message: Message): Finding[] {
  return ['LOCATION', 'BOOTID.UPNP.ORG', 'NEXTBOOTID.UPNP.ORG']
    .filter((name) => (valueOf(message, name) ?? '') === '')
    .map((name) =>
      fail(`an ssdp:update has no ${name}`, {
        expected: `the header ${name}`,
        actual: 'none',
        at: locateDatagramEnd(message, `ssdp.${name.toLowerCase()}`),
        remedy: `Send ${name} in every ssdp:update.`,
      }),
    );
}

export const leavingRules: readonly Rule[] = [ssdp030, ssdp031, ssdp033];
