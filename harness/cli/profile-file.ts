import { readTextFile } from './files.js';
import type { Profile } from '#profile/schema.js';
import { checkProfile, mistakeText } from '#profile/load.js';
import type { Terminal } from './terminal.js';

/** A profile is a page of text; more than this is another file. */
export const MAX_PROFILE_BYTES = 1024 * 1024;

/** Read and check the profile in `file`; what is only suspicious is printed. Throws RallyError. */
export async function loadProfile(file: string, terminal: Terminal): Promise<Profile> {
  const { profile, warnings } = checkProfile(await readTextFile(file, MAX_PROFILE_BYTES), file);
  for (const warning of warnings) terminal.err(`warning: ${mistakeText(file, warning)}\n`);
  return profile;
}
