import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { keep, keptInputs } from './corpus.js';
import { failureLines, MAX_GROWN_BYTES, summaryLine } from './report.js';
import { failureOf, fuzz } from './run.js';
import { requireTarget } from './targets/all.js';
import { leaking, PLANTED, waiting } from './testing/planted.js';

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

describe('a machine that is busy elsewhere', function () {
  this.timeout(60_000);

  it('is not blamed on an input that takes long and computes little', () => {
    const { failure, inputs, worst } = fuzz(waiting(60, 20), SEED, { inputs: 20, timeMs: 30_000 });
    expect(failure).to.equal(null);
    expect(inputs).to.equal(20);
    expect(worst.timeMs).to.be.below(20);
  });

  it('is not blamed on an input that is stopped before it had its time: it gets longer', () => {
    const { failure, inputs } = fuzz(waiting(1000, 3), SEED, { inputs: 40, timeMs: 30_000, stopMs: 100 });
    expect(failure).to.equal(null);
    expect(inputs).to.equal(40);
  });

  it('does not hide an input that waits for ever', () => {
    const { failure, inputs } = fuzz(waiting(3_600_000, Infinity), SEED, { inputs: 1, timeMs: 30_000, stopMs: 20 });
    expect(failure?.kind).to.equal('stopped-did-not-end-within-ms');
    expect(inputs).to.equal(0);
  });
});
