import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RallyError } from '#base/error.js';
import { isFolder, readTextFile, reasonOf, writeWhole } from './files.js';
import type { PlannedDevice } from './many-plan.js';
import { defaultRunFolder } from './run-folder.js';

/** Folder of a run of several devices: one run folder each, and what is written of them all. */
export interface ManyFolder {
  readonly path: string;
  /** Names of the devices' folders, in order; written first, so that an unfinished run is known again. */
  readonly list: string;
  readonly html: string;
  readonly junit: string;
}

const MAX_LIST_BYTES = 1024 * 1024;

/**
 * Make the folder, or take away the run of several devices that is in it. Throws RallyError ERR_OUTPUT_EXISTS when it
 * holds anything else, ERR_DISK when it cannot be made.
 */
export async function prepareManyFolder(
  out: string | undefined,
  devices: readonly PlannedDevice[],
): Promise<ManyFolder> {
  const path = resolve(out ?? defaultRunFolder(`${devices.length} devices`, Date.now()));
  const folder = {
    path,
    list: join(path, 'devices.json'),
    html: join(path, 'report.html'),
    junit: join(path, 'junit.xml'),
  };
  try {
    await mkdir(path, { recursive: true });
    const names = await readdir(path);
    const known = names.includes('devices.json') ? await listed(folder.list) : [];
    const ours = new Set([...known, 'devices.json', 'report.html', 'junit.xml']);
    const strange = names.find((name) => !ours.has(name));
    if (strange !== undefined)
      throw new RallyError(
        'ERR_OUTPUT_EXISTS',
        `${path} holds ${strange}, which is not part of a run of these devices`,
      );
    for (const name of names) await rm(join(path, name), { recursive: true, force: true });
    await writeWhole(folder.list, `${JSON.stringify(devices.map((device) => device.folder))}\n`);
  } catch (cause) {
    if (cause instanceof RallyError) throw cause;
    throw new RallyError('ERR_DISK', `The folder ${path} cannot be used: ${reasonOf(cause)}`, { cause });
  }
  return folder;
}

/** Folders of an earlier run; none where the list is none of ours. */
async function listed(file: string): Promise<string[]> {
  if (await isFolder(file)) return [];
  try {
    const list: unknown = JSON.parse(await readTextFile(file, MAX_LIST_BYTES));
    return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
  } catch (cause) {
    if (cause instanceof SyntaxError) return [];
    throw cause;
  }
}
