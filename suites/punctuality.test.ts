import { expect } from 'chai';
import type { Discovery } from '#evidence/discovery-model.js';
import { benchLate } from './punctuality.js';
import { SENSOR } from './testing/devices.js';
import { evidenceOf } from './testing/evidence.js';

type Late = readonly [startMs: number, endMs: number, lateMs: number];

/** What is said of a time from 1000 to 2000 ms on a bench that was late like this. */
function said(...late: readonly Late[]): string | null {
  const lateness = late.map(([startMs, endMs, lateMs]) => ({ startMs, endMs, lateMs }));
  const discovery: Discovery = {
    addresses: [],
    sinceMs: null,
    untilMs: 0,
    limitMs: null,
    isComplete: true,
    datagrams: [],
    searches: [],
    fetches: [],
    stimuli: [],
    lateness,
  };
  const finding = benchLate(evidenceOf(SENSOR, [], { discovery }), 'it took long', { startMs: 1000, endMs: 2000 });
  return finding === null ? null : `${finding.verdict}: ${finding.text}`;
}

describe('lateness of the bench', () => {
  it('excuses a device from a tenth of the time on', () => {
    expect(said()).to.equal(null);
    expect(said([1000, 2000, 99.9])).to.equal(null);
    expect(said([1000, 2000, 100])).to.equal('inconclusive: it took long, but the bench itself was late by 100 ms');
    expect(said([1000, 2000, 60], [1500, 2500, 60.4])).to.equal(
      'inconclusive: it took long, but the bench itself was late by 120 ms',
    );
  });

  it('counts no more than what falls into the time', () => {
    expect(said([0, 1000, 500], [2000, 3000, 500])).to.equal(null);
    expect(said([0, 1050, 500])).to.equal(null);
    expect(said([0, 1200, 500])).to.equal('inconclusive: it took long, but the bench itself was late by 200 ms');
    expect(said([1700, 3000, 500])).to.equal('inconclusive: it took long, but the bench itself was late by 300 ms');
    // Lateness elsewhere takes nothing away from what there was.
    expect(said([0, 100, 50], [1000, 2000, 100])).to.equal(
      'inconclusive: it took long, but the bench itself was late by 100 ms',
    );
  });

  it('is none where the network was not looked at, nor in no time', () => {
    expect(benchLate(evidenceOf(SENSOR, []), 'it', { startMs: 0, endMs: 1000 })).to.equal(null);
    expect(benchLate(evidenceOf(SENSOR, []), 'it', { startMs: 5, endMs: 5 })).to.equal(null);
  });
});
