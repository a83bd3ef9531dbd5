import { expect } from 'chai';
import { badgeOf } from './badge.js';
import { formatSummary } from './console.js';
import { junitXml } from './junit.js';
import { statementHtml } from './statement-html.js';
import { statementOf } from './statement.js';
import { summaryMarkdown } from './summary-markdown.js';
import { exampleView } from './testing/view.js';
import { HOSTILE_REASON, waivedView } from './testing/waivers.js';
import { parseXml, type XmlElement } from './testing/xml.js';

const VIEW = waivedView();
const IDLE = [
  'the waiver of RVP-WSC-02 has expired, and the run fails for it (until 2026-11-01 by QA: old promise)',
  'the waiver of RVP-XX-99 names no rule of this version (until 2026-12-31 by QA: retired rule)',
  'the waiver of RVP-VX-01 is not needed: the rule does not fail (until 2026-12-31 by QA: was broken in 1.0)',
  'the waiver of RVP-TUU-05 decides nothing: the rule was not judged to an end (until 2026-12-31 by QA: never looked at)',
];

describe('a waived failure', () => {
  it('is told on the console apart from what fails, with who answers for it, and what waivers do nothing', () => {
    const text = formatSummary(VIEW, { color: false, width: 200 });
    expect(text).to.match(/^area +pass +warn +fail +waived /m);
    expect(text).to.match(/^WAIVED RVP-VPI-02 Make/m);
    expect(text).to.not.match(/^FAIL /m);
    expect(text).to.include(`     Waived until 2026-12-31 by QA: ${HOSTILE_REASON}`);
    for (const line of IDLE) expect(text).to.include(`\nThe ${line.slice(4)}`);
    const none = formatSummary(exampleView(), { color: false, width: 200 });
    expect(none).to.not.match(/waive/i);
  });

  it('is skipped in JUnit, and a waiver that has expired fails there', () => {
    const root = parseXml(junitXml([VIEW]));
    const cases = root.children.flatMap(({ children }) => children.filter(({ name }) => name === 'testcase'));
    const of = (name: string): XmlElement | undefined =>
      cases.find(({ attributes }) => attributes['name']?.startsWith(name))?.children[0];
    expect(of('RVP-VPI-02 ')).to.deep.include({ name: 'skipped' });
    expect(of('RVP-VPI-02 ')?.attributes['message']).to.equal(
      `WAIVED until 2026-12-31 by QA: ${HOSTILE_REASON}; the rule fails: The Length field of the Vertical Pairing Identifier is 4.`,
    );
    expect(of('The waiver of RVP-WSC-02 holds')).to.deep.include({
      name: 'failure',
      attributes: { type: 'waiver', message: 'until 2026-11-01 by QA: old promise' },
    });
    const counts = root.children.map(({ attributes }) =>
      ['name', 'tests', 'failures', 'errors', 'skipped'].map((name) => attributes[name]),
    );
    expect(counts[0]).to.deep.equal(['vertical-pairing', '6', '0', '1', '3']);
    expect(counts.at(-1)).to.deep.equal(['waivers', '1', '1', '0', '0']);
    expect(root.children.filter(({ attributes }) => attributes['name'] === 'waivers')).to.have.length(1);
    expect(junitXml([exampleView()])).to.not.match(/waive/i);
  });

  it('is in the statement apart from what fails, with every waiver and what is missing', () => {
    const { failed, waived, waivers, missing, totals } = statementOf(VIEW);
    expect(failed).to.deep.equal([]);
    expect(waived.map(({ id, waived: by }) => [id, by?.owner])).to.deep.equal([['RVP-VPI-02', 'QA']]);
    expect(waivers.map(({ state }) => state)).to.deep.equal(['waives', 'not-needed', 'expired', 'open', 'unknown']);
    expect(totals).to.include({ fail: 0, waived: 1 });
    expect(missing).to.include('1 MUST rule waived');
    const html = statementHtml(statementOf(VIEW));
    expect(html).to.include('<h2>Waived rules: they fail (1)</h2>');
    expect(html).to.include('Waived until 2026-12-31 by QA: ROM &lt;b onclick=');
    expect(html).to.include('<h2>Waivers that waive nothing</h2>');
    expect(html).to.include('5, the first expires after 2026-11-01');
    expect(html).to.not.include('<b onclick');
    expect(statementHtml(statementOf(exampleView()))).to.not.match(/waive nothing|they fail/);
  });

  it('is in the summary as text', () => {
    const text = summaryMarkdown(VIEW);
    expect(text).to.include('### Waived rules (1)').and.to.include('1 waived').and.to.not.include('### Failed rules');
    expect(text).to.include('- Waived ```` until 2026-12-31 by QA: ROM <b');
    expect(text).to.include(`### Waivers that waive nothing\n\n- \` ${IDLE[0]} \``);
    expect(summaryMarkdown(exampleView())).to.not.match(/waive/i);
  });

  it('leaves a badge that is neither green nor red', () => {
    const passed = { ...VIEW.verdicts, exitCode: 0 as const, sentence: 'passes scope wired with 1 waiver: 5 of 6' };
    const planned = { ...passed, planned: passed.results.filter(({ inScope }) => inScope).map(({ id }) => id) };
    expect(badgeOf({ verdicts: planned })).to.include({
      message: 'passes scope wired with 1 waiver',
      color: 'yellowgreen',
    });
  });

  it('keeps no secret that stands in its words', () => {
    const pin = VIEW.evidence?.exchanges[0]?.pin ?? '';
    expect(pin).to.match(/^\d{8}$/);
    const leak = waivedView(({ asOf, list }) => ({ asOf, list: list.map((each) => ({ ...each, reason: pin })) }));
    const reports = [formatSummary(leak, { color: false, width: 200 }), junitXml([leak]), summaryMarkdown(leak)];
    for (const text of [...reports, JSON.stringify(statementOf(leak))]) expect(text).to.not.include(pin);
  });
});
