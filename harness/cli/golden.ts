import { rm } from 'node:fs/promises';
import { RallyError } from '#base/error.js';
import type { Evidence, EvidenceKind } from '#evidence/model.js';
import { judge } from '#judge/judge.js';
import type { Verdicts } from '#judge/record.js';
import { scopeKinds, type BaseScope } from '#judge/scope.js';
import type { RecordJob, RecordResult } from '#lab/job.js';
import { record } from '#lab/session.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { obtainFromBundle } from './obtain.js';
import { targetOf, type Target, type TargetOptions } from './target.js';
import type { Terminal } from './terminal.js';
import { tool } from './version.js';

/** One registration tells whether the bench works. */
const SESSIONS = 1;
const NAMES_SHOWN = 3;

/** What the health check shares with the run it goes before. */
export type GoldenRun = Pick<RecordJob, 'signal' | 'onProgress' | 'ask'> & {
  /** Where its evidence goes. */
  readonly dir: string;
  /** What the run is about to look at. */
  readonly target: Target;
};

/**
 * Let a device that is known to be good register once on the bench, before another is judged there. What it does not
 * pass is the bench's fault. Throws RallyError ERR_GOLDEN_FAILED, ERR_ABORTED, and what a profile is refused with.
 *
 * @param name a profile; on the loopback bench a reference device, and with `:` its faults
 */
export async function checkGolden(name: string, run: GoldenRun, terminal: Terminal): Promise<void> {
  const golden = await goldenTarget(name, run.target, terminal);
  const { bench } = golden;
  const { signal, onProgress } = run;
  const kinds: EvidenceKind[] = [...scopeKinds(bench, { kinds: [], sessions: 0 })];
  await rm(run.dir, { recursive: true, force: true });
  const recorded = await record({
    ...golden,
    bundleDir: run.dir,
    sessions: SESSIONS,
    scope: bench,
    kinds,
    toolVersion: tool().version,
    signal,
    ...(run.ask === undefined ? {} : { ask: run.ask }),
    onProgress: (event) => {
      onProgress({ ...event, step: `golden device: ${event.step}` });
    },
  });
  if (recorded.ended === 'aborted') throw recorded.error ?? new RallyError('ERR_ABORTED', 'The run was aborted');
  const problem = problemOf(recorded) ?? (await judgedProblem(run.dir, bench));
  if (problem === null) return;
  throw new RallyError('ERR_GOLDEN_FAILED', `The golden device ${golden.profile.device.name} ${problem}`, {
    ...(recorded.error === undefined ? {} : { cause: recorded.error }),
  });
}

async function goldenTarget(name: string, { bench, place, profile }: Target, terminal: Terminal): Promise<Target> {
  const golden = await targetOf(goldenOptions(name, { bench, place }), terminal);
  const port = profile.ixit.interface;
  if (bench === 'wired' && place === 'here' && golden.profile.ixit.interface === port)
    throw new RallyError('ERR_USAGE', `The golden device and the device to be judged are both on port ${port ?? ''}`, {
      remedy: 'Give the golden device a port of its own, ixit.interface of its profile.',
    });
  return golden;
}

function goldenOptions(name: string, { bench, place }: Pick<Target, 'bench' | 'place'>): TargetOptions {
  if (bench !== 'loopback') return { bench, place, profile: name };
  const [device = '', ...faults] = name.split(/[:,]/);
  return { bench, device, fault: faults, sessions: String(SESSIONS) };
}

function problemOf({ ended, error }: RecordResult): string | null {
  return ended === 'complete' ? null : `could not be looked at: ${error?.message ?? 'the bench failed'}`;
}

async function judgedProblem(dir: string, scope: BaseScope): Promise<string | null> {
  const { evidence, profile } = await obtainFromBundle(dir);
  return healthProblem(evidence, judge(CATALOGUE, profile, evidence, { scope, strict: false }));
}

/**
 * What a known good device shows to be wrong with the bench, as the rest of a sentence; null for nothing. Rules that one
 * session leaves open say nothing of the bench.
 */
export function healthProblem({ exchanges }: Pick<Evidence, 'exchanges'>, { results }: Verdicts): string | null {
  const broken = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error');
  const named = broken.slice(0, NAMES_SHOWN).map(({ id, verdict, reason }) => `${id} ${verdict ?? ''}: ${reason}`);
  if (broken.length > NAMES_SHOWN) named.push(`and ${broken.length - NAMES_SHOWN} more`);
  if (named.length > 0) return `does not pass on this bench (${named.join('; ')})`;
  return exchanges.some(({ closing }) => closing === 'done') ? null : 'did not register on this bench';
}
