import type { Datagram, Discovery, Endpoint } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { equal } from '#base/bytes.js';
import type { Finding, RuleId } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { ssdpHeader, type SsdpMessage } from '#wire/ssdp.js';
import { notHeard } from './discovery.js';
import { inconclusive, notRun } from './finding.js';
import { benchLate } from './punctuality.js';
import { isMessage, isResponse, mayBeAway, messagesOf, notifies, valueOf, viewOf, type Message } from './ssdp-view.js';
import { isOfStranger } from './upnp-documents.js';
import { allOf, cutShort } from './upnp-rule.js';
import { readDescriptions, targetsOf } from './upnp-tree.js';

/** A question by SSDP that a device has to understand, and its answers. */
export interface Asked {
  readonly request: Message;
  readonly searchTarget: string;
  /** Repeats are among them. */
  readonly answers: readonly Message[];
  /** Someone listened for answers at least until then, milliseconds since 1970. */
  readonly untilMs: number;
  /** When the question was last asked before an answer, milliseconds since 1970. */
  readonly lastAskedMs: (answer: Message) => number;
}

/** `192.0.2.1, port 1900`. */
export function endpointText({ address, port }: Endpoint): string {
  return `${address}, port ${port}`;
}

/** True for a search that is to be answered: by multicast it has to say how long answers may take. */
export function usesMx({ request }: Asked): boolean {
  return /^[0-9]{1,9}$/.test(valueOf(request, 'MX') ?? (request.isMulticast ? '' : '1'));
}

/** A larger MX counts as this (UDA 1.3.3), seconds. */
const MAX_MX_S = 5;
/** An answer may be that long on its way beyond MX. */
const ON_ITS_WAY_MS = 250;

/** Seconds a device may take to answer; NaN where MX is no number. */
export function answerWithinS(search: SsdpMessage): number {
  return Math.min(MAX_MX_S, Number(ssdpHeader(search, 'MX')?.value ?? MAX_MX_S));
}

/** The same in milliseconds, until the answer has arrived. */
export function answerWithinMs(search: SsdpMessage): number {
  return answerWithinS(search) * 1000 + ON_ITS_WAY_MS;
}

/** Why it says nothing that answers are missing: nobody waited for them, or the device was perhaps not there; else null. */
export function unheard(
  evidence: Evidence,
  discovery: Discovery,
  { request, untilMs }: { readonly request: Message; readonly untilMs: number },
  what: string,
): Finding | null {
  const overMs = request.timeMs + answerWithinMs(request.ssdp);
  if (untilMs < overMs) return inconclusive(`${what} was not seen, and nobody listened until MX was over`);
  if (mayBeAway(evidence, discovery, request.timeMs, overMs))
    return inconclusive(`${what} was not seen, and the device had left or was switched off`);
  return benchLate(evidence, `${what} was not seen`, { startMs: request.timeMs, endMs: overMs });
}

/** What was waited for and rightly did not come: none where that counts, else why it does not. */
export function openSilence(evidence: Evidence, discovery: Discovery, what: string): Finding[] {
  const { source, losses } = evidence;
  // A capture goes on for as long as it does: only what is known to be missing from it leaves this open.
  if (source === 'capture')
    return losses.length === 0 ? [] : [inconclusive(`${what} was not seen, and frames are known to be missing`)];
  const open = notHeard(discovery, evidence, what);
  return open === null ? [] : [open];
}

/** The rule that fails for a device that goes by other UDNs than it describes, and so answers for those; null: none. */
export function ownerOfStrangers(evidence: Evidence, { answers }: Asked): RuleId | null {
  const isStranger = (message: Message): boolean => isOfStranger(evidence, message);
  const alive = notifies(evidence, 'alive');
  if (alive.some(isStranger)) return 'RVP-SSDP-011';
  if (!answers.some(isStranger)) return null;
  if (alive.length > 0) return 'RVP-SSDP-048';
  return messagesOf(evidence).filter(isResponse).every(isStranger) ? 'RVP-DESC-015' : null;
}

/** Judge each search that a rule speaks of; without one, the one finding why there is none. */
export function eachSearch(
  evidence: Evidence,
  profile: Profile | null,
  what: string,
  judge: (asked: Asked, discovery: Discovery) => readonly Finding[],
  pick: (asked: Asked) => boolean,
  passed = `no answer came to ${what}`,
): readonly Finding[] {
  const { discovery, problem } = viewOf(evidence, profile);
  if (problem !== null) return [problem];
  const searches = searchesOf(discovery).filter(pick);
  if (searches.length > 0)
    return allOf(
      evidence,
      searches.flatMap((asked) => judge(asked, discovery)),
      passed,
    );
  const failed = discovery.stimuli.find(({ kind, failed }) => kind === 'search' && failed !== null);
  const text = `${what} was not sent${failed === undefined ? '' : `: ${failed.failed ?? ''}`}`;
  return [cutShort(evidence, text) ?? notRun(text)];
}

function searchesOf({ searches, datagrams }: Discovery): Asked[] {
  return searches.flatMap(({ request, answers, untilMs }) => {
    if (!isMessage(request) || !isWellFormed(request) || !speaks(datagrams, request.family)) return [];
    const same = datagrams.filter(
      (each) => endpointText(each.source) === endpointText(request.source) && equal(each.bytes, request.bytes),
    );
    return [
      {
        request,
        searchTarget: valueOf(request, 'ST') ?? '',
        answers: answers.filter(isMessage),
        untilMs,
        lastAskedMs: ({ timeMs }: Message) => same.findLast((each) => each.timeMs <= timeMs)?.timeMs ?? request.timeMs,
      },
    ];
  });
}

/** A device may leave IPv6 alone; what it says by it at all, it has to say rightly. */
function speaks(datagrams: readonly Datagram[], family: Datagram['family']): boolean {
  return (
    family === 'ipv4' || datagrams.some((each) => each.sender === 'dut' && each.family === family && each.ssdp !== null)
  );
}

/** What a device may drop for its form is no question. */
function isWellFormed({ ssdp }: Message): boolean {
  const isMandated = ssdpHeader(ssdp, 'MAN')?.value === '"ssdp:discover"';
  return ssdp.startLine.text === 'M-SEARCH * HTTP/1.1' && isMandated && (ssdpHeader(ssdp, 'ST')?.value ?? '') !== '';
}

/** How many different things were answered for: a copy of an answer is none more. */
export function answersAs({ answers }: Asked, pick: (answer: Message) => boolean): number {
  return new Set(answers.filter(pick).map((answer) => `${valueOf(answer, 'ST') ?? ''} ${valueOf(answer, 'USN') ?? ''}`))
    .size;
}

/** Everything the device is, as its announcements and its descriptions say. */
export function targetsHeard(evidence: Evidence): { readonly nt: string }[] {
  const announced = notifies(evidence, 'alive').map((message) => ({ nt: valueOf(message, 'NT') ?? '' }));
  return [...announced, ...readDescriptions(evidence).flatMap(targetsOf)];
}
