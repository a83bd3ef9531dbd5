import { readTextFile } from './files.js';
import type { RunRecord } from './record-files.js';
import { parseRecord } from './record-parse.js';

/** Far more than the record of any run. */
export const MAX_RECORD_BYTES = 256 * 1024 * 1024;

/** What `record.json` holds. Throws RallyError ERR_FILE_UNREADABLE, ERR_BUNDLE_DAMAGED, ERR_BUNDLE_FORMAT (newer). */
export async function readRecord(file: string): Promise<RunRecord> {
  return parseRecord(await readTextFile(file, MAX_RECORD_BYTES), file);
}
