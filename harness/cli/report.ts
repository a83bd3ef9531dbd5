import { EXIT } from '#base/error-codes.js';
import { traceOf } from '#suites/trace.js';
import { reportFailure, worstExit } from './failure.js';
import { wholeEvidence } from './judge-evidence.js';
import { obtainFromBundle } from './obtain.js';
import { readRecord } from './record-read.js';
import { printSummary, writeReports } from './reports.js';
import { runFolder } from './run-folder.js';
import { clearSummaries, writeSummaries, type SummaryFileOptions } from './summary-files.js';
import type { Terminal } from './terminal.js';

/** `report`: write the reports of a run folder again from its record and its bundle. */
export async function report(path: string, options: SummaryFileOptions, terminal: Terminal): Promise<number> {
  const folder = runFolder(path);
  const record = await readRecord(folder.record);
  const obtained = await obtainFromBundle(folder.bundle);
  // A record from before there were traces gets that of its evidence.
  const trace = record.trace ?? traceOf(obtained.evidence);
  const view = { ...record, trace, evidence: wholeEvidence(obtained), bundleDir: folder.bundle };
  await clearSummaries(options, folder.path);
  const history = options.history === undefined ? {} : { history: options.history };
  const isKept = record.verdicts.exitCode !== EXIT.broken;
  const written = [await writeReports(view, folder, { ...history, isKept }), await writeSummaries(view, options)];
  const exits = written.flatMap(({ errors }) => errors).map((error) => reportFailure(error, terminal));
  printSummary(
    view,
    written.flatMap(({ files }) => files),
    terminal,
  );
  return worstExit([EXIT.passed, ...exits]);
}
