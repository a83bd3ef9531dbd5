import { join } from 'node:path';
import type { RallyError } from '#base/error.js';
import { ManagedProcess } from '../process.js';
import { requireProgram } from '../programs.js';

const READY_LIMIT_MS = 20_000;
const STOP_GRACE_MS = 500;
const READY = /sockets bound exclusively to interface/;
/** `dnsmasq-dhcp[7]: DHCPACK(wlan0_op) 10.82.86.104 02:00:00:00:01:00 name` */
const LEASE = /DHCPACK\(\S+\) (\S+) ((?:[0-9a-f]{2}:){5}[0-9a-f]{2})/;

/** Addresses of the network the device joins. */
export const OWN_ADDRESS = '10.82.86.1';
const PREFIX_BITS = 24;
const RANGE = ['10.82.86.100', '10.82.86.199', '255.255.255.0', '1h'];

/** Prefix that the router advertisements name: unique local addresses, routed nowhere. */
const PREFIX6 = 'fd82:5650:1:1::';
const ADVERTISED_EVERY_SECONDS = 10;

/** Addresses of our end with their prefix lengths. */
export const OWN_ADDRESS_PREFIX = `${OWN_ADDRESS}/${PREFIX_BITS}`;
export const OWN_ADDRESS6_PREFIX = `${PREFIX6}1/64`;

/**
 * True for an address (text form, RFC 5952) that a device can have on this network: of the ranges that are served, of
 * ours none, or of the link alone (169.254/16, fe80::/10).
 */
export function isServed(address: string): boolean {
  if (address === OWN_ADDRESS || address === `${PREFIX6}1`) return false;
  const prefixes = [OWN_ADDRESS.replace(/\d+$/, ''), '169.254.', PREFIX6.replace(/:$/, '')];
  return prefixes.some((prefix) => address.startsWith(prefix)) || /^fe[89ab][0-9a-f]:/.test(address);
}

export interface DnsmasqOptions {
  readonly interfaceName: string;
  /** Advertise a prefix too: the interface has its IPv6 address. */
  readonly advertises: boolean;
  /** Existing folder of this process alone, gone after the run. */
  readonly folder: string;
  readonly onOutput: (chunk: Uint8Array) => void;
  /** A station (lower-case colon form) was given this address. */
  readonly onLease: (mac: string, address: string) => void;
  readonly onDeath: (error: RallyError) => void;
  readonly signal: AbortSignal;
}

/** dnsmasq as DHCP server and IPv6 router of one interface. */
export class Dnsmasq {
  private stopped = false;

  private constructor(
    private readonly process: ManagedProcess,
    onDeath: (error: RallyError) => void,
  ) {
    void process.exited.then((status) => {
      if (!this.stopped) onDeath(process.endedError(status));
    });
  }

  /** Throws RallyError: ERR_PROGRAM_MISSING, ERR_DAEMON or ERR_TIMEOUT. */
  static async start(options: DnsmasqOptions): Promise<Dnsmasq> {
    const { onLease } = options;
    let onReady = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      onReady = resolve;
    });
    let rest = '';
    const child = ManagedProcess.start({
      name: 'dnsmasq',
      file: requireProgram('dnsmasq'),
      args: dnsmasqArguments(options),
      endsWithUs: true,
      onOutput: (chunk) => {
        options.onOutput(chunk);
        const lines = (rest + Buffer.from(chunk).toString('utf8')).split('\n');
        rest = (lines.pop() ?? '').slice(-1000);
        for (const line of lines) {
          if (READY.test(line)) onReady();
          const lease = leaseIn(line);
          if (lease !== null) onLease(lease.mac, lease.address);
        }
      },
    });
    try {
      await child.until('its start', ready, READY_LIMIT_MS, options.signal);
      return new Dnsmasq(child, options.onDeath);
    } catch (error) {
      await child.stop(STOP_GRACE_MS);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.process.stop(STOP_GRACE_MS);
  }
}

/** The lease a line of dnsmasq tells of, or null. */
export function leaseIn(line: string): { readonly mac: string; readonly address: string } | null {
  const [, address, mac] = LEASE.exec(line) ?? [];
  return address === undefined || mac === undefined ? null : { mac, address };
}

/** Command line of dnsmasq. */
export function dnsmasqArguments({
  interfaceName,
  folder,
  advertises,
}: Pick<DnsmasqOptions, 'interfaceName' | 'folder' | 'advertises'>): string[] {
  return [
    '--conf-file=/dev/null',
    '--keep-in-foreground',
    '--log-facility=-',
    '--log-dhcp',
    // One that changes its group would outlive us: the kernel then forgets that it is to end with its parent.
    '--user=root',
    '--group=root',
    '--pid-file=',
    // No name service: only addresses are given out.
    '--port=0',
    `--interface=${interfaceName}`,
    '--bind-interfaces',
    '--except-interface=lo',
    `--dhcp-leasefile=${join(folder, 'leases')}`,
    `--dhcp-range=${RANGE.join(',')}`,
    '--dhcp-authoritative',
    // Nobody else is on this network, so no address needs to be tried before it is given out.
    '--no-ping',
    ...(advertises
      ? ['--enable-ra', `--dhcp-range=${PREFIX6},ra-only,64`, `--ra-param=${interfaceName},${ADVERTISED_EVERY_SECONDS}`]
      : []),
  ];
}
