import type { WsdKind } from '#wire/wsd.js';
import type { DiscoveryEvents } from './discovery-events.js';
import type { Datagram, Endpoint, Search } from './discovery-model.js';

/** Answers to a search that come later than this belong to nobody's question any more. */
const LATE_MS = 30_000;
/** Questions with one MessageID: more are somebody's mischief, and get no answers. */
const MAX_SAME_ID = 16;

const QUESTIONS: readonly WsdKind[] = ['probe', 'resolve'];
const ANSWERS: readonly WsdKind[] = ['probe-matches', 'resolve-matches'];

/** M-SEARCH, Probe or Resolve. */
export function isQuestion({ ssdp, wsd }: Pick<Datagram, 'ssdp' | 'wsd'>): boolean {
  return ssdp?.kind === 'search' || (wsd !== null && QUESTIONS.includes(wsd.kind));
}

/** Questions to the DUT with its answers, in time in proportion to the datagrams. */
export function searchesOf(
  datagrams: readonly Datagram[],
  events: DiscoveryEvents | null,
  lastFrameMs: number,
): Search[] {
  const listened = new Map(
    events?.searches.map(({ protocol, port, untilMs }) => [`${protocol} ${port}`, untilMs]) ?? [],
  );
  const requests = datagrams.filter((each) => each.sender === 'other' && !each.isRepeat && isQuestion(each));
  const answers = new Map<Datagram, Datagram[]>(requests.map((request) => [request, []]));
  const findAskers = askersAmong(requests);
  for (const answer of datagrams)
    if (answer.sender === 'dut') for (const request of findAskers(answer)) answers.get(request)?.push(answer);
  return requests.map((request) => ({
    request,
    answers: answers.get(request) ?? [],
    untilMs: listened.get(`${request.protocol} ${request.source.port}`) ?? lastFrameMs,
  }));
}

/** Which of the questions a datagram answers. */
function askersAmong(requests: readonly Datagram[]): (answer: Datagram) => readonly Datagram[] {
  const byId = new Map<string, Datagram[]>();
  const bySource = new Map<string, Datagram[]>();
  for (const request of requests) {
    const id = request.wsd?.soap.messageId?.value;
    if (request.ssdp !== null) grouped(bySource, key(request.source)).push(request);
    else if (id !== undefined && (byId.get(id)?.length ?? 0) < MAX_SAME_ID) grouped(byId, id).push(request);
  }
  for (const group of bySource.values()) group.sort((a, b) => a.timeMs - b.timeMs);
  return (answer) => {
    if (answer.wsd !== null) {
      const id = answer.wsd.soap.relatesTo?.value;
      if (id === undefined || !ANSWERS.includes(answer.wsd.kind)) return [];
      return (byId.get(id) ?? []).filter(({ timeMs }) => timeMs <= answer.timeMs);
    }
    if (answer.ssdp?.kind !== 'response') return [];
    const newest = newestUntil(bySource.get(key(answer.destination)) ?? [], answer.timeMs);
    return newest === null || answer.timeMs - newest.timeMs > LATE_MS ? [] : [newest];
  };
}

/** Of several questions from one port, the newest before the answer is meant. */
function newestUntil(sorted: readonly Datagram[], timeMs: number): Datagram | null {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.timeMs ?? Infinity) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1] ?? null;
}

function grouped(groups: Map<string, Datagram[]>, name: string): Datagram[] {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const group: Datagram[] = [];
  groups.set(name, group);
  return group;
}

function key({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
