import type { RuleResult, Verdicts, Waivers } from '#judge/record.js';
import { totalsOf, type RunView } from '../view.js';
import { exampleVerdicts, exampleView } from './view.js';

/** What hostile people write into a profile. */
export const HOSTILE_REASON = 'ROM <b onclick="x()">mask</b>, see ```#12``` @all';

const QA = { reason: HOSTILE_REASON, owner: 'QA', expires: '2026-12-31' };

export const EXAMPLE_WAIVERS: Waivers = {
  asOf: '2026-11-28',
  list: [
    { rule: 'RVP-VPI-02', ...QA, state: 'waives' },
    { rule: 'RVP-VX-01', ...QA, reason: 'was broken in 1.0', state: 'not-needed' },
    { rule: 'RVP-WSC-02', ...QA, reason: 'old promise', expires: '2026-11-01', state: 'expired' },
    { rule: 'RVP-TUU-05', ...QA, reason: 'never looked at', state: 'open' },
    { rule: 'RVP-XX-99', ...QA, reason: 'retired rule', state: 'unknown' },
  ],
};

/** The example run with its only failure waived, and waivers in every state. */
export function waivedView(edit: (waivers: Waivers) => Waivers = (waivers) => waivers): RunView {
  const verdicts = exampleVerdicts();
  const results = verdicts.results.map((result): RuleResult =>
    result.verdict === 'fail' ? { ...result, waived: QA } : result,
  );
  const made: Verdicts = { ...verdicts, results, totals: totalsOf(results), waivers: edit(EXAMPLE_WAIVERS) };
  return { ...exampleView(), verdicts: made };
}
