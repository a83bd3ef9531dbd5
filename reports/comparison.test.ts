import { expect } from 'chai';
import { compareRuns, type Comparison } from '#judge/comparison.js';
import type { RuleResult, RunInfo, Verdicts } from '#judge/record.js';
import { comparisonHtml } from './comparison-html.js';
import { comparisonSentence, formatComparison, moveGroups, namedIds } from './comparison.js';
import { exampleVerdicts, exampleView } from './testing/view.js';

const WIDE = { color: false, width: 200 } as const;

function compared(before: Partial<Verdicts>, after: Partial<Verdicts>, info: Partial<RunInfo> = {}): Comparison {
  const view = exampleView();
  return compareRuns(
    { info: view.info, verdicts: exampleVerdicts(before), profile: null },
    { info: { ...view.info, ...info }, verdicts: exampleVerdicts(after), profile: null },
  );
}

/** The example with other verdicts for some rules, by id. */
function withVerdicts(verdicts: Readonly<Record<string, Partial<RuleResult>>>): Partial<Verdicts> {
  return { results: exampleVerdicts().results.map((result) => ({ ...result, ...verdicts[result.id] })) };
}

const failedBefore = withVerdicts({ 'RVP-VX-01': { verdict: 'fail', reason: 'it is missing' } });
const worse = withVerdicts({
  'RVP-VX-01': { verdict: 'inconclusive', reason: 'the capture ends early' },
  'RVP-WSC-03': { verdict: 'fail', reason: 'M1 comes twice' },
});

describe('comparison as text', () => {
  it('says on one screen what got worse, and ends with a sentence', () => {
    const text = formatComparison(compared({}, worse), WIDE);
    expect(text).to.match(
      /^Before {2}<script>alert\(1\)<\/script><U\+202E>gnp\.exe<U\+0007> \(02:00:5e:10:20:30\), 2026-[^\n]+, scope wired\n/,
    );
    expect(text).to.match(
      /\nRegressions \(2\)\n {2}pass -> fail: RVP-WSC-03 [^\n]+\n {6}M1 comes twice\n {2}pass -> inconclusive: RVP-VX-01 [^\n]+\n {6}the capture ends early\n/,
    );
    expect(text).to.match(/\nStill failing \(1\): RVP-VPI-02\n/);
    expect(text.trimEnd().split('\n').at(-1)).to.equal(
      '2 regressions (1 failing now, 1 that can no longer be judged); 0 repaired, 1 still failing',
    );
  });

  it('says what was repaired, and that nothing got worse', () => {
    const comparison = compared(failedBefore, {});
    expect(formatComparison(comparison, WIDE)).to.match(/\nRepaired \(1\)\n {2}fail -> pass: RVP-VX-01 /);
    expect(comparisonSentence(comparison)).to.equal('no regression; 1 repaired, 1 still failing');
  });

  it('begins with what makes the runs hard to compare', () => {
    const text = formatComparison(compared({}, { scope: 'radio', dut: { name: 'Other', mac: null } }), WIDE);
    expect(text).to.match(
      /^These are runs of different devices: [^\n]+\nThese are runs of different scopes: wired and radio\.\n/,
    );
  });

  it('puts rules that moved alike together, and stays on one screen when every rule got worse', () => {
    const results = Array.from({ length: 300 }, (_unused, index): RuleResult => ({
      ...(exampleVerdicts().results[0] as RuleResult),
      id: `RVP-X-${index}`,
      reason: '',
    }));
    const alike = results.map((result): RuleResult => ({
      ...result,
      verdict: 'inconclusive',
      reason: 'the bench died',
    }));
    const each = results.map((result): RuleResult => ({ ...result, verdict: 'fail', reason: `at ${result.id}` }));
    const together = formatComparison(compared({ results }, { results: alike }), WIDE);
    expect(together).to.match(
      /Regressions \(300\)\n {2}pass -> inconclusive: RVP-X-0, .* and 294 more\n {6}the bench died\n\n/,
    );
    const apart = formatComparison(compared({ results }, { results: each }), WIDE);
    expect(apart).to.include('\n  and 290 more\n');
    expect(apart.split('\n')).to.have.length.below(40);
  });

  it('says of a rule that changed itself that the move may be its own', () => {
    const revised = withVerdicts({ 'RVP-WSC-03': { verdict: 'fail', reason: 'M1 comes twice', revision: 2 } });
    const comparison = compared({}, revised);
    expect(moveGroups(comparison.regressions)[0]?.reason).to.match(
      /^M1 comes twice \(the rule itself changed, revision 1 -> 2/,
    );
    expect(formatComparison(comparison, WIDE)).to.include('Revised rules (1): RVP-WSC-03 1 -> 2');
  });

  it('shortens a long list of ids and a digest', () => {
    expect(namedIds(['RVP-A-1', 'RVP-A-2', 'RVP-A-3'], 2)).to.equal('RVP-A-1, RVP-A-2 and 1 more');
    const text = formatComparison(compared({}, { catalogueDigest: 'b'.repeat(64) }), WIDE);
    expect(text).to.match(new RegExp(`^Changed rule catalogue: .* -> b{16}$`, 'm'));
  });
});

describe('comparison of waivers', () => {
  const waiver = {
    ...{ rule: 'RVP-WSC-03', reason: '<i>ROM</i>', owner: 'QA' },
    expires: '2026-12-31',
    state: 'waives' as const,
  };
  const failing = { verdict: 'fail', reason: 'M1 comes twice' } as const;
  const waived = withVerdicts({ 'RVP-WSC-03': { ...failing, waived: waiver } });
  const comparison = compared(withVerdicts({ 'RVP-WSC-03': failing }), {
    ...waived,
    waivers: { asOf: '2026-11-28', list: [waiver] },
  });

  it('stands apart from regressions and repairs', () => {
    const text = formatComparison(comparison, WIDE);
    expect(text).to.include('Failing as before, waived now (1)\n  fail -> waived: RVP-WSC-03 ');
    expect(text).to.include('Waivers (1)\n  added RVP-WSC-03, until 2026-12-31 by QA: <i>ROM</i>\n');
    expect(text).to.match(/no regression; 0 repaired, 2 still failing\n$/);
    const html = comparisonHtml(comparison);
    expect(html).to.include('added RVP-WSC-03, until 2026-12-31 by QA: &lt;i&gt;ROM&lt;/i&gt;');
    expect(formatComparison(compared({}, {}), WIDE)).to.not.match(/waive/i);
  });

  it('counts a failure that is waived at once among what fails now', () => {
    expect(comparisonSentence(compared({}, waived))).to.match(/^1 regression \(1 failing now, 0 /);
  });
});

describe('comparison as a page', () => {
  it('keeps what a device says text: in names, reasons, sentences and the environment', () => {
    const hostile = '"><img src=x onerror=alert(1)>\u202e';
    const results = withVerdicts({ 'RVP-WSC-03': { verdict: 'fail', reason: hostile } });
    const html = comparisonHtml(
      compared(
        {},
        { ...results, sentence: hostile, dut: { name: hostile, mac: null } },
        { environment: { [hostile]: hostile } },
      ),
    );
    expect(html).to.not.match(/<img|<script|\u202e/);
    expect(html.split('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;U+202E&gt;')).to.have.length.above(6);
  });

  it('names every rule of a group, and the same sentence as the text', () => {
    const results = exampleVerdicts().results.map((result): RuleResult => ({
      ...result,
      verdict: 'error',
      reason: 'died',
    }));
    const comparison = compared({}, { results });
    const html = comparisonHtml(comparison);
    for (const { id } of comparison.regressions) expect(html, id).to.include(id);
    expect(html).to.include(comparisonSentence(comparison)).and.to.include('class="verdict exit-1"');
    expect(comparisonHtml(compared({}, {}))).to.include('class="verdict exit-0"');
  });
});
