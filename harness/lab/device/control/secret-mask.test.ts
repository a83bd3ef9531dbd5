import { expect } from 'chai';
import { SecretMask } from './secret-mask.js';

describe('mask of secrets in the words of a device', () => {
  const cases: readonly (readonly [line: string, masked: string])[] = [
    ['PIN: 1234', 'PIN: (not shown)'],
    ['wps pin=12345670 armed', 'wps pin=(not shown) armed'],
    ['pin code is 1234 5670, valid 120 s', 'pin code is (not shown), valid 120 s'],
    ['psk="open sesame" ssid=lab', 'psk=(not shown) ssid=lab'],
    ['"network key": abc', '"network key": (not shown)'],
    ['enter 1234-5670 now', 'enter (not shown) now'],
    [`key material ${'0123456789abcdef'.repeat(2)}`, 'key material (not shown)'],
    ['uptime 4711 s, 02:00:00:00:00:01', 'uptime 4711 s, 02:00:00:00:00:01'],
    ['pinned: no', 'pinned: no'],
  ];
  for (const [line, masked] of cases)
    it(`makes "${masked}" of it`, () => {
      expect(new SecretMask().mask(line)).to.equal(masked);
    });

  it('hides what it has learned wherever it stands, and no shorter text', () => {
    const mask = new SecretMask();
    mask.learn('4711');
    mask.learn('up');
    expect(mask.mask('uptime 4711 s')).to.equal('uptime (not shown) s');
  });
});
