import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { AREAS, findingsRecord } from './testing/findings-record.js';
import { firstDifference } from './testing/findings-text.js';

const RECORDS = new URL('../fixtures/findings/', import.meta.url);

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
