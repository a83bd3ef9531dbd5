import { EXIT } from '#base/error-codes.js';
import { canonicalJson } from '#judge/canonical.js';
import type { BaseScope } from '#judge/scope.js';
import type { RecordResult } from '#lab/job.js';
import { reviewAgainstM1 } from '#profile/review-panel.js';
import { reportFailure, reportWarning, worstExit } from './failure.js';
import type { Interruption } from './interruption.js';
import { judgeObtained, viewOf, type JudgingOptions } from './judge-evidence.js';
import { showThroughMocha } from './mocha-view.js';
import { obtainFromBundle, type Obtained } from './obtain.js';
import { partsLine } from './parts-line.js';
import { writeRecord } from './record-files.js';
import { isHarmless, printSummary, shownPath, writeReports } from './reports.js';
import type { RunFolder } from './run-folder.js';
import { writeSummaries, type SummaryFileOptions } from './summary-files.js';
import type { Terminal } from './terminal.js';
import { timesLine, timesOf } from './times.js';

/** How what was recorded is judged and shown. */
export interface ConcludeOptions extends JudgingOptions, SummaryFileOptions {
  readonly scope: BaseScope;
  /** When the command began, by the monotonic clock. */
  readonly beganMs: number;
  /** False: without the Allure page. */
  readonly html?: boolean;
  /** Folder with the history of earlier reports. */
  readonly history?: string;
}

/** Judge and report what was recorded, however the recording ended. */
export async function conclude(
  recorded: RecordResult,
  folder: RunFolder,
  options: ConcludeOptions,
  { signal }: Interruption,
  terminal: Terminal,
): Promise<number> {
  const exits: number[] = [];
  // What the bench ran into is told first, so that it is not lost when nothing can be judged.
  if (recorded.error !== undefined) exits.push(reportFailure(recorded.error, terminal));
  else if (recorded.ended !== 'complete') exits.push(recorded.ended === 'aborted' ? EXIT.aborted : EXIT.broken);
  const obtained = await readEvidence(folder, recorded, terminal);
  if (obtained === null) return worstExit([...exits, EXIT.broken]);

  warnOfPanel(obtained, terminal);
  const judged = judgeObtained(obtained, null, options);
  const { verdicts } = judged;
  const view = viewOf(judged);
  await writeRecord(folder, view);
  exits.push(verdicts.exitCode);
  try {
    await showThroughMocha(verdicts, options.json === true ? { ...terminal, screen: false } : terminal);
  } catch (error) {
    exits.push(reportFailure(error, terminal));
  }
  const reportOptions = {
    signal,
    html: options.html !== false,
    isKept: !exits.some((code) => code >= EXIT.broken),
    ...(options.history === undefined ? {} : { history: options.history }),
  };
  const written = [await writeReports(view, folder, reportOptions), await writeSummaries(view, options)];
  for (const error of written.flatMap(({ errors }) => errors)) {
    reportWarning(error, terminal);
    if (!isHarmless(error)) exits.push(EXIT.broken);
  }
  if (options.json === true) terminal.out(canonicalJson(verdicts));
  else {
    const times = timesOf(obtained.evidence);
    const parts = partsLine(obtained);
    const told = {
      ...(times === null ? {} : { time: timesLine(times, performance.now() - options.beganMs) }),
      ...(parts === null ? {} : { parts }),
    };
    printSummary(
      view,
      [...written.flatMap(({ files }) => files), ['Evidence', shownPath(folder.bundle)]],
      terminal,
      told,
    );
  }
  if (signal.aborted) exits.push(EXIT.aborted);
  return worstExit(exits);
}

/** Say where the profile and the Config Methods of M1 differ on what the device has to see and to touch. */
function warnOfPanel({ profile, evidence }: Obtained, terminal: Terminal): void {
  const m1 = evidence.exchanges.flatMap(({ messages }) => messages).find(({ wsc }) => wsc.name === 'M1');
  if (profile === null || m1 === undefined) return;
  for (const { path, reason, remedy } of reviewAgainstM1(profile, m1.wsc))
    terminal.err(`warning: ${path.join('.')} of the profile ${reason}. ${remedy}\n`);
}

async function readEvidence(folder: RunFolder, recorded: RecordResult, terminal: Terminal): Promise<Obtained | null> {
  try {
    return await obtainFromBundle(folder.bundle);
  } catch (error) {
    // A bench that failed before it recorded anything has said why already.
    if (recorded.error === undefined) reportFailure(error, terminal);
    return null;
  }
}
