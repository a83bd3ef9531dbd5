import { isStimulus, type StimulusId } from '#evidence/model.js';
import type { Rule } from '#judge/rule.js';
import { proofRules } from '../sec/proof.rules.js';
import { authenticationRules } from './authentication.rules.js';

const RULES: readonly Rule[] = [...proofRules, ...authenticationRules];

/** Every stimulus that a rule judges, in the order of the rules. */
export const ABOUT_STIMULI: readonly StimulusId[] = RULES.flatMap(({ scenarios = [] }) => scenarios.filter(isStimulus));
