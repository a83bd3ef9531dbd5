import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { networkInterfaces } from 'node:os';
import type { DeviceEndpoint, DeviceOutput, DiscoveryDevice } from '#reference/discovery/engine.js';
import { familyOf, type Family } from '#reference/discovery/network.js';
import { isMulticastIp } from '#wire/ip.js';
import { SSDP_GROUP_IPV4, SSDP_PORT } from '#wire/ssdp.js';
import { WSD_GROUP_IPV4, WSD_GROUP_IPV6, WSD_PORT } from '#wire/wsd.js';
import { scoped } from '../discovery/device-agents.js';
import { REFERENCE_CERTIFICATE } from './certificate.js';

const GROUPS = {
  ssdp: { ipv4: SSDP_GROUP_IPV4, ipv6: 'ff02::c', port: SSDP_PORT },
  wsd: { ipv4: WSD_GROUP_IPV4, ipv6: WSD_GROUP_IPV6, port: WSD_PORT },
} as const;
type Protocol = keyof typeof GROUPS;
const PROTOCOLS: readonly Protocol[] = ['ssdp', 'wsd'];

/** Bytes of a request's body that are read. */
const MAX_REQUEST_BYTES = 256 * 1024;

interface OpenSocket {
  readonly protocol: Protocol;
  readonly family: Family;
  readonly socket: Socket;
}

/** A reference device's discovery side on real sockets: carries out what its engine says. IPv4, and
 * IPv6 where its interface has an address of it. */
export class ReferenceDevice {
  private sockets: OpenSocket[] = [];
  private servers: Server[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Datagrams that have not left yet. */
  private readonly leaving = new Set<Promise<void>>();
  private onQuiet: () => void = () => undefined;

  constructor(
    private readonly engine: DiscoveryDevice,
    private readonly interfaceName: string,
  ) {}

  /**
   * It is on the network, whose address its interface has. When it was on already, it was switched off before without
   * a word.
   */
  async start(): Promise<void> {
    await this.close();
    const addresses = this.addresses();
    const families = new Set(addresses.map(familyOf));
    for (const family of families)
      for (const protocol of PROTOCOLS) {
        const on = family === 'ipv4' ? (addresses[0] ?? '') : this.interfaceName;
        const socket = await listenTo(protocol, family, on);
        this.sockets.push({ protocol, family, socket });
        socket.on('message', (bytes, from) => {
          this.send(
            this.engine.datagram(
              // Which address it was sent to is not told; only searches come by multicast.
              { protocol, from: { address: from.address, port: from.port }, isMulticast: true, bytes },
              performance.now(),
            ),
          );
        });
      }
    const served: string[] = [];
    for (const address of addresses) if (await this.serveAt(address)) served.push(address);
    this.send(this.engine.start(served, performance.now()));
  }

  /** It leaves in good order: resolves when it has said so as often as it does. */
  async leave(): Promise<void> {
    const quiet = new Promise<void>((resolve) => {
      this.onQuiet = resolve;
    });
    clearTimeout(this.timer);
    this.send(this.engine.stop(performance.now()));
    await quiet;
    await this.close();
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    const { sockets, servers } = this;
    this.sockets = [];
    this.servers = [];
    await Promise.all(this.leaving);
    for (const { socket } of sockets) {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    }
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  /** One of IPv4, and all of IPv6 that the interface has, text form. */
  private addresses(): string[] {
    const all = networkInterfaces()[this.interfaceName] ?? [];
    const own = all.find(({ family }) => family === 'IPv4');
    if (own === undefined) throw new Error(`${this.interfaceName} has no IPv4 address`);
    return [own.address, ...all.flatMap(({ family, address }) => (family === 'IPv6' ? [address] : []))];
  }

  private send(outputs: readonly DeviceOutput[]): void {
    for (const output of outputs) {
      if (output.kind === 'wake') this.wakeAt(output.atMs);
      else this.post(output);
    }
    if (!outputs.some(({ kind }) => kind === 'wake')) this.onQuiet();
  }

  private post({ protocol, family, to: wanted, bytes, ttl }: Extract<DeviceOutput, { kind: 'send' }>): void {
    const open = this.sockets.find((each) => each.protocol === protocol && each.family === family);
    if (open === undefined) return;
    const { socket } = open;
    const group = GROUPS[protocol];
    const to: DeviceEndpoint = wanted ?? { address: group[family], port: group.port };
    // The kernel takes it at once (see listenTo), before the next one's TTL is set.
    if (isMulticastIp(to.address.replace(/%.*$/, ''))) socket.setMulticastTTL(ttl);
    const left = new Promise<void>((resolve) => {
      // Nobody hears of what the network does not take: UDP.
      socket.send(bytes, to.port, to.address, () => {
        resolve();
      });
    });
    this.leaving.add(left);
    void left.then(() => this.leaving.delete(left));
  }

  private wakeAt(atMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.send(this.engine.tick(performance.now()));
      },
      Math.max(0, atMs - performance.now()),
    );
  }

  /** False for an address of IPv6 that may not be used yet: whether somebody else has it is still being asked. */
  private async serveAt(address: string): Promise<boolean> {
    try {
      for (const { port, isSecure } of this.engine.ports)
        this.servers.push(await this.serve(port, isSecure, scoped(address, this.interfaceName)));
      return true;
    } catch (error) {
      if (familyOf(address) === 'ipv6' && (error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL') return false;
      throw error;
    }
  }

  private async serve(port: number, isSecure: boolean, address: string): Promise<Server> {
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      void this.answer(request, response);
    };
    const server = isSecure ? createHttpsServer(REFERENCE_CERTIFICATE, listener) : createHttpServer(listener);
    server.listen(port, address);
    await once(server, 'listening');
    return server;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    let read = 0;
    for await (const chunk of request) {
      read += (chunk as Buffer).length;
      if (read <= MAX_REQUEST_BYTES) chunks.push(chunk as Buffer);
    }
    const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = this.engine.request(
      { method: request.method ?? 'GET', path: request.url ?? '/', headers, body: Buffer.concat(chunks) },
      performance.now(),
    );
    setTimeout(() => {
      response.sendDate = false;
      response.writeHead(answer.status, answer.headers.flat());
      response.end(answer.body);
    }, answer.delayMs);
  }
}

/** @param on address of the interface for IPv4, its name for IPv6 */
async function listenTo(protocol: Protocol, family: Family, on: string): Promise<Socket> {
  const number = family === 'ipv4' ? 4 : 6;
  const socket = createSocket({
    type: `udp${number}`,
    reuseAddr: true,
    ...(family === 'ipv6' ? { ipv6Only: true } : {}),
    // An address needs no look-up, and Node would take another turn for it.
    lookup: (host, _options, done) => {
      done(null, host, number);
    },
  });
  const { port, [family]: group } = GROUPS[protocol];
  // It may listen before bind returns.
  const listening = once(socket, 'listening');
  socket.bind(port);
  await listening;
  const own = family === 'ipv4' ? on : `::%${on}`;
  socket.addMembership(group, own);
  socket.setMulticastInterface(own);
  socket.setMulticastLoopback(false);
  return socket;
}
