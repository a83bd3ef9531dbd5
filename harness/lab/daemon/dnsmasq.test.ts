import { expect } from 'chai';
import { leaseIn } from './dnsmasq.js';

describe('what dnsmasq says', () => {
  it('is a lease where it acknowledges one', () => {
    const line = 'dnsmasq-dhcp[7]: 3942571129 DHCPACK(wlan0_op) 10.82.86.104 02:00:00:00:01:00 printer';
    expect(leaseIn(line)).to.deep.equal({ mac: '02:00:00:00:01:00', address: '10.82.86.104' });
  });

  it('is none where it only offers one, or names the device', () => {
    expect(leaseIn('dnsmasq-dhcp[7]: DHCPOFFER(wlan0_op) 10.82.86.104 02:00:00:00:01:00')).to.equal(null);
    expect(leaseIn('dnsmasq-dhcp[7]: 39 client provides name: DHCPACK')).to.equal(null);
  });
});
