import type { Rule } from '#judge/rule.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { OTHER_MAKER, REACTION_OF } from '#suites/other-makers.js';
import type { Stimulus } from '#wps/stimuli/stimulus.js';
import { STIMULI } from '#wps/stimuli/table.js';
import { FAULTS } from '#reference/faults.js';
import { document, table } from './docs-table.js';

/** The rule that is judged after every stimulus. */
const RECOVERY = 'RVP-REG-99';

/** docs/stimuli.md: what our Registrar does in a campaign, what a device has to do then, and how that is proven. */
export function stimuliPage(): string {
  const rules = CATALOGUE.map(({ rule }) => rule);
  const recovery = rules.find(({ id }) => id === RECOVERY);
  const recovered = new Set<string>(recovery?.scenarios ?? []);
  return document('Stimuli', [
    `What our Registrar does in a campaign (\`rally-conformance run --campaign\`), each in an exchange of its own:
${STIMULI.length} stimuli. After each comes an ordinary exchange, which ${RECOVERY} judges: whatever the last Registrar did, the
device registers. Without \`--campaign\` no device meets any of them.`,
    `A campaign carries out the stimuli that the rules to be judged need: \`--select RVP-REG-05 --campaign\` is one stimulus.
The device has to begin WPS for every exchange: ${2 * STIMULI.length} times besides the sessions of its profile. What it does under a stimulus
is judged by the rule of that stimulus and by none that is about ordinary exchanges; its M1 alone counts where sessions
are compared. A device that is to refuse may say WSC_NACK with any Configuration Error, or nothing. The column ${OTHER_MAKER} is what stock ${OTHER_MAKER} was seen to do.`,
    table([
      ['stimulus', 'method', 'our Registrar', 'rule', 'level', 'the device', 'recovery', OTHER_MAKER, 'faults'],
      ...STIMULI.map((stimulus) => rowOf(stimulus, rules, recovered)),
    ]),
  ]);
}

function rowOf({ id, does, method }: Stimulus, rules: readonly Rule[], recovered: Set<string>): string[] {
  const rule = rules.find(
    ({ id: ruleId, scenarios = [] }) => ruleId !== RECOVERY && scenarios.some((each) => each === id),
  );
  const faults = FAULTS.filter(({ stimuli = [] }) => stimuli.includes(id)).map((fault) => `\`${fault.id}\``);
  return [
    `\`${id}\``,
    method ?? 'either',
    does,
    rule?.id ?? '',
    rule?.level ?? '',
    rule?.requirement ?? '',
    recovered.has(id) ? RECOVERY : '',
    rule === undefined ? '' : (REACTION_OF.get(rule.id) ?? ''),
    faults.join(' '),
  ];
}
