import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { AREAS, findingsRecord } from './testing/findings-record.js';

const RECORDS = new URL('../fixtures/findings/', import.meta.url);

/** Nothing when the texts are the same, else the first line that differs, with the section it stands in. */
function firstDifference(sections: Iterable<string>, reviewed: string): string {
  let at = 0;
  for (const section of sections) {
    const wanted = reviewed.slice(at, at + section.length);
    at += section.length;
    if (section === wanted) continue;
    const lines = section.split('\n');
    const others = wanted.split('\n');
    const index = lines.findIndex((line, number) => line !== others[number]);
    return `${lines[1] ?? ''}: "${lines[index] ?? ''}" instead of "${others[index] ?? ''}"`;
  }
  return at === reviewed.length ? '' : `nothing instead of "${reviewed.slice(at, at + 200)}"`;
}

describe('what the rules say', () => {
  for (const area of AREAS) {
    it(`${area}: is what was reviewed; after a change \`npm run findings\` and a look at the diff`, function () {
      // The first computes the keys of every exchange.
      this.timeout(120_000);
      const reviewed = readFileSync(new URL(`${area}.txt`, RECORDS), 'utf8');
      expect(firstDifference(findingsRecord(area), reviewed)).to.equal('');
    });
  }
});
