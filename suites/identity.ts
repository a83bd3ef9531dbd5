import { equal } from '#base/bytes.js';
import { forbiddenUuid, mixedEndian, parseUuid, reversed } from '#base/uuid.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Location, RuleId } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import {
  notHeard,
  promisedBy,
  reachOf,
  tellingDatagrams,
  wayName,
  WAYS,
  type FoundBy,
  type Promised,
} from './discovery.js';
import { blocked, fail, inconclusive, pass } from './finding.js';
import { allM1s, noM1, type M1 } from './observe.js';
import { embeddedUdns, sightings, type Sighting } from './sightings.js';

/** Why one identity is wrong: the one rule that owns it (precedence 4), and what it is called. */
export interface Misidentity {
  readonly owner: RuleId;
  /** What is wrong with it, to stand after its text: `is in upper case`. */
  readonly what: string;
  readonly sighting: Sighting;
  /** Another place than the sighting's, where it is what matters. */
  readonly at?: Location;
}

/** A promise that can be read. */
export type KnownPromise = Promised & { readonly problem: null };

/** What M1 promises for one way of being found, and what was found. */
export interface Identity {
  readonly promised: KnownPromise;
  /** As it has to be sent: prefix and 36 lower-case characters. */
  readonly expected: string;
  readonly found: readonly [Sighting, ...Sighting[]];
  /** Each wrong text once, where it was first seen. */
  readonly wrong: readonly Misidentity[];
}

const PREFIX: Readonly<Record<FoundBy, string>> = { upnp: 'uuid:', dpws: 'urn:uuid:' };

/** The promised identity as it has to be sent: prefix and 36 lower-case characters. */
export function expectedText(by: FoundBy, { text }: KnownPromise): string {
  return PREFIX[by] + text;
}

const OTHERS: Readonly<Record<FoundBy, FoundBy>> = { upnp: 'dpws', dpws: 'upnp' };
const FORM: Readonly<Record<FoundBy, RuleId>> = { upnp: 'RVP-UID-03', dpws: 'RVP-UID-07' };
const SPELLING: Readonly<Record<FoundBy, RuleId>> = { upnp: 'RVP-UID-05', dpws: 'RVP-UID-08' };
const REST: Readonly<Record<FoundBy, RuleId>> = { upnp: 'RVP-UID-03', dpws: 'RVP-UID-06' };

/** Every rule that owns a wrong identity. */
export const IDENTITY_OWNERS: readonly RuleId[] = [
  'RVP-UID-03',
  'RVP-UID-04',
  'RVP-UID-05',
  'RVP-UID-06',
  'RVP-UID-07',
  'RVP-UID-08',
  'RVP-TUU-05',
  'RVP-TUU-06',
  'RVP-TUU-07',
];

/** Compare what an M1 promises with what was found; the finding why that cannot be done. */
export function identityOf(evidence: Evidence, m1: M1, by: FoundBy): Identity | Finding {
  const promised = promisedBy(m1, by);
  if (promised.problem !== null) return promised.problem;
  const [first, ...others] = sightings(evidence, by);
  if (first === undefined)
    return tellingDatagrams(evidence, by).length === 0
      ? blocked('RVP-DISC-01', `the device was not found by ${wayName(by)}`)
      : inconclusive(`the device was heard by ${wayName(by)}, but names no identity`);
  const found = [first, ...others] as const;
  const expected = expectedText(by, promised);
  const differing = firsts(found).filter(({ text }) => text !== expected);
  const unusable = unusablePromise(promised);
  if (unusable !== null && differing.length > 0)
    return blocked(
      unusable.owner,
      `the UUID that ${m1.text} gives is ${unusable.why}: no device can be found under it`,
    );
  return { promised, expected, found, wrong: misidentities(evidence, m1, by, promised, found) };
}

/** The rule that a promise breaks which no device may be found under, and why none may; null for any other. */
export function unusablePromise({
  origin,
  uuid,
}: KnownPromise): { readonly owner: RuleId; readonly why: string } | null {
  const why = forbiddenUuid(uuid);
  return why === null ? null : { owner: origin === 'uuid-e' ? 'RVP-UID-01' : 'RVP-TUU-09', why };
}

/**
 * What is wrong with each of these identities by one way, each text once, where it was first seen. Where M1 promises what
 * no device may be found under, that owns them all.
 */
export function misidentities(
  evidence: Evidence,
  m1: M1,
  by: FoundBy,
  promised: KnownPromise,
  shown: readonly Sighting[],
): Misidentity[] {
  const expected = expectedText(by, promised);
  const isAnyRight = sightings(evidence, by).some(({ text }) => text === expected);
  const context: Context = { evidence, m1, by, promised, isAnyRight };
  const unusable = unusablePromise(promised);
  return firsts(shown)
    .filter(({ text }) => text !== expected)
    .map((sighting) => {
      if (unusable === null) return ownerOf(sighting, context);
      return { owner: unusable.owner, what: `is not the UUID of M1, which is ${unusable.why}`, sighting };
    });
}

/** True for the finding that {@link identityOf} gives instead of an identity. */
export function isFinding(result: Identity | Finding): result is Finding {
  return 'verdict' in result;
}

/** Each text once, where it was first seen. */
function firsts(found: readonly Sighting[]): Sighting[] {
  return found.filter(({ text }, index) => found.findIndex((other) => other.text === text) === index);
}

interface Context {
  readonly evidence: Evidence;
  readonly m1: M1;
  readonly by: FoundBy;
  readonly promised: KnownPromise;
  /** The device was also seen under the right identity: then the wrong one is no matter of what M1 says. */
  readonly isAnyRight: boolean;
}

function ownerOf(sighting: Sighting, context: Context): Misidentity {
  const { by } = context;
  const form = wrongForm(sighting.text, by);
  if (form !== null) return { owner: FORM[by], what: form, sighting };
  const digits = sighting.text.slice(PREFIX[by].length);
  const spelling = wrongSpelling(digits, context.promised.text);
  if (spelling !== null) return { owner: SPELLING[by], what: spelling, sighting };
  const uuid = parseUuid(digits) ?? new Uint8Array(16);
  return context.isAnyRight
    ? { owner: REST[by], what: otherUuid(uuid, context), sighting }
    : promisedElsewhere(sighting, uuid, context);
}

const UUID_SHAPE = /^[0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}$/i;

/** What is wrong with what stands before the UUID, or with its shape; null when nothing is. */
function wrongForm(text: string, by: FoundBy): string | null {
  const prefix = PREFIX[by];
  if (!text.startsWith(prefix)) {
    if (text.toLowerCase().startsWith(prefix)) return `begins with ${text.slice(0, prefix.length)}, not ${prefix}`;
    const other = PREFIX[OTHERS[by]];
    if (text.startsWith(other)) return `begins with ${other} instead of ${prefix}`;
    return /^https?:/i.test(text) ? `is a URL, not ${prefix} and a UUID` : `does not begin with ${prefix}`;
  }
  return UUID_SHAPE.test(text.slice(prefix.length)) ? null : `has no UUID of 8-4-4-4-12 digits after ${prefix}`;
}

/** What is wrong with the 36 characters themselves; null when they are lower-case hexadecimal digits. */
function wrongSpelling(digits: string, expected: string): string | null {
  const lower = digits.toLowerCase();
  if (!/^[0-9a-f-]+$/.test(lower)) return 'has characters in its UUID that are no hexadecimal digits';
  if (lower === digits) return null;
  const how = digits.toUpperCase() === digits ? 'is in upper case' : 'is in letters of both cases';
  return lower === expected ? how : `${how}, and is another UUID than ${expected}`;
}

/** The name of what the UUID is to the promised one. */
function otherUuid(uuid: Uint8Array, { promised, m1, by }: Context): string {
  const order = permutation(uuid, promised.uuid);
  if (order !== null) return order;
  const other = promisedBy(m1, OTHERS[by]);
  if (other.uuid !== null && equal(other.uuid, uuid)) return `is the UUID of ${wayName(OTHERS[by])}`;
  return `is another UUID than ${promised.text}`;
}

/** How the bytes of one are those of the other in another order; null when they are not. */
export function permutation(uuid: Uint8Array, promised: Uint8Array): string | null {
  if (equal(mixedEndian(uuid), promised))
    return 'has the bytes as a GUID in memory order (first three fields little-endian)';
  return equal(reversed(uuid), promised) ? 'has the bytes back to front' : null;
}

function promisedElsewhere(sighting: Sighting, uuid: Uint8Array, context: Context): Misidentity {
  const { promised, by, m1, evidence } = context;
  const what = otherUuid(uuid, context);
  if (promised.origin === 'transport-uuid' && permutation(uuid, promised.uuid) !== null)
    return { owner: 'RVP-TUU-05', what, sighting };
  const expected = expectedText('upnp', promised);
  const embedded = by === 'upnp' ? embeddedUdns(evidence).find(({ text }) => text === expected) : undefined;
  if (embedded !== undefined)
    return {
      owner: 'RVP-UID-04',
      what: 'is not the UUID of M1, which an embedded device has',
      sighting,
      at: embedded.at,
    };
  if (promised.origin === 'transport-uuid') return { owner: REST[by], what, sighting };
  // UUID-E is promised here, so what the other transport promises besides is a Transport UUID.
  const other = promisedBy(m1, OTHERS[by]);
  const isShared = other.uuid !== null && equal(other.uuid, uuid);
  return { owner: isShared ? 'RVP-TUU-07' : 'RVP-TUU-06', what, sighting };
}

/**
 * The device's identity by one way, as the first M1 promises it; the finding why it cannot be told. That the device was
 * not found at all is blocked by RVP-DISC-01 where that can blame the device.
 */
export function identityInRun(evidence: Evidence, profile: Profile | null, by: FoundBy): Identity | Finding {
  const m1 = allM1s(evidence)[0];
  if (m1 === undefined) return noM1(evidence);
  const { problem } = promisedBy(m1, by);
  if (problem !== null) return problem;
  const reach = reachOf(evidence, profile, by);
  if (reach.problem !== null) return reach.problem;
  const identity = identityOf(evidence, m1, by);
  if (!isFinding(identity) || identity.blockedBy !== 'RVP-DISC-01') return identity;
  return notHeard(reach.discovery, evidence, 'the device') ?? identity;
}

/** Judge what one rule owns of the identities by one way: those that others own are blocked by them. */
export function judgeOwned(
  evidence: Evidence,
  profile: Profile | null,
  by: FoundBy,
  { id, isAdvice, remedy }: { readonly id: RuleId; readonly isAdvice: boolean; readonly remedy: string },
): readonly Finding[] {
  const identity = identityInRun(evidence, profile, by);
  if (isFinding(identity)) return [identity];
  const { wrong, expected, found } = identity;
  if (wrong.length === 0) return [pass(`the device is found as ${expected} in ${placesOf(found)}`, found[0].at)];
  return wrong.map((each) => {
    if (each.owner !== id) return blocked(each.owner, `${each.sighting.text} ${each.what}`);
    const finding = misidentified(identity, each, remedy);
    // What Windows wants of the address of a Secure DPWS device contradicts the specification (I-4).
    return isAdvice ? { ...finding, level: 'SHOULD' } : finding;
  });
}

/** The fail for one wrong identity. */
export function misidentified({ expected, found }: Identity, wrong: Misidentity, remedy: string): Finding {
  const { sighting, what } = wrong;
  const at = wrong.at ?? sighting.at;
  const places = placesOf(found.filter(({ text }) => text === sighting.text));
  return fail(`${sighting.text}, the identity in ${places}, ${what}`, {
    expected,
    actual: sighting.text,
    at,
    remedy: remedy.replaceAll('%s', expected),
  });
}

/** `Hello and ProbeMatch`: each place once. */
function placesOf(found: readonly Sighting[]): string {
  const places = [...new Set(found.map(({ place }) => place))];
  return [places.slice(0, -1).join(', '), ...places.slice(-1)].filter((text) => text !== '').join(' and ');
}

/** What became of each way of being found that the first M1 declares. */
export function identitiesInRun(
  evidence: Evidence,
  profile: Profile | null,
): { readonly by: FoundBy; readonly identity: Identity | Finding }[] {
  return WAYS.map((by) => ({ by, identity: identityInRun(evidence, profile, by) })).filter(
    ({ identity }) => !isFinding(identity) || identity.verdict !== 'not-applicable',
  );
}
