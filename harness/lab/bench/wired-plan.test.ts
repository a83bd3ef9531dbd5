import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import type { Profile } from '#profile/schema.js';
import { withoutSecrets } from '#profile/secrets.js';
import { wiredProfile } from '../testing/profile.js';
import { wiredPlan } from './wired-plan.js';

describe('plan of a wired run', () => {
  it('has the bench start the device in the sandbox, with the address of the profile or its own', () => {
    const profile = wiredProfile();
    expect(wiredPlan(profile, 'sandbox')).to.deep.include({
      kind: 'supplicant',
      dut: profile.ixit.dut,
      pin: '12345670',
    });
    expect(wiredPlan(profile, 'sandbox').mac).to.match(/^02(:[0-9a-f]{2}){5}$/);
    const named = { ...profile, ixit: { ...profile.ixit, mac: '02:00:00:00:00:09' } };
    expect(wiredPlan(named, 'sandbox').mac).to.equal('02:00:00:00:00:09');
  });

  it('finds the device at the port of the profile otherwise', () => {
    const profile = wiredProfile({ port: 'eth7' });
    expect(wiredPlan(profile, 'here')).to.include({ kind: 'port', port: 'eth7', mac: null });
  });

  it('has no PIN with the push button', () => {
    expect(wiredPlan(wiredProfile({ method: 'pbc' }), 'sandbox').pin).to.equal('');
    expect(wiredPlan(withoutSecrets(wiredProfile({ method: 'pbc' })), 'sandbox').pin).to.equal('');
  });

  it('refuses a profile that lacks something, naming the path', () => {
    const cases: readonly [Profile, 'sandbox' | 'here', RegExp][] = [
      [withoutSecrets(wiredProfile()), 'sandbox', /ixit\.pin/],
      [wiredProfile({ port: 'eth7' }), 'sandbox', /ixit\.dut/],
      [wiredProfile(), 'here', /ixit\.interface/],
      [wiredProfile({ configMethods: ['label', 'virtual_display'] }), 'sandbox', /configMethods/],
    ];
    for (const [profile, place, path] of cases) {
      let refused: unknown;
      try {
        wiredPlan(profile, place);
      } catch (error) {
        refused = error;
      }
      if (!isRallyError(refused, 'ERR_PROFILE_INVALID')) throw new Error(`${path.source} was not refused`);
      expect(refused.message).to.match(path);
    }
  });
});
