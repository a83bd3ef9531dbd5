import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { networkInterfaces } from 'node:os';
import type { DeviceOutput, DiscoveryDevice } from '#reference/discovery/engine.js';
import { isMulticastIp } from '#wire/ip.js';
import { SSDP_GROUP_IPV4, SSDP_PORT } from '#wire/ssdp.js';
import { WSD_GROUP_IPV4, WSD_PORT } from '#wire/wsd.js';
import { REFERENCE_CERTIFICATE } from './certificate.js';

const GROUPS = {
  ssdp: { address: SSDP_GROUP_IPV4, port: SSDP_PORT },
  wsd: { address: WSD_GROUP_IPV4, port: WSD_PORT },
} as const;
type Protocol = keyof typeof GROUPS;

/** Bytes of a request's body that are read. */
const MAX_REQUEST_BYTES = 256 * 1024;

/** A reference device's discovery side on real sockets: carries out what its engine says. IPv4. */
export class ReferenceDevice {
  private sockets: Readonly<Record<Protocol, Socket>> | null = null;
  private servers: Server[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: DiscoveryDevice,
    private readonly interfaceName: string,
  ) {}

  /** It is on the network. The interface has its address already. */
  async start(): Promise<void> {
    const address = this.address();
    this.sockets = { ssdp: await listenTo('ssdp', address), wsd: await listenTo('wsd', address) };
    for (const protocol of ['ssdp', 'wsd'] as const)
      this.sockets[protocol].on('message', (bytes, from) => {
        this.send(
          this.engine.datagram(
            // Which address it was sent to is not told; only searches come by multicast.
            { protocol, from: { address: from.address, port: from.port }, isMulticast: true, bytes },
            performance.now(),
          ),
        );
      });
    for (const { port, isSecure } of this.engine.ports) this.servers.push(await this.serve(port, isSecure, address));
    this.send(this.engine.start([address], performance.now()));
  }

  /** It leaves in good order. */
  async leave(): Promise<void> {
    this.send(this.engine.stop(performance.now()));
    await this.close();
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    const { sockets, servers } = this;
    this.sockets = null;
    this.servers = [];
    // What was sent last leaves before the sockets are gone.
    for (const socket of Object.values(sockets ?? {})) {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    }
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  private address(): string {
    const own = networkInterfaces()[this.interfaceName]?.find(({ family }) => family === 'IPv4');
    if (own === undefined) throw new Error(`${this.interfaceName} has no IPv4 address`);
    return own.address;
  }

  private send(outputs: readonly DeviceOutput[]): void {
    for (const output of outputs) {
      if (output.kind === 'wake') this.wakeAt(output.atMs);
      else if (output.family === 'ipv4' && this.sockets !== null) {
        const to = output.to ?? GROUPS[output.protocol];
        const socket = this.sockets[output.protocol];
        if (isMulticastIp(to.address)) socket.setMulticastTTL(output.ttl);
        socket.send(output.bytes, to.port, to.address);
      }
    }
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

async function listenTo(protocol: Protocol, address: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const { port, address: group } = GROUPS[protocol];
  socket.bind(port);
  await once(socket, 'listening');
  socket.addMembership(group, address);
  socket.setMulticastInterface(address);
  socket.setMulticastLoopback(false);
  return socket;
}
