import type { RuleId } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { UUID_E } from './profile.js';
import { VARIANTS, type Variant } from './variants.js';

/** A variant whose device is known under identities of its own. */
export interface KnownVariant extends Variant {
  readonly identities?: NonNullable<Profile['ixit']['identities']>;
}

const MICROSOFT = '000137';
const DPWS = '100100020101';
const UPNP = '100100020201';
const NONE = '100100020001';
const OWN_UUID = '3f0b7c52-8e1d-4c6a-a94b-7d20c5e81f93';
const transportUuid = (uuid: string): string => `10020010${uuid.replaceAll('-', '')}`;
/** Zeros in a TLV of a type nobody uses. */
const filler = (lengthBytes: number): string =>
  `20ff${lengthBytes.toString(16).padStart(4, '0')}${'00'.repeat(lengthBytes)}`;
const dpwsIdentity = { dpws: `urn:uuid:${OWN_UUID}` };

/**
 * What the other variants leave out: rules that need an identity of the device, an extension shorter than its vendor
 * id, faults far behind in a long one. Expected sets are derived from the wording of the rules.
 */
const MORE_VARIANTS: readonly KnownVariant[] = [
  {
    name: 'a vendor extension of 2 bytes',
    extension: '0001',
    transports: ['none'],
    fails: ['RVP-VX-04', 'RVP-VX-01', 'RVP-VPI-01'],
  },
  {
    // Permuted, this one still has a version and a variant.
    name: 'the Transport UUID as a mixed-endian GUID',
    extension: MICROSOFT + DPWS + transportUuid('527c0b3f-1d8e-6a4c-a94b-7d20c5e81f93'),
    transports: ['dpws'],
    identities: dpwsIdentity,
    fails: ['RVP-TUU-05'],
  },
  {
    name: 'the Transport UUID back to front',
    extension: MICROSOFT + DPWS + transportUuid('931fe8c5-207d-4ba9-6a4c-1d8e527c0b3f'),
    transports: ['dpws'],
    identities: dpwsIdentity,
    fails: ['RVP-TUU-05'],
    warns: ['RVP-TUU-10'],
  },
  {
    name: 'no Transport UUID, and found under another UUID than UUID-E',
    extension: MICROSOFT + UPNP,
    transports: ['upnp'],
    identities: { upnp: `uuid:${OWN_UUID}` },
    fails: ['RVP-TUU-06'],
  },
  {
    name: 'a UUID for both transports, sent for one only',
    extension: MICROSOFT + DPWS + transportUuid(OWN_UUID) + UPNP,
    transports: ['dpws', 'upnp'],
    identities: { ...dpwsIdentity, upnp: `uuid:${OWN_UUID}` },
    fails: ['RVP-TUU-07'],
  },
  {
    name: 'everything as it should be, with identities',
    extension: MICROSOFT + DPWS + transportUuid(OWN_UUID) + UPNP,
    transports: ['dpws', 'upnp'],
    identities: { ...dpwsIdentity, upnp: `uuid:${UUID_E}` },
    fails: [],
  },
  {
    name: 'a Transport UUID parted from its VPI by 440 bytes',
    extension: MICROSOFT + DPWS + filler(440) + transportUuid(OWN_UUID),
    transports: ['dpws'],
    fails: ['RVP-TUU-02'],
  },
  {
    name: 'a second None behind 440 bytes',
    extension: MICROSOFT + NONE + filler(440) + NONE,
    transports: ['none'],
    fails: ['RVP-VPI-06'],
  },
  {
    name: 'three bytes left behind 440 bytes',
    extension: `${MICROSOFT}${NONE}${filler(440)}100100`,
    transports: ['none'],
    fails: ['RVP-VX-05'],
  },
];

/** Rules of VX, VPI and TUU that no single extension in M1 can break, and what it would take. */
export const NOT_BY_ONE_EXTENSION: ReadonlyMap<RuleId, string> = new Map([
  ['RVP-VX-02', 'a second Microsoft extension'],
  ['RVP-VX-03', 'another order of the attributes of M1'],
  ['RVP-VX-07', 'an 802.11 information element'],
  ['RVP-VX-10', 'TLVs in another message than M1'],
  ['RVP-VPI-09', 'TLVs in another message than M1'],
  ['RVP-VPI-11', 'sessions that differ'],
  ['RVP-TUU-11', 'TLVs in another message than M1'],
  ['RVP-TUU-12', 'sessions that differ'],
]);

/** What a variant breaks. */
export function brokenBy({ fails, warns = [] }: Variant): readonly RuleId[] {
  return [...fails, ...warns];
}

/** Every variant that goes through the real Enrollee. */
export const ALL_VARIANTS: readonly KnownVariant[] = [...VARIANTS, ...MORE_VARIANTS];
