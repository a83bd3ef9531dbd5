import { expect } from 'chai';
import { failureLines, memoryProblem, summaryLine } from './report.js';
import { fuzz } from './run.js';
import { TARGETS } from './targets/all.js';

/** The same inputs each time: a test gives the same answer twice. New ones come from `npm run fuzz`. */
const SEED = 20;
/** About 25 seconds of a processor in all, however long a busy machine takes for them. */
const PROCESSOR_MS = 25_000 / TARGETS.length;
const TIME_MS = 100_000;

/** In a process of its own, for the sake of memory and time. */
describe('a bounded pass of fuzzing', function () {
  this.timeout(120_000);
  for (const target of TARGETS) {
    it(`finds nothing in ${target.name}`, () => {
      const result = fuzz(target, SEED, { inputs: 5000, timeMs: TIME_MS, processorMs: PROCESSOR_MS });
      const { failure, inputs } = result;
      const lines = failure === null ? [] : failureLines(result, failure, 'no file');
      expect(lines.join('\n'), summaryLine(result)).to.equal('');
      expect(inputs).to.be.above(10);
      expect(memoryProblem(result)).to.equal(null);
    });
  }
});
