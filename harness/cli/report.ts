import { EXIT } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import { RECORD_VERSION } from '#judge/record.js';
import { TRACE_VERSION } from '#judge/trace.js';
import { traceOf } from '#suites/trace.js';
import { reportFailure, worstExit } from './failure.js';
import { readTextFile } from './files.js';
import { obtainFromBundle } from './obtain.js';
import type { RunRecord } from './record-files.js';
import { printSummary, writeReports } from './reports.js';
import { runFolder } from './run-folder.js';
import type { Terminal } from './terminal.js';

/** Far more than the record of any run. */
const MAX_RECORD_BYTES = 256 * 1024 * 1024;

/** `report`: write the reports of a run folder again from its record and its bundle. */
export async function report(path: string, terminal: Terminal): Promise<number> {
  const folder = runFolder(path);
  const record = readRecord(await readTextFile(folder.record, MAX_RECORD_BYTES), folder.record);
  const { evidence } = await obtainFromBundle(folder.bundle);
  // A record from before there were traces gets that of its evidence.
  const view = { ...record, trace: record.trace ?? traceOf(evidence), evidence, bundleDir: folder.bundle };
  const { files, errors } = await writeReports(view, folder);
  const exits = errors.map((error) => reportFailure(error, terminal));
  printSummary(view, files, terminal);
  return worstExit([EXIT.passed, ...exits]);
}

function readRecord(text: string, file: string): RunRecord {
  let record: Partial<RunRecord>;
  try {
    record = JSON.parse(text) as typeof record;
  } catch (cause) {
    throw new RallyError('ERR_BUNDLE_DAMAGED', `${file} is not JSON`, { cause });
  }
  const { info, verdicts, trace } = record;
  if (info === undefined || verdicts === undefined) {
    throw new RallyError('ERR_BUNDLE_DAMAGED', `${file} is not the record of a run`);
  }
  refuseNewer(verdicts.recordVersion, RECORD_VERSION, file);
  if (trace !== undefined) refuseNewer(trace.traceVersion, TRACE_VERSION, `the trace in ${file}`);
  return { info, verdicts, ...(trace === undefined ? {} : { trace }) };
}

function refuseNewer(version: number, known: number, what: string): void {
  if (version > known) {
    throw new RallyError('ERR_BUNDLE_FORMAT', `${what} has version ${version}; this tool knows ${known}`);
  }
}
