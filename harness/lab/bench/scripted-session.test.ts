import { expect } from 'chai';
import { profileSchema } from '#profile/schema.js';
import type { Method } from './radio-plan.js';
import { m2dWindows } from '#wps/m2d-windows.js';
import { plannedSessions, possibleStimuli, scenariosOf, SCENARIOS } from './scripted-session.js';

const run = (sessions: number, method: Method, methods?: readonly Method[], radio: object = { ap: 'wlan0' }) => ({
  bench: 'radio' as const,
  sessions,
  profile: profileSchema.parse({
    version: 1,
    device: { name: 'Printer' },
    ics: { transports: ['none'], methods: ['pin', 'pbc'] },
    ixit: {
      method,
      ...(methods === undefined ? {} : { methods }),
      pin: '12345670',
      radio: { monitor: 'wlan2', ...radio },
    },
  }),
});

/** Number of the session with an M2D. */
function withM2d(planned: Parameters<typeof plannedSessions>[0]): number | undefined {
  return plannedSessions(planned).find(({ noted }) => noted.script === 'm2d-windows')?.number;
}

describe('planned sessions', () => {
  it('say M2D in the first by PIN, else in the first', () => {
    expect(withM2d(run(2, 'pin'))).to.equal(1);
    expect(withM2d(run(3, 'pbc', ['pbc', 'pin']))).to.equal(2);
    expect(withM2d(run(2, 'pbc', ['pbc', 'pbc', 'pin']))).to.equal(1);
    expect(withM2d(run(2, 'pbc'))).to.equal(1);
    expect(withM2d({ ...run(2, 'pin', ['pbc', 'pin']), bench: 'wired' })).to.equal(1);
  });

  it('say none in a single session, nor where the Registrar is not ours', () => {
    expect(withM2d(run(1, 'pin'))).to.equal(undefined);
    expect(scenariosOf(run(1, 'pin'))).to.deep.equal([]);
    const observed = run(2, 'pin', undefined, { observe: { bssid: '02:00:00:00:00:01' } });
    expect(scenariosOf(observed)).to.deep.equal([]);
    expect(scenariosOf({ ...observed, bench: 'wired' })).to.deep.equal(['m2d-windows']);
  });

  it('are those of the profile, then one with each stimulus and an ordinary one after it', () => {
    const plain = plannedSessions(run(2, 'pin'));
    expect(plain).to.deep.equal([
      { number: 1, config: { script: m2dWindows }, noted: { script: 'm2d-windows' } },
      { number: 2, config: {}, noted: {} },
    ]);
    const planned = plannedSessions({ ...run(2, 'pin'), stimuli: ['reg-05', 'reg-04'] });
    expect(planned.slice(0, 2)).to.deep.equal(plain);
    expect(planned.slice(2).map(({ number, noted }) => [number, noted])).to.deep.equal([
      [3, { script: 'reg-05' }],
      [4, { recovers: 'reg-05' }],
      [5, { script: 'reg-04' }],
      [6, { recovers: 'reg-04' }],
    ]);
    expect(planned.map(({ config }) => config.script !== undefined)).to.deep.equal([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(scenariosOf({ ...run(2, 'pin'), stimuli: ['reg-05'] })).to.deep.equal(['m2d-windows', 'reg-05']);
  });
});

describe('possible stimuli', () => {
  it('are those of the method, and none on the air', () => {
    const all = SCENARIOS.filter((scenario) => scenario !== 'm2d-windows');
    expect(possibleStimuli({ ...run(2, 'pin'), bench: 'wired' })).to.deep.equal(all);
    expect(possibleStimuli(run(2, 'pin'))).to.deep.equal([]);
  });
});
