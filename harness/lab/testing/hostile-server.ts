import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** Answers one connection, once its request has begun to come. */
export type Answer = (socket: Socket) => void;

/** A server that says by HTTP whatever it likes, byte for byte. */
export class HostileServer {
  /** Connections taken. */
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** @param certificate by TLS with it */
  static async start(
    answer: Answer,
    options: { address?: string; certificate?: { readonly key: string; readonly cert: string } } = {},
  ): Promise<HostileServer> {
    const { address = '127.0.0.1', certificate } = options;
    const server =
      certificate === undefined
        ? createServer()
        : createTlsServer({ ...certificate, minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' });
    const hostile = new HostileServer(server);
    server.on('connection', (socket: Socket) => {
      hostile.connections++;
      hostile.sockets.add(socket);
      socket.on('error', () => undefined);
    });
    server.on(certificate === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        answer(socket);
      });
    });
    server.listen(0, address);
    await once(server, 'listening');
    return hostile;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Bytes the kernel took from it, those in buffers of both ends among them. */
  get writtenBytes(): number {
    return [...this.sockets].reduce((sum, { bytesWritten, writableLength }) => sum + bytesWritten - writableLength, 0);
  }

  /** Connections the client has not closed yet. */
  get open(): number {
    return [...this.sockets].filter(({ destroyed }) => !destroyed).length;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

export const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n';

/** A whole answer. */
export function answerWith(head: string, body: Uint8Array | string): Answer {
  return (socket) => {
    const bytes = Buffer.from(body);
    socket.write(`${head}Content-Length: ${bytes.length}\r\n\r\n`);
    socket.end(bytes);
  };
}

/** First this, then the same again for as long as the client takes it. */
export function endless(first: string, again: string | Uint8Array): Answer {
  return (socket) => {
    const block = Buffer.from(again);
    const more = (): void => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.on('drain', more);
    socket.write(first);
    more();
  };
}

/** First this at once, then the rest a byte at a time. */
export function drip(first: string, rest: string, everyMs: number): Answer {
  return (socket) => {
    let at = 0;
    socket.write(first);
    const timer = setInterval(() => {
      if (socket.destroyed || at >= rest.length) clearInterval(timer);
      else socket.write(rest.charAt(at++));
    }, everyMs);
    socket.on('close', () => {
      clearInterval(timer);
    });
  };
}
