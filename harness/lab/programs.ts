import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { RallyError } from '#base/error.js';

/** Programs the tool starts, and the Debian package each comes from. */
export const PROGRAM_PACKAGES = {
  ip: 'iproute2',
  java: 'default-jre-headless',
  mount: 'mount',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  sh: 'dash',
  unshare: 'util-linux',
  wpa_supplicant: 'wpasupplicant',
} as const;

/** Programs of the radio bench and of the virtual machine only. */
export const RADIO_PROGRAM_PACKAGES = {
  'apt-cache': 'apt',
  'apt-get': 'apt',
  busybox: 'busybox-static',
  dnsmasq: 'dnsmasq-base',
  'dpkg-deb': 'dpkg',
  hostapd: 'hostapd',
  iw: 'iw',
  'qemu-system-x86_64': 'qemu-system-x86',
} as const;

/** Programs this tool is compared with only. */
const PEER_PROGRAM_PACKAGES = { tshark: 'tshark' } as const;

const PACKAGES = { ...PROGRAM_PACKAGES, ...RADIO_PROGRAM_PACKAGES, ...PEER_PROGRAM_PACKAGES };

export type Program = keyof typeof PACKAGES;

/** Debian keeps network daemons here, and an ordinary user's PATH does not name them. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** PATH for the programs of a bench: the user's own first, then the system's folders. */
export function programPath(path = process.env['PATH'] ?? ''): string {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return [...folders, ...SYSTEM_FOLDERS.filter((folder) => !folders.includes(folder))].join(delimiter);
}

/** Absolute path of a program, or null when it is not installed. */
export function findProgram(program: Program, path = programPath()): string | null {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** Absolute path of a program. Throws RallyError ERR_PROGRAM_MISSING that names its Debian package. */
export function requireProgram(program: Program, path = programPath()): string {
  const file = findProgram(program, path);
  if (file === null) throw programMissing(program);
  return file;
}

function programMissing(program: Program): RallyError {
  const debianPackage = PACKAGES[program];
  return new RallyError('ERR_PROGRAM_MISSING', `${program} is not installed`, {
    context: { program, package: debianPackage },
    remedy: `Run node harness/setup/setup.js, or install it: apt-get install ${debianPackage}`,
  });
}
