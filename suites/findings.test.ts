import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { AREAS, findingsRecord } from './testing/findings-record.js';

const RECORDS = new URL('../fixtures/findings/', import.meta.url);

/** The first line that differs, with the section it stands in; null when the texts are the same. */
function firstDifference(actual: string, expected: string): string | null {
  if (actual === expected) return null;
  const [lines, wanted] = [actual.split('\n'), expected.split('\n')];
  const at = lines.findIndex((line, index) => line !== wanted[index]);
  const index = at < 0 ? lines.length : at;
  const heading = lines.slice(0, index + 1).findLast((line) => line.startsWith('## ')) ?? '';
  return `${heading}, line ${index + 1}: "${lines[index] ?? 'the end'}" instead of "${wanted[index] ?? 'the end'}"`;
}

describe('what the rules say', () => {
  for (const area of AREAS) {
    it(`${area}: is what was reviewed; after a change \`npm run findings\` and a look at the diff`, () => {
      const reviewed = readFileSync(new URL(`${area}.txt`, RECORDS), 'utf8');
      expect(firstDifference(findingsRecord(area), reviewed)).to.equal(null);
    });
  }
});
