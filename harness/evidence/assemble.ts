import { millisecondsOf } from '#base/nanoseconds.js';
import { noTime, type PacketView } from '#wire/pcap/packet.js';
import type { CaptureSink, CaptureSummary } from '#wire/pcap/reader.js';
import { Conversations } from './conversations.js';
import { DatagramIndex } from './datagram-index.js';
import { DatagramStore } from './datagrams.js';
import { buildEvidence, type EvidenceSources, type RunFacts } from './build-evidence.js';
import { isKeyPacket, JoinStore } from './join-frames.js';
import { NO_KEYS, type KeyRing } from './keys.js';
import { Locator } from './locate.js';
import { macKey, type MacKey } from './mac-key.js';
import { ManagementStore } from './management.js';
import type { Evidence } from './model.js';
import type { RawExchange } from './raw-exchange.js';

export interface AssemblerOptions {
  readonly keys?: KeyRing;
  /** Absent for a capture of somebody else's. */
  readonly run?: RunFacts;
}

/**
 * Makes {@link Evidence} of captured frames: the sink of a capture reader. Frames that belong to no exchange and carry
 * no WPS IE, and are no discovery, are let go at once; of repeated management frames the first is kept.
 */
export class Assembler implements CaptureSink {
  private readonly ring: KeyRing;
  private readonly run: RunFacts | null;
  private readonly conversations: Conversations;
  private readonly management = new ManagementStore();
  private readonly joins: JoinStore;
  private readonly datagrams: DatagramStore;
  /** Time stamp of the last packet, read only when it is asked for. */
  private lastClock: PacketView['clock'] = noTime;
  private lastHigh = 0;
  private lastLow = 0;
  private readonly locator: Locator;
  /** Lost packets by the packets' own count, and in total by interface. */
  private packetDrops = 0;
  private readonly interfaceDrops = new Map<number, number>();
  private sawDot11 = false;

  constructor(options: AssemblerOptions = {}) {
    this.ring = options.keys ?? NO_KEYS;
    this.run = options.run ?? null;
    const dutMac = this.run?.dutMac ?? null;
    const dut = dutMac === null ? null : macKey(dutMac);
    this.conversations = new Conversations(dut);
    this.datagrams = new DatagramStore(dut);
    this.joins = new JoinStore(dut);
    this.locator = new Locator({
      eapol: (packet, place) => {
        if (isKeyPacket(packet.buffer, place.start, place.end)) this.joins.keyPacket(packet, place);
        else this.conversations.push(packet, place, this.packetDrops);
      },
      management: (packet, place) => {
        this.management.push(packet, place);
        this.joins.registration(packet, place);
      },
      association: (packet, place) => this.joins.association(packet, place),
      fragment: (packet, sourceAt, destinationAt) => this.conversations.damaged(packet, sourceAt, destinationAt),
      ip: (packet, place) => {
        this.datagrams.push(packet, place);
      },
    });
  }

  packet(packet: PacketView): void {
    this.packetDrops += packet.dropCount;
    this.lastClock = packet.clock;
    this.lastHigh = packet.timeHigh;
    this.lastLow = packet.timeLow;
    if (packet.linkType === 'dot11' || packet.linkType === 'dot11-radiotap') this.sawDot11 = true;
    this.locator.visit(packet);
  }

  dropped(interfaceId: number, count: number): void {
    this.interfaceDrops.set(interfaceId, count);
  }

  /** One Evidence for each Enrollee, in capture order; of a run always one. @see evidences */
  finish(summary: CaptureSummary | null, exchangesBefore = 0): Evidence[] {
    return [...this.evidences(summary, exchangesBefore)];
  }

  /**
   * The same one by one: only the one at hand is decoded, so that a large archive needs no memory for all at once.
   *
   * @param summary what the reader said at the end; null where there was no capture to read
   * @param exchangesBefore exchanges of the same capture that others have: numbers go on behind theirs
   */
  *evidences(summary: CaptureSummary | null, exchangesBefore = 0): Generator<Evidence> {
    const exchanges = this.conversations.exchanges.toSorted((a, b) => a.firstNumber - b.firstNumber);
    const interfaceTotal = [...this.interfaceDrops.values()].reduce((sum, count) => sum + count, 0);
    const index = this.run === null ? new DatagramIndex(this.datagrams.kept) : null;
    const sources: Omit<EvidenceSources, 'enrollee' | 'exchanges'> = {
      management: this.management,
      joins: this.joins,
      datagrams: this.datagrams,
      datagramIndex: index,
      lastFrameMs: millisecondsOf(this.lastClock(this.lastHigh, this.lastLow)),
      ring: this.ring,
      run: this.run,
      packetDrops: this.packetDrops,
      interfaceDrops: interfaceTotal,
      cut: summary?.cut ?? null,
      sawDot11: this.sawDot11,
      exchangesBefore,
    };
    const byEnrollee = groupByEnrollee(exchanges);
    for (const enrollee of this.enrollees([...byEnrollee.keys()], index?.announcers ?? [])) {
      const own = enrollee === null ? [] : (byEnrollee.get(enrollee) ?? []);
      yield buildEvidence({ ...sources, enrollee, exchanges: own });
    }
  }

  /** Whose evidence is wanted; null stands for a DUT of which nothing was seen. */
  private enrollees(seen: readonly MacKey[], announcers: readonly MacKey[]): ReadonlySet<MacKey | null> {
    if (this.run === null) {
      const registered = new Set([...seen, ...this.management.registering()]);
      return registered.size > 0 ? registered : new Set(announcers);
    }
    const { dutMac } = this.run;
    return new Set([dutMac === null ? (seen[0] ?? null) : macKey(dutMac)]);
  }
}

function groupByEnrollee(exchanges: readonly RawExchange[]): ReadonlyMap<MacKey, readonly RawExchange[]> {
  const groups = new Map<MacKey, RawExchange[]>();
  for (const exchange of exchanges) {
    const { enrollee } = exchange;
    const group = groups.get(enrollee);
    if (group === undefined) groups.set(enrollee, [exchange]);
    else group.push(exchange);
  }
  return groups;
}
