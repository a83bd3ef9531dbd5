import { isStimulus } from '#evidence/model.js';
import { ORDINARY_PART } from '#evidence/parts.js';
import { stimulusOf } from '#wps/stimuli/table.js';
import type { Progress, RecordPlan } from '../job.js';
import { plannedSessions, type PlannedSession } from './scripted-session.js';

/** What of a run is recorded whole or not at all. */
export interface PlannedPart {
  readonly id: string;
  /** From 1, among all parts of the run. */
  readonly number: number;
  /** How many parts the run has. */
  readonly of: number;
  /** What happens in it, one line. */
  readonly does: string;
  readonly sessions: readonly PlannedSession[];
}

type Run = Pick<RecordPlan, 'bench' | 'profile' | 'sessions' | 'stimuli'>;

/**
 * The parts of a run, in the order they are recorded in: the ordinary sessions, then each stimulus with the session that
 * shows whether the device works on. All sessions of one method stand together, so that the device is armed for another
 * as seldom as can be.
 */
export function plannedParts(run: Run): readonly PlannedPart[] {
  const sessions = plannedSessions(run);
  const ids = [ORDINARY_PART, ...(run.stimuli ?? [])];
  return ids.map((id, index) => ({
    id,
    number: index + 1,
    of: ids.length,
    does: doesOf(id),
    sessions: sessions.filter((session) => partOf(session) === id),
  }));
}

/** The parts of a run that are recorded this time. */
export function recordedNow(run: Run & Pick<RecordPlan, 'parts'>): readonly PlannedPart[] {
  return plannedParts(run).filter(({ id }) => run.parts === undefined || run.parts.includes(id));
}

/** What is told when a part begins. */
export function partBegins({ id, number, of, does }: PlannedPart): Progress {
  return { step: `part ${number} of ${of}, ${id}: ${does}`, part: { number, of } };
}

function partOf({ noted: { script, recovers } }: PlannedSession): string {
  if (recovers !== undefined) return recovers;
  return isStimulus(script) ? script : ORDINARY_PART;
}

function doesOf(id: string): string {
  const stimulus = isStimulus(id) ? stimulusOf(id) : null;
  return `our Registrar ${stimulus?.does ?? 'does what every Registrar does'}`;
}
