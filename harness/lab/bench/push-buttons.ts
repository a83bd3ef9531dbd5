import { equal, toHex, u16be } from '#base/bytes.js';
import { wpsElements, fixedFieldBytes } from '#wire/dot11/elements.js';
import { FRAME_TYPE, MANAGEMENT, type MacHeaderView } from '#wire/dot11/mac-header.js';
import type { RadiotapView } from '#wire/dot11/radiotap.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { DEVICE_PASSWORD_ID } from '#wire/wps/codes.js';
import { attribute, decodeWsc, type WscMessage } from '#wire/wps/message.js';

/** How long a pushed button counts (WSC: PBC monitor time), milliseconds. */
export const MONITOR_MS = 120_000;
/** Most that are remembered; the oldest give way. */
const MOST_REMEMBERED = 64;
const ADDRESS_BYTES = 6;

/** Somebody in push-button mode. */
export interface PushedButton {
  /** A device that looks for a Registrar, or an access point that waits for a device. */
  readonly role: 'device' | 'access point';
  /** Transmitter, 6 bytes. */
  readonly address: Uint8Array;
  /** UUID-E in hex: of the device, or of the access point where it tells it; else empty. */
  readonly uuid: string;
}

/** Look at a frame of a monitor; null when it does not say that its sender is in push-button mode. */
export function pushedButtonOf(bytes: Uint8Array, radiotap: RadiotapView, mac: MacHeaderView): PushedButton | null {
  if (!radiotap.read(bytes, 0, bytes.length) || radiotap.badFcs) return null;
  const end = bytes.length - radiotap.fcsBytes;
  if (!mac.read(bytes, radiotap.lengthBytes, end, radiotap.padded) || mac.type !== FRAME_TYPE.management) return null;
  const fixedBytes = fixedFieldBytes(mac.subtype);
  const elements = fixedBytes < 0 ? null : wpsElements(bytes, mac.bodyAt + fixedBytes, end);
  if (elements === null) return null;
  const wsc = decodeWsc(elements.data);
  const role = hasButton(wsc) ? roleOf(mac.subtype, wsc) : null;
  if (role === null) return null;
  const address = bytes.slice(mac.transmitterAt, mac.transmitterAt + ADDRESS_BYTES);
  return { role, address, uuid: uuidOf(wsc) };
}

/** The same of the M1 of a device, whose address has 6 bytes. */
export function pushedIn(m1: WscMessage, address: Uint8Array): PushedButton | null {
  return hasButton(m1) ? { role: 'device', address: address.slice(), uuid: uuidOf(m1) } : null;
}

function hasButton(wsc: WscMessage): boolean {
  return numberOf(wsc, ATTRIBUTE.DevicePasswordID) === DEVICE_PASSWORD_ID.PushButton;
}

function uuidOf(wsc: WscMessage): string {
  const uuid = attribute(wsc, ATTRIBUTE.UuidE);
  return uuid === null ? '' : toHex(uuid.value);
}

function roleOf(subtype: number, wsc: WscMessage): PushedButton['role'] | null {
  if (subtype === MANAGEMENT.probeRequest) return 'device';
  const isAccessPoint = subtype === MANAGEMENT.beacon || subtype === MANAGEMENT.probeResponse;
  return isAccessPoint && numberOf(wsc, ATTRIBUTE.SelectedRegistrar) === 1 ? 'access point' : null;
}

/** Value of an attribute of one or two bytes; null without it. */
function numberOf(wsc: WscMessage, id: number): number | null {
  const value = attribute(wsc, id)?.value;
  if (value?.length === 1) return value[0] ?? null;
  return value?.length === 2 ? u16be(value, 0) : null;
}

/** Who is in push-button mode besides the device and our access point. */
export class PushButtons {
  private readonly seen = new Map<string, PushedButton & { readonly atMs: number }>();

  /** @param networks addresses of our own networks, 6 bytes each */
  constructor(private readonly networks: readonly Uint8Array[]) {}

  see(pushed: PushedButton, nowMs: number): void {
    if (this.networks.some((network) => equal(network, pushed.address))) return;
    const key = `${pushed.role} ${pushed.uuid === '' ? toHex(pushed.address) : pushed.uuid}`;
    this.seen.delete(key);
    this.seen.set(key, { ...pushed, atMs: nowMs });
    const [oldest] = this.seen.size > MOST_REMEMBERED ? this.seen.keys() : [];
    if (oldest !== undefined) this.seen.delete(oldest);
  }

  /**
   * Those with whom a session by push button overlaps: every other access point in push-button mode, and where more than
   * one device is, those that are not ours.
   *
   * @param device address of the device, 6 bytes; null: not known, so all of several count
   */
  overlap(device: Uint8Array | null, nowMs: number): PushedButton[] {
    const recent = [...this.seen.values()].filter(({ atMs }) => nowMs - atMs <= MONITOR_MS);
    const devices = recent.filter(({ role }) => role === 'device');
    return recent.filter(({ role, address }) => {
      if (role === 'access point') return true;
      return devices.length > 1 && (device === null || !equal(address, device));
    });
  }
}
