import { expect } from 'chai';
import type { Lateness } from '#evidence/discovery-model.js';
import { systemClock } from '../clock.js';
import { SimulatedClock } from '../link/in-process.js';
import { LatenessMeter } from './lateness-meter.js';

describe('LatenessMeter', () => {
  /** What it tells of a clock that stands at these times after the beginning, one after the other. */
  function told(stopMs: number): Lateness[] {
    const clock = new SimulatedClock(5000);
    const found: Lateness[] = [];
    const meter = new LatenessMeter(clock, (lateness) => {
      found.push(lateness);
    });
    meter.start();
    clock.advanceTo(stopMs);
    meter.stop();
    return found;
  }

  it('tells by how much what was due comes late', () => {
    expect(told(2100)).to.deep.equal([{ startMs: 5000, endMs: 7100, lateMs: 2000 }]);
  });

  it('tells nothing of a bench that is as late as timers are', () => {
    expect(told(199)).to.deep.equal([]);
    expect(told(200)).to.deep.equal([{ startMs: 5000, endMs: 5200, lateMs: 100 }]);
  });

  it('notices that the process itself does not get on, and begins a new span', async () => {
    const found: Lateness[] = [];
    let resolve = (): void => undefined;
    const noticed = new Promise<void>((settle) => {
      resolve = settle;
    });
    const meter = new LatenessMeter(systemClock, (lateness) => {
      found.push(lateness);
      resolve();
    });
    meter.start();
    const beganMs = systemClock.monotonicMs();
    while (systemClock.monotonicMs() - beganMs < 1300);
    await noticed;
    meter.stop();
    const [first] = found;
    expect(first?.lateMs).to.be.at.least(1000);
    expect((first?.endMs ?? 0) - (first?.startMs ?? 0)).to.be.at.least(first?.lateMs ?? Infinity);
  });
});
