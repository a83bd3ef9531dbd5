import { concat, toHex, type Span } from '#base/bytes.js';
import { ipIssue, wholePacket, type IpFragment, type IpPacket } from './ip.js';
import type { Issue } from './issue.js';

/** Which bytes of a UDP payload come from which packet. */
export interface IpPart {
  /** The number its packet was pushed with. */
  readonly packet: number;
  /** Offset of the part in the UDP payload. */
  readonly messageOffset: number;
  /** Offset of the part in that packet's `bytes`. */
  readonly packetOffset: number;
  readonly lengthBytes: number;
}

export interface IpReassembly {
  /** The packet itself when it is whole, the one its fragments make when it was the last missing; else null. */
  readonly datagram: IpPacket | null;
  /** Of the UDP payload, in order; empty without UDP. */
  readonly parts: readonly IpPart[];
  /**
   * `ip-fragment-overlap` (what came first stays), `ip-fragment-refused` (too long, of a bad length, or more than are
   * kept), `ip-reassembly-dropped` (another one, never completed). Spans count in the bytes of the pushed packet.
   */
  readonly issues: readonly Issue[];
}

export interface IpReassemblyLimits {
  readonly maxDatagrams: number;
  /** Of all unfinished ones together. */
  readonly maxBytes: number;
  readonly maxFragments: number;
  readonly maxAgeMs: number;
}

const LIMITS: IpReassemblyLimits = { maxDatagrams: 64, maxBytes: 1 << 20, maxFragments: 256, maxAgeMs: 30_000 };
const MAX_PAYLOAD_BYTES = 0xffff;

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly packet: number;
  readonly packetOffset: number;
}

interface Unfinished {
  readonly firstMs: number;
  /** In order, none over another. */
  pieces: Piece[];
  /** Bytes of the whole payload; null until its last fragment came. */
  totalBytes: number | null;
  heldBytes: number;
  /** The packet that begins it, which says what it is. */
  head: IpPacket | null;
}

/** Puts fragments together in bounded space: the oldest unfinished datagram makes room for a new one. */
export class IpReassembler {
  readonly #limits: IpReassemblyLimits;
  readonly #unfinished = new Map<string, Unfinished>();
  #heldBytes = 0;

  constructor(limits: Partial<IpReassemblyLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Take the next packet. `number` is any number the caller tells its packets apart by; the time is in milliseconds. */
  push(packet: IpPacket, number: number, timeMs: number): IpReassembly {
    const issues: Issue[] = [];
    this.#dropOld(timeMs, packet, issues);
    const { fragment, bytes, payload } = packet;
    if (fragment === null) {
      const whole: Piece[] = [{ offset: 0, bytes, packet: number, packetOffset: 0 }];
      return { datagram: packet, parts: partsOf(packet, whole, bytes.length), issues };
    }
    const data = bytes.subarray(payload.start, payload.end);
    const refusal = refusalOf(fragment, data.length);
    if (refusal !== null) {
      issues.push(ipIssue('ip-fragment-refused', payload, refusal));
      return { datagram: null, parts: [], issues };
    }
    const key = keyOf(packet, fragment);
    const begun = this.#unfinished.get(key) ?? this.#begin(key, timeMs);
    const piece = { offset: fragment.offsetBytes, bytes: data, packet: number, packetOffset: payload.start };
    this.#add(begun, piece, payload, issues);
    if (fragment.isLast) begun.totalBytes ??= fragment.offsetBytes + data.length;
    if (fragment.offsetBytes === 0) begun.head ??= packet;
    const done = this.#finish(key, begun);
    this.#makeRoom(packet, issues);
    return { ...done, issues };
  }

  #begin(key: string, timeMs: number): Unfinished {
    const begun: Unfinished = { firstMs: timeMs, pieces: [], totalBytes: null, heldBytes: 0, head: null };
    this.#unfinished.set(key, begun);
    return begun;
  }

  /** Keep what of `piece` no other piece covers. */
  #add(begun: Unfinished, piece: Piece, at: Span, issues: Issue[]): void {
    if (begun.pieces.length >= this.#limits.maxFragments) {
      issues.push(ipIssue('ip-fragment-refused', at, `more than ${this.#limits.maxFragments} fragments`));
      return;
    }
    const end = Math.min(piece.offset + piece.bytes.length, begun.totalBytes ?? Infinity);
    const added: Piece[] = [];
    let from = piece.offset;
    for (const known of [...begun.pieces, { offset: end, bytes: new Uint8Array(0) }]) {
      const gapEnd = Math.min(known.offset, end);
      if (from < gapEnd) added.push(cut(piece, from, gapEnd));
      from = Math.max(from, known.offset + known.bytes.length);
    }
    const addedBytes = added.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (addedBytes < piece.bytes.length) {
      const text = `${piece.bytes.length - addedBytes} of ${piece.bytes.length} bytes were there or lie behind the end`;
      issues.push(ipIssue('ip-fragment-overlap', at, text));
    }
    begun.pieces = [...begun.pieces, ...added].sort((a, b) => a.offset - b.offset);
    begun.heldBytes += addedBytes;
    this.#heldBytes += addedBytes;
  }

  #finish(key: string, begun: Unfinished): Omit<IpReassembly, 'issues'> {
    const { pieces, totalBytes, head } = begun;
    let end = 0;
    for (const { offset, bytes } of pieces) if (offset === end) end += bytes.length;
    if (head === null || totalBytes === null || end < totalBytes) return { datagram: null, parts: [] };
    this.#forget(key, begun);
    const bytes = concat(...pieces.map((piece) => piece.bytes)).subarray(0, totalBytes);
    const datagram = wholePacket(head, bytes);
    return { datagram, parts: partsOf(datagram, pieces, totalBytes) };
  }

  #dropOld(timeMs: number, packet: IpPacket, issues: Issue[]): void {
    for (const [key, begun] of this.#unfinished)
      if (timeMs - begun.firstMs > this.#limits.maxAgeMs) this.#drop(key, begun, packet, 'too old', issues);
  }

  #makeRoom(packet: IpPacket, issues: Issue[]): void {
    for (const [key, begun] of this.#unfinished) {
      if (this.#unfinished.size <= this.#limits.maxDatagrams && this.#heldBytes <= this.#limits.maxBytes) return;
      this.#drop(key, begun, packet, 'too many', issues);
    }
  }

  #drop(key: string, begun: Unfinished, packet: IpPacket, reason: string, issues: Issue[]): void {
    this.#forget(key, begun);
    const text = `a datagram of ${begun.heldBytes} bytes so far was dropped: ${reason}`;
    issues.push(ipIssue('ip-reassembly-dropped', packet.payload, text));
  }

  #forget(key: string, { heldBytes }: Unfinished): void {
    this.#unfinished.delete(key);
    this.#heldBytes -= heldBytes;
  }
}

function refusalOf({ offsetBytes, isLast }: IpFragment, lengthBytes: number): string | null {
  if (offsetBytes + lengthBytes > MAX_PAYLOAD_BYTES) return `it would reach to byte ${offsetBytes + lengthBytes}`;
  if (!isLast && (lengthBytes === 0 || lengthBytes % 8 !== 0))
    return `${lengthBytes} bytes, though others follow: no multiple of 8`;
  return null;
}

function keyOf({ family, source, destination, protocol }: IpPacket, { identification }: IpFragment): string {
  return [family, toHex(source), toHex(destination), family === 'ipv4' ? protocol : '', identification].join(' ');
}

function cut(piece: Piece, from: number, to: number): Piece {
  const skipped = from - piece.offset;
  const bytes = piece.bytes.subarray(skipped, to - piece.offset);
  return { offset: from, bytes, packet: piece.packet, packetOffset: piece.packetOffset + skipped };
}

/** The pieces of the UDP payload; `totalBytes` cuts what lies behind the end. */
function partsOf({ udp }: IpPacket, pieces: readonly Piece[], totalBytes: number): IpPart[] {
  if (udp === null) return [];
  const { start, end } = udp.payloadSpan;
  return pieces.flatMap(({ offset, bytes, packet, packetOffset }) => {
    const from = Math.max(start, offset);
    const to = Math.min(end, totalBytes, offset + bytes.length);
    if (from >= to) return [];
    return [
      { packet, messageOffset: from - start, packetOffset: packetOffset + from - offset, lengthBytes: to - from },
    ];
  });
}
