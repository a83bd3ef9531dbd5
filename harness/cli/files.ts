import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { RallyError } from '#base/error.js';

/** Text of a file of at most `maxBytes`. Throws RallyError ERR_FILE_UNREADABLE. */
export async function readTextFile(file: string, maxBytes: number): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      if (size > maxBytes) {
        throw new RallyError('ERR_FILE_UNREADABLE', `${file} has ${size} bytes, more than the ${maxBytes} expected`);
      }
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** Write a file as a whole or not at all. Throws RallyError ERR_DISK. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new RallyError('ERR_DISK', `${file} cannot be written: ${reasonOf(cause)}`, { cause });
  }
}

/** True for a folder, false for anything else. Throws RallyError ERR_FILE_UNREADABLE when there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(file: string, cause: unknown): RallyError {
  if (cause instanceof RallyError) return cause;
  return new RallyError('ERR_FILE_UNREADABLE', `${file} cannot be read: ${reasonOf(cause)}`, { cause });
}

/** System error in a few words, without the path that is already in the message. */
export function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOTDIR':
      return 'a part of its path is not a folder';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EROFS':
      return 'the file system is read-only';
    default:
      return message;
  }
}
