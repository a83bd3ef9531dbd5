import { toHex } from '#base/bytes.js';
import { millisecondsOf } from '#base/nanoseconds.js';
import { equalsWpsData, wpsElements, type WpsElements } from '#wire/dot11/elements.js';
import { MANAGEMENT } from '#wire/dot11/mac-header.js';
import type { PacketView } from '#wire/pcap/packet.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute, decodeWsc } from '#wire/wps/message.js';
import type { ManagementPlace } from './locate.js';
import { macBytes, macKey, type MacKey } from './mac-key.js';
import type { Frame, ManagementFrame } from './model.js';

const KINDS: ReadonlyMap<number, ManagementFrame['kind']> = new Map([
  [MANAGEMENT.associationRequest, 'association-request'],
  [MANAGEMENT.associationResponse, 'association-response'],
  [MANAGEMENT.reassociationRequest, 'association-request'],
  [MANAGEMENT.reassociationResponse, 'association-response'],
  [MANAGEMENT.probeRequest, 'probe-request'],
  [MANAGEMENT.probeResponse, 'probe-response'],
  [MANAGEMENT.beacon, 'beacon'],
]);

/** Most transmitters remembered, and most contents of one; the oldest give way. */
const MAX_TRANSMITTERS = 8192;
const MAX_CONTENTS = 64;
/** Probe Requests no further apart than this belong together: a device goes through its channels in some seconds. */
const TOGETHER_MS = 5000;
/** Most stretches remembered of one content; the oldest give way. */
const MAX_STRETCHES = 32;

/** A frame whose WPS data its transmitter had not sent before in a frame of this kind. */
interface Kept {
  readonly subtype: number;
  readonly frame: Frame;
  /** The WPS elements' data, one after another, and where it stands in the frame. */
  readonly elements: WpsElements;
  /** When it was sent: of Probe Requests only. */
  readonly heard: Stretch[];
}

/** From the first to the last of frames that belong together; milliseconds since 1970. */
interface Stretch {
  readonly fromMs: number;
  toMs: number;
}

interface Probe {
  readonly transmitter: MacKey;
  readonly frame: Kept;
}

interface Transmitter {
  readonly kept: Kept[];
  /** Frames with a WPS IE that the capture cut. */
  cutFrames: number;
}

/** Management frames with a WPS IE: the first of each content a transmitter sends, so that memory stays constant. */
export class ManagementStore {
  private readonly byTransmitter = new Map<MacKey, Transmitter>();
  /** Probe Requests of locally administered addresses by their UUID-E; null until they are asked for. */
  private probes: ReadonlyMap<string, readonly Probe[]> | null = null;

  push(packet: PacketView, place: ManagementPlace): void {
    this.probes = null;
    const key = macKey(packet.buffer, place.transmitterAt);
    const transmitter = this.byTransmitter.get(key) ?? this.add(key);
    if (place.cut) {
      transmitter.cutFrames++;
      return;
    }
    const { kept } = transmitter;
    const known = find(kept, packet, place);
    const fresh = known === null ? keep(packet, place) : null;
    if (fresh !== null) kept.push(fresh);
    if (kept.length > MAX_CONTENTS) kept.shift();
    const own = known ?? fresh;
    if (own?.subtype === MANAGEMENT.probeRequest) noteTime(own.heard, millisecondsOf(packet.timeNs));
  }

  /** Frames with a WPS IE of a transmitter that the capture cut. */
  cutFramesOf(transmitter: MacKey): number {
    return this.byTransmitter.get(transmitter)?.cutFrames ?? 0;
  }

  /** Frames a transmitter sent, decoded, in capture order. */
  of(transmitter: MacKey): ManagementFrame[] {
    const kept = this.byTransmitter.get(transmitter)?.kept ?? [];
    return kept.map((frame) => decode(transmitter, frame)).filter((frame) => frame !== null);
  }

  /**
   * Probe Requests with this UUID-E (16 bytes) from other addresses: a station may use made-up addresses while it
   * looks for a network, and those are locally administered.
   */
  probesOf(uuidE: Uint8Array): ManagementFrame[] {
    this.probes ??= this.localProbes();
    const sent = this.probes.get(toHex(uuidE)) ?? [];
    return sent.map(({ transmitter, frame }) => decode(transmitter, frame)).filter((frame) => frame !== null);
  }

  /** Transmitters of a WPS IE in an Association Request: they meant to register. */
  registering(): MacKey[] {
    const registers = ({ subtype }: Kept): boolean =>
      subtype === MANAGEMENT.associationRequest || subtype === MANAGEMENT.reassociationRequest;
    return [...this.byTransmitter].filter(([, { kept }]) => kept.some(registers)).map(([transmitter]) => transmitter);
  }

  /** Each frame is decoded once, however many devices ask for theirs. */
  private localProbes(): ReadonlyMap<string, readonly Probe[]> {
    const found = new Map<string, Probe[]>();
    for (const [transmitter, { kept }] of this.byTransmitter) {
      if (!isLocal(transmitter)) continue;
      for (const frame of kept) {
        if (frame.subtype !== MANAGEMENT.probeRequest) continue;
        const uuid = attribute(decodeWsc(frame.elements.data), ATTRIBUTE.UuidE);
        if (uuid === null) continue;
        const key = toHex(uuid.value);
        const known = found.get(key);
        if (known === undefined) found.set(key, [{ transmitter, frame }]);
        else known.push({ transmitter, frame });
      }
    }
    return found;
  }

  private add(key: MacKey): Transmitter {
    const [oldest] = this.byTransmitter.size < MAX_TRANSMITTERS ? [] : this.byTransmitter.keys();
    if (oldest !== undefined) this.byTransmitter.delete(oldest);
    const transmitter: Transmitter = { kept: [], cutFrames: 0 };
    this.byTransmitter.set(key, transmitter);
    return transmitter;
  }
}

function find(known: readonly Kept[], packet: PacketView, { subtype, elementAt, end }: ManagementPlace): Kept | null {
  for (const kept of known)
    if (kept.subtype === subtype && equalsWpsData(kept.elements.data, packet.buffer, elementAt, end)) return kept;
  return null;
}

function noteTime(heard: Stretch[], timeMs: number): void {
  const last = heard.at(-1);
  if (last !== undefined && timeMs - last.toMs <= TOGETHER_MS) last.toMs = Math.max(last.toMs, timeMs);
  else heard.push({ fromMs: timeMs, toMs: timeMs });
  if (heard.length > MAX_STRETCHES) heard.shift();
}

function keep(packet: PacketView, place: ManagementPlace): Kept | null {
  const frame = packet.store();
  const elements = wpsElements(frame.bytes, place.elementAt - packet.start, place.end - packet.start);
  return elements === null ? null : { subtype: place.subtype, frame, elements, heard: [] };
}

function decode(transmitter: MacKey, { subtype, frame, elements, heard }: Kept): ManagementFrame | null {
  const kind = KINDS.get(subtype);
  if (kind === undefined) return null;
  const parts = elements.parts.map(({ dataOffset, offset, lengthBytes }) => ({
    frame,
    messageOffset: dataOffset,
    frameOffset: offset,
    lengthBytes,
  }));
  const wsc = decodeWsc(elements.data);
  const seen = { kind, transmitter: macBytes(transmitter), frame, wsc, parts };
  return heard.length === 0 ? seen : { ...seen, heard: heard.map((stretch) => ({ ...stretch })) };
}

/** Locally administered: made up by the station itself. */
function isLocal(key: MacKey): boolean {
  return ((macBytes(key)[0] ?? 0) & 2) !== 0;
}
