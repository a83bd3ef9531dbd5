import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RuleResult } from '#judge/record.js';
import { writeAllure } from './allure.js';
import { formatSummary } from './console.js';
import { junitXml } from './junit.js';
import { statementHtml } from './statement-html.js';
import { statementOf } from './statement.js';
import { summaryMarkdown } from './summary-markdown.js';
import { exampleVerdicts, exampleView } from './testing/view.js';
import type { RunView } from './view.js';

const TEXT = 'first verdict inconclusive, repeat 1 pass';

/** The example, in which a rule that passed did so only when it was repeated. */
function view(): RunView {
  const { results } = exampleVerdicts();
  const repeated: NonNullable<RuleResult['repeated']> = {
    first: { verdict: 'inconclusive', warning: false },
    repeats: [{ number: 1, verdict: 'pass', warning: false }],
  };
  const marked = results.map((result) => (result.id === 'RVP-WSC-03' ? { ...result, repeated } : result));
  return exampleView({ verdicts: exampleVerdicts({ results: marked }) });
}

describe('Reports of a run with a repeat', () => {
  it('say on the screen what the first verdict was', () => {
    const options = { color: false, width: 100 };
    expect(formatSummary(view(), options)).to.include(`\nREPEATED     RVP-WSC-03: ${TEXT}\n`);
    expect(formatSummary(exampleView(), options)).to.not.include('REPEATED');
  });

  it('say it in JUnit, in the properties and the output of the suite', () => {
    const xml = junitXml([view()]);
    expect(xml).to.include(`value="level MUST, clause m1, revision 1, repeated: ${TEXT}"`);
    expect(xml).to.include(`REPEATED RVP-WSC-03 Send every mandatory attribute of M1: ${TEXT}`);
    expect(xml.match(/repeated/gi)).to.have.length(2);
  });

  it('say it in the statement, on the page and in its JSON', () => {
    const statement = statementOf(view());
    expect(statement.repeated).to.deep.equal([{ text: TEXT, ids: ['RVP-WSC-03'] }]);
    expect(statementHtml(statement)).to.include(`<p class="reason">RVP-WSC-03: ${TEXT}</p>`);
    expect(statementOf(exampleView()).repeated).to.deep.equal([]);
    expect(statementHtml(statementOf(exampleView()))).to.not.include('Repeated');
  });

  it('say it in Markdown', () => {
    expect(summaryMarkdown(view())).to.include(`### Repeated\n\n- RVP-WSC-03: ${TEXT}\n`);
    expect(summaryMarkdown(exampleView())).to.not.include('Repeated');
  });

  it('say it in Allure, with a tag to find it by', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'repeated-'));
    try {
      writeAllure(view(), dir);
      const read = (id: string): string => readFileSync(path.join(dir, `${id}-result.json`), 'utf8');
      expect(read('rvp-wsc-03')).to.include(TEXT).and.to.include('{"name":"tag","value":"repeated"}');
      expect(read('rvp-vx-01')).to.not.match(/repeated/i);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
