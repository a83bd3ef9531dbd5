import type { ScriptedMessage } from '../engine.js';
import type { Stimulus, StimulusId } from './stimulus.js';

/** The answer to one message is taken for lost: once, so that a device that begins anew is not sent back for ever. */
function unheard(id: StimulusId, what: string): Stimulus {
  return {
    id,
    does: `does not hear the first answer to ${what}, and sends it once more`,
    departure: () => {
      let isOver = false;
      const script = (message: ScriptedMessage): readonly ScriptedMessage[] => {
        if (message.what !== what || isOver) return [message];
        isOver = true;
        return [{ ...message, unheard: true }];
      };
      return { script };
    },
  };
}

/** A Registrar that answers of the device do not reach. */
export const RETRANSMISSION_STIMULI: readonly Stimulus[] = [
  unheard('reg-37a', 'WSC_Start'),
  unheard('reg-37b', 'M2'),
  unheard('reg-37c', 'M4'),
  unheard('reg-37d', 'M6'),
  unheard('reg-37e', 'M8'),
];
