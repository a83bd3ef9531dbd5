import { expect } from 'chai';
import { CATALOGUE } from './catalogue.js';
import { renderRules } from './render-rules.js';

describe('page of rules', () => {
  const page = renderRules(CATALOGUE);

  it('has a heading for every rule, in the order of the catalogue', () => {
    const headings = [...page.matchAll(/^### (RVP-[A-Z]+-\d+): /gm)].map(([, id]) => id);
    expect(headings).to.deep.equal(CATALOGUE.map(({ rule }) => rule.id));
  });

  it('tells level, clause, source, reading, repair and what a rule waits for', () => {
    const section = page.slice(page.indexOf('### RVP-VPI-04'), page.indexOf('### RVP-VPI-05'));
    expect(section).to.include('**MUST** · clause `vpi/vertical-pairing-identifier` · revision 1 · needs M1');
    expect(section).to.include('S "VPI Profile Request field" line 97');
    expect(section).to.include('read as I-2, I-10');
    expect(section).to.include('- Repair: Send 01 as the second value byte of the VPI.');
    expect(section).to.include('- Waits for, where they fail: RVP-VPI-01, RVP-VPI-02, RVP-VX-06');
  });

  it('escapes what Markdown would take for markup', () => {
    expect(page).to.include('10 01 00 02 \\<transport\\> 01');
  });
});
