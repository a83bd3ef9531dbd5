import { expect } from 'chai';
import fc from 'fast-check';
import type { Profile } from '#profile/schema.js';
import type { CatalogueEntry } from './catalogue.js';
import { judge, uncoveredKinds, type JudgeOptions } from './judge.js';
import type { Verdicts, WaiverState } from './record.js';
import { rejudgementOf } from './rejudgement.js';
import type { RuleId, Verdict } from './rule.js';
import { EVIDENCE_KINDS } from './scope.js';
import { catalogueOf, entry, evidence, finding, PROFILE, rule } from './testing/samples.js';
import { outcomeOf, underWaivers, waiversIn, type ProfileWaiver } from './waivers.js';

const DAY = '2026-11-28';
const waiver = (id: string, expires = '2026-12-31'): ProfileWaiver => {
  return { rule: id, reason: 'ROM cannot be changed', owner: 'QA', expires };
};

function judged(
  catalogue: readonly CatalogueEntry[],
  waivers: readonly ProfileWaiver[],
  options: Partial<JudgeOptions> = {},
): Verdicts {
  const profile: Profile = { ...PROFILE, waivers };
  const seen = evidence({ ability: { kinds: EVIDENCE_KINDS, sessions: 9 } });
  return judge(catalogue, profile, seen, { scope: 'wired', strict: false, asOf: DAY, ...options });
}

const stateOf = (verdicts: Verdicts): WaiverState | undefined => verdicts.waivers?.list[0]?.state;

describe('waivers', () => {
  it('leave the verdict of a failed rule and say beside it who answers for it', () => {
    const verdicts = judged(catalogueOf('pass', 'fail'), [waiver('RVP-T-02')]);
    const [passed, failed] = verdicts.results;
    expect(failed).to.deep.include({
      verdict: 'fail',
      waived: { reason: 'ROM cannot be changed', owner: 'QA', expires: '2026-12-31' },
    });
    expect(passed).to.not.have.property('waived');
    expect(verdicts.results.map(outcomeOf)).to.deep.equal(['pass', 'waived']);
    expect(verdicts.totals).to.deep.include({ pass: 1, fail: 0, waived: 1 });
    expect(verdicts).to.include({ mustApplicable: 2, mustPassed: 1, exitCode: 0 });
    expect(verdicts.waivers).to.deep.equal({ asOf: DAY, list: [{ ...waiver('RVP-T-02'), state: 'waives' }] });
    expect(verdicts.sentence).to.equal(
      'passes scope wired with 1 waiver: 1 of 2 applicable MUST rules; waived RVP-T-02; not a statement of conformance',
    );
  });

  it('leave no trace in the verdicts of a profile without any', () => {
    const without = judge(catalogueOf('fail'), PROFILE, evidence(), { scope: 'wired', strict: false });
    for (const waivers of [judged(catalogueOf('fail'), [], { asOf: '' }), without]) {
      expect(waivers).to.not.have.property('waivers');
      expect(waivers.totals).to.not.have.property('waived');
    }
  });

  it('hold to the end of their last day', () => {
    const on = (expires: string): Verdicts => judged(catalogueOf('fail'), [waiver('RVP-T-01', expires)]);
    expect([on('2026-11-27'), on(DAY), on('2026-11-29')].map(({ exitCode }) => exitCode)).to.deep.equal([1, 0, 0]);
    expect(on('2026-11-27').results[0]).to.not.have.property('waived');
  });

  it('fail the run once they have expired, whatever the rule says', () => {
    const expired = [waiver('RVP-T-01', '2026-11-01')];
    expect(judged(catalogueOf('pass', 'pass'), expired)).to.deep.include({
      exitCode: 1,
      sentence: 'fails scope wired: 1 waiver expired (RVP-T-01 after 2026-11-01); 2 of 2 applicable MUST rules pass',
    });
    const failed = judged(catalogueOf('fail', 'fail'), [...expired, waiver('RVP-T-02')]);
    expect(failed.sentence).to.equal(
      'fails scope wired: 1 failed (RVP-T-01), 1 waiver expired (RVP-T-01 after 2026-11-01); 0 of 2 applicable MUST rules pass; 1 waived (RVP-T-02)',
    );
    expect(waiversIn(failed, 'expired').map(({ rule: id }) => id)).to.deep.equal(['RVP-T-01']);
  });

  for (const [verdict, state, exitCode] of [
    ['fail', 'waives', 0],
    ['pass', 'not-needed', 0],
    ['not-applicable', 'not-needed', 0],
    ['inconclusive', 'open', 2],
    ['not-run', 'open', 2],
    ['error', 'open', 3],
  ] as const) {
    it(`change nothing but a failure: ${verdict} is ${state}`, () => {
      const verdicts = judged(catalogueOf(verdict), [waiver('RVP-T-01')]);
      expect([stateOf(verdicts), verdicts.exitCode]).to.deep.equal([state, exitCode]);
      expect('waived' in (verdicts.results[0] ?? {})).to.equal(verdict === 'fail');
    });
  }

  it('are open for a rule outside the scope, and unknown for one there is not', () => {
    const frames = entry(rule('RVP-F-01', [finding('fail')], { needs: ['frames'] }));
    expect(stateOf(judged([...catalogueOf('pass'), frames], [waiver('RVP-F-01')]))).to.equal('open');
    expect(stateOf(judged(catalogueOf('pass'), [waiver('RVP-X-01')]))).to.equal('unknown');
  });

  it('waive a recommendation only where it fails, and leave it a warning', () => {
    const should = [entry(rule('RVP-T-01', [finding('fail')], { level: 'SHOULD' })), ...catalogueOf('pass').slice(1)];
    expect(stateOf(judged(should, [waiver('RVP-T-01')]))).to.equal('not-needed');
    const strict = judged(should, [waiver('RVP-T-01')], { strict: true });
    expect(strict).to.include({ exitCode: 0 });
    expect(strict.results[0]).to.deep.include({ verdict: 'fail', warning: true });
    expect(strict.totals).to.deep.include({ fail: 0, waived: 1, warnings: 1 });
  });

  it('do not open what the failed rule hides', () => {
    const hidden = entry(rule('RVP-T-02', [finding('inconclusive', { blockedBy: 'RVP-T-01' })]));
    const { exitCode, sentence } = judged([...catalogueOf('fail'), hidden], [waiver('RVP-T-01')]);
    expect(exitCode).to.equal(2);
    expect(sentence).to.equal(
      'incomplete in scope wired: 0 of 2 applicable MUST rules pass; 1 waived (RVP-T-01); 1 waits for evidence (RVP-T-02)',
    );
  });

  describe('never make it conformant', () => {
    const whole = EVIDENCE_KINDS.map((kind, index) =>
      entry(rule(`RVP-K-${index}`, [finding('pass')], { needs: [kind] })),
    );

    it('with one that is used, even of a recommendation', () => {
      const failing = (level: 'MUST' | 'SHOULD'): CatalogueEntry =>
        entry(rule('RVP-T-01', [finding('fail')], { level }));
      for (const level of ['MUST', 'SHOULD'] as const) {
        const { sentence } = judged([...whole, failing(level)], [waiver('RVP-T-01')], { scope: 'full', strict: true });
        expect(sentence).to.match(/^passes scope full \(strict\) with 1 waiver: .*not a statement of conformance$/);
      }
    });

    it('but one that is not needed does not take it away', () => {
      expect(judged(whole, [waiver('RVP-K-0')], { scope: 'full' }).sentence).to.match(/^conformant: /);
    });

    it('whatever the verdicts and the waivers are', () => {
      const verdict = fc.constantFrom<Verdict>('pass', 'fail', 'inconclusive', 'not-run', 'not-applicable', 'error');
      const expires = fc.constantFrom('2026-11-01', '2026-12-31');
      fc.assert(
        fc.property(fc.array(verdict, { minLength: 1, maxLength: 5 }), fc.array(expires), (verdicts, days) => {
          const waivers = days.slice(0, verdicts.length).map((day, index) => waiver(`RVP-T-0${index + 1}`, day));
          const { exitCode, sentence, totals } = judged(catalogueOf(...verdicts), waivers, { scope: 'full' });
          const used = verdicts.filter((each, index) => each === 'fail' && days[index] === '2026-12-31').length;
          expect(totals.waived ?? 0).to.equal(used);
          expect(totals.fail + used).to.equal(verdicts.filter((each) => each === 'fail').length);
          const isExpired = waivers.some(({ expires: day }) => day < DAY);
          expect(exitCode === 1).to.equal(totals.fail > 0 || isExpired);
          if (exitCode === 0) expect(/ with \d+ waivers?: /.test(sentence)).to.equal(used > 0);
        }),
      );
    });
  });

  it('need the day of the run', () => {
    for (const asOf of ['', 'yesterday', 'on 2026-11-28', '2026-11-28T10:00:00Z'])
      expect(() => judged(catalogueOf('pass'), [waiver('RVP-T-01')], { asOf })).to.throw(RangeError, `"${asOf}"`);
    const profile: Profile = { ...PROFILE, waivers: [waiver('RVP-T-01')] };
    const dayless = { scope: 'wired', strict: false } as const;
    expect(() => judge(catalogueOf('pass'), profile, evidence(), dayless)).to.throw(RangeError, 'not ""');
  });

  it('that a record claims where there is none are taken away, and hide no pass', () => {
    const [failed] = judged(catalogueOf('fail'), [waiver('RVP-T-01')]).results;
    if (failed?.waived === undefined) throw new Error('no waived failure');
    for (const given of [undefined, { asOf: DAY, list: [] }]) {
      const [due] = underWaivers([failed], given).results;
      expect(due).to.include({ verdict: 'fail' }).and.not.have.property('waived');
    }
    expect(outcomeOf({ ...failed, verdict: 'pass' })).to.equal('pass');
  });

  it('are counted where there are several', () => {
    expect(judged(catalogueOf('fail', 'fail'), [waiver('RVP-T-01'), waiver('RVP-T-02')]).sentence).to.equal(
      'passes scope wired with 2 waivers: 0 of 2 applicable MUST rules; waived RVP-T-01, RVP-T-02; not a statement of conformance',
    );
  });
});

describe('judging again with waivers', () => {
  const catalogue = catalogueOf('pass', 'fail', 'fail');
  const now = judged(catalogue, [waiver('RVP-T-02')]);
  const again = (stored: Verdicts, next = now, keyless: readonly RuleId[] = []): ReturnType<typeof rejudgementOf> =>
    rejudgementOf(stored, next, {
      benchFailure: null,
      uncovered: uncoveredKinds(catalogue),
      keyless: new Set(keyless),
    });

  it('gives the same to the byte', () => {
    expect(again(judged(catalogue, [waiver('RVP-T-02')])).conclusion).to.equal('follow');
  });

  it('raises an alarm for a failure that is waived by nobody', () => {
    const waived = { reason: 'no', owner: 'one', expires: '2027-01-01' };
    const results = now.results.map((result) => (result.id === 'RVP-T-03' ? { ...result, waived } : result));
    const { conclusion, alarms } = again({ ...now, results });
    expect(conclusion).to.equal('contradict');
    expect(alarms).to.deep.equal([{ id: 'RVP-T-03', storedRevision: 1, revision: 1, stored: 'waived', now: 'fail' }]);
  });

  it('finds waivers that were made up beside rules of another revision', () => {
    const revised = catalogue.map(({ rule: made }) => entry(made.id === 'RVP-T-01' ? { ...made, revision: 2 } : made));
    const next = judged(revised, [waiver('RVP-T-02')]);
    expect(again(now, next)).to.deep.include({ conclusion: 'other-rules', contradictions: [] });
    const longer = { ...now, waivers: { asOf: '2020-01-01', list: now.waivers?.list ?? [] } };
    expect(again(longer, next).contradictions).to.deep.equal(['waivers']);
    const expired = judged(catalogueOf('pass', 'pass', 'pass'), [waiver('RVP-T-02', '2026-11-01')]);
    const [first, ...rest] = catalogueOf('pass', 'pass', 'pass');
    const later = [...(first === undefined ? [] : [entry({ ...first.rule, revision: 2 })]), ...rest];
    expect(again(expired, judged(later, [waiver('RVP-T-02', '2026-11-01')])).contradictions).to.deep.equal([]);
  });

  it('keeps the waiver of a rule that lacks its keys', () => {
    const closed = catalogue.map(({ rule: made }) =>
      entry(made.id === 'RVP-T-02' ? { ...made, check: () => [finding('inconclusive')] } : made),
    );
    const next = judged(closed, [waiver('RVP-T-02')]);
    expect(again(now, next, ['RVP-T-02'])).to.deep.include({ conclusion: 'follow-without-keys', contradictions: [] });
  });
});
