import type { Scenario } from '#evidence/model.js';
import type { Clock } from '#base/clock.js';
import { m2dWindows, m2dWindowsAlone } from '#wps/m2d-windows.js';
import type { Script } from '#wps/engine.js';
import type { Departure, StimulusId } from '#wps/stimuli/stimulus.js';
import { STIMULI, stimulusOf } from '#wps/stimuli/table.js';
import type { RecordPlan } from '../job.js';

/** Every scripted scenario there is. */
export const SCENARIOS: readonly Scenario[] = ['m2d-windows', ...STIMULI.map(({ id }) => id)];

/** Sessions of a run from which one can be spared: a device that fails under the script registers in another. */
const FEWEST_SESSIONS = 2;

/** A session as it is planned. */
export interface PlannedSession {
  /** From 1. */
  readonly number: number;
  /** What our Registrar does otherwise in it: for its configuration. */
  readonly config: Departure;
  /** What the session has to be known by: for the record. */
  readonly noted: { readonly script?: Scenario; readonly recovers?: StimulusId };
}

/** What of a run decides which of its sessions are scripted, and how. */
type Run = Pick<RecordPlan, 'bench' | 'profile' | 'sessions' | 'stimuli'>;

/**
 * The sessions of a run: those the profile asks for, and after them two for each stimulus, the one with it and an
 * ordinary one that shows whether the device works on.
 *
 * In one of the former the Registrar says M2D as Windows does before it goes on: the first by PIN, since it is a PIN that
 * Windows asks for then, else the first. None is added for it, and none has it where no session can be spared or the
 * Registrar is somebody else's.
 */
export function plannedSessions(run: Run): readonly PlannedSession[] {
  const withM2d = m2dSession(run);
  const ordinary = Array.from({ length: run.sessions }, (_, index): PlannedSession => {
    const number = index + 1;
    return number === withM2d
      ? { number, config: { script: m2dWindows }, noted: { script: 'm2d-windows' } }
      : { number, config: {}, noted: {} };
  });
  const scripted = (run.stimuli ?? []).flatMap((id, index): PlannedSession[] => {
    const number = run.sessions + 2 * index + 1;
    const config = stimulusOf(id)?.departure() ?? {};
    return [
      { number, config, noted: { script: id } },
      { number: number + 1, config: {}, noted: { recovers: id } },
    ];
  });
  return [...ordinary, ...scripted];
}

/** Number of the session with an M2D; null: none. */
function m2dSession({ bench, profile: { ixit }, sessions }: Run): number | null {
  if (sessions < FEWEST_SESSIONS) return null;
  if (bench === 'radio' && ixit.radio?.observe !== undefined) return null;
  const methods = bench === 'radio' ? (ixit.methods ?? [ixit.method]) : [ixit.method];
  const byPin = methods.indexOf('pin') + 1;
  return byPin >= 1 && byPin <= sessions ? byPin : 1;
}

/** Scripted scenarios of a run. */
export function scenariosOf(run: Run): readonly Scenario[] {
  return plannedSessions(run).flatMap(({ noted: { script } }) => script ?? []);
}

/** The stimuli that a bench can give a device with this profile. */
export function possibleStimuli({ bench, profile: { ixit } }: Pick<Run, 'bench' | 'profile'>): readonly StimulusId[] {
  // On the air a device that was served leaves for the network it was given; the sessions there are not yet made for that.
  if (bench === 'radio') return [];
  return STIMULI.filter(({ method }) => method === undefined || method === ixit.method).map(({ id }) => id);
}

/** Number of the session in which a person watches the display; those of the plan count from 1. */
export const WATCHED_SESSION = 0;

/** The script of that session: M2D and no M2. `m2dAtMs` says when the M2D was first sent, monotonic; null: not yet. */
export function watchingScript(clock: Pick<Clock, 'monotonicMs'>): {
  readonly script: Script;
  readonly m2dAtMs: () => number | null;
} {
  let atMs: number | null = null;
  const script: Script = (message, tools) => {
    const made = m2dWindowsAlone(message, tools);
    if (made.some(({ what }) => what === 'M2D')) atMs ??= clock.monotonicMs();
    return made;
  };
  return { script, m2dAtMs: () => atMs };
}

/** The session in which a person watches the display, with that script. */
export function watchedSession(script: Script): PlannedSession {
  return { number: WATCHED_SESSION, config: { script }, noted: { script: 'm2d-windows' } };
}
