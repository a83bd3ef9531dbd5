import type { Discovery } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ssdpHeader } from '#wire/ssdp.js';
import { notHeard } from '../discovery.js';
import { blocked, fail, inconclusive, pass } from '../finding.js';
import { locateDatagram, locateHeader, locateXml } from '../locate-text.js';
import { seconds } from '../observe.js';
import { benchLate } from '../punctuality.js';
import { eachMessage, isAlive, noneHeard, notifies, udnOf, valueOf, viewOf, type Message } from '../ssdp-view.js';
import { isOfStranger, treeOf, udnsAt } from '../upnp-documents.js';
import { allOf, cutShort, upnpRule } from '../upnp-rule.js';
import { typeOf, type Target } from '../upnp-tree.js';

const ALIVE = 'Device available: NOTIFY with ssdp:alive';
const FIRST_SET_MS = 10_000;

const ssdp010 = upnpRule({
  id: 'RVP-SSDP-010',
  title: 'Announce the root, each device and each service type',
  heading: ALIVE,
  requirement:
    'The set of ssdp:alive has three messages for the root device, two for each embedded device and one for each service type of each device, with the NT and USN that the description gives them.',
  why: 'What is not announced is not found by those who only listen.',
  level: 'MUST',
  needs: ['ssdp', 'description'],
  remedy: 'Build the set from the same tree as the description: 3 + 2d + k messages.',
  blockedBy: ['RVP-DESC-013', 'RVP-SSDP-011'],
  check: (evidence, profile) => {
    const { discovery, problem } = viewOf(evidence, profile);
    if (problem !== null) return [problem];
    const alive = notifies(evidence, 'alive');
    if (alive.length === 0) return [noneHeard(evidence, discovery, 'an ssdp:alive')];
    const tree = treeOf(evidence, discovery);
    if (tree.problem !== null) return [tree.problem];
    const missing = tree.targets.filter(
      ({ nt, usn }) => !alive.some((message) => valueOf(message, 'NT') === nt && valueOf(message, 'USN') === usn),
    );
    const found = missing.map((target) => notAnnounced(evidence, discovery, alive, target));
    return allOf(evidence, found, `all ${tree.targets.length} things of the description are announced`);
  },
});

function notAnnounced(evidence: Evidence, discovery: Discovery, alive: readonly Message[], target: Target): Finding {
  const { nt, usn, field, fetch } = target;
  const text = `no ssdp:alive announces ${usn}`;
  if (alive.some((message) => isOfStranger(evidence, message)))
    return blocked('RVP-SSDP-011', `${text}, and others announce a device that is not described`);
  return (
    notHeard(discovery, evidence, `an ssdp:alive of ${usn}`) ??
    fail(text, {
      expected: `NT: ${nt} and USN: ${usn}`,
      actual: `${alive.length} messages without it`,
      at: locateXml(fetch, field.element),
      remedy: `Announce ${nt} with USN: ${usn}, or take it out of the description.`,
    })
  );
}

const ssdp011 = upnpRule({
  id: 'RVP-SSDP-011',
  title: 'Announce the UDNs of the description, letter by letter',
  heading: ALIVE,
  requirement:
    'What stands before :: in USN, and NT where it begins with uuid:, is a UDN of the description at LOCATION.',
  why: 'Windows looks for one identity in both places; two spellings are two devices.',
  level: 'MUST',
  needs: ['ssdp', 'description'],
  remedy: 'Take UDN, NT and USN from one variable.',
  blockedBy: ['RVP-DESC-013'],
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an ssdp:alive',
      (messages, discovery) => {
        const tree = treeOf(evidence, discovery);
        if (tree.problem !== null) return [tree.problem];
        const found = messages.flatMap((message) => judgeUdn(evidence, message));
        return allOf(evidence, found, 'every ssdp:alive names a UDN of the description');
      },
      isAlive,
    ),
});

function judgeUdn(evidence: Evidence, message: Message): Finding[] {
  const url = valueOf(message, 'LOCATION');
  const udns = udnsAt(evidence, url);
  if (url === null || udns === null) return [];
  return ['USN', 'NT'].flatMap((name) => {
    const header = ssdpHeader(message.ssdp, name);
    if (header === null) return [];
    const udn = header.value.replace(/::.*/s, '');
    if (udns.has(udn) || (name === 'NT' && !/^uuid:/i.test(udn))) return [];
    return [
      fail(`${name} of an ssdp:alive names ${udn}, which the description does not have`, {
        expected: [...udns].join(' or '),
        actual: header.value,
        at: locateHeader(message, header),
        remedy: `Describe ${udn} at ${url}, or announce the UDN that is there, letter by letter.`,
      }),
    ];
  });
}

const ssdp012 = upnpRule({
  id: 'RVP-SSDP-012',
  title: 'Announce each type in its highest version only',
  heading: ALIVE,
  requirement: 'Of a device or service type that is there in several versions, a device announces the highest.',
  why: 'Lower versions are found by searching; announced, they look like further devices and services.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: 'Announce the type once, with the version of the description.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an ssdp:alive',
      (messages) => {
        const known = messages.map((message) => ({ udn: udnOf(message), type: typeOf(valueOf(message, 'NT') ?? '') }));
        const found = messages.flatMap((message) => judgeVersion(message, known));
        return allOf(evidence, found, 'every type is announced in one version');
      },
      isAlive,
    ),
});

type Typed = { readonly udn: string | null; readonly type: ReturnType<typeof typeOf> };

function judgeVersion(message: Message, known: readonly Typed[]): Finding[] {
  const header = ssdpHeader(message.ssdp, 'NT');
  if (header === null) return [];
  const own = typeOf(header.value);
  if (own === null) return [];
  const udn = udnOf(message);
  const versions = known.flatMap((each) =>
    each.udn === udn && each.type?.name === own.name ? [each.type.version] : [],
  );
  const highest = Math.max(...versions);
  if (own.version >= highest) return [];
  return [
    fail(`${header.value} is announced besides version ${highest}`, {
      expected: `${own.name}:${highest} alone`,
      actual: header.value,
      at: locateHeader(message, header),
      remedy: `Do not announce version ${own.version} of ${own.name}; answer searches for it.`,
    }),
  ];
}

const ssdp021 = upnpRule({
  id: 'RVP-SSDP-021',
  title: 'Announce the device as soon as it has an address',
  heading: ALIVE,
  requirement: `The first ssdp:alive comes within ${seconds(FIRST_SET_MS)} of the address.`,
  why: 'Windows waits for the device after it was set up; the user sees the wait.',
  level: 'SHOULD',
  needs: ['ssdp'],
  remedy: 'Announce when DHCP or the link-local address is done, after at most 100 ms at random.',
  check: (evidence, profile) => {
    const { discovery, problem } = viewOf(evidence, profile);
    if (problem !== null) return [problem];
    const [first] = notifies(evidence, 'alive');
    if (first === undefined) return [noneHeard(evidence, discovery, 'an ssdp:alive')];
    if (discovery.sinceMs === null) return [inconclusive('when the device had its address is not known')];
    const tookMs = Math.round(first.timeMs - discovery.sinceMs);
    const text = `the first ssdp:alive came ${seconds(Math.max(0, tookMs))} after the address`;
    if (tookMs <= FIRST_SET_MS) return [cutShort(evidence, text) ?? pass(text)];
    if (evidence.losses.length > 0) return [inconclusive(`${text}, and frames are known to be missing`)];
    const header = ssdpHeader(first.ssdp, 'NTS');
    return [
      benchLate(evidence, text, { startMs: discovery.sinceMs, endMs: first.timeMs }) ??
        fail(text, {
          expected: `within ${seconds(FIRST_SET_MS)}`,
          actual: seconds(tookMs),
          at: header === null ? locateDatagram(first) : locateHeader(first, header),
          remedy:
            'Send the first set at once when the address is there; do not wait for a timer of the next refreshment.',
        }),
    ];
  },
});

export const setRules: readonly Rule[] = [ssdp010, ssdp011, ssdp012, ssdp021];
