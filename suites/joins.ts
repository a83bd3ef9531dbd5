import { millisecondsOf } from '#base/nanoseconds.js';
import type { BenchEvent, EapPacket, Evidence, Exchange, JoinFact } from '#evidence/model.js';
import type { Finding, Location } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { EAP_CODE } from '#wire/eap/eap.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attributesOf, decodeAttributes } from '#wire/wps/message.js';
import { lastEnding, ownMessages } from './exchanges.js';
import { benchError, blocked, inconclusive } from './finding.js';
import { locateEap } from './locate.js';
import { allM1s, noM1 } from './observe.js';
import { overlapText } from './overlap.js';
import { judgeEnd } from './wsc/flow.rules.js';

/** Time from WSC_Done to an address where the profile names none. */
const JOIN_LIMIT_MS = 60_000;

/** What followed one exchange that came to WSC_Done. */
export interface Join {
  readonly exchange: Exchange;
  /** Time of WSC_Done, milliseconds since 1970. */
  readonly beginMs: number;
  /** Steps after it, by time, until the next session. */
  readonly facts: readonly JoinFact[];
  /** How long our access point waited for the device; null: it was not ours, or nobody knows. */
  readonly watchedMs: number | null;
  /** The registration that the device began instead of joining; null: none. */
  readonly again: Exchange | null;
}

/** How long a device may take from WSC_Done to an address. */
export function joinLimitMs(profile: Profile | null): number {
  return profile?.ixit.radio?.joinMs ?? JOIN_LIMIT_MS;
}

/** What followed each exchange with a WSC_Done. */
export function joinsOf(evidence: Evidence): Join[] {
  return evidence.exchanges.flatMap((exchange) => {
    const done = ownMessages(exchange, 'WSC_DONE').at(-1);
    if (done === undefined || exchange.closing === 'failed' || exchange.closing === 'timeout') return [];
    return [joinOf(evidence, exchange, millisecondsOf(done.timeNs))];
  });
}

function joinOf(evidence: Evidence, exchange: Exchange, beginMs: number): Join {
  const window = sessionWindow(evidence, beginMs);
  const { exchanges, join = [] } = evidence;
  const next = exchanges[exchanges.indexOf(exchange) + 1];
  const nextMs = next === undefined ? Infinity : beginOf(next);
  // Without sessions of a bench nobody knows whether somebody asked the device to register anew.
  const again = window.isOurs && nextMs < window.endMs ? (next ?? null) : null;
  const endMs = Math.min(window.endMs, nextMs);
  return {
    exchange,
    beginMs,
    facts: join.filter(({ timeMs }) => timeMs > beginMs && timeMs < endMs),
    watchedMs: window.watchedUntilMs === null ? null : Math.min(window.watchedUntilMs, nextMs) - beginMs,
    again,
  };
}

interface Window {
  readonly isOurs: boolean;
  /** When the next session begins; Infinity without one. */
  readonly endMs: number;
  readonly watchedUntilMs: number | null;
}

/** The rest of the bench's session that a time falls in. */
function sessionWindow({ source, events }: Evidence, timeMs: number): Window {
  const isOurs = source === 'run' && events.some(({ kind }) => kind === 'session-start');
  if (!isOurs) return { isOurs, endMs: Infinity, watchedUntilMs: null };
  const start = events.find(({ kind, detail }) => kind === 'session-start' && Number(detail['wallMs']) > timeMs);
  if (start !== undefined) {
    const endMs = Number(start.detail['wallMs']);
    return { isOurs, endMs, watchedUntilMs: endMs };
  }
  const last = events.at(-1);
  return { isOurs, endMs: Infinity, watchedUntilMs: last === undefined ? null : wallMsOf(last, events) };
}

/** Time of a record by the wall clock: its own, else by its monotonic time and the first record. */
function wallMsOf({ monotonicMs, detail }: BenchEvent, events: readonly BenchEvent[]): number | null {
  if (typeof detail['wallMs'] === 'number') return detail['wallMs'];
  const clock = events.find(({ kind }) => kind === 'clock');
  const wallMs = clock?.detail['wallMs'];
  return clock === undefined || typeof wallMs !== 'number' ? null : wallMs + monotonicMs - clock.monotonicMs;
}

function beginOf({ packets }: Exchange): number {
  const [first] = packets;
  return first === undefined ? Infinity : millisecondsOf(first.frame.timeNs);
}

/** Judge each join; what did not come to one adds why, and without any there is nothing to judge. */
export function eachJoin(evidence: Evidence, judge: (join: Join) => readonly Finding[]): readonly Finding[] {
  if (allM1s(evidence).length === 0) return [noM1(evidence)];
  const joins = joinsOf(evidence);
  const findings = evidence.exchanges.flatMap((exchange) => {
    const join = joins.find((each) => each.exchange === exchange);
    return join === undefined ? withoutJoin(evidence, exchange) : judge(join);
  });
  if (findings.length > 0) return findings;
  return [inconclusive(`no WSC_Done in the evidence${lastEnding(evidence)}${overlapText(evidence)}`)];
}

/** An exchange without WSC_Done: that it is owed is RVP-WSC-13's. */
function withoutJoin(evidence: Evidence, exchange: Exchange): Finding[] {
  const { number, closing } = exchange;
  if (judgeEnd(exchange).some(({ verdict }) => verdict === 'fail'))
    return [blocked('RVP-WSC-13', `exchange ${number} has no WSC_Done, which follows M8`)];
  if (closing !== 'open') return [];
  if (evidence.benchFailure !== null)
    return [benchError(`the bench failed during exchange ${number}: ${evidence.benchFailure.text}`)];
  return [inconclusive(`the end of exchange ${number} was not seen`)];
}

/** True when what a device has not done by now it does not do: it had its time, or has begun something else. */
export function isOver({ benchFailure }: Evidence, { again, watchedMs }: Join, limitMs: number): boolean {
  return benchFailure === null && (again !== null || (watchedMs !== null && watchedMs >= limitMs));
}

/** True when the device took up a connection with a network that has a key. */
export function isAssociated({ facts }: Join): boolean {
  return facts.some(({ state, source, keyMessage, accessPoint }, index) => {
    if (state === 'handshake' || state === 'address') return true;
    if (state === 'key-message') return keyMessage === 2 || keyMessage === 4;
    if (state !== 'associated') return false;
    const request = facts.slice(0, index).findLast((fact) => fact.state === 'requested');
    const isSame = request?.accessPoint?.join() === accessPoint?.join();
    return source === 'bench' || (request?.isSecured === true && isSame);
  });
}

/** True when both sides proved to have the same key. */
export function hasKey({ facts }: Join): boolean {
  return facts.some(({ state }) => state === 'handshake' || state === 'address');
}

/** How the key was delivered in M8: as passphrase of 8 to 63 characters, or as 64 hex digits. */
export type KeyForm = 'a passphrase' | '64 hex digits';

const DIGITS = /^[0-9A-Fa-f]{64}$/;

/** The form of the key an exchange delivered; null without session keys, and for a network without a key. */
export function keyForm({ messages }: Exchange): KeyForm | null {
  const m8 = messages.findLast(({ from, wsc }) => from === 'registrar' && wsc.name === 'M8');
  const plain = m8?.settings?.plain ?? null;
  const [credential] = plain === null ? [] : attributesOf(plain, ATTRIBUTE.Credential);
  if (credential === undefined) return null;
  const { nodes } = decodeAttributes(credential.value, 'm8.credential');
  const key = nodes.find(({ type }) => type === ATTRIBUTE.NetworkKey);
  if (key === undefined || key.value.length < 8) return null;
  return DIGITS.test(String.fromCharCode(...key.value)) ? '64 hex digits' : 'a passphrase';
}

/** The forms of the key that were tried, each with whether the device took it. */
export interface FormTrial {
  readonly form: KeyForm;
  /** `open`: it did not, but was not given the time. */
  readonly outcome: 'taken' | 'refused' | 'open';
  readonly join: Join;
}

export function formTrials(evidence: Evidence, profile: Profile | null): FormTrial[] {
  const limitMs = joinLimitMs(profile);
  const trials = new Map<KeyForm, FormTrial>();
  const rank = ['refused', 'open', 'taken'];
  for (const join of joinsOf(evidence)) {
    const form = keyForm(join.exchange);
    if (form === null) continue;
    const outcome = hasKey(join) ? 'taken' : isOver(evidence, join, limitMs) ? 'refused' : 'open';
    const earlier = trials.get(form);
    if (earlier === undefined || rank.indexOf(outcome) > rank.indexOf(earlier.outcome))
      trials.set(form, { form, outcome, join });
  }
  return [...trials.values()];
}

/** The form of the key the device refuses while it takes the other one, which is RVP-JOIN-03's matter; else null. */
export function refusedForm(evidence: Evidence, profile: Profile | null): FormTrial | null {
  if (evidence.ability.sessions < 2) return null;
  const trials = formTrials(evidence, profile);
  if (!trials.some(({ outcome }) => outcome === 'taken')) return null;
  return trials.find(({ outcome }) => outcome === 'refused') ?? null;
}

/** Where WSC ended: its EAP-Failure, else its last packet. */
export function locateEndOfWsc({ exchange }: Join): Location | null {
  const { packets } = exchange;
  const failure = packets.findLast(({ code }) => code === EAP_CODE.Failure);
  const packet: EapPacket | undefined = failure ?? packets.at(-1);
  if (packet === undefined) return null;
  const label = failure === undefined ? 'the last EAP packet' : 'EAP-Failure';
  return locateEap(exchange, packet, label, { span: { start: 0, end: packet.bytes.length }, path: 'eap' });
}
