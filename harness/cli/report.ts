import { EXIT } from '#base/error-codes.js';
import { reportFailure, worstExit } from './failure.js';
import { readTextFile } from './files.js';
import { obtainFromBundle } from './obtain.js';
import { readRecord } from './read-record.js';
import { printSummary, writeReports } from './reports.js';
import { runFolder } from './run-folder.js';
import type { Terminal } from './terminal.js';

/** Far more than the record of any run. */
const MAX_RECORD_BYTES = 256 * 1024 * 1024;

/** `report`: write the reports of a run folder again from its record and its bundle. */
export async function report(path: string, terminal: Terminal): Promise<number> {
  const folder = runFolder(path);
  const { info, verdicts } = readRecord(await readTextFile(folder.record, MAX_RECORD_BYTES), folder.record);
  const { evidence } = await obtainFromBundle(folder.bundle);
  const view = { info, verdicts, evidence, bundleDir: folder.bundle };
  const { files, errors } = await writeReports(view, folder);
  const exits = errors.map((error) => reportFailure(error, terminal));
  printSummary(view, files, terminal);
  return worstExit([EXIT.passed, ...exits]);
}
