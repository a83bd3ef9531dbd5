import { expect } from 'chai';
import { checkProfile } from '#profile/load.js';
import { EXAMPLE_PROFILE, profileFields, profilePage } from './docs-profile.js';
import { reviewNow } from './profile-file.js';

describe('page of the profile', () => {
  const fields = profileFields();
  const of = (path: string): unknown => fields.find((field) => field.path === path);

  it('says of every setting what it takes and what it means', () => {
    for (const { path, values, meaning } of fields) {
      expect(meaning, path).to.match(/^\S.*[^.]$/);
      expect(values, path).to.not.equal('');
    }
    expect(new Set(fields.map(({ path }) => path)).size).to.equal(fields.length);
  });

  it('has settings of every form', () => {
    expect(of('device.name')).to.include({ values: 'text', absent: 'required' });
    expect(of('ics.transports')).to.include({ values: 'list of none, dpws, upnp, secure-dpws', absent: 'required' });
    expect(of('ics.display')).to.include({ values: 'true, false', absent: '' });
    expect(of('ixit.limits.startMs')).to.include({ values: '1 to 3600000', absent: '30000' });
    expect(of('ixit.dut.uuid (wpa_supplicant)')).to.include({ absent: 'required' });
    expect(of('ixit.dut.faults (reference)')).to.include({ absent: '[]' });
    expect(of('waivers[].expires')).to.include({ absent: 'required' });
  });

  it('shows a profile that is right, and tells of every item an applicability can name', () => {
    const { rules } = reviewNow();
    expect(checkProfile(EXAMPLE_PROFILE, 'example.yaml', { rules }).warnings).to.deep.equal([]);
    expect(profilePage()).to.match(/^\| `wifi-direct-printing` +\| `ics\.wifiDirectPrinting` +\| /m);
  });
});
