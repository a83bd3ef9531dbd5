import { expect } from 'chai';
import fc from 'fast-check';
import { RallyError } from '#base/error.js';
import { reportFailure, worstExit } from './failure.js';
import { fakeTerminal } from './testing/fake-terminal.js';

describe('failure of a command', () => {
  it('prints the message with its code and the remedy, and exits as the code says', () => {
    const terminal = fakeTerminal();
    const error = new RallyError('ERR_PROGRAM_MISSING', 'hostapd is not installed', { remedy: 'Install it.' });
    expect(reportFailure(error, terminal)).to.equal(3);
    expect(terminal.errors).to.equal('error: hostapd is not installed (ERR_PROGRAM_MISSING)\n  Install it.\n');
    expect(reportFailure(new RallyError('ERR_USAGE', 'no'), terminal)).to.equal(4);
    expect(reportFailure(new RallyError('ERR_ABORTED', 'no'), terminal)).to.equal(130);
  });

  it('calls anything else a defect of the tool', () => {
    const terminal = fakeTerminal();
    expect(reportFailure(new TypeError('x is undefined'), terminal)).to.equal(3);
    expect(terminal.errors).to.match(/x is undefined[^]*ERR_INTERNAL/);
    expect(reportFailure('text', terminal)).to.equal(3);
  });
});

describe('exit code of several things', () => {
  for (const [codes, expected] of [
    [[], 0],
    [[0, 2], 2],
    [[2, 3, 0], 3],
    [[3, 1, 2], 1],
    [[1, 4], 4],
    [[4, 130, 1], 130],
  ] as const) {
    it(`${codes.join(', ') || 'none'} is ${expected}`, () => {
      expect(worstExit(codes)).to.equal(expected);
    });
  }

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 2, 3, 4, 130)), (codes) => {
        expect(worstExit([...codes].reverse())).to.equal(worstExit(codes));
        if (codes.length > 0) expect(codes).to.include(worstExit(codes));
      }),
    );
  });
});
