import { expect } from 'chai';
import { exampleVerdicts } from './testing/view.js';
import { byReason, judged, leadingFindings, missingIds, reasonOf, reported, sentenceOf, totalsOf } from './view.js';

describe('view of a run', () => {
  it('counts what the record counts', () => {
    expect(totalsOf(exampleVerdicts().results)).to.deep.equal({
      pass: 3,
      fail: 1,
      inconclusive: 1,
      'not-applicable': 1,
      'not-run': 1,
      error: 1,
      warnings: 1,
      outOfScope: 1,
    });
  });

  it('repeats the sentence of a sound record', () => {
    const verdicts = exampleVerdicts();
    expect(missingIds(verdicts)).to.deep.equal([]);
    expect(reported(verdicts)).to.deep.equal(judged(verdicts));
    expect(sentenceOf(verdicts)).to.equal(verdicts.sentence);
  });

  it('refuses the sentence when a planned rule was not judged', () => {
    const sound = exampleVerdicts();
    const verdicts = exampleVerdicts({ planned: [...sound.planned, 'RVP-WSC-99'] });
    expect(sentenceOf(verdicts)).to.equal(
      'no statement: the record contradicts its plan (planned but not judged: RVP-WSC-99)',
    );
    expect(missingIds(verdicts)).to.deep.equal(['RVP-WSC-99']);
    expect(reported(verdicts).at(-1)).to.include({ id: 'RVP-WSC-99', verdict: 'error' });
  });

  it('refuses the sentence when a rule was judged that was not planned', () => {
    const sound = exampleVerdicts();
    const verdicts = exampleVerdicts({ planned: sound.planned.filter((id) => id !== 'RVP-VX-01') });
    expect(sentenceOf(verdicts)).to.match(/^no statement: .*judged but not planned, or twice: RVP-VX-01/);
  });

  it('leads with the failures of a warning', () => {
    const warned = judged(exampleVerdicts()).find((result) => result.warning);
    if (warned === undefined) throw new Error('the example has no warning');
    const extra = { verdict: 'pass', text: 'seen' } as const;
    const findings = leadingFindings({ ...warned, findings: [extra, ...warned.findings] });
    expect(findings).to.deep.equal(warned.findings);
  });

  it('puts rules with the same reason together', () => {
    const verdicts = exampleVerdicts();
    const results = verdicts.results.map((result) =>
      result.id === 'RVP-VX-01' ? { ...result, verdict: 'inconclusive' as const, reason: 'No keys.' } : result,
    );
    const twice = results.map((result) =>
      result.id === 'RVP-VPI-03' ? { ...result, reason: 'No keys.', blockedBy: [] } : result,
    );
    expect(byReason({ ...verdicts, results: twice }, 'inconclusive')).to.deep.equal([
      { verdict: 'inconclusive', reason: 'No keys.', ids: ['RVP-VX-01', 'RVP-VPI-03'] },
    ]);
  });

  it('names the rule that blocks another, once', () => {
    const blocked = exampleVerdicts().results.find((result) => result.blockedBy.length > 0);
    if (blocked === undefined) throw new Error('the example has no blocked rule');
    expect(reasonOf(blocked)).to.equal('The field cannot be read: RVP-VPI-02 failed.');
    expect(reasonOf({ ...blocked, reason: 'The field cannot be read' })).to.equal(
      'The field cannot be read (blocked by RVP-VPI-02)',
    );
  });
});
