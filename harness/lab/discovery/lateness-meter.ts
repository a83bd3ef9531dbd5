import type { Clock } from '#base/clock.js';
import type { Lateness } from '#evidence/discovery-model.js';

/** Between two looks at the clock. */
const LOOK_MS = 100;
/** What is written down at once: a starved bench stays at one record a second. */
const SPAN_MS = 1000;
/** Of a span; less than that is how timers are. */
const NOTED_MS = 100;

/**
 * Measures how late this process gets to what is due, by a timer of its own. It tells a starved machine, or work of
 * ours that took too long, from a device that is slow: both let answers come late.
 */
export class LatenessMeter {
  private timer: NodeJS.Timeout | undefined;
  private dueMs = 0;
  private beganMs = 0;
  private startMs = 0;
  private lateMs = 0;

  /** @param onLate told of each span with a lateness that counts, when it is over */
  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs' | 'wallMs'>,
    private readonly onLate: (lateness: Lateness) => void,
  ) {}

  start(): void {
    this.begin();
    this.wait();
  }

  /** Counts what is overdue now, too. */
  stop(): void {
    clearTimeout(this.timer);
    this.add();
    this.tell();
  }

  private begin(): void {
    this.beganMs = this.clock.monotonicMs();
    this.startMs = this.clock.wallMs();
    this.lateMs = 0;
  }

  private wait(): void {
    this.dueMs = this.clock.monotonicMs() + LOOK_MS;
    this.timer = setTimeout(() => {
      this.add();
      if (this.clock.monotonicMs() - this.beganMs >= SPAN_MS) {
        this.tell();
        this.begin();
      }
      this.wait();
    }, LOOK_MS);
  }

  private add(): void {
    this.lateMs += Math.max(0, this.clock.monotonicMs() - this.dueMs);
  }

  private tell(): void {
    const { startMs, lateMs } = this;
    if (lateMs >= NOTED_MS) this.onLate({ startMs, endMs: this.clock.wallMs(), lateMs: Math.round(lateMs) });
  }
}
