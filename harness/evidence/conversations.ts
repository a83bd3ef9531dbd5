import { u16be } from '#base/bytes.js';
import { EAP_CODE, EAP_TYPE } from '#wire/eap/eap.js';
import { EAPOL_HEADER_BYTES, EAPOL_TYPE, LAST_EAPOL_TYPE } from '#wire/eap/eapol.js';
import type { PacketView } from '#wire/pcap/packet.js';
import type { EapolPlace } from './locate.js';
import { isGroupAddress, macKey, type MacKey } from './mac-key.js';
import type { Frame } from './model.js';
import { peekEap, type EapPeek } from './peek.js';
import { RawExchange, type EapRole, type RawPacket } from './raw-exchange.js';

/** What one supplicant has with one authenticator. */
interface Lane {
  readonly supplicant: MacKey;
  /** Null while only packets to or from a group address were seen. */
  authenticator: MacKey | null;
  current: RawExchange | null;
}

/** Requests whose receiver is not known yet, by their sender. */
interface Unclaimed {
  readonly authenticator: MacKey;
  readonly packets: RawPacket[];
}

/** Bounds on what is remembered of stations that may turn out to have nothing to do with WPS. */
const MAX_SUPPLICANTS = 4096;
const MAX_LANES = 8;
const MAX_RECENT = 64;
const MAX_UNCLAIMED = 16;
const MAX_UNCONFIRMED_PACKETS = 64;
/** An authenticator answers within this time, as a rule. */
const PROMPT_ANSWER_NS = 500_000_000n;

interface Speaker {
  readonly role: EapRole;
  readonly supplicant: MacKey | null;
  readonly authenticator: MacKey | null;
}

/**
 * Sorts EAPOL packets into exchanges. The supplicant of EAP is who sends EAPOL-Start or Responses; its packets may go
 * to a group address, and a cooked capture names no receiver at all.
 */
export class Conversations {
  /** Exchanges with something of WPS in them, in the order they were recognised. */
  readonly exchanges: RawExchange[] = [];
  private readonly lanes = new Map<MacKey, Lane[]>();
  /** Lanes in use, latest first: who a request without receiver is for. */
  private recent: Lane[] = [];
  private unclaimed: Unclaimed[] = [];
  private readonly keepAll: MacKey | null;

  /** @param keepAllOf address of a DUT whose exchanges count whatever is in them; null: only those with WPS */
  constructor(keepAllOf: MacKey | null) {
    this.keepAll = keepAllOf;
  }

  /** Take an EAPOL packet; `drops` is the capture's total of lost packets so far. */
  push(packet: PacketView, place: EapolPlace, drops: number): void {
    const { buffer } = packet;
    if (place.end - place.start < EAPOL_HEADER_BYTES) {
      this.noEap(packet, place);
      return;
    }
    const packetType = buffer[place.start + 1];
    if (packetType === EAPOL_TYPE.Start) this.start(packet, place, drops);
    else if (packetType === EAPOL_TYPE.EapPacket) this.eap(packet, place, drops);
    else if (packetType === undefined || packetType > LAST_EAPOL_TYPE) this.noEap(packet, place);
  }

  /** A piece of an EAPOL packet that cannot be put together: what it belongs to misses a frame. */
  damaged(packet: PacketView, sourceAt: number, destinationAt: number): void {
    for (const at of [sourceAt, destinationAt]) {
      const lanes = this.lanes.get(macKey(packet.buffer, at)) ?? [];
      for (const lane of lanes) if (lane.current !== null && !lane.current.closed) lane.current.damagedFrames++;
    }
  }

  private start(packet: PacketView, place: EapolPlace, drops: number): void {
    const supplicant = address(packet, place.sourceAt);
    if (supplicant === null) return;
    const lane = this.laneOf(supplicant, address(packet, place.destinationAt));
    this.touch(lane);
    const { number, timeNs } = packet;
    let exchange = lane.current;
    if (exchange === null || exchange.isOverAtStart(timeNs)) {
      exchange = new RawExchange({ supplicant, number, timeNs, fromBegin: true, drops });
      this.begin(lane, exchange);
    }
    exchange.addStart(number, timeNs);
  }

  private eap(packet: PacketView, place: EapolPlace, drops: number): void {
    const peek = peekEap(packet.buffer, place.start, place.end);
    const speaker = this.speaker(packet, place, peek);
    if (speaker === null) return;
    const { supplicant, authenticator } = speaker;
    const lane =
      supplicant !== null ? this.laneOf(supplicant, authenticator) : this.recentLane(authenticator, packet.timeNs);
    if (peek === null || isCut(packet, place)) {
      this.unreadable(packet, place, speaker, lane);
      return;
    }
    const raw = rawPacket(packet.store(), packet.start, place, speaker.role, peek);
    if (lane === null) this.keepUnclaimed(raw, authenticator);
    else this.add(lane, raw, drops);
  }

  private add(lane: Lane, raw: RawPacket, drops: number): void {
    this.touch(lane);
    let exchange = lane.current;
    if (exchange === null || exchange.isOver(raw)) {
      const { number, timeNs } = raw.frame;
      const claimed = raw.from === 'supplicant' ? this.claim(lane, raw) : [];
      const [first = raw] = claimed;
      const { code, type } = first.peek;
      const fromBegin = code === EAP_CODE.Request && type === EAP_TYPE.Identity;
      exchange = new RawExchange({ supplicant: lane.supplicant, number, timeNs, fromBegin, drops });
      this.begin(lane, exchange);
      for (const earlier of claimed) this.append(lane, exchange, earlier, drops);
    } else if (raw.from === 'supplicant') {
      for (const earlier of this.claim(lane, raw)) this.append(lane, exchange, earlier, drops);
    }
    this.append(lane, exchange, raw, drops);
  }

  private append(lane: Lane, exchange: RawExchange, raw: RawPacket, drops: number): void {
    const confirmed = exchange.confirmed;
    exchange.authenticator ??= lane.authenticator;
    exchange.add(raw, drops);
    if (!confirmed && exchange.confirmed && !this.keeps(lane)) this.exchanges.push(exchange);
    const useless = !exchange.confirmed && (exchange.foreign || exchange.packets.length > MAX_UNCONFIRMED_PACKETS);
    if (useless && !this.keeps(lane)) lane.current = null;
  }

  private begin(lane: Lane, exchange: RawExchange): void {
    lane.current = exchange;
    if (this.keeps(lane)) this.exchanges.push(exchange);
  }

  private keeps(lane: Lane): boolean {
    return lane.supplicant === this.keepAll;
  }

  /** A cut EAPOL header, or a packet type that is not defined: of whom it is known that they speak EAP, they said this. */
  private noEap(packet: PacketView, place: EapolPlace): void {
    const speaker = this.speaker(packet, place, null);
    if (speaker === null || speaker.supplicant === null) return;
    this.unreadable(packet, place, speaker, this.laneOf(speaker.supplicant, speaker.authenticator));
  }

  /** A cut packet, or one without a whole EAP header. */
  private unreadable(packet: PacketView, place: EapolPlace, speaker: Speaker, lane: Lane | null): void {
    const exchange = lane?.current ?? null;
    if (exchange === null || exchange.closed) return;
    if (isCut(packet, place)) exchange.damagedFrames++;
    else if (speaker.role === 'supplicant') {
      const { start } = packet;
      const frame = packet.store();
      exchange.unreadableAnswers.push({ frame, start: place.start - start, end: place.end - start });
    }
  }

  /** Who speaks to whom; null when neither side can be told. */
  private speaker(packet: PacketView, place: EapolPlace, peek: EapPeek | null): Speaker | null {
    const source = address(packet, place.sourceAt);
    const destination = address(packet, place.destinationAt);
    if (source === null) return null;
    const fromSupplicant: Speaker = { role: 'supplicant', supplicant: source, authenticator: destination };
    const fromAuthenticator: Speaker = { role: 'authenticator', supplicant: destination, authenticator: source };
    if (peek?.code === EAP_CODE.Response) return fromSupplicant;
    // A known supplicant that sends another code is at fault; it does not become an authenticator by that.
    if (this.lanes.has(source) && (destination === null || !this.lanes.has(destination))) return fromSupplicant;
    return peek === null || peek.code > EAP_CODE.Failure || peek.code === 0 ? null : fromAuthenticator;
  }

  private laneOf(supplicant: MacKey, authenticator: MacKey | null): Lane {
    const lanes = this.lanes.get(supplicant) ?? [];
    const withAuthenticator = (wanted: MacKey | null): Lane | undefined =>
      lanes.find((lane) => lane.authenticator === wanted);
    const found = authenticator === null ? lanes[0] : (withAuthenticator(authenticator) ?? withAuthenticator(null));
    if (found !== undefined) {
      found.authenticator ??= authenticator;
      return found;
    }
    const lane: Lane = { supplicant, authenticator, current: null };
    if (lanes.length === 0) this.forgetOldest();
    this.lanes.set(supplicant, [lane, ...lanes].slice(0, MAX_LANES));
    return lane;
  }

  private forgetOldest(): void {
    if (this.lanes.size < MAX_SUPPLICANTS) return;
    for (const key of this.lanes.keys()) {
      this.lanes.delete(key);
      return;
    }
  }

  /**
   * Who a packet of an authenticator without receiver is for: of those who wait for one the first that asked, then
   * whoever asked long ago, then whoever it spoke with last.
   */
  private recentLane(authenticator: MacKey | null, timeNs: bigint): Lane | null {
    if (authenticator === null) return null;
    const own = this.recent.filter((lane) => lane.authenticator === authenticator);
    const waiting = this.recent.filter(
      ({ authenticator: peer, current }) =>
        (peer === authenticator || peer === null) && current !== null && current.lastFrom !== 'authenticator',
    );
    const justNow = waiting.filter(({ current }) => current !== null && timeNs - current.lastTimeNs < PROMPT_ANSWER_NS);
    const found = justNow[justNow.length - 1] ?? waiting[0] ?? own[0] ?? null;
    if (found !== null) found.authenticator = authenticator;
    return found;
  }

  private touch(lane: Lane): void {
    if (this.recent[0] !== lane)
      this.recent = [lane, ...this.recent.filter((other) => other !== lane)].slice(0, MAX_RECENT);
    const lanes = this.lanes.get(lane.supplicant);
    if (lanes !== undefined && lanes[0] !== lane) {
      lanes.splice(lanes.indexOf(lane), 1);
      lanes.unshift(lane);
    }
  }

  private keepUnclaimed(raw: RawPacket, authenticator: MacKey | null): void {
    if (authenticator === null) return;
    const found = this.unclaimed.find((entry) => entry.authenticator === authenticator);
    if (found === undefined) this.unclaimed = [{ authenticator, packets: [raw] }, ...this.unclaimed];
    else found.packets.push(raw);
    if (found !== undefined && found.packets.length > MAX_UNCLAIMED) found.packets.shift();
    this.unclaimed = this.unclaimed.slice(0, MAX_UNCLAIMED);
  }

  /** Requests without receiver that this answer belongs to, by its identifier. */
  private claim(lane: Lane, answer: RawPacket): readonly RawPacket[] {
    if (this.unclaimed.length === 0) return [];
    const fits = (entry: Unclaimed): boolean =>
      (lane.authenticator === null || entry.authenticator === lane.authenticator) &&
      entry.packets.some(({ peek }) => peek.identifier === answer.peek.identifier);
    const found = this.unclaimed.find(fits);
    if (found === undefined) return [];
    this.unclaimed = this.unclaimed.filter((entry) => entry !== found);
    lane.authenticator ??= found.authenticator;
    return found.packets;
  }
}

/** The address at `at`; null where it is unknown or a group address. */
function address(packet: PacketView, at: number): MacKey | null {
  return at < 0 || isGroupAddress(packet.buffer, at) ? null : macKey(packet.buffer, at);
}

/** The frame was cut within the EAPOL packet. */
function isCut(packet: PacketView, place: EapolPlace): boolean {
  const { start, end } = place;
  if (!place.cut || end - start < EAPOL_HEADER_BYTES) return place.cut;
  return start + EAPOL_HEADER_BYTES + u16be(packet.buffer, start + 2) > end;
}

function rawPacket(frame: Frame, frameStart: number, place: EapolPlace, from: EapRole, peek: EapPeek): RawPacket {
  const moved = { ...peek, dataAt: peek.dataAt - frameStart, end: peek.end - frameStart };
  return { frame, from, start: place.start - frameStart, end: place.end - frameStart, peek: moved };
}
