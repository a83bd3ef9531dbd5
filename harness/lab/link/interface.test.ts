import { expect } from 'chai';
import { refusal, type InterfaceState } from './interface.js';

const GOOD: InterfaceState = {
  index: 2,
  mac: Uint8Array.of(2, 0, 0, 0, 0, 1),
  ethernet: true,
  wireless: false,
  up: true,
  carrier: true,
  defaultRoute: false,
};

describe('choice of an Ethernet port', () => {
  it('takes a port that is up, has carrier and no default route', () => {
    expect(refusal('eth1', GOOD)).to.equal(null);
  });

  it('refuses every other with its reason and a remedy', () => {
    const cases: readonly [InterfaceState | null, RegExp][] = [
      [null, /no interface eth1/],
      [{ ...GOOD, ethernet: false }, /not a wired Ethernet/],
      [{ ...GOOD, wireless: true }, /not a wired Ethernet/],
      [{ ...GOOD, defaultRoute: true }, /default route/],
      [{ ...GOOD, up: false, carrier: false }, /is down/],
      [{ ...GOOD, carrier: false }, /no carrier/],
    ];
    for (const [port, reason] of cases) {
      const refused = refusal('eth1', port);
      expect(refused?.reason).to.match(reason);
      expect(refused?.remedy).not.to.equal('');
    }
  });
});
