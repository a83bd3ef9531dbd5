import type { RegistrarConfig } from '../engine.js';

/** Id of a stimulus: `reg-05`, or `reg-16a` where several are of one kind. The rule that judges it is `RVP-REG-05`. */
export type StimulusId = `reg-${string}`;

/** What our Registrar does otherwise than a correct one. */
export type Departure = Pick<RegistrarConfig, 'script' | 'packetScript' | 'fragmentBytes' | 'privateKey'>;

/** One way in which our Registrar departs from the protocol, or takes it to its limits. */
export interface Stimulus {
  readonly id: StimulusId;
  /** What our Registrar does, in one line: "sends M2 with a wrong Authenticator". */
  readonly does: string;
  /** Method a session has to be by; absent: either. */
  readonly method?: 'pin' | 'pbc';
  /** Made anew for each session, so that a script may remember what it has done. */
  readonly departure: () => Departure;
}

/** A stimulus that is one script without a memory. */
export function stimulus(id: StimulusId, does: string, script: NonNullable<Departure['script']>): Stimulus {
  return { id, does, departure: () => ({ script }) };
}
