import type { Scenario } from '#evidence/model.js';
import type { Clock } from '#base/clock.js';
import { m2dWindows, m2dWindowsAlone } from '#wps/m2d-windows.js';
import type { Script } from '#wps/engine.js';
import type { RecordPlan } from '../job.js';

/** Sessions of a run from which one can be spared: a device that fails under the script registers in another. */
const FEWEST_SESSIONS = 2;

/** What our Registrar does in a scripted session. */
const SCRIPTS: Readonly<Record<Scenario, Script>> = { 'm2d-windows': m2dWindows };

/** A session with a script. */
export interface ScriptedSession {
  /** From 1. */
  readonly number: number;
  readonly scenario: Scenario;
  readonly script: Script;
}

/** What of a run decides which of its sessions has a script. */
type Run = Pick<RecordPlan, 'bench' | 'profile' | 'sessions'>;

/**
 * The session in which the Registrar says M2D as Windows does before it goes on: the first by PIN, since it is a PIN
 * that Windows asks for then, else the first. No session is added for it. Null where none can be spared, and where the
 * Registrar is somebody else's.
 */
export function scriptedSession({ bench, profile: { ixit }, sessions }: Run): ScriptedSession | null {
  if (sessions < FEWEST_SESSIONS) return null;
  if (bench === 'radio' && ixit.radio?.observe !== undefined) return null;
  const methods = bench === 'radio' ? (ixit.methods ?? [ixit.method]) : [ixit.method];
  const byPin = methods.indexOf('pin') + 1;
  const number = byPin >= 1 && byPin <= sessions ? byPin : 1;
  const scenario: Scenario = 'm2d-windows';
  return { number, scenario, script: SCRIPTS[scenario] };
}

/** Scripted scenarios of a run. */
export function scenariosOf(run: Run): readonly Scenario[] {
  const scripted = scriptedSession(run);
  return scripted === null ? [] : [scripted.scenario];
}

/** What a session has of its script, where it is the scripted one: for the Registrar, and for the record. */
export function scriptOf(
  scripted: ScriptedSession | null,
  number: number,
): { readonly config: { readonly script?: Script }; readonly noted: { readonly script?: Scenario } } {
  if (scripted?.number !== number) return { config: {}, noted: {} };
  return { config: { script: scripted.script }, noted: { script: scripted.scenario } };
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
