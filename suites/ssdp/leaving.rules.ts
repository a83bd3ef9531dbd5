import type { Discovery, Stimulus } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ssdpHeader } from '#wire/ssdp.js';
import { notHeard } from '../discovery.js';
import { blocked, fail, notApplicable, notRun } from '../finding.js';
import { locateDatagram, locateDatagramEnd, locateHeader } from '../locate-text.js';
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
  needs: ['ssdp'],
  remedy: 'Send the set once more with NTS: ssdp:byebye before the interface goes down.',
  check: (evidence, profile) => {
    const { discovery, problem } = viewOf(evidence, profile);
    if (problem !== null) return [problem];
    const missing = notifies(evidence, 'byebye').flatMap(judgeHeaders);
    const left = leaving(evidence, discovery);
    if (left.problem !== null) return missing.length > 0 ? allOf(evidence, missing, '') : [left.problem];
    const valid = validAt(evidence, left.stimulus.timeMs);
    if (valid.length === 0) return [notApplicable('no announcement held any more when the device left')];
    const said = new Set(byebyesAt(evidence, discovery, left.stimulus).map((message) => valueOf(message, 'USN')));
    const silent = valid.flatMap((message) =>
      said.has(valueOf(message, 'USN')) ? [] : [notTakenBack(evidence, discovery, message)],
    );
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

function notTakenBack(evidence: Evidence, discovery: Discovery, message: Message): Finding {
  const usn = valueOf(message, 'USN') ?? '';
  const header = ssdpHeader(message.ssdp, 'USN');
  return (
    notHeard(discovery, evidence, `an ssdp:byebye of ${usn}`) ??
    fail(`no ssdp:byebye takes back ${usn}`, {
      expected: `NTS: ssdp:byebye with USN: ${usn}`,
      actual: 'none after the device was told to leave',
      at: header === null ? locateDatagram(message) : locateHeader(message, header),
      remedy: `Send ssdp:byebye with USN: ${usn} before the interface goes down.`,
    })
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

/** The last announcement of each thing that holds at a time. */
function validAt(evidence: Evidence, timeMs: number): Message[] {
  const last = new Map<string | null, Message>();
  for (const message of notifies(evidence, 'alive', { repeats: true }))
    if (message.timeMs <= timeMs) last.set(valueOf(message, 'USN'), message);
  // Without max-age it cannot be told how long it holds; RVP-SSDP-014 owns that.
  return [...last.values()].filter((message) => {
    const maxAgeS = maxAgeOf(message);
    return maxAgeS !== null && message.timeMs + maxAgeS * 1000 > timeMs;
  });
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
  const cancelled = alive.filter((each) => valueOf(each, 'USN') === valueOf(message, 'USN'));
  const names = new Set(cancelled.map((each) => valueOf(each, 'NT')));
  if (header === null || names.size === 0 || names.has(header.value)) return [];
  return [
    fail(`an ssdp:byebye of ${valueOf(message, 'USN') ?? ''} has another NT`, {
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
