import { EXIT } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import { NO_KEYS } from '#evidence/keys.js';
import { canonicalJson } from '#judge/canonical.js';
import type { Profile } from '#profile/schema.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { reportWarning, worstExit } from './failure.js';
import { catchInterruption } from './interruption.js';
import { noneOpened, showBatch } from './judge-batch.js';
import { judgePath, viewOf, type JudgedEvidence, type JudgingInputs, type JudgingOptions } from './judge-evidence.js';
import { deviceSuites, JunitFile } from './judge-junit.js';
import { judgeInPool, workersFor } from './judge-pool.js';
import { deviceResult, resultsOf, type JudgeResult, type ResultForms } from './judge-result.js';
import { loadKeys } from './keys-file.js';
import { STANDARD_INPUT } from './obtain.js';
import { writeRecord } from './record-files.js';
import { isHarmless, printSummary, shownPath, writeReports, type WrittenReports } from './reports.js';
import { prepareResultsFolder } from './run-folder.js';
import { checkSelection, parseScope } from './selection.js';
import type { Terminal } from './terminal.js';

export interface JudgeCommandOptions extends JudgingOptions {
  readonly profile?: string;
  /** Keys file. */
  readonly keys?: string;
  readonly out?: string;
  /** One JUnit file of all devices. */
  readonly junit?: string;
}

/**
 * `judge`: verdicts on evidence that was recorded before. One device is shown in full; several get a line each, in the
 * order of their evidence, and what cannot be judged gets a line too and does not stop the others.
 */
export async function judgeEvidence(
  paths: readonly string[],
  options: JudgeCommandOptions,
  terminal: Terminal,
): Promise<number> {
  checkSelection(CATALOGUE, options.select);
  if (options.scope !== undefined) parseScope(options.scope);
  refuseMisuse(paths, options);
  const inputs: JudgingInputs = {
    select: options.select,
    ...(options.scope === undefined ? {} : { scope: options.scope }),
    strict: options.strict === true,
    profile: options.profile === undefined ? null : await profileOf(options.profile, terminal),
    keys: options.keys === undefined ? NO_KEYS : await loadKeys(options.keys),
  };
  const [only] = paths;
  return only !== undefined && paths.length === 1
    ? judgeOne(only, inputs, options, terminal)
    : judgeMany(paths, inputs, options, terminal);
}

async function profileOf(file: string, terminal: Terminal): Promise<Profile> {
  // Loaded only where it is needed: it takes longer than judging a capture.
  const { loadProfile } = await import('./profile-file.js');
  return loadProfile(file, terminal);
}

function refuseMisuse(paths: readonly string[], { out }: JudgeCommandOptions): void {
  if (out !== undefined && paths.length > 1) {
    throw new RallyError('ERR_USAGE', `--out takes one device, but there are ${paths.length} pieces of evidence`, {
      remedy: 'Use --json or --junit for several.',
    });
  }
  if (paths.filter((path) => path === STANDARD_INPUT).length > 1) {
    throw new RallyError('ERR_USAGE', 'Standard input can be judged once only', { remedy: 'Give - once.' });
  }
}

/** One piece of evidence. Whether it holds one device or several is known when the second one comes. */
async function judgeOne(
  path: string,
  inputs: JudgingInputs,
  options: JudgeCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const judged = judgePath(path, inputs);
  const first = await judged.next();
  if (first.done === true) throw new RallyError('ERR_INTERNAL', `${path} was judged without a result`);
  const second = await judged.next();
  if (second.done === true) return show(first.value, options, terminal);
  if (options.out !== undefined) {
    throw new RallyError('ERR_USAGE', `--out takes one device, but ${path} has several`, {
      remedy: 'Use --json or --junit for several.',
    });
  }
  const forms = formsOf(options, false);
  const all = async function* (): AsyncGenerator<JudgeResult, void> {
    yield deviceResult(path, first.value, forms);
    yield deviceResult(path, second.value, forms);
    for await (const more of judged) yield deviceResult(path, more, forms);
  };
  return showMany(all(), [path], options, terminal);
}

async function judgeMany(
  paths: readonly string[],
  inputs: JudgingInputs,
  options: JudgeCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const forms = formsOf(options, true);
  // Standard input belongs to this thread.
  const workers = paths.includes(STANDARD_INPUT) ? 1 : workersFor(paths.length);
  const one = async function* (): AsyncGenerator<JudgeResult, void> {
    for (const path of paths) yield* resultsOf(path, inputs, forms);
  };
  return showMany(workers > 1 ? judgeInPool(paths, { inputs, forms }, workers) : one(), paths, options, terminal);
}

function formsOf({ json, junit }: JudgeCommandOptions, several: boolean): ResultForms {
  return { json: json === true, junit: junit !== undefined, several };
}

async function showMany(
  results: AsyncIterable<JudgeResult>,
  paths: readonly string[],
  options: JudgeCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const { json, junit = null, keys = null } = options;
  const interruption = catchInterruption(terminal, 'stopping after the evidence at hand');
  try {
    return await showBatch(results, paths, { json: json === true, junit, keys }, interruption, terminal);
  } finally {
    interruption.release();
  }
}

/** The device in full: the summary, and the record and the reports where they are wanted. */
async function show(judged: JudgedEvidence, options: JudgeCommandOptions, terminal: Terminal): Promise<number> {
  const { obtained, verdicts } = judged;
  const view = viewOf(judged);
  let written: WrittenReports = { files: [], errors: [] };
  if (options.out !== undefined) {
    const folder = await prepareResultsFolder(options.out, obtained.path);
    await writeRecord(folder, view);
    written = await writeReports(view, folder);
    for (const error of written.errors) reportWarning(error, terminal);
  }
  const files = [...written.files];
  if (options.junit !== undefined) {
    const junit = new JunitFile(options.junit);
    junit.add(deviceSuites(view, null));
    junit.finish();
    files.push(['JUnit', shownPath(options.junit)]);
  }
  if (options.json === true) terminal.out(canonicalJson(verdicts));
  else printSummary(view, files, terminal);
  const isOpen = obtained.evidence.exchanges.some(({ keys }) => keys !== null);
  if (options.keys !== undefined && !isOpen) terminal.err(noneOpened(options.keys));
  return worstExit([verdicts.exitCode, written.errors.every(isHarmless) ? EXIT.passed : EXIT.broken]);
}
