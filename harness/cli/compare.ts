import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT } from '#base/error-codes.js';
import { isRallyError } from '#base/error.js';
import { BUNDLE_FILES, parseRunJson } from '#evidence/run-json.js';
import { canonicalJson } from '#judge/canonical.js';
import { compareRuns, type ComparedRun } from '#judge/comparison.js';
import { profileDigest } from '#judge/digests.js';
import { storedProfile } from '#profile/load.js';
import { comparisonHtml } from '#reports/comparison-html.js';
import { formatComparison } from '#reports/comparison.js';
import { visible } from '#reports/text.js';
import { isFolder, readTextFile, writeWhole } from './files.js';
import { readRecord } from './record-read.js';
import { shownPath } from './reports.js';
import { runFolder } from './run-folder.js';
import type { Terminal } from './terminal.js';

export interface CompareOptions {
  readonly json?: boolean;
  /** File for a page of its own. */
  readonly html?: string;
}

/** Far more than `run.json` of any bundle. */
const MAX_RUN_JSON_BYTES = 16 * 1024 * 1024;

/** `compare`: what changed from one run to a later one. Exit 1 when a rule got worse. */
export async function compare(
  before: string,
  after: string,
  options: CompareOptions,
  terminal: Terminal,
): Promise<number> {
  const comparison = compareRuns(await comparedRun(before), await comparedRun(after));
  if (options.html !== undefined) await writeWhole(options.html, comparisonHtml(comparison));
  if (options.json === true) terminal.out(canonicalJson(comparison));
  else {
    terminal.out(formatComparison(comparison, terminal));
    if (options.html !== undefined) terminal.out(`Page: ${visible(shownPath(options.html))}\n`);
  }
  return comparison.regressions.length > 0 ? EXIT.failed : EXIT.passed;
}

/** A run folder, or a file that is the record of one; the profile is that of the bundle beside the record. */
async function comparedRun(path: string): Promise<ComparedRun> {
  const file = (await isFolder(path)) ? runFolder(path).record : path;
  const { info, verdicts } = await readRecord(file);
  const profile = verdicts.profileDigest === null ? null : await profileBeside(file, verdicts.profileDigest);
  return { info, verdicts, profile };
}

/** The profile that judged, where the bundle holds that one and this version can read it. */
async function profileBeside(record: string, digest: string): Promise<ComparedRun['profile']> {
  const file = join(runFolder(dirname(record)).bundle, BUNDLE_FILES.run);
  if (!existsSync(file)) return null;
  try {
    const profile = storedProfile(parseRunJson(await readTextFile(file, MAX_RUN_JSON_BYTES)).profile);
    return profile !== null && profileDigest(profile) === digest ? { ...profile } : null;
  } catch (error) {
    if (!isRallyError(error)) throw error;
    // Only which fields changed is lost; that the profile did change is told by its digest.
    return null;
  }
}
