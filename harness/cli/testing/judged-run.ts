import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdicts } from '#judge/record.js';
import type { Profile } from '#profile/schema.js';
import { traceOf } from '#suites/trace.js';
import { judgeObtained, type JudgingOptions } from '../judge-evidence.js';
import { obtainFromBundle } from '../obtain.js';
import { writeRecord } from '../record-files.js';
import { runFolder, type RunFolder } from '../run-folder.js';
import { PROJECT } from './call.js';

/** Bundles of earlier versions, by name in `fixtures/bundles`. */
export const STORED_BUNDLES = ['reference-none', 'reference-dpws', 'reference-pbc', 'observed-none'].map(
  (name) => `0.1.0-${name}`,
);

/**
 * Make `path` the folder of a run: a copy of a stored bundle, with its record and without reports.
 *
 * @param profile by which it is judged; null: by that of the bundle
 */
export async function judgedRun(
  path: string,
  bundle: string,
  options: JudgingOptions = { select: [] },
  profile: Profile | null = null,
): Promise<{ folder: RunFolder; verdicts: Verdicts }> {
  const folder = runFolder(path);
  mkdirSync(path, { recursive: true });
  cpSync(join(PROJECT, 'fixtures/bundles', bundle), folder.bundle, { recursive: true });
  const { obtained, verdicts } = judgeObtained(await obtainFromBundle(folder.bundle), profile, options);
  await writeRecord(folder, { info: obtained.info, verdicts, trace: traceOf(obtained.evidence) });
  return { folder, verdicts };
}
