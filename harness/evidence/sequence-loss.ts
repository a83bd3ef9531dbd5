import { u16le } from '#base/bytes.js';
import { FRAME_TYPE, MANAGEMENT } from '#wire/dot11/mac-header.js';
import { isGroupAddress, macKey, type MacKey } from './mac-key.js';

/**
 * Frames that are missing between those of one transmitter, by their sequence numbers (IEEE 802.11: sequence control).
 * `certain`: QoS data to one receiver, whose counter counts nothing else. `possible`: the counter of all other frames of
 * a station, which goes on while it listens on another channel. `jumps`: how often a counter moved too far to tell.
 */
export interface SequenceGaps {
  /** Frames with a sequence number that were counted. */
  readonly frames: number;
  readonly certain: number;
  readonly possible: number;
  readonly jumps: number;
}

const NUMBERS = 4096;
/** Further apart than a transmitter's window, two numbers tell nothing: it has begun anew, or nothing was heard for long. */
const WINDOW = 256;

const TO_AND_FROM_DS = 0x0300;
const RETRY = 0x0800;
const QOS = 0x8;
const NO_DATA = 0x4;
const SHORT_HEADER_BYTES = 24;
const ADDRESS_BYTES = 6;
const AUTHENTICATION = 11;
/** No number of a counter is known yet. */
const UNKNOWN = -1;

interface Counter {
  readonly certain: boolean;
  last: number;
  /** The frame before was one that a station sends on every channel. */
  wandered: boolean;
  readonly missing: Set<number>;
  jumps: number;
}

interface Transmitter {
  frames: number;
  /** Its beacons show that it is an access point: their counter may be that of its radio. */
  isAccessPoint: boolean;
  readonly counters: Map<number, Counter>;
}

/** Counters of a transmitter: one for each receiver and traffic class, and one for everything else. */
const EVERYTHING_ELSE = -1;
const TRAFFIC_CLASSES = 16;
const MAX_COUNTERS = 256;

/** Counts what a monitor did not hear. Fed with every frame it heard of the transmitters it follows, in order. */
export class SequenceMeter {
  private readonly transmitters = new Map<MacKey, Transmitter>();

  /** Begin to count frames of an address of 6 bytes. */
  follow(address: Uint8Array): void {
    const key = macKey(address);
    if (!this.transmitters.has(key))
      this.transmitters.set(key, { frames: 0, isAccessPoint: false, counters: new Map() });
  }

  /** The 802.11 frame `bytes[start, end)`, without frame check sequence. */
  frame(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < SHORT_HEADER_BYTES) return;
    const control = u16le(bytes, start);
    const type = (control >> 2) & 3;
    const subtype = (control >> 4) & 15;
    if (type === FRAME_TYPE.control || type === 3) return;
    const receiver = macKey(bytes, start + 4);
    const transmitter = macKey(bytes, start + 10);
    if (type === FRAME_TYPE.management && isBoundary(subtype)) this.restart(transmitter, receiver);
    const known = this.transmitters.get(transmitter);
    if (known === undefined) return;
    if (type === FRAME_TYPE.management && subtype === MANAGEMENT.beacon) known.isAccessPoint = true;
    const isQos = type === FRAME_TYPE.data && (subtype & QOS) !== 0;
    // Any number will do for a QoS frame without data.
    if (isQos && (subtype & NO_DATA) !== 0) return;
    const isOwnCounter = isQos && !isGroupAddress(bytes, start + 4);
    const qosAt = start + SHORT_HEADER_BYTES + ((control & TO_AND_FROM_DS) === TO_AND_FROM_DS ? ADDRESS_BYTES : 0);
    if (isOwnCounter && qosAt >= end) return;
    const id = isOwnCounter ? receiver * TRAFFIC_CLASSES + ((bytes[qosAt] ?? 0) & 15) : EVERYTHING_ELSE;
    known.frames += 1;
    const number = u16le(bytes, start + 22) >> 4;
    const wanders = type === FRAME_TYPE.management && subtype === MANAGEMENT.probeRequest;
    count(known, id, { number, wanders, isRetry: (control & RETRY) !== 0 });
  }

  /** What was missed since the last call, by transmitter; those without a frame are left out. */
  take(): Map<MacKey, SequenceGaps> {
    const all = new Map<MacKey, SequenceGaps>();
    for (const [key, transmitter] of this.transmitters) {
      if (transmitter.frames > 0) all.set(key, gapsOf(transmitter));
      transmitter.frames = 0;
      for (const counter of transmitter.counters.values()) {
        counter.missing.clear();
        counter.jumps = 0;
      }
    }
    return all;
  }

  /** An association begins or ends: the counters between the two begin anew. What was missed before stays missed. */
  private restart(one: MacKey, other: MacKey): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const counters = this.transmitters.get(from)?.counters;
      for (const [id, counter] of counters ?? []) if (Math.floor(id / TRAFFIC_CLASSES) === to) counter.last = UNKNOWN;
    }
  }
}

function count(
  { counters }: Transmitter,
  id: number,
  { number, wanders, isRetry }: { readonly number: number; readonly wanders: boolean; readonly isRetry: boolean },
): void {
  const counter = counters.get(id);
  if (counter === undefined) {
    if (counters.size < MAX_COUNTERS)
      counters.set(id, {
        certain: id !== EVERYTHING_ELSE,
        last: number,
        wandered: wanders,
        missing: new Set(),
        jumps: 0,
      });
    return;
  }
  const step = counter.last === UNKNOWN ? 1 : (number - counter.last + NUMBERS) % NUMBERS;
  if (step === 0) return;
  if (step > NUMBERS - WINDOW) {
    // Sent again, or later than its successors: it is here after all.
    counter.missing.delete(number);
    if (isRetry || counter.certain) return;
  }
  if (step > WINDOW) counter.jumps += 1;
  else if (!wanders && !counter.wandered)
    for (let missed = 1; missed < step; missed++) counter.missing.add((counter.last + missed) % NUMBERS);
  counter.last = number;
  counter.wandered = wanders;
}

function gapsOf({ frames, isAccessPoint, counters }: Transmitter): SequenceGaps {
  let certain = 0;
  let possible = 0;
  let jumps = 0;
  for (const [id, counter] of counters) {
    if (id === EVERYTHING_ELSE && isAccessPoint) continue;
    if (counter.certain) certain += counter.missing.size;
    else possible += counter.missing.size;
    jumps += counter.jumps;
  }
  return { frames, certain, possible, jumps };
}

function isBoundary(subtype: number): boolean {
  return (
    subtype <= MANAGEMENT.reassociationResponse ||
    subtype === MANAGEMENT.disassociation ||
    subtype === AUTHENTICATION ||
    subtype === MANAGEMENT.deauthentication
  );
}
