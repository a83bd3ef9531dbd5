import { expect } from 'chai';
import { toHex } from './bytes.js';
import { seededRandom } from './random.js';

describe('seededRandom', () => {
  it('gives the same bytes for the same seed, however they are drawn', () => {
    const whole = seededRandom(42)(64);
    const draw = seededRandom(42);
    const pieces = [1, 0, 15, 48].map((length) => toHex(draw(length))).join('');
    expect(pieces).to.equal(toHex(whole));
  });

  it('never changes: reference devices and tests rest on it', () => {
    expect(toHex(seededRandom(1)(16))).to.equal('85b512b6241fb1428fd591166a26a52f');
  });

  it('gives other bytes for another seed, also for neighbours and zero', () => {
    const seen = new Set(Array.from({ length: 1000 }, (_item, seed) => toHex(seededRandom(seed)(16))));
    expect(seen.size).to.equal(1000);
  });

  it('spreads over all values', () => {
    const counts = new Array<number>(256).fill(0);
    for (const byte of seededRandom(7)(25_600)) counts[byte] = (counts[byte] ?? 0) + 1;
    // Mean 100, standard deviation 10.
    expect(Math.min(...counts)).to.be.greaterThan(50);
    expect(Math.max(...counts)).to.be.lessThan(150);
  });
});
