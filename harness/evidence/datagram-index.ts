import { formatIp, isMulticastIp } from '#wire/ip.js';
import { decodeSsdp, type SsdpMessage } from '#wire/ssdp.js';
import { decodeWsd, type WsdMessage } from '#wire/wsd.js';
import type { RawDatagram } from './datagrams.js';
import type { MacKey } from './mac-key.js';
import { isQuestion } from './searches.js';

/** Most questions of others that are kept beside what a device says. */
const MAX_QUESTIONS = 4096;
/** And of whatever else others said first: that there are others, and what they are like. */
const MAX_WITNESSES = 64;

export interface DecodedDatagram {
  readonly ssdp: SsdpMessage | null;
  readonly wsd: WsdMessage | null;
}

export function decodeDatagram({ protocol, packet }: RawDatagram): DecodedDatagram {
  const bytes = packet.udp?.payload ?? new Uint8Array(0);
  return protocol === 'ssdp' ? { ssdp: decodeSsdp(bytes), wsd: null } : { ssdp: null, wsd: decodeWsd(bytes) };
}

/**
 * Who said what on a network of many devices: evidence of each of them is made without looking at what the others say
 * of themselves. Every datagram is decoded once for it.
 */
export class DatagramIndex {
  /** Who speaks of itself, in order: senders of announcements and of answers. */
  readonly announcers: MacKey[] = [];
  private readonly places = new Map<RawDatagram, number>();
  private readonly bySender = new Map<MacKey | null, RawDatagram[]>();
  private readonly bySource = new Map<string, RawDatagram[]>();
  private readonly questions: RawDatagram[] = [];
  private readonly witnesses: RawDatagram[];

  constructor(kept: readonly RawDatagram[]) {
    const found = new Set<MacKey>();
    this.witnesses = kept.slice(0, MAX_WITNESSES);
    for (const [place, raw] of kept.entries()) {
      this.places.set(raw, place);
      grouped(this.bySender, raw.sender).push(raw);
      grouped(this.bySource, endOf(raw.packet.source, raw.packet.udp?.sourcePort)).push(raw);
      const decoded = decodeDatagram(raw);
      if (isQuestion(decoded) && this.questions.length < MAX_QUESTIONS) this.questions.push(raw);
      if (raw.sender === null || found.has(raw.sender) || !speaksOfItself(decoded)) continue;
      found.add(raw.sender);
      this.announcers.push(raw.sender);
    }
  }

  /** What a device says, what it is asked, what came from where it sent something, and a few others; in capture order. */
  concerning(device: MacKey): RawDatagram[] {
    const own = this.bySender.get(device) ?? [];
    const reached = new Set(
      own
        .filter(({ packet }) => !isMulticastIp(packet.destination))
        .map(({ packet }) => endOf(packet.destination, packet.udp?.destinationPort)),
    );
    const others = [...reached].flatMap((end) => this.bySource.get(end) ?? []);
    const place = (raw: RawDatagram): number => this.places.get(raw) ?? 0;
    return [...new Set([...own, ...this.questions, ...this.witnesses, ...others])].sort((a, b) => place(a) - place(b));
  }
}

function speaksOfItself({ ssdp, wsd }: DecodedDatagram): boolean {
  if (ssdp !== null) return ssdp.kind === 'notify' || ssdp.kind === 'response';
  return wsd !== null && ['hello', 'probe-matches', 'resolve-matches'].includes(wsd.kind);
}

function endOf(address: Uint8Array, port: number | undefined): string {
  return `${formatIp(address)} ${port ?? 0}`;
}

function grouped<K>(groups: Map<K, RawDatagram[]>, name: K): RawDatagram[] {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const group: RawDatagram[] = [];
  groups.set(name, group);
  return group;
}
