import { expect } from 'chai';
import type { BenchEvent } from '#evidence/model.js';
import { timesEnvironment, timesLine, timesOf } from './times.js';

const NOTED: BenchEvent = {
  kind: 'times',
  monotonicMs: 1,
  detail: { placeMs: 9800, setUpMs: 1200, waitingMs: 6040, exchangeMs: 800 },
};

describe('time of a run', () => {
  it('is split into boot, waits and ours', () => {
    const times = timesOf({ events: [NOTED] });
    expect(times).to.deep.equal({ bootMs: 9800, waitsMs: 6040, benchMs: 2000 });
    expect(timesEnvironment(times)).to.deep.equal({
      'time: boot': '9.8 s',
      'time: waits': '6.0 s',
      'time: bench': '2.0 s',
    });
    if (times !== null)
      expect(timesLine(times, 20_040)).to.equal('20.0 s: boot 9.8 s, waits of protocol and device 6.0 s, ours 4.2 s');
  });

  it('is not told where the bench noted none', () => {
    expect(timesOf({ events: [] })).to.equal(null);
    expect(timesEnvironment(null)).to.deep.equal({});
  });
});
