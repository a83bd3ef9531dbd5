import { readFileSync } from 'node:fs';
import { RallyError } from '#base/error.js';
import { callError, loadLibc } from './libc.js';

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const SIOCGIFFLAGS = 0x8913;
const SIOCGIFHWADDR = 0x8927;
const SIOCGIWNAME = 0x8b01;
const IFF_UP = 0x1;
const IFF_RUNNING = 0x40;
const ARPHRD_ETHER = 1;

/** What the kernel says of a network interface of this network namespace. */
export interface InterfaceState {
  readonly index: number;
  /** 6 bytes. */
  readonly mac: Uint8Array;
  readonly ethernet: boolean;
  readonly wireless: boolean;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly defaultRoute: boolean;
}

/** Look at an interface; null when there is none of this name. Needs no privilege. Throws ERR_NATIVE_MODULE, ERR_SOCKET. */
export async function inspectInterface(name: string): Promise<InterfaceState | null> {
  const libc = await loadLibc();
  const index = libc.ifNameToIndex(name);
  if (index === 0) return null;
  const fd = libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) throw callError('socket(AF_INET)', libc.errno(), `interface ${name}`);
  try {
    // struct ifreq: 16 bytes of name, then a union of 24 bytes.
    const ask = (request: number): Buffer | null => {
      const ifreq = Buffer.alloc(40);
      ifreq.write(name, 0, 15, 'latin1');
      return libc.ioctl(fd, request, ifreq) < 0 ? null : ifreq;
    };
    const hardware = ask(SIOCGIFHWADDR);
    const flags = ask(SIOCGIFFLAGS)?.readUInt16LE(16);
    if (hardware === null || flags === undefined) return null;
    return {
      index,
      mac: Uint8Array.from(hardware.subarray(18, 24)),
      ethernet: hardware.readUInt16LE(16) === ARPHRD_ETHER,
      wireless: ask(SIOCGIWNAME) !== null,
      up: (flags & IFF_UP) !== 0,
      carrier: (flags & IFF_RUNNING) !== 0,
      defaultRoute: hasDefaultRoute(name),
    };
  } finally {
    libc.close(fd);
  }
}

/** Why a real Ethernet port may not or cannot be used for a wired DUT, with its remedy; null when it can. */
export function refusal(name: string, port: InterfaceState | null): { reason: string; remedy: string } | null {
  if (port === null)
    return {
      reason: `there is no interface ${name}`,
      remedy: 'Put the name of the Ethernet port the device is plugged into in ixit.interface (ip link lists them).',
    };
  if (!port.ethernet || port.wireless)
    return {
      reason: `${name} is not a wired Ethernet interface`,
      remedy: 'Name an Ethernet port in ixit.interface.',
    };
  if (port.defaultRoute)
    return {
      reason: `${name} has the default route of this machine`,
      remedy: 'Use a second Ethernet port: the bench takes over EAPOL on it.',
    };
  if (!port.up) return { reason: `${name} is down`, remedy: `Bring it up: ip link set ${name} up` };
  if (!port.carrier) return { reason: `${name} has no carrier`, remedy: 'Plug the device in and switch it on.' };
  return null;
}

/** The port, fit for a wired DUT. Throws RallyError ERR_INTERFACE with the reason. */
export async function requirePort(name: string): Promise<InterfaceState> {
  const port = await inspectInterface(name);
  const refused = refusal(name, port);
  if (port === null || refused !== null)
    throw new RallyError('ERR_INTERFACE', refused?.reason ?? name, {
      context: { interface: name },
      ...(refused === null ? {} : { remedy: refused.remedy }),
    });
  return port;
}

function hasDefaultRoute(name: string): boolean {
  // Columns of /proc/net/route: Iface Destination Gateway Flags RefCnt Use Metric Mask ...
  const ipv4 = lines('/proc/net/route').some(
    (fields) => fields[0] === name && fields[1] === '00000000' && fields[7] === '00000000',
  );
  // Columns of /proc/net/ipv6_route: destination prefix-length ... flags device; lo holds the unreachable default.
  const ipv6 = lines('/proc/net/ipv6_route').some(
    (fields) => fields[9] === name && fields[1] === '00' && /^0{32}$/.test(fields[0] ?? ''),
  );
  return ipv4 || ipv6;
}

function lines(file: string): string[][] {
  try {
    return readFileSync(file, 'latin1')
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
  } catch {
    // A kernel without IPv6 has no such table, hence no such route.
    return [];
  }
}
