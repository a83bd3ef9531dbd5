import { expect } from 'chai';
import { timeScale } from './time-scale.js';

const seconds = Uint8Array.of(0);
/** Signed seconds, little-endian. */
const offset = (value: bigint): Uint8Array => new Uint8Array(new BigInt64Array([value]).buffer);

describe('timeScale', () => {
  it('keeps every time that 64 bits of nanoseconds hold', () => {
    const nanoseconds = timeScale(Uint8Array.of(9), null, 'little');
    expect(nanoseconds(0xffff_ffff, 0xffff_ffff)).to.equal(0xffff_ffff_ffff_ffffn);
    expect(timeScale(seconds, null, 'little')(4, 0x4b82_fa09)).to.equal(18_446_744_073_000_000_000n);
    expect(timeScale(seconds, offset(-5n), 'little')(0, 5)).to.equal(0n);
    expect(timeScale(seconds, offset(-5n), 'little')(0, 6)).to.equal(1_000_000_000n);
  });

  it('makes no time of one that no report could write', () => {
    expect(timeScale(seconds, null, 'little')(4, 0x4b82_fa0a)).to.equal(0n);
    expect(timeScale(seconds, null, 'little')(0xffff_ffff, 0)).to.equal(0n);
    expect(timeScale(seconds, offset(-5n), 'little')(0, 4)).to.equal(0n);
  });

  it('counts in microseconds where nothing is said, and in any power of ten or two', () => {
    expect(timeScale(null, null, 'little')(0, 5)).to.equal(5000n);
    expect(timeScale(new Uint8Array(0), null, 'little')(0, 5)).to.equal(5000n);
    expect(timeScale(Uint8Array.of(12), null, 'little')(0, 5999)).to.equal(5n);
    expect(timeScale(Uint8Array.of(0x80), null, 'little')(0, 2)).to.equal(2_000_000_000n);
    expect(timeScale(Uint8Array.of(0x81), null, 'little')(0, 3)).to.equal(1_500_000_000n);
  });

  it('adds the offset in each unit and each byte order, and none of another length', () => {
    expect(timeScale(Uint8Array.of(12), offset(10n), 'little')(0, 5000)).to.equal(10_000_000_005n);
    expect(timeScale(Uint8Array.of(9), offset(10n), 'little')(0, 5)).to.equal(10_000_000_005n);
    expect(timeScale(seconds, offset(10n).reverse(), 'big')(0, 5)).to.equal(15_000_000_000n);
    expect(timeScale(seconds, offset(10n).subarray(1), 'little')(0, 5)).to.equal(5_000_000_000n);
  });
});
