import { EXIT } from '#base/error-codes.js';
import type { EvidenceKind } from '#evidence/model.js';
import { canonicalJson } from '#judge/canonical.js';
import { OBSERVED_KINDS, scopeKinds, type BaseScope } from '#judge/scope.js';
import { scenariosOf } from '#lab/bench/scripted-session.js';
import { terminalPrompt } from '#lab/device/prompt.js';
import type { RecordJob, RecordResult } from '#lab/job.js';
import { record } from '#lab/session.js';
import { reviewAgainstM1 } from '#profile/review-panel.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { reportFailure, reportWarning, worstExit } from './failure.js';
import { catchInterruption, type Interruption } from './interruption.js';
import { judgeObtained, viewOf, type JudgingOptions } from './judge-evidence.js';
import { showThroughMocha } from './mocha-view.js';
import { obtainFromBundle, type Obtained } from './obtain.js';
import { progressPrinter } from './progress.js';
import { writeRecord } from './record-files.js';
import { isHarmless, printSummary, shownPath, writeReports } from './reports.js';
import { defaultRunFolder, prepareRunFolder, type RunFolder } from './run-folder.js';
import { parseScope, planned } from './selection.js';
import { clearSummaries, writeSummaries, type SummaryFileOptions } from './summary-files.js';
import { targetOf, type TargetOptions } from './target.js';
import type { Terminal } from './terminal.js';
import { timesLine, timesOf } from './times.js';
import { tool } from './version.js';

export interface RunOptions extends JudgingOptions, TargetOptions, SummaryFileOptions {
  readonly out?: string;
  readonly dryRun?: boolean;
}

/** `run`: drive the device on a bench, record evidence, judge it, show it, write the reports. */
export async function run(options: RunOptions, terminal: Terminal): Promise<number> {
  const scope = options.scope === undefined ? options.bench : parseScope(options.scope);
  if (options.dryRun !== true) await clearSummaries(options, options.out);
  const target = await targetOf(options, terminal);
  const isObserved = options.bench === 'radio' && target.profile.ixit.radio?.observe !== undefined;
  const shown = isObserved ? OBSERVED_KINDS : [...scopeKinds(options.bench, { kinds: [], sessions: 0 })];
  // Whatever the bench shows, a person beside the device can be asked; only the whole of it asks one. A reference device
  // of the loopback bench answers by itself.
  const isAsked = scope === 'full' || options.bench === 'loopback';
  const kinds = [...new Set<EvidenceKind>(isAsked ? [...shown, 'operator'] : shown)];
  const { sessions } = target.profile.ixit;
  const scenarios = scenariosOf({ bench: options.bench, profile: target.profile, sessions });
  const plan = planned(CATALOGUE, { kinds, sessions, scenarios }, { scope, select: options.select });
  if (options.dryRun === true) {
    for (const { rule } of plan) terminal.out(`${rule.id}  ${rule.level.padEnd(6)}  ${rule.title}\n`);
    return EXIT.passed;
  }
  const beganMs = performance.now();
  const folder = await prepareRunFolder(options.out ?? defaultRunFolder(target.profile.device.name, Date.now()));
  const interruption = catchInterruption(terminal);
  try {
    const recorded = await record({
      ...target,
      bundleDir: folder.bundle,
      sessions,
      scope,
      kinds,
      toolVersion: tool().version,
      signal: interruption.signal,
      ...askAt(terminal),
      onProgress: progressPrinter(terminal),
    });
    return await conclude(recorded, folder, { ...options, scope, beganMs }, interruption, terminal);
  } finally {
    interruption.release();
  }
}

/** Who can be asked: whoever watches the terminal and can type. */
function askAt(terminal: Terminal): Pick<RecordJob, 'ask'> {
  const { stdin, stderr } = process;
  return terminal.interactive && stdin.isTTY ? { ask: terminalPrompt(stdin, stderr) } : {};
}

/** Judge and report what was recorded, however the recording ended. */
async function conclude(
  recorded: RecordResult,
  folder: RunFolder,
  options: RunOptions & { readonly scope: BaseScope; readonly beganMs: number },
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
    const told = times === null ? {} : { time: timesLine(times, performance.now() - options.beganMs) };
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
