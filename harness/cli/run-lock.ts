import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { RallyError } from '#base/error.js';
import { canonicalJson } from '#judge/canonical.js';
import { writeWhole } from './files.js';
import type { RunFolder } from './run-folder.js';

/** A process, told from a later one of the same number by when it began. */
interface Owner {
  readonly pid: number;
  /** Clock ticks since the machine started; null where the system does not tell. */
  readonly startTicks: string | null;
}

/**
 * Hold a run folder for this process while an action runs, so that no other command takes up a run that still goes on. A
 * process that was killed holds nothing. Throws RallyError ERR_RUN_BUSY, ERR_DISK.
 */
export async function holding<T>(folder: RunFolder, action: () => Promise<T>): Promise<T> {
  requireFree(folder);
  const { lock } = folder;
  await writeWhole(lock, canonicalJson({ pid: process.pid, startTicks: startTicksOf(process.pid) }));
  try {
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Throws RallyError ERR_RUN_BUSY for a folder that another process holds. */
export function requireFree({ path, lock }: RunFolder): void {
  const owner = ownerOf(lock);
  if (owner !== null && isAlive(owner))
    throw new RallyError('ERR_RUN_BUSY', `${path} is in use by process ${owner.pid}`);
}

function ownerOf(lock: string): Owner | null {
  try {
    const { pid, startTicks } = JSON.parse(readFileSync(lock, 'utf8')) as Partial<Owner>;
    return Number.isSafeInteger(pid) && pid !== undefined && pid > 0 ? { pid, startTicks: startTicks ?? null } : null;
  } catch {
    // None, or one that a power cut left half written: nobody holds it.
    return null;
  }
}

function isAlive({ pid, startTicks }: Owner): boolean {
  if (pid === process.pid) return false;
  if (startTicks !== null && existsSync('/proc/self/stat')) return startTicksOf(pid) === startTicks;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else's is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat; null where there is none. */
function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
