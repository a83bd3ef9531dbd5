import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { INTERPRETATIONS } from './interpretations.js';

/** Rows of the reviewed page: key, point, reading. */
function reviewedRows(): string[][] {
  const page = readFileSync(new URL('../../docs/interpretations.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| I-'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('register of interpretations', () => {
  it('is the one that was reviewed as docs/interpretations.md', () => {
    const register = [...INTERPRETATIONS].map(([key, { point, reading }]) => [key, point, reading]);
    expect(register).to.deep.equal(reviewedRows());
  });

  it('numbers its keys without a gap', () => {
    const keys = [...INTERPRETATIONS.keys()];
    expect(keys).to.deep.equal(keys.map((_, index) => `I-${index + 1}`));
  });
});
