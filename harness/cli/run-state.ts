import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RallyError } from '#base/error.js';
import { joinBundles } from '#evidence/bundle-join.js';
import { recordedParts } from '#evidence/bundle-parts.js';
import { SECRET_FILES } from '#evidence/bundle-redact.js';
import type { Checkpoint, RepeatMark } from '#evidence/parts.js';
import { reasonOf } from './files.js';
import type { RunFolder } from './run-folder.js';

/** How far a run came. */
export interface RunState {
  /** Its whole parts, in order. */
  readonly whole: readonly Checkpoint[];
  /** Parts that were whole and are not what was written any more. */
  readonly damaged: readonly string[];
  /** It ended by itself, and the bench did not fail in it. */
  readonly isComplete: boolean;
}

const NOTHING: RunState = { whole: [], damaged: [], isComplete: false };

/**
 * Bring a run folder to rest after a kill at any moment: a join that was begun is finished or taken back, a recording
 * that waits is joined, what was cut is kept aside. Then say how far the run came. Throws RallyError.
 */
export async function settle(folder: RunFolder): Promise<RunState> {
  return guarded(folder, async () => {
    await forgetKeys(folder);
    if (!existsSync(folder.bundle) && isBundle(folder.joined)) await rename(folder.joined, folder.bundle);
    await rm(folder.joined, { recursive: true, force: true });
    const state = await stateOf(folder.bundle);
    if (!existsSync(folder.more)) return state;
    const more = await stateOf(folder.more);
    const known = state.whole.map(({ part }) => part);
    const isNew = more.whole.some(({ part }) => !known.includes(part));
    // A repeat counts as a whole or not at all, and one that was joined already is in the bundle.
    if (state.isComplete || !isNew) {
      await putAside(folder, folder.more);
      return state;
    }
    const last = state.whole.at(-1);
    if (last === undefined) {
      if (existsSync(folder.bundle)) await putAside(folder, folder.bundle);
      await rename(folder.more, folder.bundle);
    } else {
      const whole = more.whole.at(-1) ?? null;
      await joinBundles(
        folder.joined,
        { dir: folder.bundle, upTo: last },
        { dir: folder.more, upTo: more.isComplete ? null : whole },
      );
      await swap(folder);
      await putAside(folder, folder.more);
    }
    return stateOf(folder.bundle);
  });
}

/** Join a recording that has ended to the bundle behind its whole parts; it takes the bundle's place where it has none. */
export async function joinRest(folder: RunFolder, { whole }: RunState): Promise<void> {
  return guarded(folder, async () => {
    const last = whole.at(-1);
    if (last === undefined) {
      if (existsSync(folder.bundle)) await putAside(folder, folder.bundle);
      await rename(folder.more, folder.bundle);
      return;
    }
    await joinBundles(folder.joined, { dir: folder.bundle, upTo: last }, { dir: folder.more, upTo: null });
    await swap(folder);
    await rm(folder.more, { recursive: true });
  });
}

/** Join a repeat to the bundle, behind all of it. */
export async function joinRepeat(folder: RunFolder, repeat: Omit<RepeatMark, 'framesBefore'>): Promise<void> {
  return guarded(folder, async () => {
    const all = { dir: folder.bundle, upTo: null };
    await joinBundles(folder.joined, all, { dir: folder.more, upTo: null }, repeat);
    // Nothing of it is cut: it stands aside only until the joined one is in its place.
    const before = await swap(folder);
    await rm(before, { recursive: true });
    await rm(folder.more, { recursive: true });
  });
}

/**
 * Keep a recording under `cut/`, numbered. Its keys are not kept there: the bundle has those of all that is judged, and
 * one place is enough for what is secret.
 */
export async function putAside(folder: RunFolder, recording: string): Promise<string> {
  await mkdir(folder.cut, { recursive: true });
  const used = (await readdir(folder.cut)).map(Number).filter(Number.isSafeInteger);
  const aside = join(folder.cut, String(Math.max(0, ...used) + 1));
  await rename(recording, aside);
  await forgetKeys(folder);
  return aside;
}

async function forgetKeys({ cut }: RunFolder): Promise<void> {
  for (const aside of existsSync(cut) ? await readdir(cut) : [])
    for (const name of SECRET_FILES) await rm(join(cut, aside, name), { force: true });
}

/** The joined bundle takes the place of the other, which is kept aside. Returns where. */
async function swap(folder: RunFolder): Promise<string> {
  const aside = await putAside(folder, folder.bundle);
  await rename(folder.joined, folder.bundle);
  return aside;
}

async function stateOf(bundle: string): Promise<RunState> {
  if (!isBundle(bundle)) return NOTHING;
  const { whole, damaged, hasEnded, hasFailed } = await recordedParts(bundle);
  return { whole, damaged, isComplete: hasEnded && !hasFailed && damaged.length === 0 };
}

function isBundle(dir: string): boolean {
  return existsSync(join(dir, 'run.json'));
}

async function guarded<T>({ path }: RunFolder, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof RallyError) throw cause;
    throw new RallyError('ERR_DISK', `The folder ${path} cannot be used: ${reasonOf(cause)}`, { cause });
  }
}
