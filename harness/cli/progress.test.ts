import { expect } from 'chai';
import { progressPrinter, stepText } from './progress.js';
import { fakeTerminal } from './testing/fake-terminal.js';

describe('progress', () => {
  it('names the step, what it waits for and the limit', () => {
    expect(stepText({ step: 'veth pair made' })).to.equal('veth pair made');
    expect(stepText({ step: 'session 1', waitingFor: 'M1', limitMs: 30_000 })).to.equal(
      'session 1: waiting for M1, at most 30 s',
    );
    expect(stepText({ step: 'session 1', waitingFor: 'M1', limitMs: 1500 })).to.match(/at most 1.5 s$/);
    expect(stepText({ step: 'session 1', waitingFor: 'M1', limitMs: 500 })).to.match(/at most 500 ms$/);
    expect(stepText({ step: 'session 1', waitingFor: 'the button' })).to.equal('session 1: waiting for the button');
  });

  it('is one line a step on a terminal, without repetition, and silent elsewhere', () => {
    for (const [interactive, expected] of [
      [true, 'a\nb\n'],
      [false, ''],
    ] as const) {
      const terminal = fakeTerminal({ interactive });
      const print = progressPrinter(terminal);
      for (const step of ['a', 'a', 'b']) print({ step });
      expect(terminal.errors).to.equal(expected);
      expect(terminal.output).to.equal('');
    }
  });

  it('says where a part begins how long the rest takes, once it has seen parts like it', () => {
    const terminal = fakeTerminal({ interactive: true });
    let now = 0;
    const print = progressPrinter(terminal, () => now);
    for (const [number, atMs] of [
      [1, 0],
      [2, 300_000],
      [3, 304_000],
      [4, 306_000],
      [5, 1_200_000],
    ] as const) {
      now = atMs;
      print({ step: `part ${number}`, part: { number, of: 5 } });
      print({ step: 'session over' });
    }
    expect(terminal.errors.split('\n').filter((line) => line.startsWith('part'))).to.deep.equal([
      'part 1',
      'part 2',
      'part 3; about 12 s left',
      'part 4; about 6 s left',
      'part 5; about 5 min left',
    ]);
  });
});
