import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Mocha from 'mocha';
import { RallyError } from '#base/error.js';
import type { RuleResult, Verdicts } from '#judge/record.js';
import { shown, type Shown } from '#suites/conform.js';
import { setJudged } from '#suites/hooks.js';
import type { Terminal } from './terminal.js';

/** The suites lie beside the command line, compiled or not. */
const SUITES = fileURLToPath(new URL('../../suites/', import.meta.url));
const SUFFIX = `.suite${extname(fileURLToPath(import.meta.url))}`;

type Counts = Readonly<Record<Shown['state'], number>>;

/**
 * Show verdicts through the mocha suites, one test a rule: written out where a person looks on, else only counted.
 * Can be done once in a process, as modules register their suites when they are loaded. Throws RallyError ERR_INTERNAL
 * when mocha does not see what the judge said.
 */
export async function showThroughMocha(verdicts: Verdicts, terminal: Terminal): Promise<void> {
  setJudged(verdicts);
  const mocha = new Mocha({ reporter: terminal.screen ? Lines : Mute, color: terminal.color });
  for (const file of await suiteFiles()) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const seen = await runMocha(mocha);
  const said = countsOf(verdicts.results);
  for (const state of ['passed', 'pending', 'failed'] as const) {
    if (seen[state] === said[state]) continue;
    const text = `mocha shows ${seen[state]} rules as ${state}, the judge said ${said[state]}`;
    throw new RallyError('ERR_INTERNAL', text);
  }
}

async function suiteFiles(): Promise<string[]> {
  const names = await readdir(SUITES, { recursive: true });
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .map((name) => join(SUITES, name));
}

function runMocha(mocha: Mocha): Promise<Counts> {
  return new Promise((resolve) => {
    const runner = mocha.run(() => {
      const { passes = 0, pending = 0, failures = 0 } = runner.stats ?? {};
      resolve({ passed: passes, pending, failed: failures });
    });
  });
}

function countsOf(results: readonly RuleResult[]): Counts {
  const states = results.map((result) => shown(result)?.state);
  const count = (state: Shown['state']): number => states.filter((each) => each === state).length;
  return { passed: count('passed'), pending: count('pending'), failed: count('failed') };
}

/** One line a rule; the summary of the run, which follows, says what is behind the failures. */
class Lines extends Mocha.reporters.Spec {
  override epilogue(): void {
    Mocha.reporters.Base.consoleLog();
  }
}

/** A reporter that prints nothing. */
class Mute extends Mocha.reporters.Base {
  override epilogue(): void {
    // The summary of the run says it all.
  }
}
