import { rm } from 'node:fs/promises';
import path from 'node:path';
import { RallyError } from '#base/error.js';
import { findBundle } from './bundle-read.js';
import { BUNDLE_FILES } from './run-json.js';

/** What keys, PIN and network key lie in, by name within a bundle. */
export const SECRET_FILES = [BUNDLE_FILES.secrets, `${BUNDLE_FILES.secrets}.new`] as const;

/**
 * Take keys, PIN and network key out of a bundle, for good: it can be handed on then, and the rules that need session
 * keys say so. `dir` is the bundle or a run folder. Throws ERR_BUNDLE_FORMAT, ERR_DISK.
 */
export async function redactBundle(dir: string): Promise<void> {
  const bundleDir = await findBundle(dir);
  if (bundleDir === null) throw new RallyError('ERR_BUNDLE_FORMAT', `${dir}: there is no ${BUNDLE_FILES.run}`);
  for (const name of SECRET_FILES) {
    try {
      await rm(path.join(bundleDir, name), { force: true });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new RallyError('ERR_DISK', `cannot remove ${name}: ${text}`, { cause: error });
    }
  }
}
