import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import type { WpaSupplicantDut } from '#profile/schema.js';
import { supplicantConfig } from './wpa-supplicant.js';

const DUT: WpaSupplicantDut = {
  kind: 'wpa_supplicant',
  uuid: '6d1c9ea4-0b3f-4a52-9b1c-2f60d8a7c301',
  deviceName: 'Sensor',
  manufacturer: 'Example',
  modelName: 'Model',
  modelNumber: '1',
  serialNumber: '2',
  deviceType: '3-0050F204-1',
  configMethods: ['virtual_display', 'virtual_push_button', 'keypad'],
};

function refused(dut: Partial<WpaSupplicantDut>): boolean {
  try {
    supplicantConfig({ ...DUT, ...dut }, 'pin', '12345670', '/run/x');
    return false;
  } catch (error) {
    return isRallyError(error, 'ERR_PROFILE_INVALID');
  }
}

describe('configuration of wpa_supplicant', () => {
  it('describes the device and one disabled WPS network', () => {
    const lines = supplicantConfig(DUT, 'pin', '12345670', '/run/x').split('\n');
    expect(lines).to.include.members([
      'ctrl_interface=/run/x',
      'ap_scan=0',
      'uuid=6d1c9ea4-0b3f-4a52-9b1c-2f60d8a7c301',
      'device_type=3-0050F204-1',
      'config_methods=virtual_display virtual_push_button keypad',
      'eap=WSC',
      'phase1="pin=12345670"',
      'disabled=1',
    ]);
  });

  it('never writes the PIN where the push button is used', () => {
    const config = supplicantConfig(DUT, 'pbc', '12345670', '/run/x');
    expect(config).to.include('phase1="pbc=1"');
    expect(config).not.to.include('12345670');
  });

  it('sets the fragment size only where the profile asks for one', () => {
    expect(supplicantConfig(DUT, 'pbc', '', '/run/x')).not.to.include('fragment_size');
    expect(supplicantConfig({ ...DUT, fragmentBytes: 100 }, 'pbc', '', '/run/x')).to.include('fragment_size=100');
  });

  it('refuses what wpa_supplicant would refuse, cut or read as something else', () => {
    expect(refused({})).to.equal(false);
    expect(refused({ configMethods: ['label', 'virtual_display'] })).to.equal(true);
    expect(refused({ configMethods: ['label', 'virtual_push_button'] })).to.equal(false);
    expect(refused({ deviceName: 'a\nctrl_interface=/tmp' })).to.equal(true);
    expect(refused({ deviceName: 'Model #5' })).to.equal(true);
    expect(refused({ manufacturer: 'x'.repeat(500) })).to.equal(true);
  });
});
