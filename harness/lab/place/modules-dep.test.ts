import { expect } from 'chai';
import { loadOrder, parseDependencies } from './modules-dep.js';

describe('order of kernel modules', () => {
  const dependencies = parseDependencies(
    [
      'kernel/net/rfkill/rfkill.ko:',
      'kernel/net/wireless/cfg80211.ko: kernel/net/rfkill/rfkill.ko',
      'kernel/lib/crypto/libarc4.ko:',
      'kernel/net/mac80211/mac80211.ko: kernel/net/wireless/cfg80211.ko kernel/net/rfkill/rfkill.ko kernel/lib/crypto/libarc4.ko',
      'kernel/crypto/ccm.ko.xz:',
      '',
    ].join('\n'),
  );

  it('puts each module once, after what it needs', () => {
    expect(loadOrder(dependencies, ['ccm', 'mac80211', 'cfg80211'])).to.deep.equal([
      'kernel/crypto/ccm.ko.xz',
      'kernel/net/rfkill/rfkill.ko',
      'kernel/net/wireless/cfg80211.ko',
      'kernel/lib/crypto/libarc4.ko',
      'kernel/net/mac80211/mac80211.ko',
    ]);
  });

  it('passes over what is built in', () => {
    expect(loadOrder(dependencies, ['af_packet', 'rfkill'])).to.deep.equal(['kernel/net/rfkill/rfkill.ko']);
  });
});
