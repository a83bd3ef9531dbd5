import { closeSync, constants, openSync, write } from 'node:fs';
import { ReadStream } from 'node:tty';
import { loadLibc } from '../link/libc.js';

/* Linux: ioctls of a pseudo-terminal's master. */
const TIOCSPTLCK = 0x4004_5431;
const TIOCGPTN = 0x8004_5430;

const PIECE_BYTES = 1024;

/** A serial port whose other end is this program: what a device would send and hear over its cable. */
export class PseudoTerminal {
  private isOpen = true;
  private readonly left: Uint8Array[] = [];

  private constructor(
    /** What programs open as the serial port. */
    readonly path: string,
    private readonly fd: number,
    private readonly master: ReadStream,
    /** Held open, so that the master goes on when whoever has the port open closes it. */
    private readonly held: number,
  ) {
    // A hung-up master is what tests ask for.
    master.on('error', () => undefined);
  }

  static async open(): Promise<PseudoTerminal> {
    const libc = await loadLibc();
    const fd = openSync('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY);
    const number = Buffer.alloc(4);
    if (libc.ioctl(fd, TIOCSPTLCK, Buffer.alloc(4)) !== 0 || libc.ioctl(fd, TIOCGPTN, number) !== 0)
      throw new Error('no pseudo-terminal');
    const path = `/dev/pts/${number.readInt32LE()}`;
    const held = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    return new PseudoTerminal(path, fd, new ReadStream(fd), held);
  }

  /** Each line that comes, without its end. */
  onLine(listener: (line: string) => void): void {
    let kept = '';
    this.master.setEncoding('latin1').on('data', (text: string) => {
      const lines = (kept + text).split(/\r\n|\r|\n/);
      kept = lines.pop() ?? '';
      lines.forEach(listener);
    });
  }

  /** Bytes for whoever has the port open, sent one after the other; text is one byte a character. */
  send(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    // A terminal takes some kilobytes at once; a write of more would wait, and with it whoever is to read.
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) this.left.push(bytes.subarray(at, at + PIECE_BYTES));
    if (this.left.length <= Math.ceil(bytes.length / PIECE_BYTES)) this.sendNext();
  }

  private sendNext(): void {
    const [piece] = this.left;
    if (piece === undefined || !this.isOpen) return;
    write(this.fd, piece, (error) => {
      if (error !== null) return;
      this.left.shift();
      this.sendNext();
    });
  }

  /** As when the cable is pulled. */
  unplug(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    closeSync(this.held);
    this.master.destroy();
  }
}
