import { expect } from 'chai';
import { millisecondsOf } from './nanoseconds.js';

describe('milliseconds of a time stamp', () => {
  it('are those of the clock that wrote it, at any time', () => {
    // 1795878161618000000 as a number is 1795878161617999872: earlier than the millisecond it stands for.
    for (let ms = 1_795_878_161_000; ms < 1_795_878_163_000; ms++)
      expect(millisecondsOf(BigInt(ms) * 1_000_000n)).to.equal(ms);
  });

  it('keep microseconds and leave out what is finer', () => {
    expect(millisecondsOf(1_795_878_161_618_250_999n)).to.equal(1_795_878_161_618.25);
    expect(millisecondsOf(0n)).to.equal(0);
  });
});
