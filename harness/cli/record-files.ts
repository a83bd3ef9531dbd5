import { canonicalJson } from '#judge/canonical.js';
import type { RunInfo, Verdicts } from '#judge/record.js';
import type { Trace } from '#judge/trace.js';
import { writeWhole } from './files.js';
import type { RunFolder } from './run-folder.js';

/** What `record.json` holds: all that the reports are written from but the evidence. */
export interface RunRecord {
  readonly info: RunInfo;
  readonly verdicts: Verdicts;
  /** Absent in records that were written before there was one. */
  readonly trace?: Trace;
}

/** Write `verdicts.json` and `record.json`. Throws RallyError ERR_DISK. */
export async function writeRecord(folder: RunFolder, { info, verdicts, trace }: RunRecord): Promise<void> {
  await writeWhole(folder.verdicts, canonicalJson(verdicts));
  await writeWhole(folder.record, canonicalJson({ info, verdicts, trace }));
}
