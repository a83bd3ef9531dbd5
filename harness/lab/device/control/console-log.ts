import type { Clock } from '#base/clock.js';
import { Pattern } from './pattern.js';
import type { SecretMask } from './secret-mask.js';

export interface ConsoleLogOptions {
  /** Takes the lines; bounded by whoever gives it. */
  readonly write: (chunk: Uint8Array) => void;
  readonly mask: SecretMask;
  /** Patterns with a group for the PIN: what they find is masked also where nobody waits for it. */
  readonly pinPatterns: readonly string[];
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
}

/**
 * What went over a console, for the bundle: each line with the time of day, the monotonic clock of the other events in
 * seconds, and its direction (`<` from the device, `>` to it, `-` of the port itself). Without PINs and keys.
 */
export class ConsoleLog {
  private patterns: readonly Pattern[];

  constructor(private readonly options: ConsoleLogOptions) {
    this.patterns = options.pinPatterns.map((source) => new Pattern(source));
  }

  received(lines: readonly string[]): void {
    this.learnPins(lines);
    for (const line of lines) this.write('<', line);
  }

  sent(line: string): void {
    this.write('>', line);
  }

  remark(text: string): void {
    this.write('-', text);
  }

  private learnPins(lines: readonly string[]): void {
    for (const pattern of this.patterns)
      try {
        for (let left = lines; ;) {
          const found = pattern.firstIn(left);
          if (found === null) break;
          this.options.mask.learn(found.pin ?? '');
          left = left.slice(found.at + 1);
        }
      } catch {
        // The step that waits for it says so; here it is of no more use.
        this.patterns = this.patterns.filter((other) => other !== pattern);
      }
  }

  private write(direction: '<' | '>' | '-', line: string): void {
    const { mask, clock, write } = this.options;
    const time = `${new Date(clock.wallMs()).toISOString()} ${(clock.monotonicMs() / 1000).toFixed(3)}`;
    write(Buffer.from(`${time} ${direction} ${mask.mask(line)}\n`));
  }
}
