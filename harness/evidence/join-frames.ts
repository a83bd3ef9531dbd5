import { u16be, u16le } from '#base/bytes.js';
import { millisecondsOf } from '#base/nanoseconds.js';
import { fixedFieldBytes, hasRsnElement } from '#wire/dot11/elements.js';
import { MANAGEMENT } from '#wire/dot11/mac-header.js';
import { EAPOL_HEADER_BYTES, EAPOL_TYPE } from '#wire/eap/eapol.js';
import type { PacketView } from '#wire/pcap/packet.js';
import type { AssociationPlace, EapolPlace, ManagementPlace } from './locate.js';
import { isGroupAddress, macBytes, macKey, type MacKey } from './mac-key.js';
import type { JoinFact, KeyMessage } from './model.js';

/** Most stations remembered, and most steps of one; the oldest give way. */
const MAX_STATIONS = 4096;
const MAX_STEPS = 256;

/** Key Information of an EAPOL-Key packet, and the offset of its Key Data Length in the body (IEEE 802.11). */
const KEY_INFO = { pairwise: 0x0008, ack: 0x0080, mic: 0x0100, secure: 0x0200 } as const;
const KEY_INFO_AT = 1;
const KEY_DATA_LENGTH_AT = 93;

/** Offset of the status code in an Association Response's fixed fields. */
const STATUS_AT = 2;

/** A step as it is kept. */
type Step = Omit<JoinFact, 'accessPoint'> & { readonly accessPointKey: MacKey };

/** Steps of stations onto networks, as far as frames show them. What an encrypted network carries is not seen. */
export class JoinStore {
  private readonly byStation = new Map<MacKey, Step[]>();

  /** @param only the one station of interest; null: any */
  constructor(private readonly only: MacKey | null) {}

  /** A management frame with a WPS IE. */
  registration(packet: PacketView, { subtype, transmitterAt, receiverAt }: ManagementPlace): void {
    if (isRequest(subtype)) this.add(packet, transmitterAt, receiverAt, { state: 'registering' });
  }

  /** A management frame about an association, without a WPS IE. */
  association(packet: PacketView, place: AssociationPlace): void {
    const { buffer } = packet;
    const { subtype, transmitterAt, receiverAt, bodyAt, end } = place;
    if (isLeave(subtype)) {
      const reason = end - bodyAt < 2 ? {} : { reasonCode: u16le(buffer, bodyAt) };
      this.add(packet, transmitterAt, receiverAt, { state: 'left', ...reason });
    } else if (isRequest(subtype)) {
      const isSecured = hasRsnElement(buffer, bodyAt + fixedFieldBytes(subtype), end);
      this.add(packet, transmitterAt, receiverAt, { state: 'requested', isSecured });
    } else if (end - bodyAt >= STATUS_AT + 2 && u16le(buffer, bodyAt + STATUS_AT) === 0) {
      this.add(packet, receiverAt, transmitterAt, { state: 'associated' });
    }
  }

  /** An EAPOL-Key packet. */
  keyPacket(packet: PacketView, place: EapolPlace): void {
    const keyMessage = keyMessageOf(packet.buffer, place.start + EAPOL_HEADER_BYTES, place.end);
    const { sourceAt, destinationAt } = place;
    if (keyMessage === null || sourceAt < 0 || destinationAt < 0) return;
    const fromStation = keyMessage % 2 === 0;
    const stationAt = fromStation ? sourceAt : destinationAt;
    const accessPointAt = fromStation ? destinationAt : sourceAt;
    const before = this.byStation.get(macKey(packet.buffer, stationAt))?.findLast(({ state }) => state !== 'left');
    this.add(packet, stationAt, accessPointAt, { state: 'key-message', keyMessage });
    const isComplete = keyMessage === 4 && before?.keyMessage === 3;
    if (isComplete) this.add(packet, stationAt, accessPointAt, { state: 'handshake' });
  }

  /** Steps of one station, by time. */
  of(station: MacKey): JoinFact[] {
    return (this.byStation.get(station) ?? []).map(({ accessPointKey, ...step }) => ({
      ...step,
      accessPoint: macBytes(accessPointKey),
    }));
  }

  private add(
    packet: PacketView,
    stationAt: number,
    accessPointAt: number,
    what: Pick<JoinFact, 'state' | 'isSecured' | 'keyMessage' | 'reasonCode'>,
  ): void {
    const { buffer, number, timeNs } = packet;
    const station = macKey(buffer, stationAt);
    if (isGroupAddress(buffer, stationAt) || (this.only !== null && station !== this.only)) return;
    const steps = this.byStation.get(station) ?? this.begin(station);
    const accessPointKey = macKey(buffer, accessPointAt);
    steps.push({ ...what, timeMs: millisecondsOf(timeNs), source: 'frames', frame: number, accessPointKey });
    if (steps.length > MAX_STEPS) steps.shift();
  }

  private begin(station: MacKey): Step[] {
    const [oldest] = this.byStation.size < MAX_STATIONS ? [] : this.byStation.keys();
    if (oldest !== undefined) this.byStation.delete(oldest);
    const steps: Step[] = [];
    this.byStation.set(station, steps);
    return steps;
  }
}

/** Whether the EAPOL packet `bytes[start, end)` is an EAPOL-Key. */
export function isKeyPacket(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= EAPOL_HEADER_BYTES && bytes[start + 1] === EAPOL_TYPE.Key;
}

/** Which message of the 4-way handshake the EAPOL-Key body `bytes[at, end)` is; null for a group key, and for a cut one. */
export function keyMessageOf(bytes: Uint8Array, at: number, end: number): KeyMessage | null {
  if (end - at < KEY_DATA_LENGTH_AT + 2) return null;
  const info = u16be(bytes, at + KEY_INFO_AT);
  const has = (bit: number): boolean => (info & bit) !== 0;
  if (!has(KEY_INFO.pairwise)) return null;
  if (has(KEY_INFO.ack)) return has(KEY_INFO.mic) ? 3 : 1;
  // Message 2 carries the station's RSN element; message 4 carries nothing, and WPA does not mark it secure.
  return has(KEY_INFO.secure) || u16be(bytes, at + KEY_DATA_LENGTH_AT) === 0 ? 4 : 2;
}

function isRequest(subtype: number): boolean {
  return subtype === MANAGEMENT.associationRequest || subtype === MANAGEMENT.reassociationRequest;
}

function isLeave(subtype: number): boolean {
  return subtype === MANAGEMENT.disassociation || subtype === MANAGEMENT.deauthentication;
}
