import { withoutControlSecrets } from './control.js';
import type { Profile } from './schema.js';

type Ixit = Profile['ixit'];

/** The profile as bundles and reports may hold it: without the PIN, and without what its control keeps secret. */
export function withoutSecrets(profile: Profile): Profile {
  const ixit: { -readonly [Key in keyof Ixit]: Ixit[Key] } = { ...profile.ixit };
  delete ixit.pin;
  if (ixit.control !== undefined) ixit.control = withoutControlSecrets(ixit.control);
  return { ...profile, ixit };
}
