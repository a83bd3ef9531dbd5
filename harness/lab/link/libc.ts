import { getSystemErrorName } from 'node:util';
import type koffiModule from 'koffi';
import { RallyError } from '#base/error.js';

type Koffi = typeof koffiModule;
/** Event-loop handle on a file descriptor that is not one of Node's own sockets. */
export interface FdWatch {
  stop(): void;
}

/**
 * The calls of the C library this tool needs and Node does not have: packet sockets, AF_UNIX datagrams and interface
 * ioctls. All calls are synchronous and non-blocking; they return -1 on failure and leave the reason in `errno()`.
 */
export interface Libc {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, lengthBytes: number): number;
  connect(fd: number, address: Uint8Array, lengthBytes: number): number;
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, lengthBytes: number): number;
  getsockopt(fd: number, level: number, option: number, value: Uint8Array, lengthBytes: Uint8Array): number;
  send(fd: number, bytes: Uint8Array, lengthBytes: number, flags: number): number;
  recv(fd: number, buffer: Uint8Array, lengthBytes: number, flags: number): number;
  recvmsg(fd: number, header: Uint8Array, flags: number): number;
  ioctl(fd: number, request: number, argument: Uint8Array): number;
  clockGettime(clock: number, timespec: Uint8Array): number;
  close(fd: number): number;
  ifNameToIndex(name: string): number;
  /** Error number of the last failed call. */
  errno(): number;
  /** Memory address of a buffer, which must outlive its use by the kernel. */
  addressOf(buffer: Uint8Array): bigint;
  /** Call `onReadable` whenever `fd` can be read or has an error to tell. */
  watchReadable(fd: number, onReadable: () => void): FdWatch;
}

let loaded: Promise<Libc> | undefined;

/** Bind the C library once. Throws RallyError ERR_NATIVE_MODULE when koffi cannot be loaded on this machine. */
export function loadLibc(): Promise<Libc> {
  loaded ??= bindLibc();
  return loaded;
}

async function bindLibc(): Promise<Libc> {
  // The structures below are laid out for 64-bit little-endian Linux; elsewhere they would be silently wrong.
  if (process.platform !== 'linux' || !['x64', 'arm64', 'riscv64', 'loong64'].includes(process.arch))
    throw new RallyError(
      'ERR_NATIVE_MODULE',
      `packet sockets are not supported on ${process.platform}-${process.arch}`,
      {
        remedy: 'Use 64-bit Linux, or judge a capture that was taken there.',
      },
    );
  let koffi: Koffi;
  try {
    koffi = (await import('koffi')).default;
  } catch (error) {
    throw new RallyError('ERR_NATIVE_MODULE', 'koffi cannot be loaded', { cause: error });
  }
  const library = koffi.load(null);
  return {
    socket: library.func('int socket(int family, int type, int protocol)'),
    bind: library.func('int bind(int fd, const void *address, uint length)'),
    connect: library.func('int connect(int fd, const void *address, uint length)'),
    setsockopt: library.func('int setsockopt(int fd, int level, int option, const void *value, uint length)'),
    getsockopt: library.func('int getsockopt(int fd, int level, int option, void *value, void *length)'),
    send: library.func('long send(int fd, const void *bytes, size_t length, int flags)'),
    recv: library.func('long recv(int fd, void *buffer, size_t length, int flags)'),
    recvmsg: library.func('long recvmsg(int fd, void *header, int flags)'),
    ioctl: library.func('int ioctl(int fd, ulong request, void *argument)'),
    clockGettime: library.func('int clock_gettime(int clock, void *timespec)'),
    close: library.func('int close(int fd)'),
    ifNameToIndex: library.func('uint if_nametoindex(const char *name)'),
    errno: () => koffi.errno(),
    addressOf: (buffer) => koffi.address(buffer),
    watchReadable: (fd, onReadable) => {
      const handle = koffi.node.poll(fd, { readable: true, disconnect: true }, onReadable);
      return {
        stop: () => {
          handle.stop();
          handle.close();
        },
      };
    },
  };
}

/** Error numbers that are told apart. The same on every architecture above. */
export const ERRNO = {
  EPERM: 1,
  EINTR: 4,
  ENXIO: 6,
  EAGAIN: 11,
  EACCES: 13,
  ENODEV: 19,
  ENETDOWN: 100,
  ENOBUFS: 105,
  ECONNREFUSED: 111,
} as const;

/** The system's name of an error number, e.g. `ENETDOWN`. */
export function errnoName(errno: number): string {
  try {
    return getSystemErrorName(-errno);
  } catch {
    return `errno ${errno}`;
  }
}

/** Coded error for a failed call: ERR_PRIVILEGE, ERR_INTERFACE or ERR_SOCKET by its error number. */
export function callError(call: string, errno: number, subject: string): RallyError {
  const name = errnoName(errno);
  const context = { call, errno: name };
  if (errno === ERRNO.EPERM || errno === ERRNO.EACCES)
    return new RallyError('ERR_PRIVILEGE', `${call} for ${subject} is not permitted: ${name}`, { context });
  if (errno === ERRNO.ENODEV || errno === ERRNO.ENXIO || errno === ERRNO.ENETDOWN)
    return new RallyError('ERR_INTERFACE', `${subject} is gone or down: ${call} says ${name}`, { context });
  return new RallyError('ERR_SOCKET', `${call} for ${subject} failed: ${name}`, { context });
}

/** CLOCK_REALTIME in nanoseconds since 1970: the clock of the kernel's receive time stamps. */
export function realtimeNs(libc: Libc): bigint {
  const timespec = Buffer.alloc(16);
  libc.clockGettime(0, timespec);
  return timespec.readBigInt64LE(0) * 1_000_000_000n + timespec.readBigInt64LE(8);
}
