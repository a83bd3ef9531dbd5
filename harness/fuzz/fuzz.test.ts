import { expect } from 'chai';
import { ascii, concat } from '#base/bytes.js';
import { isRallyError } from '#base/error.js';
import { parseRecord } from '#cli/record-parse.js';
import { canonicalJson } from '#judge/canonical.js';
import type { Verdicts } from '#judge/record.js';
import { MODELS } from '#reference/models.js';
import { encodeTlv } from '#wire/tlv.js';
import { keptInputs, keptTargets } from './corpus.js';
import { Dice, inputSeed } from './dice.js';
import { minimise } from './minimise.js';
import { MAX_GROWN_BYTES, MAX_RESIDENT_BYTES, memoryProblem } from './report.js';
import { failureOf } from './run.js';
import { requireTarget, TARGETS } from './targets/all.js';
import { judgedRun, PART } from './targets/runs.js';
import { within } from './watch.js';

describe('fuzz targets', () => {
  it('make the same input of the same seed, and another of another', () => {
    for (const target of TARGETS) {
      const made = (seed: number): Uint8Array[] =>
        [0, 1, 2].map((index) => Uint8Array.from(target.generate(new Dice(inputSeed(seed, target.name, index)))));
      expect(made(7), target.name).to.deep.equal(made(7));
      expect(made(7), target.name).to.not.deep.equal(made(8));
    }
  });

  it('take any bytes whatever, none included', () => {
    for (const target of TARGETS)
      for (const input of [new Uint8Array(0), Uint8Array.of(0), new Uint8Array(300).fill(0xff), new Uint8Array(70)])
        expect(failureOf(target, input), target.name).to.equal(null);
  });

  it('have names that differ, and the nearest is named for a wrong one', () => {
    expect(new Set(TARGETS.map(({ name }) => name)).size).to.equal(TARGETS.length);
    expect(() => requireTarget('captur'))
      .to.throw()
      .that.satisfies((error: unknown) => {
        return isRallyError(error, 'ERR_USAGE') && error.remedy.includes('"capture"');
      });
  });
});

describe('the run that is fuzzed', () => {
  const totalsOf = (input: Uint8Array): Verdicts['totals'] => judgedRun(input).verdicts.totals;

  it('passes as it was recorded, from the exchange to the documents', () => {
    MODELS.forEach(({ id }, number) => {
      const { pass, fail, error } = totalsOf(Uint8Array.of(number));
      expect({ fail, error }, id).to.deep.equal({ fail: 0, error: 0 });
      expect(pass, id).to.be.above(30);
    });
  });

  it('has an event, a document and a frame in the place of its own', () => {
    const printer = Uint8Array.of(MODELS.findIndex(({ id }) => id === 'dpws-printer'));
    const { pass } = totalsOf(printer);
    const instead = (type: number, value: Uint8Array): Uint8Array => concat(printer, encodeTlv({ type, value }));
    expect(totalsOf(instead(PART.document, ascii('<a/>'))).fail, 'a document').to.be.above(0);
    expect(totalsOf(instead(PART.frame, new Uint8Array(0))).pass, 'no frame').to.be.below(pass);
    const all = Array.from({ length: 40 }, (_, number) => encodeTlv({ type: PART.event | number, value: ascii('{') }));
    expect(totalsOf(concat(printer, ...all)).pass, 'no events').to.be.below(pass);
  });
});

describe('the record that is fuzzed', () => {
  it('is read back as it was written, with what passed and what failed in it', () => {
    MODELS.forEach(({ id }, number) => {
      const odd = [0, 1, 2].map((at) => encodeTlv({ type: PART.document | at, value: ascii('<a/>') }));
      for (const input of [Uint8Array.of(number), concat(Uint8Array.of(number), ...odd)]) {
        const { info, verdicts, trace } = judgedRun(input);
        const content = canonicalJson({ info, verdicts, trace });
        expect(canonicalJson(parseRecord(content, 'record.json')), id).to.equal(content);
      }
    });
  });
});

describe('kept inputs', () => {
  it('belong to a target each, and are named by what they are', () => {
    expect(keptTargets().filter((name) => !TARGETS.some((target) => target.name === name))).to.deep.equal([]);
    const names = TARGETS.flatMap(({ name }) => keptInputs(name).map((kept) => kept.name));
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)+\.bin$/.test(name))).to.deep.equal([]);
    expect(names).to.have.length.above(20);
  });

  for (const target of TARGETS) {
    it(`hold every property of ${target.name}`, () => {
      for (const { name, input } of keptInputs(target.name))
        expect(failureOf(target, input)?.message ?? '', name).to.equal('');
    });
  }
});

describe('minimise', () => {
  it('keeps only what the failure needs', () => {
    const input = Uint8Array.from({ length: 200 }, (_, index) => index);
    const needs = (bytes: Uint8Array): boolean => bytes.includes(17) && bytes.includes(130);
    expect([...minimise(input, needs, () => true)]).to.deep.equal([17, 130]);
  });

  it('sets to zero what has to be there but not as it is', () => {
    const long = (bytes: Uint8Array): boolean => bytes.length >= 3 && bytes[1] === 9;
    expect([...minimise(Uint8Array.of(5, 9, 7, 8), long, () => true)]).to.deep.equal([0, 9, 0]);
  });

  it('gives what it has when the time is over', () => {
    const input = new Uint8Array(50).fill(1);
    let tries = 0;
    const small = minimise(
      input,
      () => true,
      () => ++tries < 3,
    );
    expect(small.length).to.be.within(1, 49);
  });
});

describe('the watch', () => {
  it('stops a loop that never ends, and lets through what is thrown', () => {
    let isOver = false;
    const isWhole = within(50, () => {
      for (let turns = 0; turns >= 0;) turns = 1;
      isOver = true;
    });
    expect({ isWhole, isOver }).to.deep.equal({ isWhole: false, isOver: false });
    const ends = within(1000, () => {
      isOver = true;
    });
    expect({ ends, isOver }).to.deep.equal({ ends: true, isOver: true });
    expect(() => {
      within(1000, () => {
        throw new TypeError('own');
      });
    }).to.throw(TypeError, 'own');
  });
});

describe('the memory of a run', () => {
  const times = { timeMs: 2, processorMs: 1, worst: { timeMs: 1, index: 0 } };
  const result = { target: 'tlv', seed: 1, inputs: 9, ...times, failure: null };

  it('is too much when it grew, or when it was very large at one time', () => {
    const most = { grownBytes: MAX_GROWN_BYTES, residentBytes: MAX_RESIDENT_BYTES };
    expect(memoryProblem({ ...result, ...most })).to.equal(null);
    expect(memoryProblem({ ...result, ...most, grownBytes: MAX_GROWN_BYTES + 2 ** 20 })).to.equal(
      'tlv: memory grew by 49.0 MiB, at most 1024.0 MiB in all; most are 48.0 MiB, and 1024.0 MiB in all',
    );
    expect(memoryProblem({ ...result, ...most, residentBytes: 2 ** 31 })).to.include('at most 2048.0 MiB in all;');
  });
});
