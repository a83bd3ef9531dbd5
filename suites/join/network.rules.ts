import type { Evidence, JoinFact } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import type { Finding, Rule } from '#judge/rule.js';
import { benchError, blocked, fail, inconclusive, note, pass } from '../finding.js';
import {
  eachJoin,
  hasKey,
  isAssociated,
  isOver,
  joinLimitMs,
  keyForm,
  locateEndOfWsc,
  refusedForm,
  type Join,
} from '../joins.js';
import { seconds } from '../observe.js';
import { spec, WSC } from '../sources.js';

const join01: Rule = {
  id: 'RVP-JOIN-01',
  title: 'Take the EAP-Failure that ends WSC for success, and join the network',
  alsoKnownAs: ['RVP-REG-49'],
  source: [WSC, spec('WPS example', 143)],
  requirement:
    'The device treats the EAP-Failure that ends WSC as success, leaves the onboarding network, and associates with the network of the credential.',
  why: 'WSC never ends in EAP-Success. A device that waits for one is never on the network, and Windows never finds it.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange', 'join'],
  uses: ['profile', 'frames', 'keys'],
  remedy: 'After WSC_Done wait for the EAP-Failure, leave, and connect with the SSID and key of the Credential.',
  blockedBy: ['RVP-WSC-13', 'RVP-JOIN-03'],
  check: (evidence, profile) => eachJoin(evidence, (join) => [judgeAssociation(evidence, join, profile)]),
};

function judgeAssociation(evidence: Evidence, join: Join, profile: Profile | null): Finding {
  const { number } = join.exchange;
  if (isAssociated(join)) return pass(`the device joined the network of the credential of exchange ${number}`);
  const form = blockedByForm(evidence, join, profile);
  if (form !== null) return form;
  const { again } = join;
  const limitMs = joinLimitMs(profile);
  const expected = 'an association with the network of the credential';
  if (again !== null && evidence.benchFailure === null)
    return failure(join, `the device registers again after exchange ${number} instead of joining`, {
      expected,
      actual: `exchange ${again.number} begins`,
    });
  return (
    tooEarly(evidence, join, limitMs, 'an association') ??
    failure(join, `the device did not associate after exchange ${number}`, {
      expected: `${expected} within ${seconds(limitMs)}`,
      actual: `none within ${seconds(join.watchedMs ?? 0)}`,
    })
  );
}

const join02: Rule = {
  id: 'RVP-JOIN-02',
  title: 'Complete the 4-way handshake and get an IP address in time',
  source: [spec('WPS example', 143), WSC],
  requirement:
    'The device completes the 4-way handshake and has an IP address, by DHCP or else a link-local one, within the limit of its profile (60 s by default).',
  why: 'Windows looks for the device by SSDP and WS-Discovery: without an address it is not found.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange', 'join'],
  uses: ['profile', 'frames', 'keys'],
  remedy:
    'Use the Network Key of the Credential unchanged, start DHCP after the handshake, else take a link-local one.',
  blockedBy: ['RVP-WSC-13', 'RVP-JOIN-01', 'RVP-JOIN-03'],
  check: (evidence, profile) => eachJoin(evidence, (join) => [judgeAddress(evidence, join, profile)]),
};

function judgeAddress(evidence: Evidence, join: Join, profile: Profile | null): Finding {
  const limitMs = joinLimitMs(profile);
  const { number } = join.exchange;
  const address = addressOf(join, limitMs);
  if (address !== undefined) return judgeTime(join, address, limitMs);
  if (!isAssociated(join)) {
    const association = judgeAssociation(evidence, join, profile);
    if (association.verdict !== 'fail') return association;
    return blocked('RVP-JOIN-01', `the device did not join the network after exchange ${number}`);
  }
  const form = blockedByForm(evidence, join, profile);
  if (form !== null) return form;
  const what = hasKey(join) ? 'an IP address' : 'the end of the 4-way handshake';
  return (
    tooEarly(evidence, join, limitMs, what) ??
    failure(
      join,
      hasKey(join)
        ? `the device has no IP address after exchange ${number}`
        : `the device does not complete the 4-way handshake after exchange ${number}`,
      { expected: `${what} within ${seconds(limitMs)}`, actual: stateText(join) },
    )
  );
}

/** Of the addresses that came in time, or else of all, one that routers pass on before one that stays on the link. */
function addressOf({ facts, beginMs }: Join, limitMs: number): JoinFact | undefined {
  const all = facts.filter(({ state }) => state === 'address');
  const inTime = all.filter(({ timeMs }) => timeMs - beginMs <= limitMs);
  const candidates = inTime.length > 0 ? inTime : all;
  return candidates.find(({ address }) => !isLinkLocal(address)) ?? candidates[0];
}

function isLinkLocal(address = ''): boolean {
  return /^(?:169\.254\.|fe[89ab][0-9a-f]:)/i.test(address);
}

function judgeTime(join: Join, { timeMs, address = 'an address' }: JoinFact, limitMs: number): Finding {
  const tookMs = Math.round(timeMs - join.beginMs);
  const text = `the device has ${address} ${seconds(tookMs)} after the WSC_Done of exchange ${join.exchange.number}`;
  if (tookMs > limitMs)
    return failure(join, text, {
      expected: `an address within ${seconds(limitMs)}`,
      actual: `after ${seconds(tookMs)}`,
    });
  return isLinkLocal(address) ? note(`${text}, a link-local one`) : pass(text);
}

/** How far the device came, and how often its connection broke. */
function stateText({ facts, watchedMs }: Join): string {
  const begin = facts.findIndex(({ state }) => state === 'requested' || state === 'associated');
  const lost = facts.slice(begin).filter(({ state }) => state === 'lost' || state === 'left').length;
  const messages = new Set(facts.map(({ keyMessage }) => keyMessage));
  const wrongKey = messages.has(2) && !messages.has(3) ? '; message 2 of the handshake was not accepted' : '';
  const loop = lost === 0 ? '' : `; the connection ended ${lost} times`;
  return `none within ${seconds(watchedMs ?? 0)}${wrongKey}${loop}`;
}

/** A device that joins with the one form of the key and not with the other fails RVP-JOIN-03 alone. */
function blockedByForm(evidence: Evidence, join: Join, profile: Profile | null): Finding | null {
  const refused = hasKey(join) ? null : refusedForm(evidence, profile);
  if (refused === null || keyForm(join.exchange) !== refused.form) return null;
  return blocked('RVP-JOIN-03', `the key of exchange ${join.exchange.number} was ${refused.form}, which is refused`);
}

/** Why what was not seen may still have come; null when the device had its time. */
function tooEarly(evidence: Evidence, join: Join, limitMs: number, what: string): Finding | null {
  if (isOver(evidence, join, limitMs)) return null;
  const { exchange, watchedMs } = join;
  const after = `after exchange ${exchange.number}`;
  if (evidence.benchFailure !== null) return benchError(`${what} was not seen ${after}: ${evidence.benchFailure.text}`);
  if (watchedMs === null) return inconclusive(`${what} was not seen ${after}, which the air alone does not disprove`);
  return inconclusive(`${what} was not seen ${after} within ${seconds(watchedMs)} of ${seconds(limitMs)}`);
}

function failure(join: Join, text: string, { expected, actual }: { expected: string; actual: string }): Finding {
  const at = locateEndOfWsc(join);
  if (at === null) return inconclusive(text);
  const remedy = `After the EAP-Failure of exchange ${join.exchange.number} connect with the Credential of M8: its SSID, and its Network Key unchanged.`;
  return fail(text, { expected, actual, at, remedy });
}

export const networkRules: readonly Rule[] = [join01, join02];
