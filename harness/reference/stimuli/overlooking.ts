import type { StimulusId } from '#wps/stimuli/stimulus.js';
import { anyModel, type Fault, type FaultRuleId } from '../fault.js';
import type { Behaviour } from '../parts.js';

/** A device that goes on where a correct one refuses for a reason that matches. */
export function overlooking(reason: RegExp): Behaviour {
  return { build: (parts) => ({ ...parts, overlooks: (text) => reason.test(text) }) };
}

/** Messages of the device that a stimulus should have kept back. */
const CHAIN = ['M3', 'M5', 'M7', 'WSC_DONE'] as const;
export type Said = (typeof CHAIN)[number];

/** Changes of a device that goes on with this message instead of refusing; how far it comes is the Registrar's matter. */
export function goesOnWith(said: Said): string[] {
  return ['WSC_NACK.missing', ...CHAIN.slice(CHAIN.indexOf(said)).map((name) => `${name}.added`)];
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
