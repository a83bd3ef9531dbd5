import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { networkInterfaces } from 'node:os';
import type { DeviceEndpoint, DeviceOutput, DiscoveryDevice } from '#reference/discovery/engine.js';
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
    this.sockets = null;
    this.servers = [];
    await Promise.all(this.leaving);
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
      else if (output.family === 'ipv4' && this.sockets !== null)
        this.post(this.sockets[output.protocol], output.to ?? GROUPS[output.protocol], output);
    }
    if (!outputs.some(({ kind }) => kind === 'wake')) this.onQuiet();
  }

  private post(socket: Socket, to: DeviceEndpoint, { bytes, ttl }: { bytes: Uint8Array; ttl: number }): void {
    // The kernel takes it at once (see listenTo), before the next one's TTL is set.
    if (isMulticastIp(to.address)) socket.setMulticastTTL(ttl);
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
  const socket = createSocket({
    type: 'udp4',
    reuseAddr: true,
    // An address needs no look-up, and Node would take another turn for it.
    lookup: (host, _options, done) => {
      done(null, host, 4);
    },
  });
  const { port, address: group } = GROUPS[protocol];
  // It may listen before bind returns.
  const listening = once(socket, 'listening');
  socket.bind(port);
  await listening;
  socket.addMembership(group, address);
  socket.setMulticastInterface(address);
  socket.setMulticastLoopback(false);
  return socket;
}
