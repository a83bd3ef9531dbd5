/** What was opened is closed again in the opposite order, each whatever becomes of the others. */
export class Closing {
  private readonly steps: (() => void | Promise<void>)[] = [];

  add(step: () => void | Promise<void>): void {
    this.steps.unshift(step);
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
    return failure;
  }
}
