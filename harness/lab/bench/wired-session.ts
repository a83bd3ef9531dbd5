import type { Clock } from '#base/clock.js';
import { RallyError } from '#base/error.js';
import { decodeEapol, EAPOL_TYPE } from '#wire/eap/eapol.js';
import type { WscMessage } from '#wire/wps/message.js';
import type { DerivedKeys, Engine, EngineOutput, Outcome } from '#wps/engine.js';
import { asRallyError } from '../failure.js';
import type { EapolLink } from './eapol-link.js';

/** How often a device that says nothing is asked for its identity: one that waits for the authenticator starts then. */
const ASK_EVERY_MS = 5000;
/** The engine keeps its own session limit; this much later the bench stops believing in it. */
const ENGINE_SLACK_MS = 5000;

export interface SessionEnd {
  readonly outcome: Outcome;
  readonly text: string;
  readonly silenceMs?: number;
}

export interface SessionOptions {
  readonly link: Pick<EapolLink, 'listen' | 'send'>;
  /** A Registrar that gives up after `sessionMs`. */
  readonly newEngine: (sessionMs: number) => Engine;
  /** Wait this long for the device's first frame. */
  readonly startMs: number;
  /** Longest exchange, from the device's first frame. */
  readonly sessionMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onKeys: (keys: DerivedKeys) => void;
  readonly onM1?: (m1: WscMessage) => void;
  readonly onStep: (step: string) => void;
}

/**
 * One WPS registration with the device on a link: waits for its first frame, then lets the engine talk until it ends.
 */
export class WiredSession {
  /** A silent device ends it with outcome `timeout`. Rejects when the bench fails or the signal is aborted. */
  readonly ended: Promise<SessionEnd>;
  private engine: Engine | null = null;
  private heard = false;
  private over = false;
  /** When the engine wants to be woken. */
  private wake: { readonly engine: Engine; readonly atMs: number } | null = null;
  private wakeTimer: NodeJS.Timeout | undefined;
  private wakeTimerAtMs = Infinity;
  private askTimer: NodeJS.Timeout | undefined;
  private limitTimer: NodeJS.Timeout | undefined;
  private readonly onAbort = (): void => {
    this.finish(asRallyError(this.options.signal.reason));
  };

  private settle: (result: SessionEnd | RallyError) => void = () => undefined;

  /** Listens from now on. */
  constructor(private readonly options: SessionOptions) {
    this.ended = new Promise((resolve, reject) => {
      this.settle = (result) => {
        if (result instanceof RallyError) reject(result);
        else resolve(result);
      };
    });
    this.begin();
  }

  /**
   * Ask for the device's identity now instead of waiting for its EAPOL-Start: what an authenticator does when a port
   * comes up. A supplicant leaves it two seconds for that before it begins by itself.
   */
  ask(): void {
    this.guarded(() => {
      // Whoever answers may do so at the end of the waiting time, and then still gets a whole session.
      if (this.engine === null) this.startEngine(this.options.startMs + this.options.sessionMs);
    });
  }

  private begin(): void {
    const { link, signal, startMs } = this.options;
    signal.addEventListener('abort', this.onAbort, { once: true });
    if (signal.aborted) {
      this.onAbort();
      return;
    }
    this.limitTimer = setTimeout(() => {
      this.finish({
        outcome: 'timeout',
        text: `the device sent nothing within ${startMs} ms`,
        silenceMs: startMs,
      });
    }, startMs);
    this.askLater();
    link.listen({
      packet: (eapol) => {
        this.receive(eapol);
      },
      failure: (error) => {
        this.finish(error);
      },
    });
  }

  private askLater(): void {
    this.askTimer = setTimeout(() => {
      this.ask();
      this.askLater();
    }, ASK_EVERY_MS);
  }

  private receive(eapol: Uint8Array): void {
    const isFirst = !this.heard;
    this.heard = true;
    this.answer(eapol, isFirst);
    // Timers wait until the device has its answer.
    if (isFirst && !this.over) this.limitSession();
  }

  private answer(eapol: Uint8Array, isFirst: boolean): void {
    if (isFirst && decodeEapol(eapol).header?.packetType === EAPOL_TYPE.Start) {
      // A fresh Registrar's first words are the answer to EAPOL-Start.
      this.options.onStep('EAPOL-Start received');
      this.startEngine(this.options.sessionMs);
      return;
    }
    const engine = this.engine ?? this.startEngine(this.options.sessionMs);
    this.carryOut(engine, engine.receive(eapol, this.options.clock.monotonicMs()));
  }

  private limitSession(): void {
    const { startMs, sessionMs } = this.options;
    const limitMs = startMs + sessionMs + ENGINE_SLACK_MS;
    clearTimeout(this.askTimer);
    clearTimeout(this.limitTimer);
    this.limitTimer = setTimeout(() => {
      this.finish(new RallyError('ERR_INTERNAL', `the Registrar did not end within ${limitMs} ms`));
    }, limitMs);
  }

  private startEngine(sessionMs: number): Engine {
    const engine = this.options.newEngine(sessionMs);
    this.engine = engine;
    this.carryOut(engine, engine.start(this.options.clock.monotonicMs()));
    return engine;
  }

  private carryOut(engine: Engine, outputs: readonly EngineOutput[]): void {
    for (const output of outputs) {
      // An engine that gave up on a device that was never heard is replaced: only its end may be missed.
      if (this.over || engine !== this.engine) return;
      switch (output.kind) {
        case 'send':
          this.options.link.send(output.bytes);
          break;
        case 'wake':
          this.wakeAt(engine, output.atMs);
          break;
        case 'keys':
          this.options.onKeys(output.keys);
          break;
        case 'm1':
          this.options.onM1?.(output.m1);
          break;
        case 'progress':
          this.options.onStep(output.step);
          break;
        case 'end':
          this.engineEnded(output);
          break;
      }
    }
  }

  private engineEnded(end: EngineOutput & { kind: 'end' }): void {
    if (!this.heard) {
      // Nobody answered our questions; the device still has the rest of its time to begin by itself.
      this.engine = null;
      return;
    }
    this.finish({
      outcome: end.outcome,
      text: end.text,
      ...(end.silenceMs === undefined ? {} : { silenceMs: end.silenceMs }),
    });
  }

  private wakeAt(engine: Engine, atMs: number): void {
    this.wake = { engine, atMs };
    // Nearly every request is answered before its time: a timer that runs already looks again when it ends.
    if (atMs < this.wakeTimerAtMs) this.armWakeTimer(atMs);
  }

  private armWakeTimer(atMs: number): void {
    const { clock } = this.options;
    clearTimeout(this.wakeTimer);
    this.wakeTimerAtMs = atMs;
    this.wakeTimer = setTimeout(
      () => {
        this.wakeTimerAtMs = Infinity;
        this.guarded(() => {
          this.wakeUp(clock.monotonicMs());
        });
      },
      // Timers may fire up to a millisecond early by the monotonic clock.
      Math.max(0, Math.ceil(atMs - clock.monotonicMs())) + 1,
    );
  }

  private wakeUp(nowMs: number): void {
    const { wake } = this;
    if (wake === null || wake.engine !== this.engine) return;
    if (nowMs < wake.atMs) this.armWakeTimer(wake.atMs);
    else this.carryOut(wake.engine, wake.engine.tick(nowMs));
  }

  /** Run a timer's work so that what it throws ends the session, not the process. */
  private guarded(work: () => void): void {
    if (this.over) return;
    try {
      work();
    } catch (error) {
      this.finish(asRallyError(error));
    }
  }

  private finish(result: SessionEnd | RallyError): void {
    if (this.over) return;
    this.over = true;
    this.options.link.listen(null);
    this.options.signal.removeEventListener('abort', this.onAbort);
    for (const timer of [this.wakeTimer, this.askTimer, this.limitTimer]) clearTimeout(timer);
    this.settle(result);
  }
}
