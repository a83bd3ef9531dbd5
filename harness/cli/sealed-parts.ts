import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RallyError } from '#base/error.js';
import { SECRETS_OF_RUN } from '#evidence/bundle-redact.js';
import type { Found } from '#judge/manifest.js';
import { reasonOf } from './files.js';

/** What a seal leaves out, by path in a run folder. */
export const LEFT_OUT = SECRETS_OF_RUN;

/** Read at a time: a file of any size takes no more memory than this. */
const CHUNK_BYTES = 1024 * 1024;

/** A link is never followed, and opening a pipe never waits for its other end. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Everything in a run folder with its size and digest, by path, sorted; `except` names paths that are passed over. A
 * link, pipe, socket or device is said to be one and not opened. Throws ERR_FILE_UNREADABLE.
 */
export async function findParts(folder: string, except: readonly string[]): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  const walk = async (below: string): Promise<void> => {
    const names = await unreadableSays(join(folder, below), () => readdir(join(folder, below)));
    for (const name of names.sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      const file = join(folder, path);
      const stats = await unreadableSays(file, () => lstat(file));
      if (stats.isDirectory()) await walk(path);
      else if (!stats.isFile()) found.set(path, { notAFile: stats.isSymbolicLink() ? 'a link' : 'no file' });
      else if (!except.includes(path)) found.set(path, await unreadableSays(file, () => digestOf(file)));
    }
  };
  await walk('');
  return found;
}

async function digestOf(file: string): Promise<Found> {
  const handle = await open(file, FLAGS);
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let sizeBytes = 0;
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), sizeBytes };
      hash.update(chunk.subarray(0, bytesRead));
      sizeBytes += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

async function unreadableSays<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new RallyError('ERR_FILE_UNREADABLE', `${path} cannot be read: ${reasonOf(cause)}`, { cause });
  }
}
