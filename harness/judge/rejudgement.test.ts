import { expect } from 'chai';
import type { CatalogueEntry } from './catalogue.js';
import { judge, uncoveredKinds } from './judge.js';
import type { RuleResult, Verdicts } from './record.js';
import { rejudgementOf, type Rejudgement } from './rejudgement.js';
import type { RuleId } from './rule.js';
import { catalogueOf, entry, evidence, finding, PROFILE, rule } from './testing/samples.js';

const EVIDENCE = evidence();

function verdictsOf(catalogue: readonly CatalogueEntry[]): Verdicts {
  return judge(catalogue, PROFILE, EVIDENCE, { scope: 'wired', strict: false });
}

function again(
  then: readonly CatalogueEntry[],
  now: readonly CatalogueEntry[],
  { keyless = [], edit = (verdicts) => verdicts }: { keyless?: RuleId[]; edit?: (verdicts: Verdicts) => Verdicts } = {},
): Rejudgement {
  return rejudgementOf(edit(verdictsOf(then)), verdictsOf(now), {
    benchFailure: EVIDENCE.benchFailure,
    uncovered: uncoveredKinds(now),
    keyless: new Set(keyless),
  });
}

const NOTHING = { alarms: [], contradictions: [], revised: [], added: [], retired: [], reworded: [], withoutKeys: [] };

describe('judging again', () => {
  const three = catalogueOf('pass', 'fail', 'pass');

  it('says that verdicts follow when they are the same to the byte', () => {
    expect(again(three, three)).to.deep.equal({ conclusion: 'follow', ...NOTHING });
  });

  it('raises an alarm for a rule of the same revision with another verdict', () => {
    const { conclusion, alarms, contradictions } = again(three, catalogueOf('pass', 'pass', 'pass'));
    expect(conclusion).to.equal('contradict');
    expect(alarms).to.deep.equal([{ id: 'RVP-T-02', storedRevision: 1, revision: 1, stored: 'fail', now: 'pass' }]);
    expect(contradictions).to.include.members(['exitCode', 'sentence', 'totals']);
  });

  it('raises an alarm for a warning that came or went', () => {
    const warns = [entry(rule('RVP-S-01', [finding('fail')], { level: 'SHOULD' }))];
    const holds = [entry(rule('RVP-S-01', [finding('pass')], { level: 'SHOULD' }))];
    expect(again(warns, holds).alarms).to.deep.equal([
      { id: 'RVP-S-01', storedRevision: 1, revision: 1, stored: 'pass with a warning', now: 'pass' },
    ]);
  });

  it('names rules that were revised, added and retired, and those in other words, and concludes nothing', () => {
    const revised = entry(rule('RVP-T-02', [finding('pass')], { revision: 2 }));
    const reworded = entry(rule('RVP-T-03', [finding('pass', { text: 'it is so' })]));
    const added = entry(rule('RVP-T-09', [finding('fail')]));
    expect(again(three, [revised, reworded, added])).to.deep.equal({
      ...NOTHING,
      conclusion: 'other-rules',
      revised: [{ id: 'RVP-T-02', storedRevision: 1, revision: 2, stored: 'fail', now: 'pass' }],
      added: ['RVP-T-09'],
      retired: ['RVP-T-01'],
      reworded: ['RVP-T-03'],
    });
  });

  it('concludes nothing where rules came or went', () => {
    const nothing = { conclusion: 'other-rules', ...NOTHING };
    expect(again(three, three.slice(1))).to.deep.equal({ ...nothing, retired: ['RVP-T-01'] });
    expect(again(three.slice(1), three)).to.deep.equal({ ...nothing, added: ['RVP-T-01'] });
  });

  it('names a revised rule that says the same, and one of another level', () => {
    const revised = [...three.slice(0, 2), entry(rule('RVP-T-03', [finding('pass')], { revision: 2 }))];
    expect(again(three, revised)).to.deep.equal({
      ...NOTHING,
      conclusion: 'other-rules',
      revised: [{ id: 'RVP-T-03', storedRevision: 1, revision: 2, stored: 'pass', now: 'pass' }],
    });
    const weaker = [...three.slice(0, 2), entry(rule('RVP-T-03', [finding('pass')], { level: 'SHOULD' }))];
    expect(again(three, weaker)).to.deep.equal({
      ...NOTHING,
      conclusion: 'other-rules',
      revised: [{ id: 'RVP-T-03', storedRevision: 1, revision: 1, stored: 'pass', now: 'pass' }],
    });
  });

  it('counts rules that must hold alone among those that do', () => {
    const should = (revision: number): CatalogueEntry =>
      entry(rule('RVP-T-04', [finding('pass')], { level: 'SHOULD', revision }));
    expect(again([...three, should(1)], [...three, should(2)]).contradictions).to.deep.equal([]);
  });

  it('names what contradicts itself in order', () => {
    const edit = (verdicts: Verdicts): Verdicts => ({
      ...verdicts,
      ...{ strict: true, sentence: '', exitCode: 0, dut: { ...verdicts.dut, name: 'Another' }, mustPassed: 9 },
    });
    expect(again(three, three, { edit }).contradictions).to.deep.equal([
      ...['dut', 'exitCode', 'mustPassed', 'sentence', 'strict'],
    ]);
  });

  it('takes a rule that a revised one hides, even through another, for one of the revised', () => {
    const root = (verdict: 'pass' | 'fail', revision: number): CatalogueEntry =>
      entry(rule('RVP-T-01', [finding(verdict)], { revision }));
    const hidden = (id: RuleId, blockedBy: RuleId): CatalogueEntry =>
      entry(rule(id, [finding('inconclusive', { blockedBy })]));
    const seen = (id: RuleId): CatalogueEntry => entry(rule(id, [finding('pass')]));
    const { conclusion, alarms, revised } = again(
      [root('pass', 1), seen('RVP-T-02'), seen('RVP-T-03')],
      [root('fail', 2), hidden('RVP-T-02', 'RVP-T-03'), hidden('RVP-T-03', 'RVP-T-01')],
    );
    expect({ conclusion, alarms }).to.deep.equal({ conclusion: 'other-rules', alarms: [] });
    expect(revised.map(({ id, through }) => [id, through])).to.deep.equal([
      ['RVP-T-01', undefined],
      ['RVP-T-02', 'RVP-T-01'],
      ['RVP-T-03', 'RVP-T-01'],
    ]);
  });

  it('still raises the alarm for another rule beside a revised one', () => {
    const { conclusion, alarms } = again(three, [
      entry(rule('RVP-T-01', [finding('pass')], { revision: 2 })),
      ...catalogueOf('pass', 'pass', 'pass').slice(1),
    ]);
    expect(conclusion).to.equal('contradict');
    expect(alarms.map(({ id }) => id)).to.deep.equal(['RVP-T-02']);
  });

  describe('without the session keys', () => {
    const then = catalogueOf('pass', 'pass', 'not-applicable');
    const now = catalogueOf('pass', 'inconclusive', 'inconclusive');

    it('names the rules that look at them, and holds everything else to the byte', () => {
      expect(again(then, now, { keyless: ['RVP-T-02', 'RVP-T-03'] })).to.deep.equal({
        ...NOTHING,
        conclusion: 'follow-without-keys',
        withoutKeys: ['RVP-T-02', 'RVP-T-03'],
      });
    });

    it('leaves to each rule what it was stored with, pass or not applicable, must or should', () => {
      const should = (verdict: 'pass' | 'not-run'): CatalogueEntry =>
        entry(rule('RVP-T-05', [finding(verdict)], { level: 'SHOULD' }));
      const keyless: RuleId[] = ['RVP-T-02', 'RVP-T-03', 'RVP-T-04', 'RVP-T-05'];
      const stored = [...catalogueOf('pass', 'pass', 'not-applicable', 'pass'), should('pass')];
      const blind = [...catalogueOf('pass', 'inconclusive', 'inconclusive', 'not-run'), should('not-run')];
      expect(again(stored, blind, { keyless })).to.deep.equal({
        ...NOTHING,
        conclusion: 'follow-without-keys',
        withoutKeys: keyless,
      });
    });

    it('excuses no other rule', () => {
      expect(again(then, now, { keyless: ['RVP-T-02'] }).alarms.map(({ id }) => id)).to.deep.equal(['RVP-T-03']);
    });

    it('excuses no failure', () => {
      const fails = catalogueOf('pass', 'fail', 'not-applicable');
      expect(again(then, fails, { keyless: ['RVP-T-02'] }).alarms.map(({ id }) => id)).to.deep.equal(['RVP-T-02']);
    });

    for (const [name, edit] of [
      ['sentence', (verdicts) => ({ ...verdicts, sentence: 'conformant: all 2 applicable MUST rules pass' })],
      ['totals', (verdicts) => ({ ...verdicts, totals: { ...verdicts.totals, fail: 1 } })],
      ['exitCode', (verdicts) => ({ ...verdicts, exitCode: 1 })],
      ['mustApplicable', (verdicts) => ({ ...verdicts, mustApplicable: 9 })],
      ['mustPassed', (verdicts) => ({ ...verdicts, mustPassed: 9 })],
    ] as const satisfies readonly (readonly [string, (verdicts: Verdicts) => Verdicts])[]) {
      it(`still sees another ${name}`, () => {
        const { conclusion, contradictions } = again(then, now, { keyless: ['RVP-T-02', 'RVP-T-03'], edit });
        expect({ conclusion, contradictions }).to.deep.equal({ conclusion: 'contradict', contradictions: [name] });
      });
    }
  });

  const other = [...catalogueOf('pass', 'fail'), entry(rule('RVP-T-03', [finding('pass')], { revision: 2 }))];
  for (const [name, edit] of [
    ['dut', (verdicts) => ({ ...verdicts, dut: { ...verdicts.dut, name: 'Another' } })],
    ['scope', (verdicts) => ({ ...verdicts, scope: 'capture' })],
    ['strict', (verdicts) => ({ ...verdicts, strict: true })],
    ['planned', (verdicts) => ({ ...verdicts, planned: verdicts.planned.slice(1) })],
    ['mustPassed', (verdicts) => ({ ...verdicts, mustPassed: 3 })],
    ['totals', (verdicts) => ({ ...verdicts, totals: { ...verdicts.totals, warnings: 1 } })],
    ['exitCode', (verdicts) => ({ ...verdicts, exitCode: 0 })],
  ] as const satisfies readonly (readonly [string, (verdicts: Verdicts) => Verdicts])[]) {
    it(`sees another ${name} with the same rules, and with others`, () => {
      expect(again(three, three, { edit })).to.deep.include({ conclusion: 'contradict', contradictions: [name] });
      expect(again(three, other, { edit })).to.deep.include({ conclusion: 'contradict', contradictions: [name] });
    });
  }

  it('sees results in another order', () => {
    const edit = (verdicts: Verdicts): Verdicts => ({ ...verdicts, results: [...verdicts.results].reverse() });
    expect(again(three, three, { edit })).to.deep.include({ conclusion: 'contradict', contradictions: ['results'] });
  });

  it('sees an edited finding as other words, never as the same', () => {
    const edited = (result: RuleResult): RuleResult => ({
      ...result,
      findings: [finding('fail', { actual: '00 10' })],
    });
    const edit = (verdicts: Verdicts): Verdicts => ({
      ...verdicts,
      results: verdicts.results.map((result) => (result.id === 'RVP-T-02' ? edited(result) : result)),
    });
    expect(again(three, three, { edit })).to.deep.equal({
      ...NOTHING,
      conclusion: 'other-rules',
      reworded: ['RVP-T-02'],
    });
  });

  it('concludes nothing where another profile judged', () => {
    const edit = (verdicts: Verdicts): Verdicts => ({ ...verdicts, profileDigest: '0'.repeat(64) });
    expect(again(three, three, { edit }).conclusion).to.equal('other-profile');
  });
});
