import { EXIT } from '#base/error-codes.js';
import { visible } from '#reports/text.js';
import type { JudgeResult } from './judge-result.js';

/** A longer path moves the rest of its line to the right; nothing is cut. */
const WIDEST_PATH = 60;
const MAC_CHARACTERS = 17;

/** What is counted at the end, in order. */
const OUTCOMES: readonly (readonly [exitCode: number, text: string])[] = [
  [EXIT.passed, 'passed'],
  [EXIT.failed, 'failed'],
  [EXIT.incomplete, 'incomplete'],
  [EXIT.broken, 'ended in an error'],
  [EXIT.usage, 'could not be judged'],
];

/** Lines of the table of many devices, each as soon as its device is judged. */
export class JudgeTable {
  private readonly pathWidth: number;
  private readonly exitCodes: number[] = [];
  private devices = 0;

  constructor(private readonly paths: readonly string[]) {
    const longest = paths.reduce((most, path) => Math.max(most, visible(path).length), 'evidence'.length);
    this.pathWidth = Math.min(WIDEST_PATH, longest);
  }

  head(): string {
    return this.line('exit', 'device', 'evidence', 'result');
  }

  row({ path, exitCode, device, error }: JudgeResult): string {
    this.exitCodes.push(exitCode);
    if (device === null) return this.line(String(exitCode), '-', path, `error: ${error?.message ?? ''}`);
    this.devices++;
    const { mac, failed, sentence } = device;
    // The sentence names some of many failed rules; a line of this table names all.
    const result = failed.length === 0 ? sentence : `fails ${failed.join(', ')}`;
    return this.line(String(exitCode), mac ?? '-', path, result);
  }

  /** How many came out how. */
  foot(): string {
    const counts = OUTCOMES.flatMap(([wanted, text]) => {
      const count = this.exitCodes.filter((exitCode) => exitCode === wanted).length;
      return count === 0 ? [] : [`${count} ${text}`];
    });
    const devices = counted(this.devices, 'device', 'devices');
    const evidence = counted(this.paths.length, 'piece of evidence', 'pieces of evidence');
    return `\n${devices} in ${evidence}: ${counts.join(', ')}\n`;
  }

  private line(exit: string, device: string, path: string, result: string): string {
    const cells = [exit.padStart(4), device.padEnd(MAC_CHARACTERS), visible(path).padEnd(this.pathWidth)];
    return `${cells.join('  ')}  ${visible(result)}\n`;
  }
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
