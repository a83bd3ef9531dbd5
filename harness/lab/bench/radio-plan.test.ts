import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import type { Profile } from '#profile/schema.js';
import { wiredProfile } from '../testing/profile.js';
import { radioPlan } from './radio-plan.js';

const RADIO = { ap: 'wlan0', monitor: 'wlan2', channel: 6, band: '2.4', joinMs: 1000 } as const;

function radioProfile(ixit: Partial<Profile['ixit']> = {}): Profile {
  const { dut, ...wired } = wiredProfile().ixit;
  if (dut === undefined) throw new Error('the profile has a device');
  return { ...wiredProfile(), ixit: { ...wired, radio: RADIO, dut: { ...dut, interface: 'wlan1' }, ...ixit } };
}

describe('plan of the radio bench', () => {
  it('knows the adapters, the frequency and the device', () => {
    const plan = radioPlan(radioProfile());
    expect(plan).to.deep.include({ methods: ['pin'], pin: '12345670', radio: RADIO, frequencyMhz: 2437, mac: null });
    expect(plan.station?.interfaceName).to.equal('wlan1');
  });

  it('knows the frequency of every band', () => {
    const frequency = (band: '2.4' | '5', channel: number): number =>
      radioPlan(radioProfile({ radio: { ...RADIO, band, channel } })).frequencyMhz;
    expect(frequency('2.4', 1)).to.equal(2412);
    expect(frequency('2.4', 14)).to.equal(2484);
    expect(frequency('5', 36)).to.equal(5180);
  });

  it('takes a device in hand, and keeps no PIN for the push button', () => {
    const { dut, ...rest } = radioProfile().ixit;
    expect(dut).not.to.equal(undefined);
    const plan = radioPlan({ ...radioProfile(), ixit: { ...rest, method: 'pbc', mac: '02:00:00:00:00:09' } });
    expect(plan).to.include({ station: null, pin: '', mac: '02:00:00:00:00:09' });
  });

  it('takes the methods in turn where the profile names several', () => {
    const plan = radioPlan(radioProfile({ methods: ['pbc', 'pin'] }));
    expect(plan).to.deep.include({ methods: ['pbc', 'pin'], pin: '12345670' });
    expect(radioPlan(radioProfile({ methods: ['pbc'] })).pin).to.equal('');
  });

  it('listens to the access point of somebody else, without a PIN of the device in hand', () => {
    const { dut, pin, ...rest } = radioProfile().ixit;
    expect([dut?.interface, pin]).to.deep.equal(['wlan1', '12345670']);
    const { ap, ...others } = RADIO;
    const radio = { ...others, observe: { bssid: '02:00:00:00:00:aa' } };
    const plan = radioPlan({ ...radioProfile(), ixit: { ...rest, radio } });
    expect(plan.accessPoint).to.deep.equal({ kind: 'observed', bssid: '02:00:00:00:00:aa' });
    expect(radioPlan(radioProfile()).accessPoint).to.deep.equal({ kind: 'own', radio: { ap, ...others } });
  });

  it('refuses what it cannot carry out', () => {
    const { dut, radio, pin, ...rest } = radioProfile().ixit;
    if (dut === undefined || radio === undefined || pin === undefined) throw new Error('the profile has all three');
    const { interface: adapter, ...noAdapter } = dut;
    expect(adapter).to.equal('wlan1');
    const refused: Profile['ixit'][] = [
      { ...rest, dut, pin },
      { ...rest, dut, radio },
      { ...rest, dut: noAdapter, radio, pin },
      { ...rest, dut, pin, radio: { ...RADIO, observe: { bssid: '02:00:00:00:00:aa' } } },
      { ...rest, dut, pin, radio: { ...RADIO, channel: 36 } },
      { ...rest, dut, pin, radio: { ...RADIO, band: '5' } },
    ];
    for (const ixit of refused) {
      let code: unknown = null;
      try {
        radioPlan({ ...radioProfile(), ixit });
      } catch (error) {
        code = isRallyError(error, 'ERR_PROFILE_INVALID');
      }
      expect(code).to.equal(true);
    }
  });
});
