import { equal, toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import type { Recorder } from '#evidence/recorder.js';
import { MacHeaderView } from '#wire/dot11/mac-header.js';
import { RadiotapView } from '#wire/dot11/radiotap.js';
import { airFrame, eapolKey, type AirEapol, type AirFrame } from './radio-frames.js';

/** Interfaces a frame can come from. */
type Origin = 'wire' | 'air';
/** The monitor and the access point hear the same frame within this time. */
const HOLD_MS = 1500;
const ADDRESS_BYTES = 6;

interface Held {
  readonly bytes: Uint8Array;
  readonly timeNs: bigint;
  readonly origin: Origin;
  readonly direction: 'in' | 'out';
  readonly sinceMs: number;
  /** Of EAPOL in clear: the same for the frame in the air and its copy at the access point. */
  readonly key: string | null;
}

export interface RadioCaptureOptions {
  readonly evidence: Pick<Recorder, 'frame'>;
  readonly clock: Clock;
  /** Addresses of the networks whose frames are kept, 6 bytes each. */
  readonly networks: readonly Uint8Array[];
  /** Places of the two among the recorder's interfaces; `wire` null: there is no access point of ours. */
  readonly interfaces: Readonly<{ wire: number | null; air: number }>;
  /** Told of each EAPOL packet in the air that is kept. */
  readonly onEapol?: (eapol: AirEapol) => void;
  /** Told when the device's address is known. */
  readonly onDevice?: (device: Uint8Array) => void;
  readonly onFailure: (error: unknown) => void;
  /** Frames in the air beyond this many bytes are counted, not kept. */
  readonly limitBytes: number;
}

/**
 * Puts what the monitor hears and what the access point sends and receives into one recording, in the order of time. Of
 * an EAPOL packet that both have, the frame in the air is kept, with its radiotap header; where the monitor missed it,
 * the access point's copy stands in. Other stations and networks are left out.
 */
export class RadioCapture {
  /** EAPOL packets that the access point had and the monitor did not. */
  missed = 0;
  /** Frames beyond the size limit. */
  beyondLimit = 0;
  private known: Uint8Array | null = null;
  private held: Held[] = [];
  /** Keys of frames in the air whose copy has not come yet, and when they were heard. */
  private unclaimed: { readonly key: string; readonly sinceMs: number }[] = [];
  private keptBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly radiotap = new RadiotapView();
  private readonly mac = new MacHeaderView();

  constructor(private readonly options: RadioCaptureOptions) {}

  /** The device's address, 6 bytes, once known. */
  get device(): Uint8Array | null {
    return this.known;
  }

  set device(address: Uint8Array | null) {
    this.known = address;
    if (address !== null) this.options.onDevice?.(address);
  }

  /** A frame of the monitor: radiotap header and 802.11 frame. */
  air(bytes: Uint8Array, timeNs: bigint): void {
    const frame = airFrame(bytes, this.radiotap, this.mac);
    if (frame === null || !this.isOurs(frame)) return;
    if (this.keptBytes + bytes.length > this.options.limitBytes) {
      this.beyondLimit += 1;
      return;
    }
    this.keptBytes += bytes.length;
    const sinceMs = this.options.clock.monotonicMs();
    const direction = this.device !== null && equal(frame.transmitter, this.device) ? 'in' : 'out';
    const { eapol } = frame;
    const key = eapol === null ? null : eapolKey(eapol.source, eapol.bytes);
    if (key !== null) {
      const copy = this.held.findIndex((held) => held.origin === 'wire' && held.key === key);
      if (copy >= 0) this.held.splice(copy, 1);
      else this.unclaimed.push({ key, sinceMs });
    }
    this.hold({ bytes, timeNs, origin: 'air', direction, sinceMs, key });
    if (eapol !== null) this.options.onEapol?.(eapol);
  }

  /** An Ethernet frame with EAPOL at the access point. */
  wire(bytes: Uint8Array, timeNs: bigint, from: 'dut' | 'bench'): void {
    const sinceMs = this.options.clock.monotonicMs();
    if (from === 'dut') this.device ??= bytes.slice(ADDRESS_BYTES, 2 * ADDRESS_BYTES);
    const key = eapolKey(bytes.subarray(ADDRESS_BYTES, 2 * ADDRESS_BYTES), bytes.subarray(2 * ADDRESS_BYTES + 2));
    this.unclaimed = this.unclaimed.filter((heard) => sinceMs - heard.sinceMs <= HOLD_MS);
    const heard = this.unclaimed.findIndex((each) => each.key === key);
    if (heard >= 0) this.unclaimed.splice(heard, 1);
    else this.hold({ bytes, timeNs, origin: 'wire', direction: from === 'dut' ? 'in' : 'out', sinceMs, key });
  }

  /** Write down all that is held back. Throws RallyError ERR_DISK. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.write(Number.POSITIVE_INFINITY);
  }

  private hold(frame: Held): void {
    this.held.push(frame);
    this.schedule();
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      try {
        this.write(this.options.clock.monotonicMs() - HOLD_MS);
      } catch (error) {
        this.options.onFailure(error);
        return;
      }
      if (this.held.length > 0) this.schedule();
    }, HOLD_MS);
  }

  /** Write what was held since before `beforeMs`, and what is older by its own time. */
  private write(beforeMs: number): void {
    this.held.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
    const last = this.held.findLastIndex((frame) => frame.sinceMs <= beforeMs);
    const due = this.held.slice(0, last + 1);
    this.held = this.held.slice(last + 1);
    const { interfaces, evidence } = this.options;
    for (const { bytes, timeNs, origin, direction } of due) {
      if (origin === 'wire') this.missed += 1;
      evidence.frame(bytes, timeNs, { direction, interfaceId: interfaces[origin] ?? 0 });
    }
  }

  private isOurs({ addresses, isManagement, eapol }: AirFrame): boolean {
    const { device } = this;
    if (device !== null && addresses.some((address) => equal(device, address))) return true;
    // What the other stations of somebody else's access point send and receive is no business of ours.
    const { networks, interfaces } = this.options;
    const isWanted = interfaces.wire !== null || isManagement || (device === null && eapol !== null);
    return isWanted && addresses.some((address) => networks.some((network) => equal(network, address)));
  }
}

/** Lower-case colon form of an address of 6 bytes. */
export function addressText(address: Uint8Array): string {
  return toHex(address, ':');
}
