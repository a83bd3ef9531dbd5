/**
 * What each job needs from the machine besides Node: a program, the Debian package that brings it, and whether the job
 * can go on without it.
 */

/**
 * @typedef {{program: string, debian: string, use: string, optional?: boolean, file?: string}} Need
 * file: what the package brings where that is no program, below a folder of libraries
 */

/** @type {readonly Need[]} */
const CERTIFY = [
  {
    program: 'hostapd',
    debian: 'hostapd',
    use: 'the access point of the radio bench, and a Registrar of another maker',
    optional: true,
  },
  { program: 'iw', debian: 'iw', use: 'the adapters of the radio bench', optional: true },
  { program: 'dnsmasq', debian: 'dnsmasq-base', use: 'addresses on the network of the radio bench', optional: true },
  {
    program: 'qemu-system-x86_64',
    debian: 'qemu-system-x86',
    use: 'the virtual machine with simulated radios (its kernel, 70 MB, is fetched on first use)',
    optional: true,
  },
  { program: 'busybox', debian: 'busybox-static', use: 'the first programs of the virtual machine', optional: true },
  { program: 'wpa_supplicant', debian: 'wpasupplicant', use: 'the reference Enrollee of the wired bench' },
  { program: 'wpa_cli', debian: 'wpasupplicant', use: 'its control commands' },
  { program: 'ip', debian: 'iproute2', use: 'network namespaces and veth links of the sandbox' },
  { program: 'unshare', debian: 'util-linux', use: 'private namespaces of the sandbox' },
  { program: 'setpriv', debian: 'util-linux', use: 'an end of the sandbox with its parent' },
  { program: 'mount', debian: 'mount', use: 'private file systems of the sandbox' },
  { program: 'java', debian: 'default-jre-headless', use: 'the Allure HTML report', optional: true },
];

/** @type {readonly Need[]} */
const TEST = [
  ...CERTIFY,
  { program: 'tshark', debian: 'tshark', use: 'a second decoder' },
  { program: 'chromium', debian: 'chromium', use: 'opening the HTML report' },
  { program: 'xmllint', debian: 'libxml2-utils', use: 'checking JUnit XML against its schema' },
  { program: 'systemd-analyze', debian: 'systemd', use: 'checking the units in docs/ci' },
  { program: 'git', debian: 'git', use: 'a clean clone of the project' },
  { program: 'minidlnad', debian: 'minidlna', use: 'a UPnP device of another maker' },
  { program: 'wsdd', debian: 'wsdd', use: 'a WS-Discovery device of another maker' },
  {
    program: 'GUPnP for Python',
    debian: 'gir1.2-gupnp-1.6',
    use: 'a UPnP device and a control point of another maker',
    file: 'girepository-1.0/GUPnP-1.6.typelib',
  },
  {
    program: 'GObject for Python',
    debian: 'python3-gi',
    use: 'the same',
    file: 'dist-packages/gi/__init__.py',
  },
  { program: 'mmdebstrap', debian: 'mmdebstrap', use: 'a bare Debian root' },
];

/** Jobs that can be set up. @type {Readonly<Record<'certify' | 'test', readonly Need[]>>} */
export const NEEDS = { certify: CERTIFY, test: TEST };
