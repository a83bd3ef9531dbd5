import { readTextFile } from './files.js';
import type { Profile } from '#profile/schema.js';
import { checkProfile, mistakeText } from '#profile/load.js';
import type { WaiverReview } from '#profile/waivers.js';
import { CATALOGUE } from '#suites/catalogue.js';
import type { Terminal } from './terminal.js';

/** A profile is a page of text; more than this is another file. */
export const MAX_PROFILE_BYTES = 1024 * 1024;

/** What a person's profile is reviewed with: the rules of this version, and today's date. */
export function reviewNow(): Required<WaiverReview> {
  const own = CATALOGUE.map(({ rule: { id } }) => [id, id] as const);
  const aliases = CATALOGUE.flatMap(({ rule: { id, alsoKnownAs = [] } }) =>
    alsoKnownAs.map((alias) => [alias, id] as const),
  );
  return { rules: new Map([...own, ...aliases]), today: new Date().toISOString().slice(0, 10) };
}

/** Read and check the profile in `file`; what is only suspicious is printed. Throws RallyError. */
export async function loadProfile(file: string, terminal: Terminal): Promise<Profile> {
  const { profile, warnings } = checkProfile(await readTextFile(file, MAX_PROFILE_BYTES), file, reviewNow());
  for (const warning of warnings) terminal.err(`warning: ${mistakeText(file, warning)}\n`);
  return profile;
}
