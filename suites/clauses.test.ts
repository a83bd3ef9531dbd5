import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CATALOGUE } from './catalogue.js';
import { CLAUSES } from './clauses.js';
import { BROKEN, NEVER_PASSED, OTHER_MAKER } from './other-makers.js';

/** Rows of the tables of the reviewed page, by the cells of their head. */
function reviewedRows(...head: readonly string[]): string[][] {
  const page = readFileSync(new URL('../docs/coverage.md', import.meta.url), 'utf8');
  const rows = page.split('\n').map((line) => {
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    return cells.map((cell) => cell.trim().replace(/\\([\\|<>])/g, '$1'));
  });
  const first = rows.findIndex((cells) => cells.join() === head.join());
  const after = rows.slice(first + 2);
  return after.slice(
    0,
    after.findIndex(({ length }) => length === 0),
  );
}

describe('statements of the specification', () => {
  it('are those that were reviewed as docs/coverage.md', () => {
    const known = new Set<string>(CATALOGUE.map(({ rule }) => rule.id));
    const aliases = new Map<string, string>(
      CATALOGUE.flatMap(({ rule }) => (rule.alsoKnownAs ?? []).map((alias) => [alias, rule.id])),
    );
    const told = CLAUSES.map(({ lines, statement, rules, kind = '' }) => {
      const named = rules.map((id) => {
        const judgedAs = aliases.get(id);
        if (judgedAs !== undefined) return `${id} (judged as ${judgedAs})`;
        return known.has(id) ? id : `(${id})`;
      });
      return [lines.join(', '), statement, [kind, ...named].join(' ').trim()];
    });
    const reviewed = reviewedRows('line', 'statement', 'rules', 'faults').map((cells) => cells.slice(0, 3));
    expect(told).to.deep.equal(reviewed);
  });
});

describe('devices of other makers', () => {
  it('showed what was reviewed as docs/coverage.md', () => {
    const reviewed = reviewedRows('rule', 'level', 'faults', OTHER_MAKER);
    const broken = reviewed.filter(([, , , how = '']) => how.endsWith(', was made to break it')).map(([id]) => id);
    expect([...BROKEN].sort()).to.deep.equal(broken.sort());
    const page = readFileSync(new URL('../docs/coverage.md', import.meta.url), 'utf8');
    for (const [id, why] of NEVER_PASSED) expect(page).to.match(new RegExp(`^\\| ${id} +\\| ${why} +\\|$`, 'm'));
    expect(reviewed).to.have.length(CATALOGUE.length);
  });
});
