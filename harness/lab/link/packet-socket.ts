import { RallyError } from '#base/error.js';
import { inspectInterface } from './interface.js';
import { encodeFilter, type FilterInstruction } from './packet-filter.js';
import { callError, ERRNO, loadLibc, realtimeNs, type FdWatch, type Libc } from './libc.js';

const AF_PACKET = 17;
const SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_ATTACH_FILTER = 26;
const SO_RCVBUFFORCE = 33;
const SO_TIMESTAMPNS = 35;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_STATISTICS = 6;
const PACKET_IGNORE_OUTGOING = 23;
const MSG_DONTWAIT = 0x40;
const PACKET_OUTGOING = 4;
/** struct sockaddr_ll { unsigned short family, protocol; int index; unsigned short type; unsigned char packetType, ... } */
const SOCKADDR_LL_BYTES = 20;
const PACKET_TYPE_AT = 10;

/** Large enough for every EAPOL packet with its Ethernet header (4 + 65535 + 14 bytes). */
const FRAME_BYTES = 65_600;
/** With the default buffer, bursts of 200 frames lost up to 42 %; with this one none. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Frames taken in one go before timers and other sockets get their turn. */
const DRAIN_FRAMES = 256;

export interface ReceivedFrame {
  /** From the destination address on, without frame check sequence. A copy of its own. */
  readonly bytes: Uint8Array;
  /** Kernel's receive time, nanoseconds since 1970. */
  readonly timeNs: bigint;
  /** This machine sent it: a frame of its own, or one of a station that an access point passes on. */
  readonly isOutgoing: boolean;
}

export interface PacketListener {
  frame(frame: ReceivedFrame): void;
  /** The socket can receive nothing more, e.g. because its interface is gone. Called at most once. */
  failure(error: RallyError): void;
}

export interface PacketSocketOptions {
  readonly interfaceName: string;
  /** Only frames of this type are received, e.g. 0x888e. */
  readonly etherType: number;
  /** Group addresses (6 bytes each) the adapter must let through. */
  readonly multicast: readonly Uint8Array[];
  /** Every group address, and what this machine sends; the latter only with an EtherType of 0x0003 (all). */
  readonly everything?: boolean;
  /** Room for frames that nobody has taken yet, bytes; what does not fit is dropped. By default ample. */
  readonly receiveBufferBytes?: number;
}

/**
 * An AF_PACKET socket on one interface and one EtherType. Receives whole Ethernet frames with the kernel's time stamp,
 * does not see its own, and counts what the kernel had to drop.
 */
export class PacketSocket {
  private readonly receiver: FrameReceiver;
  private watch: FdWatch | null = null;
  private closed = false;

  private constructor(
    private readonly libc: Libc,
    private readonly fd: number,
    private readonly subject: string,
    /** Address of the interface, 6 bytes. */
    readonly mac: Uint8Array,
    /** What the kernel granted, bytes. */
    readonly receiveBufferBytes: number,
  ) {
    this.receiver = new FrameReceiver(libc, fd);
  }

  /** Throws RallyError: ERR_NATIVE_MODULE, ERR_INTERFACE, ERR_PRIVILEGE or ERR_SOCKET. */
  static async open(options: PacketSocketOptions): Promise<PacketSocket> {
    const libc = await loadLibc();
    const { interfaceName, etherType } = options;
    const subject = `interface ${interfaceName}`;
    const port = await inspectInterface(interfaceName);
    if (port === null)
      throw new RallyError('ERR_INTERFACE', `there is no ${subject}`, { context: { interface: interfaceName } });
    // Protocol 0 keeps the socket deaf until it is bound, so no frame of another interface slips in.
    const fd = libc.socket(AF_PACKET, SOCK_RAW_NONBLOCK_CLOEXEC, 0);
    if (fd < 0) throw callError('socket(AF_PACKET)', libc.errno(), subject);
    try {
      const option = (name: string, level: number, id: number, value: Buffer): void => {
        if (libc.setsockopt(fd, level, id, value, value.length) < 0) throw callError(name, libc.errno(), subject);
      };
      option('PACKET_IGNORE_OUTGOING', SOL_PACKET, PACKET_IGNORE_OUTGOING, int(options.everything === true ? 0 : 1));
      option('SO_TIMESTAMPNS', SOL_SOCKET, SO_TIMESTAMPNS, int(1));
      // The forced form needs CAP_NET_ADMIN of the initial user namespace; the other one is cut to rmem_max.
      const { receiveBufferBytes = RECEIVE_BUFFER_BYTES } = options;
      if (libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, int(receiveBufferBytes), 4) < 0)
        option('SO_RCVBUF', SOL_SOCKET, SO_RCVBUF, int(receiveBufferBytes));
      for (const group of options.multicast)
        option('PACKET_ADD_MEMBERSHIP', SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership(port.index, group));
      if (options.everything === true)
        option('PACKET_ADD_MEMBERSHIP', SOL_PACKET, PACKET_ADD_MEMBERSHIP, allGroups(port.index));
      const address = linkLayerAddress(port.index, etherType);
      if (libc.bind(fd, address, address.length) < 0) throw callError('bind', libc.errno(), subject);
      const granted = Buffer.alloc(4);
      libc.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, granted, int(4));
      return new PacketSocket(libc, fd, subject, port.mac, granted.readInt32LE(0));
    } catch (error) {
      libc.close(fd);
      throw error;
    }
  }

  /** Have the kernel drop what does not pass, in place of an earlier filter. Throws RallyError ERR_SOCKET. */
  filter(program: readonly FilterInstruction[]): void {
    const instructions = encodeFilter(program);
    // struct sock_fprog { unsigned short len; struct sock_filter *filter; }
    const filter = Buffer.alloc(16);
    filter.writeUInt16LE(program.length, 0);
    filter.writeBigUInt64LE(this.libc.addressOf(instructions), 8);
    if (this.libc.setsockopt(this.fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, filter.length) < 0)
      throw callError('SO_ATTACH_FILTER', this.libc.errno(), this.subject);
  }

  /** Deliver frames from now on. One listener, once. */
  listen(listener: PacketListener): void {
    this.watch = this.libc.watchReadable(this.fd, () => {
      this.drain(listener);
    });
  }

  /** Frames that are there, at most so many, for who looks from time to time instead of listening; errors are silence. */
  take(most: number): ReceivedFrame[] {
    const frames: ReceivedFrame[] = [];
    while (frames.length < most && !this.closed) {
      const received = this.receiver.next();
      if (received === null || typeof received === 'number') break;
      frames.push(received);
    }
    return frames;
  }

  /**
   * Send one Ethernet frame. Returns the time just before, nanoseconds since 1970, or null when the link did not take
   * it: the other end is down for the moment (a device may restart its link), or the queue is full. Throws RallyError.
   */
  send(frame: Uint8Array): bigint | null {
    if (this.closed) throw new RallyError('ERR_INTERNAL', 'send on a closed packet socket');
    const timeNs = realtimeNs(this.libc);
    if (this.libc.send(this.fd, frame, frame.length, MSG_DONTWAIT) >= 0) return timeNs;
    const errno = this.libc.errno();
    if (errno === ERRNO.ENOBUFS || errno === ERRNO.EAGAIN) return null;
    throw callError('send', errno, this.subject);
  }

  /** Frames the kernel dropped for want of buffer since the last call. */
  takeDropped(): number {
    if (this.closed) return 0;
    // struct tpacket_stats { unsigned int tp_packets, tp_drops; }: reading resets both.
    const statistics = Buffer.alloc(8);
    if (this.libc.getsockopt(this.fd, SOL_PACKET, PACKET_STATISTICS, statistics, int(8)) < 0) return 0;
    return statistics.readUInt32LE(4);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.watch?.stop();
    this.libc.close(this.fd);
  }

  private drain(listener: PacketListener): void {
    for (let count = 0; count < DRAIN_FRAMES && !this.closed; count++) {
      const received = this.receiver.next();
      if (received === null) return;
      if (typeof received === 'number') {
        // A deleted interface says ENETDOWN once and EAGAIN for ever after, so the first time is the last chance.
        this.watch?.stop();
        this.watch = null;
        listener.failure(callError('recvmsg', received, this.subject));
        return;
      }
      listener.frame(received);
    }
  }
}

/** Throws RallyError ERR_PRIVILEGE when this process may not open packet sockets, ERR_NATIVE_MODULE without koffi. */
export async function mayOpenPacketSockets(): Promise<void> {
  const libc = await loadLibc();
  const fd = libc.socket(AF_PACKET, SOCK_RAW_NONBLOCK_CLOEXEC, 0);
  if (fd < 0) throw callError('socket(AF_PACKET)', libc.errno(), 'packet sockets');
  libc.close(fd);
}

/** recvmsg with one buffer each for the frame, the sender's address and the time stamp, set up once. */
class FrameReceiver {
  private readonly frame = Buffer.alloc(FRAME_BYTES);
  private readonly control = Buffer.alloc(256);
  private readonly vector = Buffer.alloc(16);
  private readonly header = Buffer.alloc(56);
  private readonly name = Buffer.alloc(SOCKADDR_LL_BYTES);

  constructor(
    private readonly libc: Libc,
    private readonly fd: number,
  ) {
    // struct iovec { void *base; size_t len; }
    this.vector.writeBigUInt64LE(libc.addressOf(this.frame), 0);
    this.vector.writeBigUInt64LE(BigInt(FRAME_BYTES), 8);
    // struct msghdr { void *name; socklen_t namelen; iovec *iov; size_t iovlen; void *control; size_t controllen; int flags; }
    this.header.writeBigUInt64LE(libc.addressOf(this.name), 0);
    this.header.writeBigUInt64LE(libc.addressOf(this.vector), 16);
    this.header.writeBigUInt64LE(1n, 24);
    this.header.writeBigUInt64LE(libc.addressOf(this.control), 32);
  }

  /** The next frame, null when there is none, or the error number of a failed call. */
  next(): ReceivedFrame | null | number {
    for (;;) {
      this.header.writeUInt32LE(SOCKADDR_LL_BYTES, 8);
      this.header.writeBigUInt64LE(BigInt(this.control.length), 40);
      const lengthBytes = this.libc.recvmsg(this.fd, this.header, MSG_DONTWAIT);
      if (lengthBytes >= 0) {
        const bytes = new Uint8Array(this.frame.subarray(0, lengthBytes));
        return { bytes, timeNs: this.timeNs(), isOutgoing: this.name[PACKET_TYPE_AT] === PACKET_OUTGOING };
      }
      const errno = this.libc.errno();
      if (errno === ERRNO.EAGAIN) return null;
      if (errno !== ERRNO.EINTR) return errno;
    }
  }

  private timeNs(): bigint {
    // struct cmsghdr { size_t len; int level; int type; } and its data, a struct timespec { long sec, nsec; }.
    const controlBytes = Number(this.header.readBigUInt64LE(40));
    for (let at = 0; at + 16 <= controlBytes;) {
      const cmsgBytes = Number(this.control.readBigUInt64LE(at));
      if (this.control.readInt32LE(at + 8) === SOL_SOCKET && this.control.readInt32LE(at + 12) === SO_TIMESTAMPNS)
        return this.control.readBigInt64LE(at + 16) * 1_000_000_000n + this.control.readBigInt64LE(at + 24);
      if (cmsgBytes < 16) break;
      at += (cmsgBytes + 7) & ~7;
    }
    return realtimeNs(this.libc);
  }
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/** struct sockaddr_ll of an interface and EtherType. */
function linkLayerAddress(interfaceIndex: number, etherType: number): Buffer {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(etherType, 2);
  address.writeInt32LE(interfaceIndex, 4);
  return address;
}

/** struct packet_mreq { int index; unsigned short type, alen; unsigned char address[8]; }, type PACKET_MR_MULTICAST. */
function membership(interfaceIndex: number, group: Uint8Array): Buffer {
  const request = Buffer.alloc(16);
  request.writeInt32LE(interfaceIndex, 0);
  request.writeUInt16LE(0, 4);
  request.writeUInt16LE(group.length, 6);
  request.set(group, 8);
  return request;
}

/** The same for every group address: type PACKET_MR_ALLMULTI. */
function allGroups(interfaceIndex: number): Buffer {
  const request = Buffer.alloc(16);
  request.writeInt32LE(interfaceIndex, 0);
  request.writeUInt16LE(2, 4);
  return request;
}
