import type { Datagram, Discovery, Search } from '#evidence/discovery-model.js';
import { ssdpHeader, type SsdpMessage } from '#wire/ssdp.js';
import type { WsdKind } from '#wire/wsd.js';

/** One message a device sent, with its copies. */
export interface Word {
  /** `NOTIFY`, `byebye`, `update`, `answer`; of WS-Discovery the name of its element. */
  readonly label: string;
  /** What it is about, from the most exact to the vaguest. */
  readonly subjects: readonly string[];
  /** The first copy. */
  readonly datagram: Datagram;
  /** `asker`, or an address and port. */
  readonly destination: string;
  /** How often it was sent before a pause; null where there was no time to hear that. */
  readonly copies: number | null;
  /** When it was sent again after a pause, from its first copy; null when it was not. */
  readonly refreshMs: number | null;
  /** How long it was listened to from its first copy. */
  readonly listenedMs: number;
  /** It came later than its protocol allows. */
  readonly isLate: boolean;
  /** MessageID of the question it answers. */
  readonly questionId: string | null;
  /** Whether its MessageNumber is higher than the one before. */
  readonly numbering: string;
}

export interface Topic {
  /** What is said answers a question. */
  readonly isAsked: boolean;
  readonly words: readonly Word[];
}

/** A pause of so long ends a set of announcements. */
const PAUSE_MS = 2000;
/** What UDA and DPWS allow until a device announces itself, and until it answers by WS-Discovery (Windows: 4 s). */
const ANNOUNCED_MS = 10_000;
const MATCHES_MS = 4000;

const WSD_LABELS: Readonly<Record<WsdKind, string>> = {
  hello: 'Hello',
  bye: 'Bye',
  probe: 'Probe',
  resolve: 'Resolve',
  'probe-matches': 'ProbeMatches',
  'resolve-matches': 'ResolveMatches',
  other: 'SOAP',
};

/** Everything the device said: unasked before its restart, after it, and to each question. */
export function saidByTopic(discovery: Discovery | null): ReadonlyMap<string, Topic> {
  const topics = new Map<string, Topic>();
  if (discovery === null) return topics;
  const { datagrams, searches, sinceMs, untilMs: endMs, stimuli } = discovery;
  const own = datagrams.filter(({ sender }) => sender === 'dut');
  const numbering = numberingOf(own);
  const answered = new Set(searches.flatMap(({ answers }) => answers));
  const restartMs = stimuli.find(({ kind, failed }) => kind === 'power-cycle' && failed === null)?.timeMs ?? Infinity;
  const unasked = own.filter((each) => !answered.has(each));
  const periods = [
    { name: 'before the restart', fromMs: sinceMs ?? 0, untilMs: Math.min(restartMs, endMs) },
    { name: 'after the restart', fromMs: restartMs, untilMs: endMs },
  ];
  for (const { name, fromMs, untilMs } of periods) {
    const said = unasked.filter(({ timeMs }) => (timeMs >= restartMs ? restartMs : (sinceMs ?? 0)) === fromMs);
    const isLate = ({ timeMs }: Datagram): boolean => timeMs - fromMs > ANNOUNCED_MS;
    topics.set(name, { isAsked: false, words: wordsOf(said, { question: null, isLate, untilMs, numbering }) });
  }
  const asked = new Map<string, number>();
  for (const search of searches) {
    const text = questionOf(search.request);
    const count = (asked.get(text) ?? 0) + 1;
    asked.set(text, count);
    const isLate = ({ timeMs }: Datagram): boolean => timeMs - search.request.timeMs > allowedMs(search);
    const { request, answers: said, untilMs } = search;
    const words = wordsOf(said, { question: request, isLate, untilMs, numbering });
    topics.set(`${text} ${count}`, { isAsked: true, words });
  }
  return topics;
}

interface Situation {
  readonly question: Datagram | null;
  readonly isLate: (datagram: Datagram) => boolean;
  /** Until when it was listened. */
  readonly untilMs: number;
  readonly numbering: ReadonlyMap<Datagram, string>;
}

function wordsOf(datagrams: readonly Datagram[], situation: Situation): Word[] {
  const groups = new Map<string, Datagram[]>();
  for (const each of datagrams) {
    const key = `${labelOf(each)} ${endOf(each)} ${each.wsd?.soap.messageId?.value ?? each.bytes.join()}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((copies) => wordOf(copies, situation));
}

function wordOf(copies: readonly Datagram[], { question, isLate, untilMs, numbering }: Situation): Word[] {
  const [datagram] = copies;
  if (datagram === undefined) return [];
  const pause = copies.findIndex(({ timeMs }, index) => timeMs - (copies[index - 1]?.timeMs ?? timeMs) >= PAUSE_MS);
  const again = copies[pause];
  const listenedMs = untilMs - datagram.timeMs;
  const label = labelOf(datagram);
  const isToAsker = question !== null && endOf(datagram) === `${question.source.address}:${question.source.port}`;
  return [
    {
      label,
      subjects: subjectsOf(datagram),
      datagram,
      destination: isToAsker ? 'asker' : endOf(datagram),
      copies: again !== undefined ? pause : listenedMs < PAUSE_MS ? null : copies.length,
      refreshMs: again === undefined ? null : again.timeMs - datagram.timeMs,
      listenedMs,
      // A farewell comes when it is time for it.
      isLate: !FAREWELLS.includes(label) && isLate(datagram),
      questionId: question?.wsd?.soap.messageId?.value ?? null,
      numbering: numbering.get(datagram) ?? '',
    },
  ];
}

const FAREWELLS: readonly string[] = ['byebye', 'Bye'];

function endOf({ destination }: Datagram): string {
  return `${destination.address}:${destination.port}`;
}

function labelOf({ ssdp, wsd }: Datagram): string {
  if (wsd !== null) return WSD_LABELS[wsd.kind];
  if (ssdp?.kind === 'response') return 'answer';
  const subtype = ssdp === null ? undefined : ssdpHeader(ssdp, 'NTS')?.value;
  return subtype === 'ssdp:byebye' ? 'byebye' : subtype === 'ssdp:update' ? 'update' : 'NOTIFY';
}

function subjectsOf(datagram: Datagram): string[] {
  const { ssdp, wsd } = datagram;
  const label = labelOf(datagram);
  if (ssdp === null) {
    const address = wsd?.targets[0]?.address?.value ?? '';
    return [`${label} ${address}`, label];
  }
  const value = (name: string): string => ssdpHeader(ssdp, name)?.value ?? '';
  const type = value('NTS');
  const [target, usn] = [value(label === 'answer' ? 'ST' : 'NT'), value('USN')];
  const kind = usn.split('::').slice(1).join('::');
  return [`${type} ${target} ${usn}`, `${type} ${usn}`, `${type} ${target}`, `${type} ${kind}`, label];
}

/** How a question reads, whoever asks. */
function questionOf({ ssdp, wsd }: Datagram): string {
  if (ssdp !== null) return ['M-SEARCH', headerOf(ssdp, 'ST'), headerOf(ssdp, 'MX')].join(' ');
  const [target] = wsd?.targets ?? [];
  return [wsd?.kind, target?.types.join(), target?.matchBy, target?.scopes.join(), target?.address?.value].join(' ');
}

function headerOf(message: SsdpMessage, name: string): string {
  return ssdpHeader(message, name)?.value ?? 'none';
}

function allowedMs({ request: { ssdp } }: Search): number {
  return ssdp === null ? MATCHES_MS : 1000 * Number(ssdpHeader(ssdp, 'MX')?.value ?? 0);
}

/** For each message of WS-Discovery whether it is numbered higher than the one before in its instance. */
function numberingOf(datagrams: readonly Datagram[]): ReadonlyMap<Datagram, string> {
  const found = new Map<Datagram, string>();
  const last = new Map<number | null, number>();
  for (const datagram of datagrams) {
    const sequence = datagram.wsd?.soap.appSequence;
    if (sequence === null || sequence === undefined || datagram.isRepeat) continue;
    const { instanceId, messageNumber } = sequence;
    const before = last.get(instanceId) ?? 0;
    found.set(datagram, messageNumber === null ? 'no number' : messageNumber > before ? 'higher' : 'not higher');
    last.set(instanceId, Math.max(before, messageNumber ?? 0));
  }
  return found;
}
