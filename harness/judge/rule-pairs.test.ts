import { expect } from 'chai';
import { judge } from './judge.js';
import { outcomeText, rulePairs } from './rule-pairs.js';
import { catalogueOf, entry, evidence, finding, PROFILE, rule } from './testing/samples.js';

describe('two records', () => {
  it('are paired rule by rule, in the order of the later one', () => {
    const options = { scope: 'wired', strict: false } as const;
    const before = judge(catalogueOf('pass', 'fail'), PROFILE, evidence(), options);
    const later = [entry(rule('RVP-T-02', [finding('pass')])), entry(rule('RVP-T-03', [finding('pass')]))];
    const after = judge(later, PROFILE, evidence(), options);
    const pairs = rulePairs(before, after);
    expect(pairs.map((pair) => [pair.id, pair.before?.verdict, pair.after?.verdict])).to.deep.equal([
      ['RVP-T-02', 'fail', 'pass'],
      ['RVP-T-03', undefined, 'pass'],
      ['RVP-T-01', 'pass', undefined],
    ]);
    expect([pairs[1]?.before, pairs[2]?.after]).to.deep.equal([null, null]);
  });
});

describe('outcome of a rule', () => {
  it('is its verdict, with the warning of a pass, or that it is outside the scope', () => {
    for (const [verdict, warning, outcome] of [
      ['pass', false, 'pass'],
      ['pass', true, 'pass with a warning'],
      ['fail', true, 'fail'],
      ['not-applicable', false, 'not-applicable'],
      [undefined, false, 'outside the scope'],
    ] as const)
      expect(outcomeText(verdict === undefined ? { warning } : { verdict, warning })).to.equal(outcome);
  });
});
