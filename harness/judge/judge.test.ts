import { expect } from 'chai';
import { withoutSecrets } from '#profile/secrets.js';
import { canonicalJson } from './canonical.js';
import type { CatalogueEntry } from './catalogue.js';
import { judge, plan } from './judge.js';
import type { RuleResult, Verdicts } from './record.js';
import { catalogueOf, entry, evidence, finding, PROFILE, rule } from './testing/samples.js';

const wired = { scope: 'wired', strict: false } as const;
const judgeWired = (catalogue: readonly CatalogueEntry[]): Verdicts => judge(catalogue, PROFILE, evidence(), wired);
const result = (verdicts: Verdicts, id: string): RuleResult => {
  const found = verdicts.results.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no result of ${id}`);
  return found;
};

describe('judge', () => {
  it('goes on after a rule that throws, and gives it the verdict error with the text', () => {
    const throwing = rule('RVP-T-01', [], {
      check: () => {
        throw new TypeError('node is undefined');
      },
    });
    const verdicts = judgeWired([entry(throwing), entry(rule('RVP-T-02', [finding('pass')]))]);
    expect(result(verdicts, 'RVP-T-01')).to.include({
      verdict: 'error',
      reason: 'the rule itself failed: TypeError: node is undefined',
    });
    expect(result(verdicts, 'RVP-T-02').verdict).to.equal('pass');
    expect(verdicts.exitCode).to.equal(3);
  });

  it('gives error to a rule that says nothing', () => {
    const verdicts = judgeWired([entry(rule('RVP-T-01', []))]);
    expect(result(verdicts, 'RVP-T-01')).to.include({ verdict: 'error', reason: 'the rule said nothing' });
  });

  it('does not ask a rule that the profile rules out, and carries the reason', () => {
    const excluded = rule('RVP-T-01', [finding('fail')], { appliesWhen: 'upnp' });
    const verdicts = judgeWired([entry(excluded)]);
    expect(result(verdicts, 'RVP-T-01')).to.include({
      verdict: 'not-applicable',
      reason: 'applies when upnp; the profile says upnp no',
    });
    expect(verdicts).to.include({ mustApplicable: 0, mustPassed: 0, exitCode: 0 });
  });

  it('reports appliesWhen that is no expression as an error of that rule', () => {
    const made = rule('RVP-T-01', [finding('pass')], { appliesWhen: 'upnp and' });
    expect(result(judgeWired([entry(made)]), 'RVP-T-01').verdict).to.equal('error');
    const outside = judgeWired([entry({ ...made, needs: ['frames'] })]);
    expect(outside).to.include({ mustApplicable: 1, exitCode: 2 });
  });

  it('turns a failed SHOULD into a warning, and into a failure under strict', () => {
    const catalogue = [entry(rule('RVP-T-01', [finding('fail', { text: 'two extensions' })], { level: 'SHOULD' }))];
    const loose = judgeWired(catalogue);
    expect(result(loose, 'RVP-T-01')).to.include({ verdict: 'pass', warning: true, reason: 'two extensions' });
    expect(loose.totals).to.include({ pass: 1, warnings: 1, fail: 0 });
    expect(loose.exitCode).to.equal(0);
    const strict = judge(catalogue, PROFILE, evidence(), { scope: 'wired', strict: true });
    expect(result(strict, 'RVP-T-01')).to.include({ verdict: 'fail', warning: true, reason: 'two extensions' });
    expect(strict.exitCode).to.equal(1);
  });

  it('counts rules outside the scope and says why, without judging them', () => {
    let asked = false;
    const frames = rule('RVP-T-02', [], {
      needs: ['frames'],
      check: () => {
        asked = true;
        return [finding('fail')];
      },
    });
    const verdicts = judgeWired([...catalogueOf('pass'), entry(frames)]);
    expect(asked).to.equal(false);
    expect(result(verdicts, 'RVP-T-02')).to.not.have.property('verdict');
    expect(result(verdicts, 'RVP-T-02')).to.include({
      inScope: false,
      reason: 'scope wired does not show: 802.11 frames',
    });
    expect(verdicts.planned).to.deep.equal(['RVP-T-01']);
    expect(verdicts.totals.outOfScope).to.equal(1);
    expect(verdicts).to.include({ mustApplicable: 2, mustPassed: 1, exitCode: 0 });
  });

  it('does not count a rule outside the scope that the profile rules out', () => {
    const frames = rule('RVP-T-02', [], { needs: ['frames'], appliesWhen: 'upnp' });
    expect(judgeWired([...catalogueOf('pass'), entry(frames)])).to.include({ mustApplicable: 1, mustPassed: 1 });
  });

  it('says not-run of a rule in scope that needs what was never recorded', () => {
    const catalogue = [
      entry(rule('RVP-T-01', [finding('pass')], { needs: ['ssdp'] })),
      entry(rule('RVP-T-02', [finding('pass')], { needs: ['exchange'], scenarios: ['m2d-windows'] })),
      entry(rule('RVP-T-03', [finding('pass')], { needs: ['exchange'], sessions: 5 })),
      entry(rule('RVP-T-04', [finding('pass')], { needs: ['exchange'], scenarios: ['m2d-windows', 'reg-05'] })),
    ];
    const verdicts = judge(catalogue, PROFILE, evidence(), { scope: 'full', strict: false });
    for (const { verdict } of verdicts.results) expect(verdict).to.equal('not-run');
    expect(verdicts.results.map(({ reason }) => reason)).to.deep.equal([
      'needs SSDP messages, which was not recorded',
      'the scripted scenario m2d-windows was not carried out',
      'needs 5 sessions, there is 2',
      'its stimulus was not given; run --campaign gives it',
    ]);
    expect(verdicts.exitCode).to.equal(2);
  });

  it('judges only what is selected', () => {
    const catalogue = [
      entry(rule('RVP-A-01', [finding('pass')]), 'a'),
      entry(rule('RVP-B-01', [finding('fail')]), 'b'),
    ];
    const options = { ...wired, select: ['a'] };
    const verdicts = judge(catalogue, PROFILE, evidence(), options);
    expect(verdicts).to.include({ scope: 'selection', exitCode: 0 });
    expect(verdicts.planned).to.deep.equal(['RVP-A-01']);
    expect(result(verdicts, 'RVP-B-01')).to.include({ inScope: false, reason: 'not selected' });
    expect(plan(catalogue, evidence().ability, options).map(({ rule: { id } }) => id)).to.deep.equal(['RVP-A-01']);
  });

  it('gives the same bytes again, and other digests for another revision or profile', () => {
    const catalogue = catalogueOf('pass', 'fail', 'inconclusive', 'not-applicable');
    expect(canonicalJson(judgeWired(catalogue))).to.equal(canonicalJson(judgeWired(catalogue)));
    const [first] = catalogue;
    if (first === undefined) throw new Error('no entry');
    const revised = [{ ...first, rule: { ...first.rule, revision: 2 } }];
    expect(judgeWired(revised).catalogueDigest).to.not.equal(judgeWired([first]).catalogueDigest);
    const stripped = withoutSecrets(PROFILE);
    const digest = (profile: typeof PROFILE | null): string | null =>
      judge(catalogue, profile, evidence(), wired).profileDigest;
    expect(digest(stripped)).to.equal(digest(PROFILE));
    expect(digest({ ...PROFILE, ixit: { ...PROFILE.ixit, sessions: 3 } })).to.not.equal(digest(PROFILE));
    expect(digest(null)).to.equal(null);
  });

  it('reports a catalogue with one id twice as a contradiction of the tool', () => {
    const verdicts = judgeWired([...catalogueOf('pass'), ...catalogueOf('pass')]);
    expect(verdicts.exitCode).to.equal(3);
    expect(verdicts.sentence).to.match(/^no statement: the tool contradicted its plan .*RVP-T-01/);
  });
});

describe('blocked rules', () => {
  const blocked = (id: `RVP-${string}`, by: `RVP-${string}`): CatalogueEntry =>
    entry(rule(id, [finding('inconclusive', { blockedBy: by })]));
  const root = (verdict: 'fail' | 'pass' | 'inconclusive', level: 'MUST' | 'SHOULD' = 'MUST'): CatalogueEntry =>
    entry(rule('RVP-T-01', [finding(verdict)], { level }));

  it('stay inconclusive when the chain ends in a failure, whatever the order', () => {
    const verdicts = judgeWired([blocked('RVP-T-03', 'RVP-T-02'), blocked('RVP-T-02', 'RVP-T-01'), root('fail')]);
    expect(result(verdicts, 'RVP-T-03')).to.deep.include({ verdict: 'inconclusive', blockedBy: ['RVP-T-02'] });
    expect(verdicts.exitCode).to.equal(1);
  });

  it('may be blocked by a SHOULD that did not hold', () => {
    const verdicts = judgeWired([root('fail', 'SHOULD'), blocked('RVP-T-02', 'RVP-T-01')]);
    expect(result(verdicts, 'RVP-T-02').verdict).to.equal('inconclusive');
  });

  it('may be blocked by a rule outside the selection', () => {
    const verdicts = judge([root('fail'), blocked('RVP-T-02', 'RVP-T-01')], PROFILE, evidence(), {
      ...wired,
      select: ['RVP-T-02'],
    });
    expect(result(verdicts, 'RVP-T-02').verdict).to.equal('inconclusive');
    expect(result(verdicts, 'RVP-T-01').inScope).to.equal(false);
  });

  for (const [what, catalogue] of [
    ['a rule that passed', [root('pass'), blocked('RVP-T-02', 'RVP-T-01')]],
    ['a rule that is inconclusive for its own reason', [root('inconclusive'), blocked('RVP-T-02', 'RVP-T-01')]],
    ['a rule that does not exist', [blocked('RVP-T-02', 'RVP-T-09')]],
    ['itself', [blocked('RVP-T-02', 'RVP-T-02')]],
    ['a circle', [blocked('RVP-T-02', 'RVP-T-01'), blocked('RVP-T-01', 'RVP-T-02')]],
  ] as const) {
    it(`are an error of ours when they name ${what}`, () => {
      const verdicts = judgeWired(catalogue);
      expect(result(verdicts, 'RVP-T-02').verdict).to.equal('error');
      expect(result(verdicts, 'RVP-T-02').reason).to.match(/^the rule contradicts the others/);
      expect(verdicts.exitCode).to.equal(3);
    });
  }
});

describe('name of the device', () => {
  it("is the one given, else the profile's, else a stand-in", () => {
    const name = (profile: typeof PROFILE | null, deviceName?: string): string =>
      judge([], profile, evidence(), { ...wired, ...(deviceName === undefined ? {} : { deviceName }) }).dut.name;
    expect(name(PROFILE, 'given')).to.equal('given');
    expect(name(PROFILE)).to.equal('Sample device');
    expect(name(null)).to.equal('unnamed device');
  });
});
