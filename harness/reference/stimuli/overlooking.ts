import type { WscMessage } from '#wire/wps/message.js';
import type { StimulusId } from '#wps/stimuli/stimulus.js';
import { anyModel, type Fault, type FaultRuleId } from '../fault.js';
import type { Behaviour } from '../parts.js';

/**
 * A device that goes on where a correct one refuses for a reason that matches. From then on it cannot tell right from
 * wrong in the session (without the Registrar's public key no Authenticator verifies), and lets everything pass.
 */
export function overlooking(reason: RegExp): Behaviour {
  return {
    build: (parts) => {
      let isLost = false;
      return { ...parts, overlooks: (text) => (isLost ||= reason.test(text)) };
    },
  };
}

/** A device that refuses what a correct one takes: a message, or the settings of M8, for which `why` has a reason. */
export function objecting(why: (message: WscMessage) => string | null): Behaviour {
  return { build: (parts) => ({ ...parts, objects: why }) };
}

/** What a device leaves out that refuses M2, and what one that refuses M8. */
const REFUSES = {
  M2: ['WSC_NACK.added', 'M3.missing', 'M5.missing', 'M7.missing', 'WSC_DONE.missing'],
  M8: ['WSC_NACK.added', 'WSC_DONE.missing'],
} as const;

/** A fault by which the device refuses the stimuli of these numbers, which it has to take. */
export function refusedStimuli(
  { id, change, must = [], should = [], refuses = anyModel }: Refused,
  message: keyof typeof REFUSES,
  behaviour: Fault['behaviour'],
): Fault {
  return {
    id,
    change,
    refuses,
    fails: must.map((number): FaultRuleId => `RVP-REG-${number}`),
    warns: should.map((number): FaultRuleId => `RVP-REG-${number}`),
    stimuli: [...must, ...should].map((number): StimulusId => `reg-${number}`),
    changes: REFUSES[message],
    behaviour,
  };
}

export interface Refused extends Pick<Fault, 'id' | 'change'> {
  /** Stimuli whose rules are MUST, and those whose rules are SHOULD: `14` for `reg-14`. */
  readonly must?: readonly string[];
  readonly should?: readonly string[];
  readonly refuses?: Fault['refuses'];
}

/** Messages of the device that a stimulus should have kept back. */
export const CHAIN = ['M3', 'M5', 'M7', 'WSC_DONE'] as const;
export type Said = (typeof CHAIN)[number];

/** A Registrar that cannot follow refuses, and that is answered. */
const REFUSAL = ['WSC_NACK.missing', 'WSC_NACK.added', 'WSC_NACK.Registrar Nonce'] as const;

/** Changes of a device that goes on with this message instead of refusing; how far it comes is the Registrar's matter. */
export function goesOnWith(said: Said): string[] {
  return [...REFUSAL, ...CHAIN.slice(CHAIN.indexOf(said)).map((name) => `${name}.added`)];
}

/** What tells one such fault from the next. */
export interface Overlooked {
  /** `05` where the stimulus is `reg-05`, and the rule that breaks RVP-REG-05. */
  readonly number: string;
  readonly id: string;
  readonly change: string;
  /** The reason for which a correct device refuses the stimulus. */
  readonly reason: RegExp;
  /** What the device says instead of its refusal. */
  readonly says: Said;
  /** The rule is a recommendation. */
  readonly warns?: true;
  readonly refuses?: Fault['refuses'];
}

/** A fault that breaks the rule of one stimulus. */
export function overlookedStimulus(fault: Overlooked): Fault {
  const rule: FaultRuleId = `RVP-REG-${fault.number}`;
  const stimulus: StimulusId = `reg-${fault.number}`;
  return {
    id: fault.id,
    change: fault.change,
    refuses: fault.refuses ?? anyModel,
    fails: fault.warns === true ? [] : [rule],
    warns: fault.warns === true ? [rule] : [],
    stimuli: [stimulus],
    changes: goesOnWith(fault.says),
    behaviour: () => overlooking(fault.reason),
  };
}
