import type { FetchOutput, FetchResult, FollowUpOutput } from './engine.js';

/** What the parts of the follow-up share: the outputs of a step, what is to be done later, and requests under way. */
export class Agenda {
  private outputs: FollowUpOutput[] = [];
  private timers: { readonly atMs: number; readonly action: () => void }[] = [];
  private readonly waiting = new Map<number, (result: FetchResult) => void>();
  private lastId = 0;
  nowMs = 0;

  emit(output: FollowUpOutput): void {
    this.outputs.push(output);
  }

  /** Do this later, unless the follow-up ends before. */
  after(delayMs: number, action: () => void): void {
    this.timers.push({ atMs: this.nowMs + delayMs, action });
  }

  fetch(request: Omit<FetchOutput, 'kind' | 'id'>, done: (result: FetchResult) => void): void {
    const id = ++this.lastId;
    this.waiting.set(id, done);
    this.emit({ kind: 'fetch', id, ...request });
  }

  fetched(result: FetchResult): void {
    const done = this.waiting.get(result.id);
    this.waiting.delete(result.id);
    done?.(result);
  }

  /** Do what is due, in the order of its time. */
  runDue(nowMs: number): void {
    this.nowMs = Math.max(this.nowMs, nowMs);
    for (;;) {
      const due = this.timers
        .filter(({ atMs }) => atMs <= this.nowMs)
        .reduce<(typeof this.timers)[number] | null>(
          (first, each) => (first === null || each.atMs < first.atMs ? each : first),
          null,
        );
      if (due === null) return;
      this.timers = this.timers.filter((each) => each !== due);
      due.action();
    }
  }

  cancelAll(): void {
    this.timers = [];
    this.waiting.clear();
  }

  /** The outputs since the last call, and when to be woken. */
  take(): FollowUpOutput[] {
    const { outputs } = this;
    this.outputs = [];
    if (this.timers.length === 0) return outputs;
    return [...outputs, { kind: 'wake', atMs: Math.min(...this.timers.map(({ atMs }) => atMs)) }];
  }
}
