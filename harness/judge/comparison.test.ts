import { expect } from 'chai';
import type { CatalogueEntry } from './catalogue.js';
import { compareRuns, type ComparedRun, type Comparison, type Move } from './comparison.js';
import { judge, type JudgeOptions } from './judge.js';
import type { RunInfo } from './record.js';
import type { Verdict } from './rule.js';
import { catalogueOf, entry, evidence, finding, PROFILE, rule } from './testing/samples.js';

const INFO: RunInfo = {
  bundleVersion: 1,
  tool: { name: 'rally-conformance', version: '0.1.0' },
  startedAt: '2026-11-20T10:00:00.000Z',
  bench: 'wired',
  place: 'sandbox',
  environment: { kernel: '6.1', 'time: boot': '9.8 s' },
};

interface Made {
  readonly info?: Partial<RunInfo>;
  readonly options?: Partial<JudgeOptions>;
  readonly profile?: typeof PROFILE;
  readonly mac?: number;
  readonly profileAtHand?: boolean;
}

function runOf(catalogue: readonly CatalogueEntry[], made: Made = {}): ComparedRun {
  const { info, options, profile = PROFILE, mac = 1, profileAtHand = true } = made;
  const seen = evidence({ dutMac: Uint8Array.of(2, 0, 0, 0, 0, mac) });
  return {
    info: { ...INFO, ...info },
    verdicts: judge(catalogue, profile, seen, { scope: 'wired', strict: false, ...options }),
    profile: profileAtHand ? { ...profile } : null,
  };
}

const MOVES: readonly Move[] = [
  'regressions',
  'repaired',
  'newlyWaived',
  'noLongerWaived',
  'noLongerJudged',
  'newlyJudged',
  'nowPassing',
  'newWarnings',
  'goneWarnings',
  'newRules',
  'retiredRules',
];

/** The one list the only rule of two runs is in, `still failing`, or `none`. */
function moveOf(comparison: Comparison): string {
  const found = MOVES.filter((move) => comparison[move].length > 0);
  if (comparison.stillFailing.length > 0) found.push('still failing' as Move);
  expect(found).to.have.length.below(2);
  return found[0] ?? 'none';
}

/** A verdict, a SHOULD that does not hold, or a rule no selection names. */
type Outcome = Verdict | 'warns' | 'outside';

function one(outcome: Outcome): ComparedRun {
  const rules = [entry(rule('RVP-T-02', [finding('pass')]))];
  const made = outcome === 'outside' ? { options: { select: ['RVP-T-02'] } } : { options: { select: ['RVP-T-*'] } };
  const verdict = outcome === 'warns' || outcome === 'outside' ? 'fail' : outcome;
  const level = outcome === 'warns' ? 'SHOULD' : 'MUST';
  return runOf([entry(rule('RVP-T-01', [finding(verdict)], { level })), ...rules], made);
}

describe('comparison of two runs', () => {
  const OUTCOMES: readonly Outcome[] = [
    ...(['pass', 'warns', 'fail', 'inconclusive', 'not-run', 'error', 'not-applicable'] as const),
    'outside',
  ];
  const TABLE: Readonly<Record<Outcome, readonly string[]>> = {
    //                pass, warns, fail, inconclusive, not-run, error, not-applicable, outside
    pass: [
      'none',
      'newWarnings',
      'regressions',
      'regressions',
      'regressions',
      'regressions',
      'noLongerJudged',
      'noLongerJudged',
    ],
    warns: [
      'goneWarnings',
      'none',
      'regressions',
      'regressions',
      'regressions',
      'regressions',
      'noLongerJudged',
      'noLongerJudged',
    ],
    fail: [
      'repaired',
      'repaired',
      'still failing',
      'noLongerJudged',
      'noLongerJudged',
      'noLongerJudged',
      'noLongerJudged',
      'noLongerJudged',
    ],
    inconclusive: ['nowPassing', 'nowPassing', 'regressions', 'none', 'none', 'none', 'none', 'none'],
    'not-run': ['nowPassing', 'nowPassing', 'regressions', 'none', 'none', 'none', 'none', 'none'],
    error: ['nowPassing', 'nowPassing', 'regressions', 'none', 'none', 'none', 'none', 'none'],
    'not-applicable': ['nowPassing', 'nowPassing', 'regressions', 'none', 'none', 'none', 'none', 'none'],
    outside: ['newlyJudged', 'newlyJudged', 'newlyJudged', 'newlyJudged', 'newlyJudged', 'newlyJudged', 'none', 'none'],
  };
  for (const before of OUTCOMES) {
    OUTCOMES.forEach((after, column) => {
      const expected = TABLE[before][column] ?? '';
      it(`calls ${before} -> ${after} ${expected}`, () => {
        expect(moveOf(compareRuns(one(before), one(after)))).to.equal(expected);
      });
    });
  }

  it('of a run with itself says nothing', () => {
    const run = runOf(catalogueOf('pass', 'fail', 'inconclusive', 'not-applicable', 'error'));
    const { before, after, comparisonVersion, stillFailing, ...rest } = compareRuns(run, run);
    expect({ before, comparisonVersion }).to.deep.equal({ before: after, comparisonVersion: 1 });
    expect(stillFailing).to.deep.equal(['RVP-T-02']);
    expect(Object.values(rest).every((list) => list.length === 0)).to.equal(true);
  });

  it('tells what moved, with the later reason and what blocks it', () => {
    const later = [
      entry(rule('RVP-T-01', [finding('fail', { text: 'the byte is wrong' })])),
      entry(rule('RVP-T-02', [finding('inconclusive', { text: 'hidden', blockedBy: 'RVP-T-01' })])),
    ];
    expect(compareRuns(runOf(catalogueOf('pass', 'pass')), runOf(later)).regressions).to.deep.equal([
      {
        id: 'RVP-T-01',
        title: 'Title of RVP-T-01',
        level: 'MUST',
        before: 'pass',
        after: 'fail',
        reason: 'the byte is wrong',
        blockedBy: [],
      },
      {
        id: 'RVP-T-02',
        title: 'Title of RVP-T-02',
        level: 'MUST',
        before: 'pass',
        after: 'inconclusive',
        reason: 'hidden',
        blockedBy: ['RVP-T-01'],
      },
    ]);
  });

  it('tells new, retired and revised rules, and keeps a revised one that fails now among the regressions', () => {
    const { regressions, newRules, retiredRules, revisedRules, stillFailing } = compareRuns(
      runOf(catalogueOf('pass', 'fail', 'pass')),
      runOf([
        entry(rule('RVP-T-01', [finding('fail')], { revision: 2 })),
        entry(rule('RVP-T-02', [finding('fail')], { revision: 3 })),
        entry(rule('RVP-T-04', [finding('fail')])),
      ]),
    );
    expect(regressions.map(({ id, revisions }) => ({ id, revisions }))).to.deep.equal([
      { id: 'RVP-T-01', revisions: [1, 2] },
    ]);
    expect(newRules.map(({ id, before, after }) => [id, before, after])).to.deep.equal([
      ['RVP-T-04', 'no such rule', 'fail'],
    ]);
    expect(retiredRules.map(({ id, before, after }) => [id, before, after])).to.deep.equal([
      ['RVP-T-03', 'pass', 'no such rule'],
    ]);
    expect(revisedRules).to.deep.equal([
      { id: 'RVP-T-01', before: 1, after: 2 },
      { id: 'RVP-T-02', before: 1, after: 3 },
    ]);
    expect(stillFailing).to.deep.equal(['RVP-T-02']);
  });

  it('says of each run what it was', () => {
    const info = { startedAt: '2026-11-21T10:00:00.000Z' };
    const { before, after } = compareRuns(runOf(catalogueOf('pass')), runOf(catalogueOf('fail'), { info, mac: 2 }));
    expect({ ...before, sentence: '' }).to.deep.equal({
      device: 'Sample device',
      mac: '02:00:00:00:00:01',
      startedAt: '2026-11-20T10:00:00.000Z',
      scope: 'wired',
      exitCode: 0,
      sentence: '',
    });
    expect(after).to.include({ mac: '02:00:00:00:00:02', startedAt: '2026-11-21T10:00:00.000Z', exitCode: 1 });
    expect([before.sentence, after.sentence].map((text) => text.length > 20)).to.deep.equal([true, true]);
  });

  it('tells the level of the rule that moved', () => {
    const should = (verdict: Verdict): ComparedRun =>
      runOf([entry(rule('RVP-T-01', [finding(verdict)], { level: 'SHOULD' }))]);
    expect(compareRuns(should('pass'), should('inconclusive')).regressions[0]?.level).to.equal('SHOULD');
  });

  it('looks at warnings of what passes alone', () => {
    const run = runOf(catalogueOf('inconclusive'));
    const results = run.verdicts.results.map((result) => ({ ...result, warning: true }));
    const warning = { ...run, verdicts: { ...run.verdicts, results } };
    expect(moveOf(compareRuns(run, warning))).to.equal('none');
  });

  it('takes an unknown address for no other device', () => {
    const run = runOf(catalogueOf('pass'));
    const of = (name: string): ComparedRun => ({
      ...run,
      verdicts: { ...run.verdicts, dut: { ...run.verdicts.dut, name, mac: null } },
    });
    const unknown = of(run.verdicts.dut.name);
    for (const [before, after] of [
      [run, unknown],
      [unknown, run],
      [unknown, unknown],
    ] as const)
      expect(compareRuns(before, after).cautions).to.deep.equal([]);
    expect(compareRuns(run, of('Other')).cautions).to.deep.equal([
      'These are runs of different devices: Sample device (02:00:00:00:00:01) and Other (address not known).',
    ]);
  });

  it('cautions against runs of different devices, scopes and strictness, and only then', () => {
    const rules = catalogueOf('pass');
    const cautions = (after: ComparedRun): readonly string[] => compareRuns(runOf(rules), after).cautions;
    expect(cautions(runOf(rules))).to.deep.equal([]);
    expect(cautions(runOf(rules, { options: { deviceName: 'Other' } }))).to.deep.equal([
      'These are runs of different devices: Sample device (02:00:00:00:00:01) and Other (02:00:00:00:00:01).',
    ]);
    expect(cautions(runOf(rules, { mac: 2 }))[0]).to.match(/different devices: .*00:01\) and .*00:02\)/);
    expect(cautions(runOf(rules, { options: { scope: 'full' } }))).to.deep.equal([
      'These are runs of different scopes: wired and full.',
    ]);
    expect(cautions(runOf(rules, { options: { strict: true } }))[0]).to.match(/Only the later run was strict/);
    const strict = runOf(rules, { options: { strict: true } });
    expect(compareRuns(strict, runOf(rules)).cautions).to.deep.equal([
      'Only the earlier run was strict, where a SHOULD that does not hold fails.',
    ]);
  });

  describe('of profiles', () => {
    const rules = catalogueOf('pass');
    const other: typeof PROFILE = {
      ...PROFILE,
      device: { name: 'Sample device', firmware: '1.1' },
      ics: { ...PROFILE.ics, transports: ['dpws', 'upnp'] },
      ixit: { ...PROFILE.ixit, limits: { ...PROFILE.ixit.limits, startMs: 2000 } },
    };

    it('names the firmware first, then each field', () => {
      const { changes } = compareRuns(runOf(rules), runOf(rules, { profile: other }));
      expect(changes.filter(({ what }) => what !== 'profile')).to.deep.equal([
        { what: 'firmware', before: 'not given', after: '1.1' },
        { what: 'profile ics.transports', before: '["none"]', after: '["dpws","upnp"]' },
        { what: 'profile ixit.limits.startMs', before: '1000', after: '2000' },
      ]);
      const [digests] = changes.filter(({ what }) => what === 'profile');
      expect(digests?.after).to.match(/^[0-9a-f]{64}$/);
    });

    it('tells by the digest alone where one is not at hand', () => {
      const after = runOf(rules, { profile: other, profileAtHand: false });
      expect(compareRuns(runOf(rules), after).changes.map(({ what }) => what)).to.deep.equal(['profile']);
      expect(compareRuns(after, runOf(rules)).changes.map(({ what }) => what)).to.deep.equal(['profile']);
    });

    it('says where none judged', () => {
      const run = runOf(rules);
      const without = { ...run, verdicts: { ...run.verdicts, profileDigest: null }, profile: null };
      const digest = run.verdicts.profileDigest;
      expect(compareRuns(run, without).changes).to.deep.equal([{ what: 'profile', before: digest, after: 'none' }]);
      expect(compareRuns(without, run).changes).to.deep.equal([{ what: 'profile', before: 'none', after: digest }]);
      expect(compareRuns(without, without).changes).to.deep.equal([]);
    });

    it('takes for one field what has parts on one side only, and null for a value', () => {
      const run = runOf(rules);
      const of = (digit: string, profile: Record<string, unknown>): ComparedRun => ({
        ...run,
        verdicts: { ...run.verdicts, profileDigest: digit.repeat(64) },
        profile,
      });
      const { changes } = compareRuns(
        of('1', { a: { b: 1 }, c: null, d: null, e: { f: null } }),
        of('2', { c: null, d: { g: 1 }, e: { f: 2 }, h: { i: 3 } }),
      );
      expect(changes.slice(1)).to.deep.equal([
        { what: 'profile a', before: '{"b":1}', after: 'not given' },
        { what: 'profile d', before: 'null', after: '{"g":1}' },
        { what: 'profile e.f', before: 'null', after: '2' },
        { what: 'profile h', before: 'not given', after: '{"i":3}' },
      ]);
    });
  });

  it('names another bench, place, tool, catalogue and environment, and no time that is measured anew', () => {
    const info = {
      bench: 'radio',
      place: 'vm',
      tool: { name: 'rally-conformance', version: '0.2.0' },
      environment: { kernel: '6.2', hostapd: '2.10', 'time: boot': '12 s', driver: '', 'local time: zone': 'UTC' },
    };
    const { changes } = compareRuns(runOf(catalogueOf('pass')), runOf(catalogueOf('pass', 'pass'), { info }));
    expect(
      changes.filter(({ what }) => what !== 'rule catalogue').map(({ what, before, after }) => [what, before, after]),
    ).to.deep.equal([
      ['bench', 'wired', 'radio'],
      ['place', 'sandbox', 'vm'],
      ['tool', 'rally-conformance 0.1.0', 'rally-conformance 0.2.0'],
      ['driver', 'not given', 'empty'],
      ['hostapd', 'not given', '2.10'],
      ['kernel', '6.1', '6.2'],
      ['local time: zone', 'not given', 'UTC'],
    ]);
    expect(changes.map(({ what }) => what)).to.include('rule catalogue');
  });
});

describe('comparison of waivers', () => {
  const WAIVER = { rule: 'RVP-T-01', reason: 'ROM', owner: 'QA', expires: '2026-12-31' };
  const waived = (verdict: Verdict, waivers: readonly (typeof WAIVER)[] = [WAIVER], asOf = '2026-11-28'): ComparedRun =>
    runOf(catalogueOf(verdict), {
      ...(waivers.length === 0 ? {} : { profile: { ...PROFILE, waivers } }),
      options: { asOf },
    });
  const changes = (before: ComparedRun, after: ComparedRun): string[] =>
    compareRuns(before, after).waiverChanges.map(({ change, rule: id }) => `${change} ${id}`);

  it('is no repair and no regression of a failure that stays', () => {
    const newly = compareRuns(waived('fail', []), waived('fail'));
    expect(newly.newlyWaived.map(({ before, after }) => [before, after])).to.deep.equal([['fail', 'waived']]);
    expect(newly).to.deep.include({ regressions: [], repaired: [], stillFailing: ['RVP-T-01'] });
    const longer = compareRuns(waived('fail'), waived('fail', []));
    expect(longer.noLongerWaived.map(({ before, after }) => [before, after])).to.deep.equal([['waived', 'fail']]);
    expect(longer).to.deep.include({ regressions: [], repaired: [], stillFailing: ['RVP-T-01'] });
    const both = compareRuns(waived('fail'), waived('fail'));
    expect(both).to.deep.include({ newlyWaived: [], noLongerWaived: [], stillFailing: ['RVP-T-01'] });
  });

  it('is a regression of what passed, and a repair of what passes', () => {
    expect(compareRuns(waived('pass', []), waived('fail')).regressions.map(({ after }) => after)).to.deep.equal([
      'waived',
    ]);
    expect(compareRuns(waived('fail'), waived('pass')).repaired.map(({ before }) => before)).to.deep.equal(['waived']);
  });

  it('names those that came, went, changed or have expired', () => {
    expect(changes(waived('pass', []), waived('pass'))).to.deep.equal(['added RVP-T-01']);
    expect(changes(waived('pass'), waived('pass', []))).to.deep.equal(['removed RVP-T-01']);
    expect(changes(waived('pass'), waived('pass'))).to.deep.equal([]);
    for (const edit of [{ reason: 'other' }, { owner: 'R&D' }, { expires: '2027-01-31' }])
      expect(changes(waived('pass'), waived('pass', [{ ...WAIVER, ...edit }]))).to.deep.equal(['changed RVP-T-01']);
    const both = [WAIVER, { ...WAIVER, rule: 'RVP-T-02', owner: 'R&D' }];
    expect(changes(waived('pass', both), waived('pass', both))).to.deep.equal([]);
    const late = waived('pass', [WAIVER], '2027-01-01');
    expect(changes(waived('pass'), late)).to.deep.equal(['expired RVP-T-01']);
    expect(changes(late, late)).to.deep.equal([]);
  });
});
