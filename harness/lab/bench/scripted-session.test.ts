import { expect } from 'chai';
import { profileSchema } from '#profile/schema.js';
import type { Method } from './radio-plan.js';
import { scenariosOf, scriptedSession, scriptOf } from './scripted-session.js';

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

describe('scripted session', () => {
  it('is the first by PIN, else the first', () => {
    expect(scriptedSession(run(2, 'pin'))?.number).to.equal(1);
    expect(scriptedSession(run(3, 'pbc', ['pbc', 'pin']))?.number).to.equal(2);
    expect(scriptedSession(run(2, 'pbc', ['pbc', 'pbc', 'pin']))?.number).to.equal(1);
    expect(scriptedSession(run(2, 'pbc'))?.number).to.equal(1);
    expect(scriptedSession({ ...run(2, 'pin', ['pbc', 'pin']), bench: 'wired' })?.number).to.equal(1);
  });

  it('is none of a single session, nor of a Registrar that is not ours', () => {
    expect(scriptedSession(run(1, 'pin'))).to.equal(null);
    expect(scenariosOf(run(1, 'pin'))).to.deep.equal([]);
    const observed = run(2, 'pin', undefined, { observe: { bssid: '02:00:00:00:00:01' } });
    expect(scenariosOf(observed)).to.deep.equal([]);
    expect(scenariosOf({ ...observed, bench: 'wired' })).to.deep.equal(['m2d-windows']);
  });

  it('alone has a script, and is noted with it', () => {
    const scripted = scriptedSession(run(2, 'pin'));
    expect(scriptOf(scripted, 1)).to.deep.equal({
      config: { script: scripted?.script },
      noted: { script: 'm2d-windows' },
    });
    for (const none of [scriptOf(scripted, 2), scriptOf(null, 1)])
      expect(none).to.deep.equal({ config: {}, noted: {} });
  });
});
