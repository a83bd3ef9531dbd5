import { expect } from 'chai';
import { badgeJson, badgeOf } from './badge.js';
import { exampleVerdicts } from './testing/view.js';

const PASSES = 'passes scope wired: 34 of 56 applicable MUST rules; not a statement of conformance';

describe('badge', () => {
  for (const [sentence, exitCode, message, color, isError] of [
    ['conformant: all 80 applicable MUST rules pass', 0, 'conformant', 'brightgreen', undefined],
    [PASSES, 0, 'passes scope wired', 'green', undefined],
    ['fails scope radio (strict): 2 failed (RVP-A-1, RVP-A-2)', 1, 'fails scope radio (strict)', 'red', true],
    ['incomplete in scope wired: 1 of 2', 2, 'incomplete in scope wired', 'yellow', undefined],
    ['no statement on scope wired: the bench failed', 3, 'no statement on scope wired', 'lightgrey', true],
  ] as const) {
    it(`says "${message}" in ${color}`, () => {
      const verdicts = exampleVerdicts({ sentence, exitCode: exitCode });
      expect(badgeOf({ verdicts })).to.deep.equal({
        schemaVersion: 1,
        label: 'vertical pairing',
        message,
        color,
        ...(isError === undefined ? {} : { isError }),
      });
    });
  }

  it('of a record that contradicts its plan is grey, whatever the record says', () => {
    const verdicts = exampleVerdicts({ sentence: PASSES, exitCode: 0, planned: [] });
    expect(badgeOf({ verdicts })).to.include({ message: 'no statement', color: 'lightgrey' });
  });

  it('is JSON of schema version 1', () => {
    expect(JSON.parse(badgeJson(badgeOf({ verdicts: exampleVerdicts() })))).to.include({
      schemaVersion: 1,
      color: 'red',
    });
  });
});
