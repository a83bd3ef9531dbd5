import { equal } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import { keyMessageOf, isKeyPacket } from '#evidence/join-frames.js';
import { isWscIdentity, peekEap } from '#evidence/peek.js';
import { EAP_CODE } from '#wire/eap/eap.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { EAPOL_HEADER_BYTES, EAPOL_TYPE } from '#wire/eap/eapol.js';
import type { AirEapol } from './radio-frames.js';

/** How far a registration has come. `over`: EAP-Failure; `joined`: the last message of the 4-way handshake. */
export type WatchedStep = 'begun' | 'done' | 'over' | 'joined';

export interface ExchangeWatchOptions {
  readonly clock: Clock;
  /** Address of the access point, 6 bytes. */
  readonly bssid: Uint8Array;
  /** Address of the device, 6 bytes; null: the first that registers. */
  readonly device: Uint8Array | null;
  readonly onStep: (step: WatchedStep) => void;
  readonly onDevice: (device: Uint8Array) => void;
}

/** Follows the registrations of one device by what is heard of them, without taking part. */
export class ExchangeWatch {
  private device: Uint8Array | null;
  private readonly reached = new Set<WatchedStep>();
  private wake: (() => void) | null = null;

  constructor(private readonly options: ExchangeWatchOptions) {
    this.device = options.device;
  }

  /** The next registration is awaited. */
  begin(): void {
    this.reached.clear();
  }

  has(step: WatchedStep): boolean {
    return this.reached.has(step);
  }

  /** Resolves true when the registration has come so far, false after `limitMs`. Throws the signal's reason. */
  async until(step: WatchedStep, limitMs: number, signal: AbortSignal): Promise<boolean> {
    const limit = new AbortController();
    const cut = AbortSignal.any([signal, limit.signal]);
    this.wake = () => {
      if (this.reached.has(step)) limit.abort();
    };
    this.wake();
    try {
      await this.options.clock.sleep(limitMs, cut);
    } catch {
      signal.throwIfAborted();
    } finally {
      this.wake = null;
    }
    return this.reached.has(step);
  }

  /** An EAPOL packet in the air. */
  eapol({ source, destination, bytes }: AirEapol): void {
    const { bssid } = this.options;
    const fromDevice = !equal(source, bssid);
    const station = fromDevice ? source : destination;
    if (this.device !== null ? !equal(station, this.device) : !fromDevice) return;
    if (isKeyPacket(bytes, 0, bytes.length)) {
      const message = keyMessageOf(bytes, EAPOL_HEADER_BYTES, bytes.length);
      if (this.has('done') && message === 4) this.step('joined');
    } else if (bytes.length >= EAPOL_HEADER_BYTES && bytes[1] === EAPOL_TYPE.EapPacket) this.eap(bytes, station);
  }

  private eap(bytes: Uint8Array, station: Uint8Array): void {
    const peek = peekEap(bytes, 0, bytes.length);
    if (peek === null) return;
    if (peek.opCode >= 0 || isWscIdentity(bytes, peek, 0)) {
      if (this.device === null) {
        this.device = station.slice();
        this.options.onDevice(this.device);
      }
      this.step('begun');
    }
    if (peek.opCode === OP_CODE.Done) this.step('done');
    if (peek.code === EAP_CODE.Failure && this.has('begun')) this.step('over');
  }

  private step(step: WatchedStep): void {
    if (this.reached.has(step) || (this.has('over') && step !== 'joined')) return;
    this.reached.add(step);
    this.options.onStep(step);
    this.wake?.();
  }
}
