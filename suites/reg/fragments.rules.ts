import type { Rule } from '#judge/rule.js';
import { tolerationRule } from '../stimulus-rules.js';

const WHY =
  'An access point chooses how long its fragments are, and some links between it and its Registrar leave little room.';
const ACKNOWLEDGE = 'Answer each fragment but the last with WSC_FRAG_ACK, and the last with the message that is due';

/** Messages of the Registrar in fragments. */
export const fragmentRules: readonly Rule[] = [
  tolerationRule({
    number: '33a',
    step: 'M2',
    level: 'MUST',
    title: 'Put messages together from many short fragments',
    when: 'the messages of the Registrar come in fragments of 50 bytes, M2 in about eight',
    why: WHY,
    remedy: `${ACKNOWLEDGE}; reserve room by the announced length, not by a number of fragments.`,
  }),
  tolerationRule({
    number: '33b',
    step: 'M2',
    level: 'MUST',
    title: 'Put every message together from fragments',
    when: 'the messages of the Registrar, M2 to M8, come in fragments of 110 bytes',
    why: WHY,
    remedy: `${ACKNOWLEDGE}, in M4, M6 and M8 as in M2.`,
  }),
  tolerationRule({
    number: '33c',
    step: 'M2',
    level: 'MUST',
    title: 'Put messages together from long fragments',
    when: 'M2 comes in a fragment of 300 bytes and a shorter one',
    why: WHY,
    remedy: `${ACKNOWLEDGE}; a fragment may be as long as a frame.`,
  }),
];
