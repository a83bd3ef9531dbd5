import { expect } from 'chai';
import { seededRandom } from '#base/random.js';
import type { Engine, EngineOutput } from '#wps/engine.js';
import { createEnrollee } from '#wps/enrollee.js';
import { createRegistrar } from '#wps/registrar.js';
import { enrolleeConfig, registrarConfig } from '#wps/testing/fixtures.js';
import { converse, SimulatedClock, type End } from './in-process.js';

const silent: Engine = { start: () => [], receive: () => [], tick: () => [] };

function talk(engines: Record<End, Engine>): { said: [End, EngineOutput][]; clock: SimulatedClock } {
  const clock = new SimulatedClock(1_000_000);
  const said: [End, EngineOutput][] = [];
  converse({ clock, engines, onOutput: (from, output) => said.push([from, output]) });
  return { said, clock };
}

describe('the clock of the loopback bench', () => {
  it('moves when it is told to, never back', async () => {
    const clock = new SimulatedClock(5000);
    clock.advanceTo(7);
    clock.advanceTo(3);
    expect([clock.monotonicMs(), clock.wallMs(), clock.wallNs()]).to.deep.equal([7, 5007, 5_007_000_000n]);
    await clock.sleep(3_600_000);
    expect(clock.monotonicMs()).to.equal(3_600_007);
  });

  it('does not sleep once it is aborted', async () => {
    const clock = new SimulatedClock(0);
    const reason = new Error('stop');
    const rejected = await clock.sleep(1, AbortSignal.abort(reason)).catch((error: unknown) => error);
    expect(rejected).to.equal(reason);
    expect(clock.monotonicMs()).to.equal(0);
  });
});

describe('a link in the same process', () => {
  it('carries a registration to its end on both sides, in order', () => {
    const { said, clock } = talk({
      registrar: createRegistrar(registrarConfig({ random: seededRandom(1) })),
      enrollee: createEnrollee(enrolleeConfig({ random: seededRandom(2) })),
    });
    const ends = said.flatMap(([from, output]) => (output.kind === 'end' ? [`${from} ${output.outcome}`] : []));
    expect(ends).to.deep.equal(['registrar done', 'enrollee done']);
    expect(clock.monotonicMs()).to.be.below(1000);
  });

  it('passes two minutes of silence at once', () => {
    const started = performance.now();
    const { said, clock } = talk({
      registrar: createRegistrar(registrarConfig({ random: seededRandom(1) })),
      enrollee: silent,
    });
    expect(said.at(-1)?.[1]).to.include({ kind: 'end', outcome: 'timeout' });
    expect(clock.monotonicMs()).to.be.at.least(120_000);
    expect(performance.now() - started).to.be.below(5000);
  });

  it('says so when nobody will ever speak', () => {
    expect(() => talk({ registrar: silent, enrollee: silent })).to.throw(/ERR_INTERNAL/);
  });

  it('says so when two engines never stop', () => {
    const bytes = Uint8Array.of(1);
    const chatty: Engine = { ...silent, receive: () => [{ kind: 'send', bytes, what: 'noise' }] };
    const first: Engine = { ...chatty, start: () => [{ kind: 'send', bytes, what: 'noise' }] };
    expect(() => talk({ registrar: first, enrollee: chatty })).to.throw(/did not end.*ERR_INTERNAL/);
  });
});
