import type { EngineLimits, RegistrarConfig } from '../engine.js';

/** Id of a stimulus: `reg-05`, or `reg-16a` where several are of one kind. The rule that judges it is `RVP-REG-05`. */
export type StimulusId = `reg-${string}`;

/** What our Registrar does otherwise than a correct one. */
export type Departure = Pick<
  RegistrarConfig,
  'script' | 'packetScript' | 'fragmentBytes' | 'privateKey' | 'choosePrivateKey'
> & {
  /** Where time is simulated; a bench that really waits keeps to the limits of the profile. */
  readonly limits?: EngineLimits;
};

/** What our access point says otherwise in Beacons and Probe Responses; what is absent is as always. */
export interface AirDeparture {
  /** The method it says it waits for, where that is not the one of the session. */
  readonly announces?: 'pin' | 'pbc';
  /** AuthorizedMACs: the device's address, any, or one that is nobody's. */
  readonly authorizes?: 'device' | 'any' | 'other';
  /** `split`: the WPS data in two elements where one would do. `truncated`: its last attribute ends before its length. */
  readonly form?: 'split' | 'truncated';
  /** Its Beacons have no SSID, and it answers only who asks for it by name (a hidden network). */
  readonly hidden?: true;
  /** A network of ours with another UUID says that it waits for a push button as well. */
  readonly secondNetwork?: true;
}

/** One way in which our Registrar departs from the protocol, or takes it to its limits. */
export interface Stimulus {
  readonly id: StimulusId;
  /** What our Registrar does, in one line: "sends M2 with a wrong Authenticator". */
  readonly does: string;
  /** Method a session has to be by; absent: either. */
  readonly method?: 'pin' | 'pbc';
  /** It is in what an access point sends, so it needs the air; absent: it is in the messages. */
  readonly air?: AirDeparture;
  /** Made anew for each session, so that a script may remember what it has done. */
  readonly departure: () => Departure;
}

/** A stimulus that is one script without a memory. */
export function stimulus(id: StimulusId, does: string, script: NonNullable<Departure['script']>): Stimulus {
  return { id, does, departure: () => ({ script }) };
}
