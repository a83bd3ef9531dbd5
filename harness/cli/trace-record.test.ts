import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { firstDifference } from '#suites/testing/findings-text.js';
import { traceRecord } from './testing/trace-record.js';

const RECORD = new URL('../../fixtures/findings/network/trace.txt', import.meta.url);

describe('what the trace tells of reference devices', () => {
  it('is what was reviewed; after a change `npm run findings` and a look at the diff', function () {
    // Every run is held first.
    this.timeout(120_000);
    expect(firstDifference(traceRecord(), readFileSync(RECORD, 'utf8'))).to.equal('');
  });
});
