'use strict';

/**
 * Reporter of `npm test`: silent about what passes, a slow test and one that has `figures` to tell excepted; full text of
 * what fails. The counts, and the names of what failed, go as JSON to the file named by RALLY_SUMMARY, so that several mocha
 * processes can be added up.
 */
const { writeFileSync } = require('node:fs');
const mocha = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS } = mocha.Runner.constants;
/** A test slower than this is named with its time. */
const SLOW_MS = 5000;

module.exports = class SummaryReporter extends mocha.reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, failures: [] };
    runner.on(EVENT_TEST_PASS, (test) => {
      counts.passed++;
      if (typeof test.figures === 'string') console.log(`    ${test.figures}`);
      if (test.duration > SLOW_MS) console.log(`    ${test.fullTitle()}: ${(test.duration / 1000).toFixed(1)} s`);
    });
    runner.on(EVENT_TEST_FAIL, (test) => {
      counts.failed++;
      counts.failures.push(test.fullTitle());
    });
    runner.once(EVENT_RUN_END, () => {
      if (this.failures.length > 0) mocha.reporters.Base.list(this.failures);
      writeFileSync(process.env.RALLY_SUMMARY, JSON.stringify(counts));
    });
  }
};
