import type { StimulusId } from '#wps/stimuli/stimulus.js';
import type { Device } from './device.js';
import type { Model } from './model.js';
import type { Behaviour } from './parts.js';

/** Id of a rule of the catalogue, e.g. `RVP-VX-01`. */
export type FaultRuleId = `RVP-${string}`;

/** Names of the Enrollee's messages in {@link Fault.changes} and {@link Fault.ends}. */
export type EnrolleeMessage = 'M1' | 'M3' | 'M5' | 'M7' | 'WSC_DONE';

/** One thing a device does wrong, and everything that has to come of it: no more, no less. */
export interface Fault {
  /** Stable; what `--fault` names. */
  readonly id: string;
  /** What the device does, in one line. */
  readonly change: string;
  /** Why a device of this model cannot have it, or would break other rules too; null: it can. */
  readonly refuses: (model: Model) => string | null;
  /** MUST rules that fail. */
  readonly fails: readonly FaultRuleId[];
  /** SHOULD rules that warn. */
  readonly warns: readonly FaultRuleId[];
  /**
   * What of the evidence differs from that of the device without it: `<message>.<part>`, `*` for any message. Nothing
   * else may, but what is computed from it (hashes, authenticators, ciphertext).
   */
  readonly changes: readonly string[];
  /** Stimuli under which it shows; absent: also without any. */
  readonly stimuli?: readonly StimulusId[];
  /** The message after which a correct Registrar refuses to go on; absent: the exchange runs to its end. */
  readonly ends?: EnrolleeMessage;
  /** The layer that goes on top of a device's behaviours. */
  readonly behaviour: (device: Device) => Behaviour;
}

/** Any model. */
export const anyModel = (): null => null;

/** Only models for which `holds`; `reason` says of the others why not. */
export function only(holds: (model: Model) => boolean, reason: string): Fault['refuses'] {
  return (model) => (holds(model) ? null : reason);
}

/** The first reason that any of the conditions gives. */
export function both(...conditions: readonly Fault['refuses'][]): Fault['refuses'] {
  return (model) => {
    for (const refuses of conditions) {
      const reason = refuses(model);
      if (reason !== null) return reason;
    }
    return null;
  };
}
