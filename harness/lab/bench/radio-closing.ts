import type { Lifeline } from './radio-lifeline.js';

/** What was opened is closed again in the opposite order, each whatever becomes of the others. */
export class Closing {
  private readonly steps: (() => void | Promise<void>)[] = [];

  /** @param lifeline who does what matters of it when this process is killed; null where its place goes with it */
  constructor(private readonly lifeline: Lifeline | null = null) {}

  /** @param lastResort shell command, of one line, that does the same when this process cannot */
  add(step: () => void | Promise<void>, lastResort?: string): void {
    this.steps.unshift(step);
    if (lastResort !== undefined) this.lifeline?.add(lastResort);
  }

  /** Returns what went wrong first. */
  async run(): Promise<unknown> {
    let failure: unknown = null;
    for (const step of this.steps) {
      try {
        await step();
      } catch (error) {
        failure ??= error;
      }
    }
    await this.lifeline?.release();
    return failure;
  }
}
