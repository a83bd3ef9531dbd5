import { rm } from 'node:fs/promises';
import path from 'node:path';
import { RallyError } from '#base/error.js';
import { findBundle } from './bundle-read.js';
import { BUNDLE_FILES } from './run-json.js';

/** What keys, PIN and network key lie in, by name within a bundle. */
export const SECRET_FILES = [BUNDLE_FILES.secrets, `${BUNDLE_FILES.secrets}.new`] as const;

/** Recordings a run folder may hold, by name. */
const RECORDINGS = ['bundle', 'bundle.more', 'bundle.new', 'golden'] as const;

/** The same by path within a run folder. */
export const SECRETS_OF_RUN: readonly string[] = RECORDINGS.flatMap((dir) =>
  SECRET_FILES.map((name) => `${dir}/${name}`),
);

/**
 * Take keys, PIN and network key out of a bundle, for good: it can be handed on then, and the rules that need session
 * keys say so. `dir` is the bundle or a run folder. Throws ERR_BUNDLE_FORMAT, ERR_DISK.
 */
export async function redactBundle(dir: string): Promise<void> {
  const bundleDir = await findBundle(dir);
  if (bundleDir === null) throw new RallyError('ERR_BUNDLE_FORMAT', `${dir}: there is no ${BUNDLE_FILES.run}`);
  const ofBundle = SECRET_FILES.map((name) => path.join(bundleDir, name));
  const ofRun = bundleDir === dir ? [] : SECRETS_OF_RUN.map((name) => path.join(dir, name));
  for (const name of [...ofBundle, ...ofRun]) {
    try {
      await rm(name, { force: true });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new RallyError('ERR_DISK', `cannot remove ${name}: ${text}`, { cause: error });
    }
  }
}
