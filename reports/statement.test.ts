import { expect } from 'chai';
import { statementHtml } from './statement-html.js';
import { statementJson, statementOf } from './statement.js';
import { exampleTrace } from './testing/trace.js';
import { exampleVerdicts, exampleView } from './testing/view.js';
import { NOTICE } from './view.js';

describe('statement', () => {
  it('gives sentence, device, scope and totals', () => {
    const statement = statementOf(exampleView());
    expect(statement).to.deep.include({
      statementVersion: 1,
      sentence: 'Fails scope wired: 1 of 6 applicable MUST rules failed; not a statement of conformance.',
      device: { name: '<script>alert(1)</script><U+202E>gnp.exe<U+0007>', mac: '02:00:5e:10:20:30', firmware: null },
      scope: 'wired',
      totals: exampleVerdicts().totals,
      notice: NOTICE,
    });
    const counted = statement.byAreaAndLevel.map(({ area, level, totals }) => [
      area,
      level,
      totals.pass,
      totals.fail,
      totals.outOfScope,
    ]);
    expect(counted).to.deep.equal([
      ['vertical-pairing', 'MUST', 1, 1, 0],
      ['vertical-pairing', 'SHOULD', 1, 0, 0],
      ['wsc-exchange', 'MUST', 1, 0, 0],
      ['discovery', 'MUST', 0, 0, 1],
    ]);
  });

  it('lists failed rules and warnings with their remedies', () => {
    const { failed, warnings } = statementOf(exampleView());
    expect(failed.map(({ id, remedies }) => [id, remedies])).to.deep.equal([
      ['RVP-VPI-02', ['Write Length 0x0002 and drop the two bytes after Profile Request.']],
    ]);
    expect(failed[0]?.findings[0]).to.include({
      expected: '2 bytes: 00 02',
      actual: '4 bytes: 00 04, sent by <script>alert(1)</script><U+202E>gnp.exe<U+0007>',
    });
    expect(warnings.map(({ id }) => id)).to.deep.equal(['RVP-VX-02']);
  });

  it('says what was not judged, and why', () => {
    expect(statementOf(exampleView()).notJudged.map(({ verdict, ids }) => [verdict, ids])).to.deep.equal([
      ['error', ['RVP-WSC-02']],
      ['inconclusive', ['RVP-VPI-03']],
      ['not-run', ['RVP-TUU-05']],
      ['not-applicable', ['RVP-TUU-07']],
    ]);
  });

  it('refuses the sentence of a record that contradicts its plan, and counts the missing rule as an error', () => {
    const verdicts = exampleVerdicts({ planned: [...exampleVerdicts().planned, 'RVP-SEC-01'] });
    const { sentence, totals, notJudged } = statementOf(exampleView({ verdicts }));
    expect(sentence).to.match(/^no statement: /);
    expect(totals.error).to.equal(2);
    expect(notJudged.flatMap(({ ids }) => ids)).to.include('RVP-SEC-01');
  });

  it('is JSON that gives back the statement', () => {
    const statement = statementOf(exampleView());
    expect(JSON.parse(statementJson(statement))).to.deep.equal(statement);
  });

  it('shows all of it on the page, the strings of a device as text', () => {
    const page = statementHtml(statementOf(exampleView()));
    for (const text of [
      'Fails scope wired: 1 of 6 applicable MUST rules failed',
      '&lt;script&gt;alert(1)&lt;/script&gt;&lt;U+202E&gt;gnp.exe&lt;U+0007&gt;',
      '2 of 6 applicable passed',
      'Expected 2 bytes: 00 02; actual 4 bytes: 00 04',
      '<b>Remedy:</b> Write Length 0x0002',
      '<b>inconclusive</b> RVP-VPI-03: The field cannot be read: RVP-VPI-02 failed.',
      '<b>outside the scope</b> 1 rule was counted and not judged.',
      NOTICE,
    ])
      expect(page).to.contain(text);
    for (const raw of ['<script', '\u202E', '\u0007', 'http']) expect(page).not.to.contain(raw);
  });

  it('masks the PIN', () => {
    const verdicts = exampleVerdicts({ sentence: 'The PIN 12345670 was used.' });
    expect(statementJson(statementOf(exampleView({ verdicts })))).not.to.contain('12345670');
  });

  it('says what Windows would do where the identities are known, on the page and in the JSON', () => {
    const known = statementOf(exampleView({ trace: exampleTrace() }));
    expect(known.onWindows).to.match(/^Windows would stop at step 2\b.*\(RVP-VPI-02\)/);
    expect(statementHtml(known)).to.contain('<p class="windows">Windows would stop at step 2');
    const unknown = statementOf(exampleView());
    expect(unknown.onWindows).to.equal(null);
    expect(statementHtml(unknown)).not.to.contain('class="windows"');
  });
});
