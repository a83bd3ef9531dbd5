import { isStimulus, type StimulusId } from '#evidence/model.js';
import type { Rule } from '#judge/rule.js';
import { proofRules } from '../sec/proof.rules.js';
import { accessPointRules } from './access-point.rules.js';
import { acknowledgementRules } from './acknowledgement.rules.js';
import { authenticationRules } from './authentication.rules.js';
import { credentialRules } from './credential.rules.js';
import { fragmentRules } from './fragments.rules.js';
import { framingRules } from './framing.rules.js';
import { m2Rules } from './m2.rules.js';
import { retransmissionRules } from './retransmission.rules.js';
import { secondStartRules } from './second-start.rules.js';
import { settingsRules } from './settings.rules.js';
import { silenceRules } from './silence.rules.js';
import { versionRules } from './versions.rules.js';

const RULES: readonly Rule[] = [
  ...proofRules,
  ...authenticationRules,
  ...m2Rules,
  ...settingsRules,
  ...credentialRules,
  ...acknowledgementRules,
  ...versionRules,
  ...fragmentRules,
  ...framingRules,
  ...retransmissionRules,
  ...secondStartRules,
  ...silenceRules,
  ...accessPointRules,
];

/** Every stimulus that a rule judges, in the order of the rules. */
export const ABOUT_STIMULI: readonly StimulusId[] = RULES.flatMap(({ scenarios = [] }) => scenarios.filter(isStimulus));
