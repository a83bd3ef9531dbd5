import { expect } from 'chai';
import type { Exchange } from '#evidence/model.js';
import { judge } from '#judge/judge.js';
import type { Verdict } from '#judge/rule.js';
import { catalogueOf, evidence, PROFILE } from '#judge/testing/samples.js';
import { healthProblem } from './golden.js';

const exchange = (closing: Exchange['closing']): Exchange => ({
  ...{ number: 1, enrolleeMac: new Uint8Array(6), registrarMac: null, packets: [], messages: [], identities: [] },
  ...{ framing: [], closing, method: null, keys: null, pin: null, lossy: false },
});

function problem(closings: readonly Exchange['closing'][], ...said: readonly Verdict[]): string | null {
  const verdicts = judge(catalogueOf(...said), PROFILE, evidence(), { scope: 'wired', strict: false });
  return healthProblem({ exchanges: closings.map(exchange) }, verdicts);
}

describe('health check of a bench', () => {
  it('is passed by a good device that registers, whatever one session leaves open', () => {
    expect(problem(['done'], 'pass', 'not-applicable', 'not-run', 'inconclusive')).to.equal(null);
    expect(problem(['failed', 'done'], 'pass')).to.equal(null);
  });

  it('is not passed without a registration', () => {
    expect(problem([], 'pass')).to.equal('did not register on this bench');
    expect(problem(['timeout'], 'pass')).to.equal('did not register on this bench');
  });

  it('is not passed by one that fails a rule, or that the bench itself fails on', () => {
    expect(problem(['done'], 'pass', 'fail')).to.equal('does not pass on this bench (RVP-T-02 fail: it is fail)');
    expect(problem(['done'], 'error')).to.equal('does not pass on this bench (RVP-T-01 error: it is error)');
    expect(problem(['done'], 'fail', 'fail', 'fail', 'fail', 'fail')).to.match(
      /RVP-T-03 fail: it is fail; and 2 more\)$/,
    );
  });
});
