import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import { terminalPrompt } from '#lab/device/prompt.js';
import type { RecordJob, RecordResult } from '#lab/job.js';
import { record } from '#lab/session.js';
import { conclude, type ConcludeOptions } from './conclude.js';
import { checkGolden } from './golden.js';
import { catchInterruption, type Interruption } from './interruption.js';
import { judgeObtained } from './judge-evidence.js';
import { obtainFromBundle } from './obtain.js';
import { progressPrinter } from './progress.js';
import { openRules, partsFor } from './repeat.js';
import { defaultRunFolder, prepareResultsFolder, prepareRunFolder, runFolder, type RunFolder } from './run-folder.js';
import { asBegun, runJob, type RunJob, type RunOptions } from './run-job.js';
import { holding, requireFree } from './run-lock.js';
import { readRunPlan, requireSamePlan, writeRunPlan } from './run-plan.js';
import { joinRepeat, joinRest, putAside, settle, type RunState } from './run-state.js';
import { clearSummaries } from './summary-files.js';
import type { Terminal } from './terminal.js';
import { tool } from './version.js';

/** Everything one command of a run has at hand. */
interface Running {
  readonly job: RunJob;
  readonly folder: RunFolder;
  readonly options: ConcludeOptions & Pick<RunOptions, 'golden'>;
  readonly interruption: Interruption;
  readonly terminal: Terminal;
}

const COMPLETE: RecordResult = { ended: 'complete' };

/**
 * `run`: drive the device on a bench, record evidence, judge it, show it, write the reports; or go on with a run that was
 * cut, or repeat what failed in it.
 *
 * @param repeated folder of the run that is repeated
 */
export async function run(options: RunOptions, terminal: Terminal, repeated?: string): Promise<number> {
  const earlier = earlierFolder(options, repeated);
  if (earlier !== null) return takeUp(earlier, options, terminal);
  if (options.dryRun !== true) await clearSummaries(options, options.out);
  const job = await runJob(options, terminal);
  if (options.dryRun === true) {
    for (const { rule } of job.rules) terminal.out(`${rule.id}  ${rule.level.padEnd(6)}  ${rule.title}\n`);
    return EXIT.passed;
  }
  const { name } = job.target.profile.device;
  const path = options.out ?? defaultRunFolder(name, Date.now());
  requireFree(runFolder(resolve(path)));
  const folder = await prepareRunFolder(path);
  await writeRunPlan(folder.plan, job.plan);
  return interruptible(options, job, folder, terminal, async (running) => {
    const recorded = await recordParts(running, folder.bundle);
    return finish(recorded, running);
  });
}

/** The folder of the run that is taken up again, or null for a new run. Throws RallyError ERR_USAGE. */
function earlierFolder({ resume, rerun, out, dryRun }: RunOptions, repeated?: string): string | null {
  const misuse = (text: string, remedy: string): RallyError => new RallyError('ERR_USAGE', text, { remedy });
  if ((rerun === undefined) !== (repeated === undefined))
    throw misuse(
      rerun === undefined
        ? `run takes no argument, but there is ${repeated ?? ''}`
        : '--rerun needs the folder of a run',
      'Write run --rerun failed <run folder>, or run --resume <run folder>.',
    );
  if (resume !== undefined && rerun !== undefined)
    throw misuse(
      '--resume and --rerun are not for the same time',
      'Go on with the run first, then repeat what failed.',
    );
  const folder = resume ?? repeated ?? null;
  if (folder !== null && (out !== undefined || dryRun === true))
    throw misuse('--out and --dry-run are for a new run', 'Leave them out: the folder stays that of the run.');
  return folder;
}

/** Go on with a run, or repeat a part of it: as the same run, or not at all. */
async function takeUp(path: string, options: RunOptions, terminal: Terminal): Promise<number> {
  const { plan: file } = runFolder(path);
  if (!existsSync(file)) throw new RallyError('ERR_NOT_RESUMABLE', `${path} holds no plan.json`);
  const begun = await readRunPlan(file);
  const all = asBegun(begun, options);
  const job = await runJob(all, terminal);
  requireSamePlan(begun, job.plan);
  await clearSummaries(options, path);
  const folder = runFolder(resolve(path));
  return interruptible(all, job, folder, terminal, async (running) => {
    const state = await settle(folder);
    return options.rerun === undefined ? goOn(state, running) : repeat(state, running);
  });
}

/** Record the parts that are not whole yet. A run that lacks none is judged and shown. */
async function goOn(state: RunState, running: Running): Promise<number> {
  const { job, folder, terminal } = running;
  if (state.isComplete) {
    await clearResults(folder);
    return finish(COMPLETE, running);
  }
  const whole = state.whole.map(({ part }) => part);
  const rest = job.plan.parts.filter((part) => !whole.includes(part));
  for (const part of state.damaged)
    terminal.err(`warning: part ${part} is not what was written; it is recorded again\n`);
  terminal.err(`${whole.length} of ${job.plan.parts.length} parts are kept; going on with ${rest[0] ?? 'the end'}\n`);
  const lastMs = state.whole.at(-1)?.wallMs ?? 0;
  if (job.plan.bench !== 'loopback' && lastMs > Date.now())
    throw new RallyError(
      'ERR_CLOCK_BACK',
      `The last part ended at ${new Date(lastMs).toISOString()}, which is yet to come`,
    );
  await clearResults(folder);
  const recorded = await recordParts(
    running,
    folder.more,
    whole.length === 0 ? {} : { parts: rest, notBeforeMs: lastMs },
  );
  await joinRest(folder, state);
  return finish(recorded, running);
}

/** Record again what the rules need that failed or were left open. */
async function repeat(state: RunState, running: Running): Promise<number> {
  const { job, folder, options, terminal } = running;
  if (!state.isComplete)
    throw new RallyError('ERR_NOT_RESUMABLE', 'The run is not whole, so it cannot be repeated yet', {
      remedy: `Go on with it first: rally-conformance run --resume ${folder.path}.`,
    });
  const obtained = await obtainFromBundle(folder.bundle);
  const open = openRules(judgeObtained(obtained, null, options).verdicts, obtained.evidence.ability);
  if (open.length === 0)
    throw new RallyError('ERR_NOTHING_TO_REPEAT', `Every rule of ${folder.path} is judged, and none failed`);
  const parts = partsFor(open, obtained, job.plan.parts);
  const number = obtained.repeats.length + 1;
  terminal.err(`repeat ${number}: ${open.length} rules, ${parts.length} of ${job.plan.parts.length} parts\n`);
  await clearResults(folder);
  const recorded = await recordParts(running, folder.more, { parts });
  if (recorded.ended === 'complete') await joinRepeat(folder, { number, rules: open.map(({ id }) => id), parts });
  else if (existsSync(folder.more)) await putAside(folder, folder.more);
  return finish(recorded, running);
}

/** What was said of the run before no longer holds. */
async function clearResults(folder: RunFolder): Promise<void> {
  await prepareResultsFolder(folder.path, folder.bundle);
}

async function recordParts(
  { job, folder, options, interruption, terminal }: Running,
  bundleDir: string,
  some: Pick<RecordJob, 'parts' | 'notBeforeMs'> = {},
): Promise<RecordResult> {
  const { target, sessions, stimuli, scope, kinds } = job;
  const common = { signal: interruption.signal, ...askAt(terminal), onProgress: progressPrinter(terminal) };
  if (options.golden !== undefined)
    await checkGolden(options.golden, { ...common, dir: folder.golden, target }, terminal);
  return record({
    ...target,
    bundleDir,
    sessions,
    stimuli,
    scope,
    kinds,
    toolVersion: tool().version,
    ...some,
    ...common,
  });
}

async function finish(recorded: RecordResult, running: Running): Promise<number> {
  const { folder, options, interruption, terminal } = running;
  return conclude(recorded, folder, options, interruption, terminal);
}

async function interruptible(
  options: RunOptions,
  job: RunJob,
  folder: RunFolder,
  terminal: Terminal,
  action: (running: Running) => Promise<number>,
): Promise<number> {
  const beganMs = performance.now();
  const interruption = catchInterruption(terminal);
  try {
    const judging = { ...options, scope: job.scope, beganMs };
    return await holding(folder, () => action({ job, folder, interruption, terminal, options: judging }));
  } finally {
    interruption.release();
  }
}

/** Who can be asked: whoever watches the terminal and can type. */
function askAt(terminal: Terminal): Pick<RecordJob, 'ask'> {
  const { stdin, stderr } = process;
  return terminal.interactive && stdin.isTTY ? { ask: terminalPrompt(stdin, stderr) } : {};
}
