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
});
