import type { Profile } from './schema.js';

type Ixit = Profile['ixit'];

/** The profile as bundles and reports may hold it: without the PIN. */
export function withoutSecrets(profile: Profile): Profile {
  const ixit: { -readonly [Key in keyof Ixit]: Ixit[Key] } = { ...profile.ixit };
  delete ixit.pin;
  return { ...profile, ixit };
}
