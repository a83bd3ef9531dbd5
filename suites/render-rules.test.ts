import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CATALOGUE } from './catalogue.js';
import { renderRules } from './render-rules.js';

describe('page of rules', () => {
  it('is the one under docs: what the rules say of themselves was reviewed', () => {
    const reviewed = readFileSync(new URL('../docs/rules.md', import.meta.url), 'utf8').split('\n');
    const lines = renderRules(CATALOGUE).split('\n');
    expect(lines.find((line, index) => line !== reviewed[index]) ?? 'none', 'first line that differs').to.equal('none');
    expect(lines).to.have.length(reviewed.length);
  });

  it('has a heading for every rule, in the order of the catalogue', () => {
    const headings = [...renderRules(CATALOGUE).matchAll(/^### (RVP-[A-Z]+-\d+[a-z]?): /gm)].map(([, id]) => id);
    expect(headings).to.deep.equal(CATALOGUE.map(({ rule }) => rule.id));
  });

  it('tells level, clause, source, reading, repair and what a rule waits for', () => {
    const page = renderRules(CATALOGUE);
    const section = page.slice(page.indexOf('### RVP-VPI-04'), page.indexOf('### RVP-VPI-05'));
    expect(section).to.include('**MUST** · clause `vpi/vertical-pairing-identifier` · revision 1 · needs M1');
    expect(section).to.include('S "VPI Profile Request field" line 97');
    expect(section).to.include('read as I-2, I-10');
    expect(section).to.include('- Repair: Send 01 as the second value byte of the VPI.');
    expect(section).to.include('- Waits for, where they fail: RVP-VPI-01, RVP-VPI-02, RVP-VX-06');
  });

  it('tells to what a rule applies', () => {
    const page = renderRules(CATALOGUE);
    const section = page.slice(page.indexOf('### RVP-WSD-001'), page.indexOf('### RVP-WSD-002'));
    expect(section).to.include('revision 1 · applies when `dpws or secure-dpws` · needs');
  });

  it('escapes what Markdown would take for markup', () => {
    expect(renderRules(CATALOGUE)).to.include('10 01 00 02 \\<transport\\> 01');
  });
});
