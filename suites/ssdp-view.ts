import type { Datagram, Discovery } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { ssdpHeader, type SsdpMessage } from '#wire/ssdp.js';
import { dutDatagrams, notHeard, reachOf, type Reach } from './discovery.js';
import { inconclusive, notApplicable } from './finding.js';
import { readDescriptions } from './upnp-tree.js';

/** A datagram of SSDP. */
export interface Message extends Datagram {
  readonly ssdp: SsdpMessage;
}

export type Notification = 'alive' | 'byebye' | 'update';

/** Announcements further apart than this are of different sets: copies of one come some hundred milliseconds apart. */
export const SET_PAUSE_MS = 2000;

/** What of SSDP the DUT sent, by time. */
export function messagesOf(evidence: Evidence, options: { readonly repeats?: boolean } = {}): Message[] {
  return dutDatagrams(evidence, 'upnp', options).filter(isMessage);
}

export function isMessage(datagram: Datagram): datagram is Message {
  return datagram.ssdp !== null;
}

/** Which NOTIFY it is, by NTS; null for any other message. */
export function notificationOf({ ssdp }: Message): Notification | null {
  if (ssdp.kind !== 'notify') return null;
  const subtype = ssdpHeader(ssdp, 'NTS')?.value.toLowerCase();
  return (['alive', 'byebye', 'update'] as const).find((each) => subtype === `ssdp:${each}`) ?? null;
}

export const isAlive = (message: Message): boolean => notificationOf(message) === 'alive';
export const isResponse = ({ ssdp }: Message): boolean => ssdp.kind === 'response';
/** What names the device and where it is described. */
export const isAliveOrResponse = (message: Message): boolean => isAlive(message) || isResponse(message);

/** Announcements of one kind. */
export function notifies(evidence: Evidence, kind: Notification, options: { repeats?: boolean } = {}): Message[] {
  return messagesOf(evidence, options).filter((message) => notificationOf(message) === kind);
}

/** Value of a header; null without one. */
export function valueOf({ ssdp }: Message, name: string): string | null {
  return ssdpHeader(ssdp, name)?.value ?? null;
}

/** What stands before `::` in USN: the UDN of whom the message speaks of; null without USN. */
export function udnOf(message: Message): string | null {
  return valueOf(message, 'USN')?.replace(/::.*$/s, '') ?? null;
}

/** Seconds of max-age; null where CACHE-CONTROL holds none. */
export function maxAgeOf(message: Message): number | null {
  const [, text] =
    /(?:^|[\s,])max-age\s*=\s*([0-9]{1,10})\s*(?:,|$)/i.exec(valueOf(message, 'CACHE-CONTROL') ?? '') ?? [];
  return text === undefined ? null : Number(text);
}

/** Discovery, once it is known that something can be said of UPnP. */
export function viewOf(evidence: Evidence, profile: Profile | null): Reach {
  return reachOf(evidence, profile, 'upnp');
}

/** The finding where the device sent nothing of a kind that a rule speaks of. */
export function noneHeard(evidence: Evidence, discovery: Discovery, what: string): Finding {
  return notHeard(discovery, evidence, what) ?? inconclusive(`${what} was not heard`);
}

/** Messages of the DUT that a rule speaks of, judged; or the one finding why there are none. */
export function eachMessage(
  evidence: Evidence,
  profile: Profile | null,
  what: string,
  judge: (messages: readonly Message[], discovery: Discovery) => readonly Finding[],
  pick: (message: Message) => boolean,
): readonly Finding[] {
  const { discovery, problem } = viewOf(evidence, profile);
  if (problem !== null) return [problem];
  const messages = messagesOf(evidence).filter(pick);
  return messages.length === 0 ? [noneHeard(evidence, discovery, what)] : judge(messages, discovery);
}

/** A version of UPnP as messages and documents name it. */
const VERSION = /\bUPnP\/([0-9]{1,3})\.([0-9]{1,3})/i;

/** Why a rule of UPnP 1.1 does not apply; null for a device that says 1.1 or later anywhere. */
export function olderThan11(evidence: Evidence): Finding | null {
  const said = messagesOf(evidence).flatMap(
    (message) => VERSION.exec(valueOf(message, 'SERVER') ?? '')?.slice(1, 3) ?? [],
  );
  const pairs = Array.from({ length: said.length / 2 }, (_, index) => [said[2 * index], said[2 * index + 1]] as const);
  const described = readDescriptions(evidence).map(({ description: { specVersion } }) => [
    specVersion?.major?.value,
    specVersion?.minor?.value,
  ]);
  const versions = [...pairs, ...described].map(([major, minor]) => Number(major) + Number(minor) / 1000);
  if (versions.some((version) => version > 1)) return null;
  return versions.includes(1)
    ? notApplicable('the device is of UPnP 1.0')
    : inconclusive('the device was not seen to say which UPnP it is of');
}

/**
 * Copies of announcements by set, in the order of their first message: of what `keyOf` puts together, those without a
 * pause between them, and without a farewell or a restart.
 */
export function setsOf(evidence: Evidence, discovery: Discovery, keyOf: (message: Message) => string): Message[][] {
  const open = new Map<string, { readonly set: Message[]; lastMs: number }>();
  const sets: Message[][] = [];
  for (const message of messagesOf(evidence, { repeats: true })) {
    const kind = notificationOf(message);
    if (kind === 'byebye') open.clear();
    if (kind !== 'alive') continue;
    const key = `${message.source.address} ${message.destination.address} ${keyOf(message)}`;
    const { timeMs } = message;
    const known = open.get(key);
    if (
      known !== undefined &&
      timeMs - known.lastMs < SET_PAUSE_MS &&
      !isRestartedBetween(discovery, known.lastMs, timeMs)
    ) {
      known.set.push(message);
      known.lastMs = timeMs;
    } else {
      const set = [message];
      open.set(key, { set, lastMs: timeMs });
      sets.push(set);
    }
  }
  return sets;
}

/** True when something happened to the device between two times by which it may have begun anew. */
export function isRestartedBetween({ stimuli }: Discovery, fromMs: number, toMs: number): boolean {
  return stimuli.some(
    ({ kind, timeMs, failed }) =>
      (kind === 'leave' || kind === 'power-cycle') && failed === null && timeMs >= fromMs && timeMs <= toMs,
  );
}

/** True when the device left before `toMs`, as far as is known, and was not heard again by SSDP until `fromMs`. */
export function mayBeAway(evidence: Evidence, { stimuli }: Discovery, fromMs: number, toMs: number): boolean {
  const isUntil = ({ timeMs }: { readonly timeMs: number }): boolean => timeMs <= toMs;
  const messages = messagesOf(evidence, { repeats: true });
  const leftAtMs = [
    ...stimuli.filter(({ kind, failed }) => (kind === 'leave' || kind === 'power-cycle') && failed === null),
    ...messages.filter((message) => notificationOf(message) === 'byebye'),
  ]
    .filter(isUntil)
    .map(({ timeMs }) => timeMs);
  const lastMs = Math.max(-Infinity, ...leftAtMs);
  return (
    lastMs > -Infinity &&
    !messages.some((message) => isAliveOrResponse(message) && message.timeMs > lastMs && message.timeMs <= fromMs)
  );
}

/** When the device was told to leave or switched off, milliseconds since 1970; null when neither was done. */
export function endOfStay({ stimuli }: Discovery): number | null {
  return (
    stimuli.find(({ kind, failed }) => (kind === 'leave' || kind === 'power-cycle') && failed === null)?.timeMs ?? null
  );
}
