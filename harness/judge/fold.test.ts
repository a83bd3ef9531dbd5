import { expect } from 'chai';
import fc from 'fast-check';
import { applyLevel, foldFindings, levelledVerdict, PRECEDENCE } from './fold.js';
import type { Level, Verdict } from './rule.js';
import { finding } from './testing/samples.js';

const verdict = fc.constantFrom(...PRECEDENCE);
const fold = (verdicts: readonly Verdict[]): Verdict => foldFindings(verdicts.map((each) => finding(each)));

describe('folding of findings', () => {
  for (const [verdicts, expected] of [
    [['pass', 'fail', 'error'], 'fail'],
    [['error', 'inconclusive', 'pass'], 'error'],
    [['not-run', 'inconclusive'], 'inconclusive'],
    [['pass', 'not-run'], 'not-run'],
    [['not-applicable', 'pass'], 'pass'],
    [['not-applicable', 'not-applicable'], 'not-applicable'],
    [[], 'error'],
  ] as const) {
    it(`makes ${verdicts.join(', ') || 'nothing'} ${expected}`, () => {
      expect(fold(verdicts)).to.equal(expected);
    });
  }

  it('depends neither on order nor on repetition', () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1 }), (verdicts) => {
        expect(fold([...verdicts].reverse())).to.equal(fold(verdicts));
        expect(fold([...verdicts, ...verdicts])).to.equal(fold(verdicts));
      }),
    );
  });

  it('is associative: folding parts and then the results gives the whole', () => {
    const some = fc.array(verdict, { minLength: 1 });
    fc.assert(
      fc.property(some, some, (left, right) => {
        expect(fold([fold(left), fold(right)])).to.equal(fold([...left, ...right]));
      }),
    );
  });

  it('never forgets a failure and never says pass over something weaker than pass but N/A', () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1 }), (verdicts) => {
        expect(fold(verdicts) === 'fail').to.equal(verdicts.includes('fail'));
        if (fold(verdicts) === 'pass') expect(['pass', 'not-applicable']).to.include.members([...verdicts]);
        if (fold(verdicts) === 'not-applicable') expect(new Set(verdicts)).to.deep.equal(new Set(['not-applicable']));
      }),
    );
  });
});

describe('levels', () => {
  for (const [level, strict, expected, warning] of [
    ['MUST', false, 'fail', false],
    ['MUST', true, 'fail', false],
    ['SHOULD', false, 'pass', true],
    ['SHOULD', true, 'fail', true],
    ['INFO', false, 'pass', false],
    ['INFO', true, 'pass', false],
  ] as const) {
    it(`makes a failed ${level}${strict ? ' under strict' : ''} ${expected}${warning ? ' with a warning' : ''}`, () => {
      expect(applyLevel('fail', level, strict)).to.deep.equal({ verdict: expected, warning });
    });
  }

  it('leaves every other verdict alone', () => {
    const level = fc.constantFrom<Level>('MUST', 'SHOULD', 'INFO');
    fc.assert(
      fc.property(verdict, level, fc.boolean(), (folded, at, strict) => {
        fc.pre(folded !== 'fail');
        expect(applyLevel(folded, at, strict)).to.deep.equal({ verdict: folded, warning: false });
      }),
    );
  });
});

describe('a failure that an interpretation lowers', () => {
  const lowered = finding('fail', { level: 'SHOULD' });

  it('warns, and fails when strict', () => {
    expect(levelledVerdict([lowered, finding('pass')], 'MUST', false)).to.deep.equal({
      verdict: 'pass',
      warning: true,
    });
    expect(levelledVerdict([lowered], 'MUST', false)).to.deep.equal({ verdict: 'pass', warning: true });
    expect(levelledVerdict([lowered], 'MUST', true)).to.deep.equal({ verdict: 'fail', warning: true });
  });

  it('says nothing of a rule that only informs, nor where nothing failed', () => {
    expect(levelledVerdict([lowered], 'INFO', true)).to.deep.equal({ verdict: 'pass', warning: false });
    const kept = levelledVerdict([finding('pass', { level: 'SHOULD' })], 'MUST', true);
    expect(kept).to.deep.equal({ verdict: 'pass', warning: false });
  });

  it('hides neither a failure nor what waits for evidence', () => {
    const fails = levelledVerdict([lowered, finding('fail')], 'MUST', false);
    expect(fails).to.deep.equal({ verdict: 'fail', warning: false });
    const waits = levelledVerdict([lowered, finding('not-run')], 'MUST', false);
    expect(waits).to.deep.equal({ verdict: 'not-run', warning: true });
  });
});
