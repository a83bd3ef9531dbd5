import { readFileSync } from 'node:fs';
import { RallyError } from '#base/error.js';

const CAP_NET_ADMIN = 12;
const CAP_SYS_ADMIN = 21;

/** True when this process may make network and mount namespaces itself, without a user namespace around them. */
export function mayMakeNamespaces(status = readText('/proc/self/status')): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (effective === undefined) return false;
  const capabilities = BigInt(`0x${effective}`);
  return [CAP_NET_ADMIN, CAP_SYS_ADMIN].every((bit) => ((capabilities >> BigInt(bit)) & 1n) === 1n);
}

/** Settings that switch user namespaces off, as read from /proc/sys; null where the kernel has no such setting. */
export interface NamespaceSettings {
  readonly maxUserNamespaces: number | null;
  readonly unprivilegedUsernsClone: number | null;
  readonly apparmorRestrict: number | null;
}

export function readNamespaceSettings(): NamespaceSettings {
  return {
    maxUserNamespaces: readNumber('/proc/sys/user/max_user_namespaces'),
    unprivilegedUsernsClone: readNumber('/proc/sys/kernel/unprivileged_userns_clone'),
    apparmorRestrict: readNumber('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
  };
}

/** The setting that stands in the way and the command that changes it; null when no setting does. */
export function blockingSetting(settings: NamespaceSettings): { setting: string; remedy: string } | null {
  const off = (setting: string, good: string): { setting: string; remedy: string } => ({
    setting,
    remedy: `Run as root, or switch user namespaces on: sysctl -w ${good}`,
  });
  if (settings.maxUserNamespaces === 0) return off('user.max_user_namespaces=0', 'user.max_user_namespaces=10000');
  if (settings.unprivilegedUsernsClone === 0)
    return off('kernel.unprivileged_userns_clone=0', 'kernel.unprivileged_userns_clone=1');
  if (settings.apparmorRestrict === 1)
    return off(
      'kernel.apparmor_restrict_unprivileged_userns=1 (AppArmor)',
      'kernel.apparmor_restrict_unprivileged_userns=0',
    );
  return null;
}

/** ERR_NAMESPACES_OFF with what the system said and, where one is to blame, the exact setting. */
export function namespacesOff(said: string, settings = readNamespaceSettings()): RallyError {
  const blocking = blockingSetting(settings);
  const why = blocking === null ? 'a container, chroot or security module may forbid it' : blocking.setting;
  return new RallyError('ERR_NAMESPACES_OFF', `no private namespaces for the sandbox: ${said} (${why})`, {
    context: { said, ...settings },
    remedy:
      blocking?.remedy ?? 'Run as root on the machine itself, not in a container or chroot that forbids namespaces.',
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function readNumber(file: string): number | null {
  const text = readText(file).trim();
  return /^\d+$/.test(text) ? Number(text) : null;
}
