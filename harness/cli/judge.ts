import { EXIT } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import { canonicalJson } from '#judge/canonical.js';
import { judge } from '#judge/judge.js';
import type { Verdicts } from '#judge/record.js';
import type { Profile } from '#profile/schema.js';
import { visible } from '#reports/text.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { reportFailure, reportWarning, worstExit } from './failure.js';
import { obtain, type Obtained } from './obtain.js';
import { loadProfile } from './profile-file.js';
import { writeRecord } from './record-files.js';
import { isHarmless, printSummary, writeReports, type WrittenReports } from './reports.js';
import { prepareResultsFolder } from './run-folder.js';
import { checkSelection, parseScope, planned } from './selection.js';
import type { Terminal } from './terminal.js';

/** Options that `run` and `judge` share. */
export interface JudgingOptions {
  readonly scope?: string;
  readonly select: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
}

export interface JudgeCommandOptions extends JudgingOptions {
  readonly profile?: string;
  readonly out?: string;
}

interface JudgedEvidence {
  readonly obtained: Obtained;
  readonly verdicts: Verdicts;
}

/** `judge`: verdicts on evidence that was recorded before, of one device or many. */
export async function judgeEvidence(
  paths: readonly string[],
  options: JudgeCommandOptions,
  terminal: Terminal,
): Promise<number> {
  checkSelection(CATALOGUE, options.select);
  if (options.scope !== undefined) parseScope(options.scope);
  const profile = options.profile === undefined ? null : await loadProfile(options.profile, terminal);
  const all: JudgedEvidence[] = [];
  const exits: number[] = [];
  for (const path of paths) {
    try {
      const found = await obtain(path);
      if (found.length === 0)
        throw new RallyError('ERR_NO_EVIDENCE', `${path} holds no WPS exchange and no WPS element`);
      all.push(...found.map((obtained) => judgeObtained(obtained, profile, options)));
    } catch (error) {
      exits.push(reportFailure(error, terminal));
    }
  }
  if (options.out !== undefined && all.length > 1) {
    throw new RallyError('ERR_USAGE', `--out takes one device, but there are ${all.length}`);
  }
  exits.push(...all.map(({ verdicts }) => verdicts.exitCode));
  const [only] = all;
  if (only !== undefined && all.length === 1) exits.push(await show(only, options, terminal));
  else showMany(all, options, terminal);
  return worstExit(exits);
}

/** Judge what was obtained, by the profile given, else the one in the bundle. Throws RallyError for a bad selection. */
export function judgeObtained(obtained: Obtained, profile: Profile | null, options: JudgingOptions): JudgedEvidence {
  const scope = options.scope === undefined ? obtained.scope : parseScope(options.scope);
  if (options.select.length > 0) planned(CATALOGUE, obtained.evidence.ability, { scope, select: options.select });
  const verdicts = judge(CATALOGUE, profile ?? obtained.profile, obtained.evidence, {
    scope,
    select: options.select,
    strict: options.strict === true,
  });
  return { obtained, verdicts };
}

async function show(judged: JudgedEvidence, options: JudgeCommandOptions, terminal: Terminal): Promise<number> {
  const { obtained, verdicts } = judged;
  const { info, evidence, path } = obtained;
  const view = { info, verdicts, evidence, bundleDir: path };
  let written: WrittenReports = { files: [], errors: [] };
  if (options.out !== undefined) {
    const folder = await prepareResultsFolder(options.out, path);
    await writeRecord(folder, info, verdicts);
    written = await writeReports(view, folder);
    for (const error of written.errors) reportWarning(error, terminal);
  }
  if (options.json === true) terminal.out(canonicalJson(verdicts));
  else printSummary(view, written.files, terminal);
  return written.errors.every(isHarmless) ? EXIT.passed : EXIT.broken;
}

function showMany(all: readonly JudgedEvidence[], options: JudgeCommandOptions, terminal: Terminal): void {
  if (options.json === true) {
    terminal.out(canonicalJson(all.map(({ obtained, verdicts }) => ({ evidence: obtained.path, verdicts }))));
    return;
  }
  for (const { obtained, verdicts } of all) {
    const { name, mac } = verdicts.dut;
    terminal.out(`${obtained.path}: ${visible(name)}${mac === null ? '' : ` (${mac})`}: ${verdicts.sentence}\n`);
  }
}
