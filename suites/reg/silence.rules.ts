import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { pass } from '../finding.js';
import { reactionsTo } from '../reactions.js';
import { refusalRule } from '../stimulus-rules.js';

const base = refusalRule({
  number: '39',
  step: 'M2',
  level: 'SHOULD',
  title: 'Give up on a Registrar that is silent for two minutes',
  when: 'M2 comes two minutes after M1',
  why: 'A device that waits for ever keeps its secrets of one registration in use, and looks dead to the person before it.',
  remedy: 'End a registration, or begin anew, at the latest 120 s after it began, and forget its keys and nonces.',
});

/** What tells that the device gave up is that it begins anew, or that it does not take the M2 that comes too late. */
const reg39: Rule = {
  ...base,
  requirement: `${base.requirement} It may also begin anew before.`,
  check: (evidence, profile) => {
    const anew = begunAnew(evidence);
    return anew === null ? base.check(evidence, profile) : [anew];
  },
};

function begunAnew(evidence: Evidence): Finding | null {
  const [, second] = evidence.exchanges.filter(({ script }) => script === 'reg-39');
  if (second === undefined || reactionsTo(evidence, 'reg-39', 'M2').length > 0) return null;
  return pass(`the device begins anew in exchange ${second.number} while the Registrar is silent`);
}

export const silenceRules: readonly Rule[] = [reg39];
