import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRallyError } from '#base/error.js';
import { runFolder, type RunFolder } from './run-folder.js';
import { holding, requireFree } from './run-lock.js';

/** Its parent is no process of this test, and lives as long as it. */
const ALIVE = process.ppid;

describe('hold on a run folder', () => {
  let folder: RunFolder;

  beforeEach(() => {
    folder = runFolder(mkdtempSync(path.join(tmpdir(), 'lock-')));
  });
  afterEach(() => {
    rmSync(folder.path, { recursive: true });
  });

  const heldBy = (owner: unknown): void => {
    writeFileSync(folder.lock, JSON.stringify(owner));
  };
  const isRefused = (): boolean => {
    try {
      requireFree(folder);
      return false;
    } catch (error) {
      expect(isRallyError(error, 'ERR_RUN_BUSY')).to.equal(true);
      return true;
    }
  };
  const startTicks = (): string => {
    const stat = readFileSync(`/proc/${ALIVE}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  };

  it('lasts as long as the action, also one that fails', async () => {
    const said = await holding(folder, () => Promise.resolve(existsSync(folder.lock)));
    expect([said, existsSync(folder.lock)]).to.deep.equal([true, false]);
    const failed = holding(folder, () => Promise.reject(new Error('no')));
    expect(await failed.catch(() => existsSync(folder.lock))).to.equal(false);
  });

  it('keeps others away while its process lives', () => {
    heldBy({ pid: ALIVE, startTicks: startTicks() });
    expect(isRefused()).to.equal(true);
    heldBy({ pid: ALIVE, startTicks: null });
    expect(isRefused()).to.equal(true);
  });

  it('is of nobody when its process is gone, or its number belongs to another now', () => {
    heldBy({ pid: ALIVE, startTicks: '1' });
    expect(isRefused()).to.equal(false);
    heldBy({ pid: 4_194_303, startTicks: '77' });
    expect(isRefused()).to.equal(false);
    writeFileSync(folder.lock, '{"pid":');
    expect(isRefused()).to.equal(false);
  });
});
