import { expect } from 'chai';
import { fromHex, toHex } from '#base/bytes.js';
import { DEFAULT_FRAGMENT_BYTES, fragmentMessage } from './fragments.js';

describe('fragmentMessage', () => {
  const hex = (payloads: readonly Uint8Array[]): string[] => payloads.map((payload) => toHex(payload));

  it('leaves a message whole that fits', () => {
    expect(hex(fragmentMessage(4, fromHex('aabbcc'), 3))).to.deep.equal(['0400aabbcc']);
    expect(fragmentMessage(4, new Uint8Array(DEFAULT_FRAGMENT_BYTES))).to.have.length(1);
    expect(hex(fragmentMessage(1, new Uint8Array(0)))).to.deep.equal(['0100']);
  });

  it('puts the length on the first fragment and more-fragments on all but the last', () => {
    expect(hex(fragmentMessage(4, fromHex('aabbccdd ee'), 2))).to.deep.equal(['04030005aabb', '0401ccdd', '0400ee']);
  });

  it('announces the most it can of a message that is too long', () => {
    const [first] = fragmentMessage(4, new Uint8Array(70_000));
    expect(toHex((first ?? fromHex('')).subarray(0, 4))).to.equal('0403ffff');
  });

  it('refuses sizes that make no fragment or none that fits', () => {
    for (const size of [0, -1, 1.5, 65_001]) expect(() => fragmentMessage(4, fromHex('aa'), size)).to.throw(RangeError);
  });
});
