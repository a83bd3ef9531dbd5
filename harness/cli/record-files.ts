import { canonicalJson } from '#judge/canonical.js';
import type { RunInfo, Verdicts } from '#judge/record.js';
import { writeWhole } from './files.js';
import type { RunFolder } from './run-folder.js';

/** Write `verdicts.json` and `record.json`. Throws RallyError ERR_DISK. */
export async function writeRecord(folder: RunFolder, info: RunInfo, verdicts: Verdicts): Promise<void> {
  await writeWhole(folder.verdicts, canonicalJson(verdicts));
  await writeWhole(folder.record, canonicalJson({ info, verdicts }));
}
