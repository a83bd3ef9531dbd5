import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ownMessages } from '../exchanges.js';
import { note } from '../finding.js';
import { neverReached, saidText, stimulusPlace, unsettled } from '../reactions.js';
import { reportRule } from '../stimulus-rules.js';

/** A device may begin anew, refuse, or leave the second WSC_Start aside. */
const reg38: Rule = {
  ...reportRule({
    number: '38',
    step: 'M2',
    level: 'INFO',
    title: 'Survive a second WSC_Start',
    when: 'WSC_Start comes once more after M1, and then M2',
    why: 'A Registrar that lost its state begins again in the middle. What a device makes of it helps to understand the logs of the field.',
    remedy: 'Nothing has to be changed; to leave a second WSC_Start without answer is what common supplicants do.',
  }),
  check: (evidence) => [judgeSecondStart(evidence)],
};

/** The second WSC_Start begins an exchange of its own: what the device says after it is in that, or in one after it. */
function judgeSecondStart(evidence: Evidence): Finding {
  const [, begun, ...further] = evidence.exchanges.filter(({ script }) => script === 'reg-38');
  if (begun === undefined) return neverReached(evidence, 'reg-38');
  const [stimulus] = begun.packets;
  if (stimulus === undefined) return neverReached(evidence, 'reg-38');
  const open = unsettled(evidence, further.at(-1) ?? begun);
  if (open !== null) return open;
  const said = [begun, ...further].flatMap((exchange) => ownMessages(exchange)).map(saidText);
  const text = said.length === 0 ? 'nothing' : said.join(', ');
  return note(
    `the device says ${text} after a second WSC_Start and M2 in exchange ${begun.number}`,
    stimulusPlace({ exchange: begun, stimulus }),
  );
}

export const secondStartRules: readonly Rule[] = [reg38];
