import { expect } from 'chai';
import type { Evidence, Exchange } from '#evidence/model.js';
import { judge } from '#judge/judge.js';
import type { RuleResult, Verdicts } from '#judge/record.js';
import type { Finding, RuleId, Verdict } from '#judge/rule.js';
import { evidence } from '#judge/testing/samples.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { openRules, partsFor } from './repeat.js';

const PARTS = ['ordinary', 'reg-05', 'reg-06', 'reg-07'];
const ABILITY: Evidence['ability'] = {
  kinds: ['m1', 'exchange', 'keys', 'profile', 'sessions'],
  sessions: 2,
  scenarios: ['m2d-windows', 'reg-05', 'reg-06', 'reg-07'],
};

/** Verdicts of a run in which some rules came to something; all others are outside the scope. */
function verdicts(said: Readonly<Record<RuleId, Verdict>>, findings: readonly Finding[] = []): Verdicts {
  const all = judge(CATALOGUE, null, evidence({ ability: ABILITY }), { scope: 'wired', strict: false });
  const results = all.results.map((result): RuleResult => {
    const verdict = said[result.id];
    return verdict === undefined ? { ...result, inScope: false } : { ...result, inScope: true, verdict, findings };
  });
  return { ...all, results };
}

const exchange = (number: number, more: Pick<Exchange, 'script' | 'recovers'>): Exchange => ({
  ...{ number, enrolleeMac: new Uint8Array(6), registrarMac: null, packets: [], messages: [], identities: [] },
  ...{ framing: [], closing: 'done', method: null, keys: null, pin: null, lossy: false },
  ...more,
});

const RUN = {
  repeats: [],
  evidence: evidence({
    ability: ABILITY,
    exchanges: [
      exchange(1, {}),
      exchange(2, { script: 'reg-05' }),
      exchange(3, { recovers: 'reg-05' }),
      exchange(4, { script: 'reg-06' }),
      exchange(5, { recovers: 'reg-06' }),
    ],
  }),
};

function partsOf(id: RuleId, findings: readonly Finding[] = []): string[] {
  return partsFor(openRules(verdicts({ [id]: 'fail' }, findings), ABILITY), RUN, PARTS);
}

const at = (exchangeNumber: number): NonNullable<Finding['at']> => ({
  ...{ path: '', message: 'M1', messageOffset: 0, lengthBytes: 0, hex: '' },
  exchange: exchangeNumber,
});

describe('what is repeated', () => {
  it('is every rule in scope that failed or was left open', () => {
    const said: Record<RuleId, Verdict> = {
      'RVP-VPI-01': 'fail',
      'RVP-VPI-02': 'inconclusive',
      'RVP-VPI-03': 'error',
      'RVP-VPI-04': 'not-run',
      'RVP-VPI-05': 'pass',
      'RVP-VPI-06': 'not-applicable',
    };
    expect(openRules(verdicts(said), ABILITY).map(({ id }) => id)).to.deep.equal(Object.keys(said).slice(0, 4));
  });

  it('is nothing that the run cannot show however often: too few sessions, no radio, no stimulus', () => {
    const said: Record<RuleId, Verdict> = {
      'RVP-SEC-04': 'not-run',
      'RVP-VX-07': 'not-run',
      'RVP-REG-09': 'not-run',
      'RVP-REG-05': 'not-run',
    };
    expect(openRules(verdicts(said), ABILITY).map(({ id }) => id)).to.deep.equal(['RVP-REG-05']);
  });

  it('is the part of its stimulus, or the ordinary one', () => {
    expect(partsOf('RVP-REG-06')).to.deep.equal(['reg-06']);
    expect(partsOf('RVP-WSC-01')).to.deep.equal(['ordinary']);
    const both = openRules(verdicts({ 'RVP-REG-07': 'fail', 'RVP-WSC-01': 'fail' }), ABILITY);
    expect(partsFor(both, RUN, PARTS)).to.deep.equal(['ordinary', 'reg-07']);
  });

  it('of a rule about many stimuli is those it found something in, else all of them', () => {
    const fail = (exchangeNumber: number): Finding => ({ verdict: 'fail', text: 'x', at: at(exchangeNumber) });
    expect(partsOf('RVP-REG-99', [fail(5), { ...fail(3), verdict: 'pass' }])).to.deep.equal(['reg-06']);
    expect(partsOf('RVP-REG-99', [{ verdict: 'fail', text: 'x' }])).to.deep.equal(['reg-05', 'reg-06', 'reg-07']);
  });
});
