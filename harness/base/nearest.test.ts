import { expect } from 'chai';
import fc from 'fast-check';
import { editDistance, nearest } from './nearest.js';

describe('nearest word', () => {
  for (const [word, expected] of [
    ['transport', 'transports'],
    ['metods', 'methods'],
    ['wcsVersion', 'wscVersion'],
    ['METHODS', 'methods'],
    ['colour', null],
    ['', null],
  ] as const) {
    it(`of ${word || 'nothing'} is ${String(expected)}`, () => {
      expect(nearest(word, ['methods', 'transports', 'wscVersion'])).to.equal(expected);
    });
  }

  it('of RVP-TUU-20 is a rule of the same area', () => {
    expect(nearest('RVP-TUU-20', ['RVP-VPI-01', 'RVP-TUU-02'])).to.equal('RVP-TUU-02');
  });
});

describe('edit distance', () => {
  it('counts a swap of neighbours once', () => {
    expect(editDistance('wcs', 'wsc')).to.equal(1);
    expect(editDistance('', 'abc')).to.equal(3);
    expect(editDistance('kitten', 'sitting')).to.equal(3);
  });

  it('is symmetric, zero only for equal words and at most the longer length', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (from, to) => {
        const distance = editDistance(from, to);
        expect(distance).to.equal(editDistance(to, from));
        expect(distance === 0).to.equal(from === to);
        expect(distance).to.be.at.most(Math.max(from.length, to.length));
      }),
    );
  });
});
