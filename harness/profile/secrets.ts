import type { Profile } from './schema.js';

/** The profile as bundles and reports may hold it: without the PIN. */
export function withoutSecrets(profile: Profile): Profile {
  const { pin: _pin, ...ixit } = profile.ixit;
  return { ...profile, ixit };
}
