import type { Clock } from '#base/clock.js';
import { RallyError } from '#base/error.js';
import type { Engine, EngineOutput } from '#wps/engine.js';

/** A clock that moves only when it is told to: an exchange of two minutes takes no time. */
export class SimulatedClock implements Clock {
  private now = 0;

  /** `startWallMs`: what the wall clock says at the beginning. */
  constructor(private readonly startWallMs: number) {}

  monotonicMs(): number {
    return this.now;
  }

  wallMs(): number {
    return this.startWallMs + this.now;
  }

  /** Nanoseconds since 1970, as a capture's time stamps are. */
  wallNs(): bigint {
    return BigInt(Math.round(this.wallMs() * 1000)) * 1000n;
  }

  advanceTo(monotonicMs: number): void {
    this.now = Math.max(this.now, monotonicMs);
  }

  async sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.advanceTo(this.now + delayMs);
    return Promise.resolve();
  }
}

export type End = 'registrar' | 'enrollee';

export interface Conversation {
  readonly clock: SimulatedClock;
  readonly engines: Readonly<Record<End, Engine>>;
  /** Every output of either side, at the time the clock says, in order. */
  readonly onOutput: (from: End, output: EngineOutput) => void;
}

const LATENCY_MS = 1;
/** Far more than any exchange needs: two engines that answer each other for ever end here. */
const MAX_DELIVERIES = 100_000;

/**
 * Let two engines talk over a link without loss until the Registrar has ended and nothing is on its way. The Registrar
 * is there first, as an access point is. Throws RallyError ERR_INTERNAL when they never come to an end.
 */
export function converse(conversation: Conversation): void {
  new Link(conversation).run();
}

class Link {
  private readonly inFlight: { readonly atMs: number; readonly to: End; readonly bytes: Uint8Array }[] = [];
  private readonly wakeAtMs: Record<End, number> = { registrar: Infinity, enrollee: Infinity };
  private readonly over: Record<End, boolean> = { registrar: false, enrollee: false };

  constructor(private readonly conversation: Conversation) {}

  run(): void {
    const { clock, engines } = this.conversation;
    for (const end of ['registrar', 'enrollee'] as const) this.take(end, engines[end].start(clock.monotonicMs()));
    for (let count = 0; count < MAX_DELIVERIES; count++) {
      if (this.over.registrar && this.inFlight.length === 0) return;
      if (!this.step()) throw new RallyError('ERR_INTERNAL', 'both engines wait for each other for ever');
    }
    throw new RallyError('ERR_INTERNAL', `the engines did not end within ${MAX_DELIVERIES} packets`);
  }

  /** Deliver the next packet or wake the next sleeper; false when nothing will ever happen. */
  private step(): boolean {
    const { clock, engines } = this.conversation;
    const arrival = this.inFlight[0]?.atMs ?? Infinity;
    const wake = Math.min(this.wakeAtMs.registrar, this.wakeAtMs.enrollee);
    const now = Math.min(arrival, wake);
    if (now === Infinity) return false;
    clock.advanceTo(now);
    if (now === arrival) {
      const packet = this.inFlight.shift();
      if (packet !== undefined) this.take(packet.to, engines[packet.to].receive(packet.bytes, now));
    } else {
      const end = now === this.wakeAtMs.registrar ? 'registrar' : 'enrollee';
      this.wakeAtMs[end] = Infinity;
      this.take(end, engines[end].tick(now));
    }
    return true;
  }

  private take(from: End, outputs: readonly EngineOutput[]): void {
    const { clock, onOutput } = this.conversation;
    for (const output of outputs) {
      if (this.over[from]) return;
      onOutput(from, output);
      if (output.kind === 'wake') this.wakeAtMs[from] = output.atMs;
      if (output.kind === 'send') {
        const to = from === 'registrar' ? 'enrollee' : 'registrar';
        this.inFlight.push({ atMs: clock.monotonicMs() + LATENCY_MS, to, bytes: output.bytes });
      }
      if (output.kind === 'end') {
        this.over[from] = true;
        this.wakeAtMs[from] = Infinity;
      }
    }
  }
}
