import { writeFileSync } from 'node:fs';
import type { RallyError } from '#base/error.js';
import { Dnsmasq, OWN_ADDRESS6_PREFIX, OWN_ADDRESS_PREFIX } from '../daemon/dnsmasq.js';
import { PacketSocket } from '../link/packet-socket.js';
import { addressClaim, stationOf } from './address-claim.js';
import { ip } from './radio-adapters.js';
import type { Closing } from './radio-closing.js';
import type { JoinWatch } from './radio-join.js';

const ETH_P_ALL = 0x0003;

export interface OperationalNetworkOptions {
  readonly interfaceName: string;
  readonly folder: string;
  readonly watch: JoinWatch;
  readonly onOutput: (chunk: Uint8Array) => void;
  readonly fail: (error: RallyError) => void;
  readonly signal: AbortSignal;
  readonly closing: Closing;
}

/**
 * What a device finds on the network it joins: DHCP and, where this machine has IPv6, router advertisements. Which
 * addresses it takes is told to the watch, those it makes up itself included. Throws RallyError.
 */
export async function serveNetwork(options: OperationalNetworkOptions): Promise<void> {
  const { interfaceName, folder, watch, onOutput, fail, signal, closing } = options;
  const heard = await PacketSocket.open({ interfaceName, etherType: ETH_P_ALL, multicast: [] });
  closing.add(() => {
    heard.close();
  });
  heard.listen({
    frame: ({ bytes }) => {
      const claim = addressClaim(bytes);
      if (claim !== null) watch.address(stationOf(claim), claim);
    },
    failure: fail,
  });
  await ip('address', 'replace', OWN_ADDRESS_PREFIX, 'dev', interfaceName);
  const addresses = await Dnsmasq.start({
    interfaceName,
    advertises: await takeIpv6(interfaceName),
    folder,
    onOutput,
    onLease: (mac, address) => {
      watch.address(mac, { family: 'ipv4', address });
    },
    onDeath: fail,
    signal,
  });
  closing.add(() => addresses.stop());
}

/** Give our end its IPv6 address; false on a machine without IPv6. The interface goes with hostapd, and all this too. */
async function takeIpv6(interfaceName: string): Promise<boolean> {
  try {
    writeFileSync(`/proc/sys/net/ipv6/conf/${interfaceName}/disable_ipv6`, '0');
    // Nobody else is there yet who could object.
    await ip('-6', 'address', 'replace', OWN_ADDRESS6_PREFIX, 'dev', interfaceName, 'nodad');
    return true;
  } catch {
    return false;
  }
}
