import type { RallyError } from '#base/error.js';
import type { EvidenceKind, StimulusId } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import type { Ask } from './device/ask.js';

/** What a person sees while the bench works: the step, and while it waits, for what and how long. */
export interface Progress {
  readonly step: string;
  readonly waitingFor?: string;
  readonly limitMs?: number;
}

/** The reference device of the loopback bench. */
export interface ReferencePlan {
  readonly model: string;
  /** Ids of its faults. */
  readonly faults: readonly string[];
  readonly seed: number;
}

/** What a place is asked to record. Plain data: it crosses into the sandbox as JSON. */
export interface RecordPlan {
  readonly bench: 'wired' | 'radio' | 'loopback';
  readonly place: 'sandbox' | 'vm' | 'here';
  readonly profile: Profile;
  /** Where the bundle goes; created if need be. */
  readonly bundleDir: string;
  readonly sessions: number;
  /** Stimuli our Registrar gives after those sessions, each in one of its own and with an ordinary one after it. */
  readonly stimuli?: readonly StimulusId[];
  /** Name of the scope that will be judged; only noted in the bundle. */
  readonly scope: string;
  /** Evidence the run sets out to obtain. */
  readonly kinds: readonly EvidenceKind[];
  readonly toolVersion: string;
  /** How long it took until the place was there, where that is worth telling. */
  readonly placeMs?: number;
  /** Of the loopback bench only. */
  readonly reference?: ReferencePlan;
}

export interface RecordJob extends RecordPlan {
  readonly signal: AbortSignal;
  /** Asks the person at the terminal; absent: there is nobody to be asked. */
  readonly ask?: Ask;
  onProgress(event: Progress): void;
}

/** complete: every planned session was held, however it went for the device. Otherwise `error` says why not. */
export interface RecordResult {
  readonly ended: 'complete' | 'aborted' | 'failed';
  readonly error?: RallyError;
}
