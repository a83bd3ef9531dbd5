import { decodeEap } from '#wire/eap/eap.js';
import { decodeEapWsc, FLAG } from '#wire/eap/eap-wsc.js';
import { decodeEapol } from '#wire/eap/eapol.js';
import { wscCarrier } from '#wire/eap/wsc-carrier.js';
import type { StimulusId } from '#wps/stimuli/stimulus.js';
import { anyModel, type Fault, type FaultRuleId } from '../fault.js';
import type { Behaviour } from '../parts.js';
import { CHAIN, type Said } from './overlooking.js';

/** What tells one fault of a device that does not take a stimulus from the next. */
export interface Intolerant {
  /** `31a` where the stimulus is `reg-31a`, and the rule that breaks RVP-REG-31a. */
  readonly number: string;
  readonly id: string;
  readonly change: string;
  /** The first message it owes. */
  readonly owes: Said;
  /** It says WSC_NACK instead; absent: nothing. */
  readonly refuses?: true;
  /** The rule is a recommendation. */
  readonly warns?: true;
  readonly models?: Fault['refuses'];
  /** Made anew for each session. */
  readonly behaviour: () => Behaviour;
}

/** A fault that breaks the rule of a stimulus which a device has to take. */
export function intolerantStimulus(fault: Intolerant): Fault {
  const rule: FaultRuleId = `RVP-REG-${fault.number}`;
  const stimulus: StimulusId = `reg-${fault.number}`;
  const owed = CHAIN.slice(CHAIN.indexOf(fault.owes)).map((name) => `${name}.missing`);
  return {
    id: fault.id,
    change: fault.change,
    refuses: fault.models ?? anyModel,
    fails: fault.warns === true ? [] : [rule],
    warns: fault.warns === true ? [rule] : [],
    stimuli: [stimulus],
    changes: [...owed, ...(fault.refuses === true ? ['WSC_NACK.added'] : [])],
    behaviour: fault.behaviour,
  };
}

/** A device that lets pass what these reasons stand for, and looks at everything else as it should. */
export function mistaking(reason: RegExp): Behaviour {
  return { build: (parts) => ({ ...parts, overlooks: (text) => reason.test(text) }) };
}

/** A fragment as a device gets it: the bytes of the message in it. */
export interface Fragment {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly lengthBytes: number;
}

/** A device that says nothing to fragments of which this is true; `ignores` is made anew for each session. */
export function ignoringFragments(newIgnores: () => (fragment: Fragment) => boolean): Behaviour {
  return {
    build: (parts) => {
      const ignores = newIgnores();
      let inside = false;
      return {
        ...parts,
        ignores: (eapol) => {
          const { payload } = wscCarrier(decodeEap(decodeEapol(eapol).body));
          const { header, data } = decodeEapWsc(payload ?? new Uint8Array(0));
          const more = header !== null && (header.flags & FLAG.MoreFragments) !== 0;
          if (!more && !inside) return false;
          const fragment = { isFirst: !inside, isLast: !more, lengthBytes: data.length };
          inside = more;
          return ignores(fragment);
        },
      };
    },
  };
}
