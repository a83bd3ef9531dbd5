import type { Recorder } from '#evidence/recorder.js';

/** What a recorder is told to write. */
const WRITES = ['frame', 'event', 'document', 'keys', 'secret', 'partEnd'] as const;

/** What was written while an action ran. */
export interface Written<T> {
  readonly result: T;
  readonly writes: number;
  /** How many writes there had been when each part was through. */
  readonly partEnds: readonly number[];
}

/**
 * Run an action with recorders that write nothing any more after so many writes, as those of a process that is killed
 * then. What they wrote until then stays as it is.
 */
export async function withRecordersKilledAt<T>(killedAt: number, action: () => Promise<T>): Promise<Written<T>> {
  // The bench loads its recorder when it needs it, and in tests that is another instance than one imported above.
  const { prototype } = (await import('#evidence/recorder.js')).Recorder;
  const originals = WRITES.map((name) => [name, Object.getOwnPropertyDescriptor(prototype, name)] as const);
  let writes = 0;
  const partEnds: number[] = [];
  for (const [name, descriptor] of originals) {
    const original = descriptor?.value as (...args: unknown[]) => void;
    const value = function (this: Recorder, ...args: unknown[]): void {
      if (writes >= killedAt) throw new Error('killed');
      original.apply(this, args);
      writes++;
      if (name === 'partEnd') partEnds.push(writes);
    };
    Object.defineProperty(prototype, name, { ...descriptor, value });
  }
  try {
    return { result: await action(), writes, partEnds };
  } finally {
    for (const [name, descriptor] of originals)
      if (descriptor !== undefined) Object.defineProperty(prototype, name, descriptor);
  }
}
