import { expect } from 'chai';
import type { RepeatMark } from '#evidence/parts.js';
import { judge } from './judge.js';
import type { Verdicts } from './record.js';
import { judgeRun, repeatedText } from './repeats.js';
import type { Rule, Verdict } from './rule.js';
import { entry, evidence, finding, PROFILE, rule } from './testing/samples.js';

const ID = 'RVP-T-01';
const wired = { scope: 'wired', strict: false } as const;
const mark = (number: number, rules: readonly string[] = [ID]): RepeatMark => ({
  number,
  rules,
  parts: [],
  framesBefore: 0,
});

/** A rule that says one thing of the run and others of its repeats, which are told apart by how many events they have. */
function saying(said: readonly Verdict[], level: Rule['level'] = 'MUST'): ReturnType<typeof entry> {
  const check: Rule['check'] = ({ events }) => [finding(said[events.length] ?? 'error')];
  return entry(rule(ID, [], { check, level }));
}

interface Told {
  /** The rules for whose sake the repeats were made; the one that is judged where nothing is said. */
  readonly rules?: readonly string[];
  readonly level?: Rule['level'];
  /** The rule is waived to the end of this day; it is judged on 2026-11-28. */
  readonly waivedUntil?: string;
}

function judged(said: readonly Verdict[], { rules, level, waivedUntil }: Told = {}): Verdicts {
  const repeats = said.slice(1).map((_verdict, index) => ({
    ...mark(index + 1, rules),
    evidence: evidence({
      events: Array.from({ length: index + 1 }, () => ({ monotonicMs: 0, kind: 'x', detail: {} })),
    }),
  }));
  const waivers = waivedUntil === undefined ? [] : [{ rule: ID, reason: 'in ROM', owner: 'QA', expires: waivedUntil }];
  const profile = { ...PROFILE, waivers };
  const options = { ...wired, asOf: '2026-11-28' };
  return judgeRun([saying(said, level)], profile, { evidence: evidence(), repeats }, options);
}

describe('A repeat', () => {
  const cases: readonly (readonly [said: readonly Verdict[], now: Verdict, exitCode: number, text: string])[] = [
    [['fail', 'pass'], 'fail', 1, 'first verdict fail, repeat 1 pass'],
    [['fail', 'pass', 'pass'], 'fail', 1, 'first verdict fail, repeat 1 pass, repeat 2 pass'],
    [['fail', 'error'], 'fail', 1, 'first verdict fail, repeat 1 error'],
    [['inconclusive', 'pass'], 'pass', 0, 'first verdict inconclusive, repeat 1 pass'],
    [['inconclusive', 'fail'], 'fail', 1, 'first verdict inconclusive, repeat 1 fail'],
    [['inconclusive', 'pass', 'fail'], 'fail', 1, 'first verdict inconclusive, repeat 1 pass, repeat 2 fail'],
    [['error', 'pass'], 'pass', 0, 'first verdict error, repeat 1 pass'],
    [['not-run', 'not-applicable'], 'not-applicable', 0, 'first verdict not-run, repeat 1 not-applicable'],
    [['not-run', 'inconclusive'], 'inconclusive', 2, 'first verdict not-run, repeat 1 inconclusive'],
    [['inconclusive', 'error'], 'error', 3, 'first verdict inconclusive, repeat 1 error'],
    [['pass', 'fail'], 'fail', 1, 'first verdict pass, repeat 1 fail'],
  ];
  for (const [said, now, exitCode, text] of cases)
    it(`after ${said.join(', then ')} leaves ${now}`, () => {
      const verdicts = judged(said);
      const [result] = verdicts.results;
      expect(result?.verdict).to.equal(now);
      expect(result === undefined ? '' : repeatedText(result)).to.equal(text);
      expect(verdicts.exitCode).to.equal(exitCode);
      const isNoted = now === 'fail' && said.includes('pass', 1);
      expect(result?.findings.filter(({ note }) => note === true)).to.have.length(isNoted ? 1 : 0);
      expect(verdicts.totals[now]).to.equal(1);
      expect([verdicts.mustApplicable, verdicts.mustPassed]).to.deep.equal([
        now === 'not-applicable' ? 0 : 1,
        now === 'pass' ? 1 : 0,
      ]);
    });

  it('of a failed rule is noted beside the failure, which stays the first finding', () => {
    const [result] = judged(['fail', 'pass']).results;
    expect(result?.findings.map(({ verdict }) => verdict)).to.deep.equal(['fail', 'pass']);
    expect(result?.findings[1]).to.include({ note: true });
    expect(result?.findings[1]?.text).to.match(/^seen to pass in repeat 1,/);
  });

  it('does not take a warning away', () => {
    const [result] = judged(['fail', 'pass'], { level: 'SHOULD' }).results;
    expect(result).to.include({ verdict: 'pass', warning: true });
    expect(result === undefined ? '' : repeatedText(result)).to.equal(
      'first verdict pass with a warning, repeat 1 pass',
    );
  });

  it('shows a warning that the run did not, and no pass beside one', () => {
    const warned = judged(['pass', 'fail'], { level: 'SHOULD' });
    expect(warned.results[0]).to.include({ verdict: 'pass', warning: true });
    const twice = judged(['fail', 'fail'], { level: 'SHOULD' }).results[0];
    expect(twice?.findings.map(({ verdict }) => verdict)).to.deep.equal(['fail']);
    expect(judged(['inconclusive', 'pass'], { level: 'SHOULD' })).to.include({ mustApplicable: 0, mustPassed: 0 });
  });

  it('that says the same leaves what the run said', () => {
    const check: Rule['check'] = ({ events }) => [finding('fail', { text: `time ${events.length}` })];
    const again = { ...mark(1), evidence: evidence({ events: [{ monotonicMs: 0, kind: 'x', detail: {} }] }) };
    const catalogue = [entry(rule(ID, [], { check }))];
    const { results } = judgeRun(catalogue, PROFILE, { evidence: evidence(), repeats: [again] }, wired);
    expect(results[0]?.reason).to.equal('time 0');
  });

  it('is told in words, a failure under strict as one', () => {
    const strict = {
      first: { verdict: 'fail', warning: true },
      repeats: [{ number: 1, verdict: 'pass', warning: true }],
    } as const;
    expect(repeatedText({ repeated: strict })).to.equal('first verdict fail, repeat 1 pass with a warning');
    expect(repeatedText({})).to.equal('');
  });

  it('made for other rules says nothing of one, unless it fails there', () => {
    expect(judged(['inconclusive', 'pass'], { rules: ['RVP-T-02'] }).results[0]).to.not.have.property('repeated');
    expect(judged(['pass', 'error'], { rules: ['RVP-T-02'] }).results[0]?.verdict).to.equal('pass');
    expect(judged(['pass', 'fail'], { rules: ['RVP-T-02'] }).results[0]?.verdict).to.equal('fail');
  });

  const waived: readonly (readonly [said: readonly Verdict[], state: string, exitCode: number])[] = [
    [['fail', 'pass'], 'waives', 0],
    [['pass', 'fail'], 'waives', 0],
    [['inconclusive', 'fail'], 'waives', 0],
    [['inconclusive', 'pass'], 'not-needed', 0],
    [['not-run', 'inconclusive'], 'open', 2],
  ];
  for (const [said, state, exitCode] of waived)
    it(`after ${said.join(', then ')} of a waived rule leaves its waiver "${state}"`, () => {
      const verdicts = judged(said, { waivedUntil: '2026-11-29' });
      const failures = Number(state === 'waives');
      expect(verdicts.waivers?.list.map((waiver) => waiver.state)).to.deep.equal([state]);
      expect(verdicts.results.filter((result) => result.waived !== undefined)).to.have.length(failures);
      expect([verdicts.totals.fail, verdicts.totals.waived ?? 0]).to.deep.equal([0, failures]);
      expect(verdicts.exitCode).to.equal(exitCode);
    });

  it('that fails under a waiver of yesterday fails', () => {
    const verdicts = judged(['pass', 'fail'], { waivedUntil: '2026-11-27' });
    expect(verdicts.waivers?.list.map(({ state }) => state)).to.deep.equal(['expired']);
    expect([verdicts.totals.fail, verdicts.exitCode]).to.deep.equal([1, 1]);
  });

  it('that was never made leaves the verdicts as they are', () => {
    const catalogue = [saying(['fail'])];
    expect(judgeRun(catalogue, PROFILE, { evidence: evidence(), repeats: [] }, wired)).to.deep.equal(
      judge(catalogue, PROFILE, evidence(), wired),
    );
  });
});
