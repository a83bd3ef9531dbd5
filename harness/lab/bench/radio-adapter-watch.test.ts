import { expect } from 'chai';
import { adapterGone, goneOf } from './radio-adapter-watch.js';

describe('watch over an adapter', () => {
  for (const [line, name] of [
    ['Deleted 5: wlan1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default ', 'wlan1'],
    ['Deleted 3: d0@d1: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN group default ', 'd0'],
    ['5: wlan1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default ', null],
    ['    link/ether 02:00:00:00:01:00 brd ff:ff:ff:ff:ff:ff new-netnsid 0 new-ifindex 5', null],
    ['', null],
  ] as const)
    it(`${name === null ? 'hears nothing' : `hears that ${name} is gone`} in: ${line.trim().slice(0, 40)}`, () => {
      expect(goneOf(line)).to.equal(name);
    });

  it('names the adapter and where the profile names it', () => {
    const error = adapterGone('wlan1', 'ixit.dut.interface');
    expect(error.code).to.equal('ERR_INTERFACE');
    expect(error.message).to.include('ixit.dut.interface: wlan1');
  });
});
