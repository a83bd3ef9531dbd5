import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { keep, keptInputs } from './corpus.js';
import { failureLines, summaryLine } from './report.js';
import { failureOf, fuzz, MAX_GROWN_BYTES } from './run.js';
import { requireTarget } from './targets/all.js';
import { leaking, PLANTED } from './testing/planted.js';

/** The inputs are the budget; the time is for a machine that is busy elsewhere. */
const BUDGET = { inputs: 12_000, timeMs: 60_000 };
/** Enough to tell a loop without end from a batch of inputs. */
const STOP_MS = 2000;
const SEED = 1;

describe('planted mistakes', function () {
  this.timeout(180_000);
  let corpus = '';
  beforeEach(() => {
    corpus = mkdtempSync(path.join(tmpdir(), 'corpus-'));
  });
  afterEach(() => {
    rmSync(corpus, { recursive: true, force: true });
  });

  for (const { mistake, target, kind, atMostBytes, isEndless } of PLANTED) {
    it(`are found within the budget: ${mistake}`, () => {
      const result = fuzz(target, SEED, isEndless === true ? { ...BUDGET, stopMs: STOP_MS } : BUDGET);
      const { failure } = result;
      if (failure === null) throw new Error(`not found in ${result.inputs} inputs`);
      expect(failure.kind).to.match(kind);
      expect(failure.minimised.length).to.be.at.most(atMostBytes);
      const file = keep(target.name, failure, corpus);
      const [kept] = keptInputs(target.name, corpus);
      expect(path.basename(file)).to.equal(kept?.name);
      expect(kept?.input).to.deep.equal(failure.minimised);
      expect(failureLines(result, failure, file).join('\n')).to.include(`--target ${target.name} --seed ${SEED}`);
      expect(summaryLine(result)).to.match(/, FAILED$/);
    });
  }

  it('fail again when the small input is replayed, and the right decoder passes it', () => {
    const [planted] = PLANTED;
    const { failure } = fuzz(planted?.target ?? requireTarget('wsc'), SEED, BUDGET);
    if (planted === undefined || failure === null) throw new Error('not found');
    expect(failureOf(planted.target, failure.minimised)?.kind).to.equal(failure.kind);
    expect(failureOf(requireTarget(planted.target.name), failure.minimised)).to.equal(null);
  });

  it('are noticed by the memory they hold on to', () => {
    const copies: Uint8Array[] = [];
    const { failure, grownBytes, inputs } = fuzz(leaking(copies), SEED, { inputs: 64, timeMs: 15_000 });
    expect(failure).to.equal(null);
    // One that a busy machine made slow is tried again.
    expect(copies.length).to.be.at.least(inputs);
    expect(grownBytes).to.be.above(MAX_GROWN_BYTES);
  });
});
