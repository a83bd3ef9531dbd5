import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Verdicts } from '#judge/record.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { OBSERVED_BUNDLE, observeModePage } from './docs-pages.js';
import { judgeBundle } from './evidence-sources.js';
import { observedRows } from './observed-rows.js';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

describe('what listening alone shows', () => {
  let verdicts: Verdicts;

  before(async () => {
    verdicts = await judgeBundle(join(PROJECT, OBSERVED_BUNDLE));
  });

  it('docs/observe-mode.md is what `npm run docs` writes', () => {
    expect(readFileSync(join(PROJECT, 'docs', 'observe-mode.md'), 'utf8')).to.equal(observeModePage(verdicts));
  });

  it('fails nothing, and leaves open what needs the keys or lies behind the network key', () => {
    expect(verdicts.totals).to.include({ fail: 0, error: 0, warnings: 0 });
    const open = verdicts.results.filter(({ verdict }) => verdict === 'inconclusive').map(({ id }) => id);
    expect(open).to.include.members(['RVP-WSC-09', 'RVP-WSC-10', 'RVP-WSC-11', 'RVP-SEC-01', 'RVP-JOIN-02']);
    expect(verdicts.exitCode).to.equal(2);
  });

  it('has a row for each rule, and a reason wherever one is not judged', () => {
    const rows = observedRows(CATALOGUE, verdicts);
    expect(rows.map(([id]) => id)).to.deep.equal(CATALOGUE.map(({ rule }) => rule.id));
    for (const [id, , verdict, reason] of rows) expect(reason !== '', id).to.equal(verdict !== 'judged');
    expect(rows.filter(([, , verdict]) => verdict === 'judged').length).to.be.greaterThan(30);
  });
});
