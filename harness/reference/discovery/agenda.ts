import type { DeviceOutput } from './engine.js';

interface Entry {
  readonly atMs: number;
  readonly run: (nowMs: number) => readonly DeviceOutput[];
}

/** What a device has yet to do, by time; of equal times what was planned first. */
export class Agenda {
  private entries: Entry[] = [];

  /** `run` is called once `atMs` has come, with the time it then is. */
  plan(atMs: number, run: Entry['run']): void {
    const index = this.entries.findIndex((entry) => entry.atMs > atMs);
    this.entries.splice(index < 0 ? this.entries.length : index, 0, { atMs, run });
  }

  clear(): void {
    this.entries = [];
  }

  /** Do what is due; ends with when to be woken for the rest. */
  due(nowMs: number): DeviceOutput[] {
    const outputs: DeviceOutput[] = [];
    for (;;) {
      const next = this.entries[0];
      if (next === undefined) return outputs;
      if (next.atMs > nowMs) return [...outputs, { kind: 'wake', atMs: next.atMs }];
      this.entries.shift();
      outputs.push(...next.run(nowMs));
    }
  }
}
