import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import ssdp from 'node-ssdp';
import type { SearchOutput } from '#discovery/engine.js';
import { SSDP_GROUP_IPV4, SSDP_PORT } from '#wire/ssdp.js';
import { WSD_GROUP_IPV4, WSD_GROUP_IPV6, WSD_PORT } from '#wire/wsd.js';

const GROUPS = {
  ssdp: { ipv4: SSDP_GROUP_IPV4, ipv6: 'ff02::c', port: SSDP_PORT },
  wsd: { ipv4: WSD_GROUP_IPV4, ipv6: WSD_GROUP_IPV6, port: WSD_PORT },
} as const;

const TTL = 2;
/** Our own IPv6 address is of no use until the kernel knows that nobody else has it: a second or two. */
const TENTATIVE_MS = 200;
const MAX_TENTATIVE_MS = 3000;

export interface SearchSocketsOptions {
  readonly interfaceName: string;
  /** Our own address on it, IPv4. */
  readonly address: string;
}

interface Open {
  readonly port: number;
  send(output: SearchOutput): Promise<void>;
  close(): void;
}

/**
 * Sends the follow-up's searches, each from a socket of its own, by one interface only. A well-formed M-SEARCH is sent
 * by node-ssdp, as a control point in the field would; the others, which no client would send, by a socket of ours. What
 * comes back is read from the capture: these sockets only keep the ports open.
 */
export class SearchSockets {
  private readonly open = new Map<string, Promise<Open>>();

  constructor(private readonly options: SearchSocketsOptions) {}

  /** Send it, again from the same port when it was sent before. Rejects when it could not be sent. */
  async search(output: SearchOutput): Promise<void> {
    const known = this.open.get(output.name);
    const opened = known ?? this.openFor(output);
    if (known === undefined) this.open.set(output.name, opened);
    await (await opened).send(output);
  }

  /** The source port of a search that ends now; null for one that was never sent. */
  async close(name: string): Promise<number | null> {
    const opened = this.open.get(name);
    this.open.delete(name);
    try {
      const search = await opened;
      search?.close();
      return search?.port ?? null;
    } catch {
      return null;
    }
  }

  async closeAll(): Promise<void> {
    for (const name of [...this.open.keys()]) await this.close(name);
  }

  private openFor(output: SearchOutput): Promise<Open> {
    return output.searchTarget === undefined ? this.openPlain(output) : this.openClient(output.searchTarget);
  }

  private async openPlain({ family }: SearchOutput): Promise<Open> {
    const { interfaceName, address } = this.options;
    const socket = createSocket(family === 'ipv4' ? 'udp4' : 'udp6');
    const port = await bound(socket, family === 'ipv4' ? address : '::');
    socket.setMulticastTTL(TTL);
    socket.setMulticastInterface(family === 'ipv4' ? address : `::%${interfaceName}`);
    return {
      port,
      send: async ({ protocol, bytes, to }) => {
        const group = GROUPS[protocol];
        const target = to ?? { address: group[family], port: group.port };
        for (let waitedMs = 0; ; waitedMs += TENTATIVE_MS) {
          const error = await sent(socket, bytes, target);
          if (error === null) return;
          const isTentative = (error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL' && family === 'ipv6';
          if (!isTentative || waitedMs >= MAX_TENTATIVE_MS) throw error;
          await setTimeout(TENTATIVE_MS);
        }
      },
      close: () => {
        socket.close();
      },
    };
  }

  private async openClient(target: string): Promise<Open> {
    const { interfaceName, address } = this.options;
    const port = await freePort(address);
    // The port is an option that its types leave out; without the binding it sends by the default route.
    const settings = { explicitSocketBind: true, interfaces: [interfaceName], sourcePort: port, ssdpTtl: TTL };
    const client = new ssdp.Client(settings);
    await client.start();
    return {
      port,
      send: async () => {
        await client.search(target);
      },
      close: () => {
        client.stop();
      },
    };
  }
}

function sent(socket: Socket, bytes: Uint8Array, to: { address: string; port: number }): Promise<Error | null> {
  return new Promise((resolve) => {
    socket.send(bytes, to.port, to.address, resolve);
  });
}

async function bound(socket: Socket, address: string): Promise<number> {
  socket.bind(0, address);
  await once(socket, 'listening');
  // A port that was closed at the other end says so here; that is no failure of ours.
  socket.on('error', () => undefined);
  return socket.address().port;
}

async function freePort(address: string): Promise<number> {
  const socket = createSocket('udp4');
  const port = await bound(socket, address);
  socket.close();
  return port;
}
