import { equal } from '#base/bytes.js';
import { decodeSsdp } from '#wire/ssdp.js';
import { decodeWsd, type WsdKind } from '#wire/wsd.js';
import { endpointsOf, type DatagramStore, type RawDatagram } from './datagrams.js';
import type { DiscoveryEvents } from './discovery-events.js';
import type { Datagram, Discovery, Search } from './discovery-model.js';
import { macBytes, type MacKey } from './mac-key.js';

export interface DiscoverySources {
  /** The DUT; null where nothing of it is known. */
  readonly dut: MacKey | null;
  readonly store: DatagramStore;
  /** What the bench said; null for a capture, and for a run without follow-up. */
  readonly events: DiscoveryEvents | null;
  /** Time of the capture's last frame, milliseconds since 1970. */
  readonly lastFrameMs: number;
}

/** The same SSDP datagram again within this time is a repeat: UDP loses datagrams, and senders know it. */
const SSDP_REPEAT_MS = 3000;
/** Answers to a search that come later than this belong to nobody's question any more. */
const LATE_MS = 30_000;

/** Discovery of one DUT: null when neither datagrams nor events tell of any. */
export function buildDiscovery({ dut, store, events, lastFrameMs }: DiscoverySources): Discovery | null {
  if (store.kept.length === 0 && events === null) return null;
  const addresses = events?.addresses ?? [];
  const datagrams = markRepeats(store.kept.map((raw) => decode(raw, dut, addresses)));
  const isSeen = datagrams.some(({ sender }) => sender === 'dut');
  if (!isSeen && events === null) return null;
  const own = new Set([
    ...addresses,
    ...datagrams.filter(({ sender }) => sender === 'dut').map(({ source }) => source.address),
  ]);
  return {
    addresses: [...own],
    sinceMs: events?.sinceMs ?? null,
    untilMs: events?.untilMs ?? lastFrameMs,
    limitMs: events?.limitMs ?? null,
    isComplete: events !== null && events.untilMs !== null && store.beyond === 0,
    datagrams,
    searches: searchesOf(datagrams, events, lastFrameMs),
    fetches: events?.fetches ?? [],
    stimuli: events?.stimuli ?? [],
  };
}

type Unmarked = Omit<Datagram, 'isRepeat'>;

function decode(raw: RawDatagram, dut: MacKey | null, addresses: readonly string[]): Unmarked {
  const { protocol, frame, packet, parts, sender } = raw;
  const ends = endpointsOf(raw);
  const bytes = packet.udp?.payload ?? new Uint8Array(0);
  const isDut = sender === null || dut === null ? addresses.includes(ends.source.address) : sender === dut;
  return {
    protocol,
    sender: isDut ? 'dut' : 'other',
    timeMs: Number(frame.timeNs) / 1e6,
    frame,
    family: packet.family,
    sourceMac: sender === null ? null : macBytes(sender),
    ...ends,
    ttl: packet.ttl,
    bytes,
    parts,
    ssdp: protocol === 'ssdp' ? decodeSsdp(bytes) : null,
    wsd: protocol === 'wsd' ? decodeWsd(bytes) : null,
  };
}

function markRepeats(datagrams: readonly Unmarked[]): Datagram[] {
  const messageIds = new Set<string>();
  const recent = new Map<string, Unmarked[]>();
  return datagrams.map((each) => {
    const from = `${each.source.address} ${each.source.port}`;
    const messageId = each.wsd?.soap.messageId?.value;
    if (each.protocol === 'wsd') {
      // Answers of two interfaces may share an id; the sender's address tells them apart.
      const key = `${each.source.address} ${messageId ?? ''}`;
      const isRepeat = messageId !== undefined && messageIds.has(key);
      messageIds.add(key);
      return { ...each, isRepeat };
    }
    const before = (recent.get(from) ?? []).filter(({ timeMs }) => each.timeMs - timeMs <= SSDP_REPEAT_MS);
    const isRepeat = before.some(
      ({ bytes, destination }) =>
        destination.address === each.destination.address &&
        destination.port === each.destination.port &&
        equal(bytes, each.bytes),
    );
    recent.set(from, [...before.slice(-MAX_RECENT), each]);
    return { ...each, isRepeat };
  });
}

/** Of one sender, looked at for repeats. */
const MAX_RECENT = 200;

const QUESTIONS: readonly WsdKind[] = ['probe', 'resolve'];
const ANSWERS: readonly WsdKind[] = ['probe-matches', 'resolve-matches'];

function searchesOf(datagrams: readonly Datagram[], events: DiscoveryEvents | null, lastFrameMs: number): Search[] {
  const listened = new Map(
    events?.searches.map(({ protocol, port, untilMs }) => [`${protocol} ${port}`, untilMs]) ?? [],
  );
  const requests = datagrams.filter(
    ({ sender, isRepeat, ssdp, wsd }) =>
      sender === 'other' && !isRepeat && (ssdp?.kind === 'search' || (wsd !== null && QUESTIONS.includes(wsd.kind))),
  );
  return requests.map((request) => ({
    request,
    answers: datagrams.filter((each) => isAnswer(each, request, requests)),
    untilMs: listened.get(`${request.protocol} ${request.source.port}`) ?? lastFrameMs,
  }));
}

function isAnswer(answer: Datagram, request: Datagram, requests: readonly Datagram[]): boolean {
  if (answer.sender !== 'dut' || answer.timeMs < request.timeMs) return false;
  if (answer.wsd !== null && request.wsd !== null) {
    const id = request.wsd.soap.messageId?.value;
    return ANSWERS.includes(answer.wsd.kind) && id !== undefined && answer.wsd.soap.relatesTo?.value === id;
  }
  if (answer.ssdp?.kind !== 'response' || request.ssdp === null) return false;
  if (answer.timeMs - request.timeMs > LATE_MS || !isTo(answer, request)) return false;
  // Of several questions from one port, the newest before the answer is meant.
  return !requests.some((other) => {
    return other !== request && other.ssdp !== null && isTo(answer, other) && isBetween(other, request, answer);
  });
}

function isTo({ destination }: Datagram, { source }: Datagram): boolean {
  return destination.address === source.address && destination.port === source.port;
}

function isBetween(each: Datagram, from: Datagram, to: Datagram): boolean {
  return each.timeMs > from.timeMs && each.timeMs <= to.timeMs;
}

/** Who speaks of itself in a capture, in order: senders of announcements and of answers. */
export function announcers(store: DatagramStore): MacKey[] {
  const found = new Set<MacKey>();
  for (const raw of store.kept) {
    if (raw.sender === null || found.has(raw.sender)) continue;
    const bytes = raw.packet.udp?.payload ?? new Uint8Array(0);
    const speaks =
      raw.protocol === 'ssdp'
        ? ['notify', 'response'].includes(decodeSsdp(bytes).kind)
        : ['hello', 'probe-matches', 'resolve-matches'].includes(decodeWsd(bytes).kind);
    if (speaks) found.add(raw.sender);
  }
  return [...found];
}
