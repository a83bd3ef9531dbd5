import { expect } from 'chai';
import { figureTable, median, rounded, type Figure } from './figure.js';

const FIGURE: Figure = {
  name: 'frames',
  ours: 1_234_567,
  peer: 50_000,
  ratio: 24.69,
  unit: 'frames/s',
  aim: '5 times',
  met: true,
};

describe('Figures', () => {
  it('are middle values', () => {
    expect(median([3])).to.equal(3);
    expect(median([5, 1, 9])).to.equal(5);
    expect(median([4, 1, 2, 10])).to.equal(3);
  });

  it('are rounded to three digits', () => {
    expect([1234567, 0.123456, 1.5].map(rounded)).to.deep.equal([1_230_000, 0.123, 1.5]);
  });

  it('stand in a table beside their peer and their aim', () => {
    const missed = { ...FIGURE, met: false };
    const alone = { ...FIGURE, name: 'exchanges', ours: 950, peer: null, ratio: null, aim: null, met: null };
    expect(figureTable([FIGURE, missed, alone]).split('\n')).to.deep.equal([
      '                ours    peer  ratio  unit      aim',
      'frames     1,230,000  50,000   24.7  frames/s  5 times: met',
      'frames     1,230,000  50,000   24.7  frames/s  5 times: MISSED',
      'exchanges        950       -      -  frames/s',
      '',
    ]);
  });
});
