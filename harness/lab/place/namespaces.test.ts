import { expect } from 'chai';
import { blockingSetting, mayMakeNamespaces, namespacesOff, type NamespaceSettings } from './namespaces.js';

const FREE: NamespaceSettings = { maxUserNamespaces: 1000, unprivilegedUsernsClone: null, apparmorRestrict: null };

describe('namespaces', () => {
  it('reads from the effective capabilities whether a user namespace is needed', () => {
    expect(mayMakeNamespaces('Name:\tnode\nCapEff:\t000001ffffffffff\n')).to.equal(true);
    // CAP_SYS_ADMIN (bit 21) or CAP_NET_ADMIN (bit 12) is missing.
    expect(mayMakeNamespaces('CapEff:\t000001ffffdfffff\n')).to.equal(false);
    expect(mayMakeNamespaces('CapEff:\t000001ffffffefff\n')).to.equal(false);
    expect(mayMakeNamespaces('CapEff:\t0000000000000000\n')).to.equal(false);
    expect(mayMakeNamespaces('')).to.equal(false);
  });

  it('names the setting in the way and the command that changes it', () => {
    expect(blockingSetting(FREE)).to.equal(null);
    const cases: readonly [Partial<NamespaceSettings>, string][] = [
      [{ maxUserNamespaces: 0 }, 'sysctl -w user.max_user_namespaces=10000'],
      [{ unprivilegedUsernsClone: 0 }, 'sysctl -w kernel.unprivileged_userns_clone=1'],
      [{ apparmorRestrict: 1 }, 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'],
    ];
    for (const [settings, command] of cases) {
      const error = namespacesOff('unshare failed', { ...FREE, ...settings });
      expect(error.code).to.equal('ERR_NAMESPACES_OFF');
      expect(error.remedy).to.include(command);
    }
  });

  it('has a remedy where no setting is to blame', () => {
    const error = namespacesOff('Operation not permitted', FREE);
    expect(error.message).to.include('Operation not permitted');
    expect(error.remedy).to.match(/root/);
  });
});
