import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { RallyError } from '#base/error.js';
import { callError, ERRNO, loadLibc, type FdWatch, type Libc } from '../link/libc.js';

const AF_UNIX = 1;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const MSG_DONTWAIT = 0x40;
/** Longest path of struct sockaddr_un, with its terminating zero. */
const PATH_BYTES = 108;
const REPLY_BYTES = 8192;
/** The file of a daemon's socket is there a moment before the socket behind it is. */
const CONNECT_TRIES = 50;
const CONNECT_PAUSE_MS = 20;
/** An event begins with its priority: `<3>AP-STA-CONNECTED ...`. */
const EVENT = /^<\d>/;

/**
 * Control interface of wpa_supplicant and hostapd: commands and replies as datagrams between two socket files. One
 * command at a time.
 */
export class ControlSocket {
  private waiting: ((reply: string) => void) | null = null;
  private onEvent: ((event: string) => void) | null = null;
  private readonly watch: FdWatch;
  private readonly buffer = Buffer.alloc(REPLY_BYTES);

  private constructor(
    private readonly libc: Libc,
    private readonly fd: number,
    private readonly ownPath: string,
    private readonly peerPath: string,
  ) {
    this.watch = libc.watchReadable(fd, () => {
      this.receive();
    });
  }

  /** `ownPath` is created, `peerPath` must exist; at most 107 bytes each. Throws RallyError. */
  static async connect(ownPath: string, peerPath: string): Promise<ControlSocket> {
    const libc = await loadLibc();
    const fd = libc.socket(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
    if (fd < 0) throw callError('socket(AF_UNIX)', libc.errno(), peerPath);
    const own = unixAddress(ownPath);
    const peer = unixAddress(peerPath);
    rmSync(ownPath, { force: true });
    const attempt = (call: 'bind' | 'connect', address: Buffer): number =>
      libc[call](fd, address, address.length) < 0 ? libc.errno() : 0;
    const giveUp = (call: string, errno: number): never => {
      libc.close(fd);
      rmSync(ownPath, { force: true });
      throw callError(call, errno, peerPath);
    };
    const notBound = attempt('bind', own);
    if (notBound !== 0) giveUp('bind', notBound);
    for (let tries = 1; ; tries++) {
      const refused = attempt('connect', peer);
      if (refused === 0) return new ControlSocket(libc, fd, ownPath, peerPath);
      if (refused !== ERRNO.ECONNREFUSED || tries === CONNECT_TRIES) giveUp('connect', refused);
      await delay(CONNECT_PAUSE_MS);
    }
  }

  /** Send a command and wait for its reply, without the line end. Throws RallyError ERR_SOCKET or ERR_TIMEOUT. */
  request(command: string, limitMs: number): Promise<string> {
    const bytes = Buffer.from(command);
    // The command itself may hold a secret: only its first word goes into an error.
    const word = command.split(' ', 1)[0] ?? '';
    return new Promise((resolve, reject) => {
      if (this.libc.send(this.fd, bytes, bytes.length, MSG_DONTWAIT) < 0) {
        reject(callError(`send ${word}`, this.libc.errno(), this.peerPath));
        return;
      }
      const timer = setTimeout(() => {
        this.waiting = null;
        reject(new RallyError('ERR_TIMEOUT', `no reply to ${word} on ${this.peerPath} within ${limitMs} ms`));
      }, limitMs);
      // A socket that was closed meanwhile must not keep the program from ending.
      timer.unref();
      this.waiting = (reply) => {
        clearTimeout(timer);
        resolve(reply);
      };
    });
  }

  /** As {@link request}, for a command whose only good reply is OK. Throws RallyError ERR_DAEMON on another. */
  async command(command: string, limitMs: number): Promise<void> {
    const reply = await this.request(command, limitMs);
    if (reply !== 'OK')
      throw new RallyError('ERR_DAEMON', `${command.split(' ').slice(0, 2).join(' ')} was answered by ${reply}`);
  }

  /** Have events told from now on, without their priority. Throws RallyError ERR_DAEMON, ERR_SOCKET or ERR_TIMEOUT. */
  async attach(onEvent: (event: string) => void, limitMs: number): Promise<void> {
    this.onEvent = onEvent;
    await this.command('ATTACH', limitMs);
  }

  close(): void {
    this.watch.stop();
    this.libc.close(this.fd);
    rmSync(this.ownPath, { force: true });
  }

  private receive(): void {
    for (;;) {
      const lengthBytes = this.libc.recv(this.fd, this.buffer, this.buffer.length, MSG_DONTWAIT);
      if (lengthBytes < 0) {
        if (this.libc.errno() === ERRNO.EINTR) continue;
        return;
      }
      const reply = this.buffer.subarray(0, lengthBytes).toString('utf8').trimEnd();
      if (EVENT.test(reply)) {
        this.onEvent?.(reply.replace(EVENT, ''));
        continue;
      }
      const { waiting } = this;
      this.waiting = null;
      waiting?.(reply);
    }
  }
}

/** struct sockaddr_un of a path. */
function unixAddress(path: string): Buffer {
  const address = Buffer.alloc(2 + PATH_BYTES);
  if (Buffer.byteLength(path) >= PATH_BYTES)
    throw new RallyError('ERR_INTERNAL', `socket path of more than ${PATH_BYTES - 1} bytes: ${path}`);
  address.writeUInt16LE(AF_UNIX, 0);
  address.write(path, 2);
  return address;
}
