/** Time as a dependency: engines get `now` as an argument, everything else gets a Clock. */
export interface Clock {
  /** Milliseconds on a clock that never jumps; only differences mean something. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  wallMs(): number;
  /** Resolve after `delayMs`, or reject with the signal's reason. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}
