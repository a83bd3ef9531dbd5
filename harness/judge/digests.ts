import { createHash } from 'node:crypto';
import type { Profile } from '#profile/schema.js';
import { withoutSecrets } from '#profile/secrets.js';
import { canonicalJson } from './canonical.js';
import type { CatalogueEntry } from './catalogue.js';

/** The catalogue is the same for every device of an archive. */
const CATALOGUE_DIGESTS = new WeakMap<readonly CatalogueEntry[], string>();

/** SHA-256 over id, level and revision of every rule, sorted by id, as lower-case hex: which catalogue judged. */
export function catalogueDigest(catalogue: readonly CatalogueEntry[]): string {
  const known = CATALOGUE_DIGESTS.get(catalogue);
  if (known !== undefined) return known;
  const identity = catalogue.map(({ rule }) => ({ id: rule.id, level: rule.level, revision: rule.revision }));
  identity.sort((a, b) => (a.id < b.id ? -1 : 1));
  const digest = sha256(canonicalJson(identity));
  CATALOGUE_DIGESTS.set(catalogue, digest);
  return digest;
}

/** SHA-256 of the canonical JSON of a profile without its secrets, as lower-case hex; null without a profile. */
export function profileDigest(profile: Profile | null): string | null {
  return profile === null ? null : sha256(canonicalJson(withoutSecrets(profile)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
