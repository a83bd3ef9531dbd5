import { expect } from 'chai';
import { channelRefused, hostapdConfig, operationalInterface } from './hostapd.js';

const OPTIONS = {
  radio: { ap: 'wlan0', monitor: 'wlan2', channel: 36, band: '5', country: 'DE', joinMs: 1 },
  ssid: 'rally-00',
  passphrase: 'twelve bytes',
  beaconElements: 'dd00',
  associationElements: 'dd01',
} as const;

describe('configuration of hostapd', () => {
  it('has an open network with our elements and a WPA2 network of the same name', () => {
    const [open = '', secured = ''] = hostapdConfig(OPTIONS, '/run/x').split(/^(?=bss=)/m);
    expect(open.split('\n')).to.include.members([
      'interface=wlan0',
      'driver_params=control_port=0',
      'hw_mode=a',
      'channel=36',
      'country_code=DE',
      'ssid=rally-00',
      'wpa=0',
      'vendor_elements=dd00',
      'assocresp_elements=dd01',
    ]);
    expect(open).not.to.include('passphrase');
    expect(secured.split('\n')).to.include.members([
      'bss=wlan0_op',
      'ssid=rally-00',
      'wpa=2',
      'wpa_key_mgmt=WPA-PSK',
      'rsn_pairwise=CCMP',
      'wpa_passphrase=twelve bytes',
    ]);
    expect(secured).not.to.include('elements');
  });

  it('names the second interface within the 15 characters there are', () => {
    expect(operationalInterface('wlx00c0ca123456')).to.have.length(15);
  });

  it('tells a channel that the adapter refuses from other reasons to end', () => {
    const said = 'Frequency 5260 (primary) not allowed for AP mode, flags: 0x97b NO-IR RADAR\nwlan0: AP-DISABLED';
    const error = channelRefused({ ...OPTIONS.radio, channel: 52 }, said);
    expect(error?.code).to.equal('ERR_INTERFACE');
    expect(error?.message).to.include('wlan0 cannot use channel 52 of the 5 GHz band');
    expect(error?.remedy).to.include('radar');
    expect(channelRefused(OPTIONS.radio, 'wlan0: Unable to setup interface.')).to.equal(null);
  });
});
