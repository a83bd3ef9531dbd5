import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { firstDifference } from '#suites/testing/findings-text.js';
import { NETWORK_AREAS, networkRecord } from './testing/network-record.js';

const RECORDS = new URL('../../fixtures/findings/network/', import.meta.url);

describe('what the rules say of reference devices on their network', () => {
  for (const area of NETWORK_AREAS) {
    it(`${area}: is what was reviewed; after a change \`npm run findings\` and a look at the diff`, function () {
      // The first holds every run.
      this.timeout(120_000);
      const reviewed = readFileSync(new URL(`${area}.txt`, RECORDS), 'utf8');
      expect(firstDifference(networkRecord(area), reviewed)).to.equal('');
    });
  }
});
