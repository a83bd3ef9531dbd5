import { equal } from '#base/bytes.js';
import { millisecondsOf } from '#base/nanoseconds.js';
import { type DatagramIndex, decodeDatagram } from './datagram-index.js';
import { endpointsOf, type DatagramStore, type RawDatagram } from './datagrams.js';
import type { DiscoveryEvents } from './discovery-events.js';
import type { Datagram, Discovery } from './discovery-model.js';
import { macBytes, type MacKey } from './mac-key.js';
import { searchesOf } from './searches.js';

export interface DiscoverySources {
  /** The DUT; null where nothing of it is known. */
  readonly dut: MacKey | null;
  readonly store: DatagramStore;
  /** Set where it is one device of many. */
  readonly index: DatagramIndex | null;
  /** What the bench said; null for a capture, and for a run without follow-up. */
  readonly events: DiscoveryEvents | null;
  /** Time of the capture's last frame, milliseconds since 1970. */
  readonly lastFrameMs: number;
}

/** The same SSDP datagram again within this time is a repeat: UDP loses datagrams, and senders know it. */
const SSDP_REPEAT_MS = 3000;

/** Discovery of one DUT: null when neither datagrams nor events tell of any. */
export function buildDiscovery({ dut, store, index, events, lastFrameMs }: DiscoverySources): Discovery | null {
  if (store.kept.length === 0 && events === null) return null;
  const addresses = events?.addresses ?? [];
  const datagrams = markRepeats(
    (dut === null || index === null ? store.kept : index.concerning(dut)).map((raw) => decode(raw, dut, addresses)),
  );
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
    isComplete: events?.isComplete === true && (dut === null ? store.beyond : store.beyondOf(dut)) === 0,
    datagrams,
    searches: searchesOf(datagrams, events, lastFrameMs),
    fetches: events?.fetches ?? [],
    stimuli: events?.stimuli ?? [],
    lateness: events?.lateness ?? [],
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
    timeMs: millisecondsOf(frame.timeNs),
    frame,
    family: packet.family,
    sourceMac: sender === null ? null : macBytes(sender),
    ...ends,
    ttl: packet.ttl,
    bytes,
    parts,
    ...decodeDatagram(raw),
  };
}

function markRepeats(datagrams: readonly Unmarked[]): Datagram[] {
  const messageIds = new Set<string>();
  const recent = new Map<string, Unmarked[]>();
  return datagrams.map((each) => {
    if (each.protocol === 'wsd') {
      const messageId = each.wsd?.soap.messageId?.value;
      // Answers of two interfaces may share an id; the sender's address tells them apart.
      const key = `${each.source.address} ${messageId ?? ''}`;
      const isRepeat = messageId !== undefined && messageIds.has(key);
      messageIds.add(key);
      return { ...each, isRepeat };
    }
    const { source, destination, bytes, timeMs } = each;
    const ends = [source.address, source.port, destination.address, destination.port].join(' ');
    const key = `${ends} ${checksum(bytes)}`;
    const before = recent.get(key) ?? [];
    const same = before.find((other) => equal(other.bytes, bytes));
    recent.set(key, [...before.filter((other) => other !== same).slice(1 - MAX_ALIKE), each]);
    return { ...each, isRepeat: same !== undefined && timeMs - same.timeMs <= SSDP_REPEAT_MS };
  });
}

/** Different datagrams with one checksum that are told apart. */
const MAX_ALIKE = 8;

/** FNV-1a: datagrams that differ in it are not compared. */
function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5);
}
