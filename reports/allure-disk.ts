import { RallyError } from '#base/error.js';

/**
 * An error of a system call (full disk, no permission) as RallyError ERR_DISK; anything else as it is: a mistake of ours
 * must not look like a full disk.
 */
export function diskError(cause: unknown, what: string): unknown {
  if (!(cause instanceof Error) || !('syscall' in cause)) return cause;
  return new RallyError('ERR_DISK', `${what}: ${cause.message}`, { cause });
}
