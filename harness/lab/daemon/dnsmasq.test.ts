import { expect } from 'chai';
import { dnsmasqArguments, isServed, leaseIn } from './dnsmasq.js';

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

describe('an address of the network a device joins', () => {
  for (const address of ['10.82.86.104', '169.254.7.7', 'fe80::20', 'fd82:5650:1:1:0:ff:fe00:100', 'fd82:5650:1:1::77'])
    it(`can be the device's: ${address}`, () => {
      expect(isServed(address)).to.equal(true);
    });

  for (const address of [
    '10.82.86.1',
    'fd82:5650:1:1::1',
    '203.0.113.5',
    '10.82.8.6',
    '2001:db8::1',
    '::1',
    'fd82:5650:1:11::1',
  ])
    it(`is not believed to be: ${address}`, () => {
      expect(isServed(address)).to.equal(false);
    });
});

describe('command line of dnsmasq', () => {
  const options = { interfaceName: 'wlan0_op', folder: '/run/x' };

  it('changes neither user nor group, so that it ends with its parent', () => {
    const words = dnsmasqArguments({ ...options, advertises: false });
    expect(words).to.include.members(['--keep-in-foreground', '--user=root', '--group=root']);
  });

  it('gives addresses out on one interface, and advertises a prefix where there is IPv6', () => {
    const plain = dnsmasqArguments({ ...options, advertises: false });
    expect(plain).to.include.members(['--interface=wlan0_op', '--bind-interfaces', '--port=0']);
    expect(plain.join(' ')).not.to.include('--enable-ra');
    const advertising = dnsmasqArguments({ ...options, advertises: true });
    expect(advertising).to.include.members(['--enable-ra', '--ra-param=wlan0_op,10']);
    expect(advertising.filter((word) => word.startsWith('--dhcp-range='))).to.have.length(2);
  });
});
