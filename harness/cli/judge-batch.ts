import { EXIT } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import { worstExit } from './failure.js';
import type { Interruption } from './interruption.js';
import { JunitFile } from './judge-junit.js';
import type { JudgeResult } from './judge-result.js';
import { JudgeTable } from './judge-table.js';
import type { Terminal } from './terminal.js';

/** What a batch prints and writes. */
export interface BatchOutput {
  readonly json: boolean;
  /** JUnit file, or null. */
  readonly junit: string | null;
  /** Keys were given: say when none opens anything. */
  readonly keys: string | null;
}

/**
 * Print and write the results of many devices as they come, so that memory does not depend on their number. Returns
 * the exit code of them all; one that was aborted leaves no JUnit file.
 */
export async function showBatch(
  results: AsyncIterable<JudgeResult>,
  paths: readonly string[],
  output: BatchOutput,
  { signal }: Pick<Interruption, 'signal'>,
  terminal: Terminal,
): Promise<number> {
  const junit = output.junit === null ? null : new JunitFile(output.junit);
  const lines = output.json ? new JsonArray() : new JudgeTable(paths);
  let worst: number = EXIT.passed;
  let opened = 0;
  try {
    terminal.out(lines.head());
    for await (const result of results) {
      signal.throwIfAborted();
      terminal.out(lines.row(result));
      if (result.junit !== null) junit?.add(result.junit);
      worst = worstExit([worst, result.exitCode]);
      opened += result.device?.keys.opened ?? 0;
    }
    signal.throwIfAborted();
    terminal.out(lines.foot());
    junit?.finish();
  } catch (error) {
    junit?.discard();
    throw error;
  }
  if (output.keys !== null && opened === 0) terminal.err(noneOpened(output.keys));
  return worst;
}

/** What is told when keys were given in vain: never a failure, but nothing a person should overlook. */
export function noneOpened(keys: string): string {
  return `note: the keys in ${keys} open no exchange of this evidence; they belong to another one\n`;
}

/** A canonical JSON array, member by member. */
class JsonArray {
  private isFirst = true;

  head(): string {
    return '[';
  }

  row({ json, path }: JudgeResult): string {
    if (json === null) throw new RallyError('ERR_INTERNAL', `${path} was judged without its JSON`);
    const separator = this.isFirst ? '\n  ' : ',\n  ';
    this.isFirst = false;
    return separator + json.trimEnd().replaceAll('\n', '\n  ');
  }

  foot(): string {
    return this.isFirst ? ']\n' : '\n]\n';
  }
}
