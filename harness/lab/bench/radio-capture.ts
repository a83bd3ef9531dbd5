import { equal, toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import type { Recorder } from '#evidence/recorder.js';
import { MacHeaderView } from '#wire/dot11/mac-header.js';
import { RadiotapView } from '#wire/dot11/radiotap.js';
import { airFrame, eapolKey, type AirFrame } from './radio-frames.js';

/** Places of the two among the recorder's interfaces. */
const WIRE = 0;
const AIR = 1;
/** The monitor and the access point hear the same frame within this time. */
const HOLD_MS = 500;
const ADDRESS_BYTES = 6;

interface Held {
  readonly bytes: Uint8Array;
  readonly timeNs: bigint;
  readonly interfaceId: number;
  readonly direction: 'in' | 'out';
  readonly sinceMs: number;
  /** Of EAPOL in clear: the same for the frame in the air and its copy at the access point. */
  readonly key: string | null;
}

export interface RadioCaptureOptions {
  readonly evidence: Pick<Recorder, 'frame'>;
  readonly clock: Clock;
  /** Addresses of our own networks, 6 bytes each. */
  readonly ownNetworks: readonly Uint8Array[];
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
  /** The device's address, 6 bytes, once known. */
  device: Uint8Array | null = null;
  private held: Held[] = [];
  /** Keys of frames in the air whose copy has not come yet, and when they were heard. */
  private unclaimed: { readonly key: string; readonly sinceMs: number }[] = [];
  private keptBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly radiotap = new RadiotapView();
  private readonly mac = new MacHeaderView();

  constructor(private readonly options: RadioCaptureOptions) {}

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
    const { key } = frame;
    if (key !== null) {
      const copy = this.held.findIndex((held) => held.interfaceId === WIRE && held.key === key);
      if (copy >= 0) this.held.splice(copy, 1);
      else this.unclaimed.push({ key, sinceMs });
    }
    this.hold({ bytes, timeNs, interfaceId: AIR, direction, sinceMs, key });
  }

  /** An Ethernet frame with EAPOL at the access point. */
  wire(bytes: Uint8Array, timeNs: bigint, from: 'dut' | 'bench'): void {
    const sinceMs = this.options.clock.monotonicMs();
    if (from === 'dut') this.device ??= bytes.slice(ADDRESS_BYTES, 2 * ADDRESS_BYTES);
    const key = eapolKey(bytes.subarray(ADDRESS_BYTES, 2 * ADDRESS_BYTES), bytes.subarray(2 * ADDRESS_BYTES + 2));
    this.unclaimed = this.unclaimed.filter((heard) => sinceMs - heard.sinceMs <= HOLD_MS);
    const heard = this.unclaimed.findIndex((each) => each.key === key);
    if (heard >= 0) this.unclaimed.splice(heard, 1);
    else this.hold({ bytes, timeNs, interfaceId: WIRE, direction: from === 'dut' ? 'in' : 'out', sinceMs, key });
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
    for (const { bytes, timeNs, interfaceId, direction } of due) {
      if (interfaceId === WIRE) this.missed += 1;
      this.options.evidence.frame(bytes, timeNs, { direction, interfaceId });
    }
  }

  private isOurs({ addresses }: AirFrame): boolean {
    const { device } = this;
    return addresses.some(
      (address) =>
        this.options.ownNetworks.some((own) => equal(own, address)) || (device !== null && equal(device, address)),
    );
  }
}

/** Lower-case colon form of an address of 6 bytes. */
export function addressText(address: Uint8Array): string {
  return toHex(address, ':');
}
