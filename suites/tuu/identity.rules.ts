import { equal, u8 } from '#base/bytes.js';
import { formatUuid, mixedEndian, parseUuid, reversed } from '#base/uuid.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule, RuleId } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { TRANSPORT, transportName, type TransportUuid } from '#wire/microsoft/vertical-pairing.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { PROMISE_BLOCKERS } from '../discovery.js';
import { blocked, fail, inconclusive, notApplicable, notRun, pass } from '../finding.js';
import { IDENTITY_OWNERS, identityOf, isFinding, type Identity } from '../identity.js';
import { locate, placeText } from '../locate.js';
import { allM1s, eachM1, LENGTH_OWNERS, wholeValue, type M1 } from '../observe.js';
import {
  openTransports,
  isPairing,
  readableVpis,
  transportText,
  transportUuidBlocker,
  vpiBlocker,
  withoutTransportUuid,
  withoutVpi,
  type ReadableVpi,
} from '../pairing.js';
import { sightings } from '../sightings.js';
import { spec } from '../sources.js';

/** What the profile says of a device's identity on a transport. */
type ProfileIdentity =
  { readonly uuid: Uint8Array; readonly text: string } | { readonly uuid: null; readonly why: Finding };

function profileIdentity(profile: Profile | null, transport: number): ProfileIdentity {
  const identities = profile?.ixit.identities;
  const text = transport === TRANSPORT.Upnp ? identities?.upnp : identities?.dpws;
  if (text === undefined)
    return {
      uuid: null,
      why: notRun(
        `the identity on ${transportText(transport)} is not known: this needs the discovery follow-up, or ixit.identities in the profile`,
      ),
    };
  const uuid = parseUuid(text.slice(-36));
  return uuid === null
    ? { uuid: null, why: inconclusive(`the identity on ${transportText(transport)} in the profile holds no UUID`) }
    : { uuid, text };
}

const tuu05: Rule = {
  id: 'RVP-TUU-05',
  title: 'Send the Transport UUID in network byte order',
  source: [spec('Transport UUID TLV', 107), spec('UUID values', 155), spec('WPS example', 141)],
  requirement:
    'The bytes of a Transport UUID are those of its text form from left to right, not a GUID in memory order and not reversed.',
  why: 'Windows turns the bytes into text as they stand and looks for that identity; permuted, it never finds the device.',
  level: 'MUST',
  revision: 2,
  needs: ['m1'],
  uses: ['profile', 'ssdp', 'description', 'wsd', 'metadata'],
  remedy: 'Write the UUID byte by byte as its text reads, most significant first.',
  blockedBy: [
    'RVP-TUU-01',
    'RVP-TUU-02',
    'RVP-TUU-03',
    'RVP-TUU-04',
    'RVP-VPI-02',
    'RVP-VPI-03',
    'RVP-VX-06',
    'RVP-TUU-09',
    ...IDENTITY_OWNERS.filter((id) => id !== 'RVP-TUU-05'),
    ...LENGTH_OWNERS,
  ],
  check: (evidence, profile) =>
    eachM1(evidence, (m1) => {
      const none = withoutTransportUuid(m1);
      return none === null ? m1.pairing.transportUuids.map((uuid) => judgeOrder(evidence, m1, uuid, profile)) : [none];
    }),
};

/** The transport of a Transport UUID that can be compared with an identity; else the rule whose failure prevents that. */
function transportOf(uuid: TransportUuid): number | RuleId {
  const unreadable = transportUuidBlocker(uuid);
  if (unreadable !== null) return unreadable;
  if (uuid.vpi === null) return 'RVP-TUU-02';
  const hidden = vpiBlocker(uuid.vpi);
  if (hidden !== null) return hidden;
  const transport = u8(uuid.vpi.node.value, 0);
  if (transport === TRANSPORT.None) return 'RVP-TUU-04';
  if (transportName(transport) === null) return 'RVP-VPI-03';
  return uuid.indexInRun > 0 ? 'RVP-TUU-03' : transport;
}

function judgeOrder(evidence: Evidence, m1: M1, uuid: TransportUuid, profile: Profile | null): Finding {
  const { node } = uuid;
  const transport = transportOf(uuid);
  if (typeof transport === 'string')
    return blocked(transport, `${node.path} of ${m1.text} has no transport or value that can be compared`);
  const found = discovered(evidence, m1, transport);
  if (found !== null) return isFinding(found) ? found : judgeFoundOrder(evidence, m1, uuid, found);
  const identity = profileIdentity(profile, transport);
  if (identity.uuid === null) return identity.why;
  const at = locate(m1, { span: node.valueSpan, path: node.path });
  if (equal(node.value, identity.uuid)) return pass(`${node.path} of ${m1.text} is the identity of the device`, at);
  const order = equal(mixedEndian(node.value), identity.uuid)
    ? 'as a GUID in memory order (first three fields little-endian)'
    : equal(reversed(node.value), identity.uuid)
      ? 'back to front'
      : null;
  if (order === null)
    return inconclusive(
      `${node.path} of ${m1.text} is ${formatUuid(node.value)}, the device's identity is another and no permutation of it: the identity rules of the discovery follow-up judge that`,
    );
  return fail(`${node.path} of ${m1.text} has the bytes of the identity ${order}`, {
    expected: formatUuid(identity.uuid),
    actual: formatUuid(node.value),
    at,
    remedy: `Send the bytes of ${formatUuid(identity.uuid)} from left to right at ${placeText(at)}.`,
  });
}

function judgeFoundOrder(evidence: Evidence, m1: M1, { node }: TransportUuid, identity: Identity): Finding {
  const at = locate(m1, { span: node.valueSpan, path: node.path });
  if (!equal(identity.promised.uuid, node.value))
    return inconclusive(`${node.path} of ${m1.text} belongs to a transport that is declared once more`);
  if (isFound(identity)) return pass(`${node.path} of ${m1.text} is the identity the device is found under`, at);
  const own = identity.wrong.find(({ owner }) => owner === 'RVP-TUU-05');
  if (own === undefined) return ownedByOther(evidence, m1, identity);
  const found = own.sighting.text.slice(-36);
  return fail(`the device is found as ${own.sighting.text}, which ${own.what} of ${node.path} in ${m1.text}`, {
    expected: found,
    actual: formatUuid(node.value),
    at,
    remedy: `Send the bytes of ${found} from left to right at ${placeText(at)}, or make the text of the identity on the network from the bytes as they stand.`,
  });
}

/** What discovery says of a transport's identity, or null where it was not found by it. */
function discovered(evidence: Evidence, m1: M1, transport: number): Identity | Finding | null {
  const by = isUpnp(transport) ? 'upnp' : 'dpws';
  return sightings(evidence, by).length === 0 ? null : identityOf(evidence, m1, by);
}

/** The device is found under the identity M1 promises, whatever else it may be found under besides. */
function isFound({ found, expected }: Identity): boolean {
  return found.some(({ text }) => text === expected);
}

/** The finding for a wrong identity that another rule owns. */
function ownedByOther(evidence: Evidence, m1: M1, { wrong }: Identity): Finding {
  const [first] = wrong;
  // The identity rules judge what the first M1 says.
  if (first === undefined || allM1s(evidence)[0] !== m1)
    return inconclusive(`the device is not found under what ${m1.text} says, which is not the first M1`);
  return blocked(first.owner, `${first.sighting.text} ${first.what}`);
}

/** Rules that leave the transports of M1 or their Transport UUIDs open. */
const TRANSPORT_BLOCKERS: readonly RuleId[] = PROMISE_BLOCKERS.filter((id) => id !== 'RVP-DISC-01');

/** A declared transport with its first Transport UUID; null where it has none and uses UUID-E. */
interface Declared {
  readonly vpi: ReadableVpi;
  readonly uuid: TransportUuid | null;
}

function declaredTransports(m1: M1): Declared[] {
  return readableVpis(m1)
    .filter(({ transport }) => isPairing(transport))
    .map((vpi) => ({
      vpi,
      uuid: m1.pairing.transportUuids.find((each) => each.vpi?.node === vpi.node) ?? null,
    }));
}

const tuu06: Rule = {
  id: 'RVP-TUU-06',
  title: 'Use UUID-E as the identity of a transport without Transport UUID',
  source: [spec('Transport UUID TLV', 103), spec('UUID values', 159)],
  requirement: 'A declared transport without Transport UUID is found under UUID-E.',
  why: 'Windows forms the identity of such a transport from UUID-E and looks for nothing else.',
  level: 'MUST',
  revision: 2,
  needs: ['m1'],
  uses: ['profile', 'ssdp', 'description', 'wsd', 'metadata'],
  interpretation: ['I-4'],
  remedy: 'Send a Transport UUID with the identity of the transport directly after its VPI, or use UUID-E on it.',
  blockedBy: [...TRANSPORT_BLOCKERS, ...IDENTITY_OWNERS.filter((id) => id !== 'RVP-TUU-06')],
  check: (evidence, profile) =>
    eachM1(evidence, (m1) => {
      const none = withoutVpi(m1);
      if (none !== null) return [none];
      const declared = declaredTransports(m1);
      const bare = declared.filter(({ uuid }) => uuid === null);
      if (bare.length > 0) {
        const open = openTransports(m1);
        return open.length > 0 ? open : bare.map(({ vpi }) => judgeWpsIdentity(evidence, m1, vpi, declared, profile));
      }
      const unreadable = [...openTransports(m1)];
      if (unreadable.length > 0) return unreadable;
      return [
        declared.length === 0
          ? notApplicable(`${m1.text} declares Transport None`)
          : notApplicable(`every transport declared in ${m1.text} has a Transport UUID`),
      ];
    }),
};

function judgeWpsIdentity(
  evidence: Evidence,
  m1: M1,
  vpi: ReadableVpi,
  declared: readonly Declared[],
  profile: Profile | null,
): Finding {
  const found = discovered(evidence, m1, vpi.transport);
  if (found !== null) return isFinding(found) ? found : judgeFoundWpsIdentity(evidence, m1, vpi, found);
  const uuidE = wholeValue(m1, ATTRIBUTE.UuidE, 'UUID-E', 16, 'RVP-WSC-03');
  if (uuidE.node === null) return uuidE.problem;
  const identity = profileIdentity(profile, vpi.transport);
  if (identity.uuid === null) return identity.why;
  const { uuid } = identity;
  const transport = transportText(vpi.transport);
  const at = locate(m1, vpi.node);
  if (equal(uuid, uuidE.node.value)) return pass(`${transport} is found under UUID-E`, at);
  if (declared.some((other) => isPair(other.vpi.transport, vpi.transport) && hasValue(other.uuid, uuid)))
    return blocked('RVP-TUU-07', `${transport} is found under the Transport UUID of the other transport`);
  return notUnderUuidE(m1, vpi, formatUuid(uuidE.node.value), identity.text);
}

function judgeFoundWpsIdentity(evidence: Evidence, m1: M1, vpi: ReadableVpi, identity: Identity): Finding {
  if (identity.promised.origin === 'transport-uuid')
    return inconclusive(`${vpi.node.path} of ${m1.text} declares a transport that is declared once more`);
  const transport = transportText(vpi.transport);
  if (isFound(identity)) return pass(`${transport} is found under UUID-E`, locate(m1, vpi.node));
  const own = identity.wrong.find(({ owner }) => owner === 'RVP-TUU-06');
  if (own === undefined) return ownedByOther(evidence, m1, identity);
  return notUnderUuidE(m1, vpi, identity.expected, own.sighting.text);
}

function notUnderUuidE(m1: M1, vpi: ReadableVpi, expected: string, actual: string): Finding {
  const at = locate(m1, vpi.node);
  const text = `${transportText(vpi.transport)} has no Transport UUID in ${m1.text} and is not found under UUID-E`;
  const finding = fail(text, {
    expected,
    actual,
    at,
    remedy: `Insert a Transport UUID TLV, 10 02 00 10 and the bytes of ${actual.slice(-36)} from left to right, at offset ${vpi.node.span.end} of M1, directly after the VPI.`,
  });
  // What Windows wants of the address of a Secure DPWS device contradicts the specification (I-4).
  return vpi.transport === TRANSPORT.SecureDpws ? { ...finding, level: 'SHOULD' } : finding;
}

function hasValue(uuid: TransportUuid | null, value: Uint8Array): boolean {
  return uuid !== null && equal(uuid.node.value, value);
}

const isUpnp = (transport: number): boolean => transport === TRANSPORT.Upnp;
/** One of the two is UPnP and the other DPWS or Secure DPWS. */
function isPair(one: number, other: number): boolean {
  return isUpnp(one) !== isUpnp(other);
}

const tuu07: Rule = {
  id: 'RVP-TUU-07',
  title: 'Send a Transport UUID for both UPnP and DPWS when they share one',
  source: [spec('UUID values', 159)],
  requirement:
    'Where one of UPnP and (Secure) DPWS has a Transport UUID other than UUID-E and the other has none, the other is not found under that same UUID.',
  why: 'Windows looks for the transport without Transport UUID under UUID-E and does not find it.',
  level: 'MUST',
  revision: 2,
  needs: ['m1'],
  uses: ['profile', 'ssdp', 'description', 'wsd', 'metadata'],
  remedy: 'Repeat the Transport UUID TLV directly after the VPI of the other transport.',
  blockedBy: [...TRANSPORT_BLOCKERS, ...IDENTITY_OWNERS.filter((id) => id !== 'RVP-TUU-07')],
  check: (evidence, profile) =>
    eachM1(evidence, (m1) => {
      const none = withoutVpi(m1);
      if (none !== null) return [none];
      const open = openTransports(m1);
      if (open.length > 0) return open;
      const declared = declaredTransports(m1);
      const pairs = declared.flatMap((one) =>
        declared.filter(({ vpi }) => isPair(one.vpi.transport, vpi.transport)).map((other) => ({ one, other })),
      );
      if (pairs.length === 0) return [notApplicable(`${m1.text} does not declare both UPnP and DPWS`)];
      const lopsided = pairs.flatMap(({ one, other }) =>
        one.uuid !== null && other.uuid === null ? [{ uuid: one.uuid, bare: other.vpi }] : [],
      );
      if (lopsided.length === 0) return [pass(`UPnP and DPWS of ${m1.text} have a Transport UUID both or none`)];
      return lopsided.map(({ uuid, bare }) => judgeShared(evidence, m1, uuid, bare, profile));
    }),
};

function judgeShared(
  evidence: Evidence,
  m1: M1,
  uuid: TransportUuid,
  bare: ReadableVpi,
  profile: Profile | null,
): Finding {
  const by = transportUuidBlocker(uuid);
  if (by !== null) return blocked(by, `the value of ${uuid.node.path} in ${m1.text} cannot be read`);
  const uuidE = wholeValue(m1, ATTRIBUTE.UuidE, 'UUID-E', 16, 'RVP-WSC-03');
  if (uuidE.node === null) return uuidE.problem;
  const at = locate(m1, bare.node);
  if (equal(uuid.node.value, uuidE.node.value)) return pass(`${uuid.node.path} of ${m1.text} is UUID-E`, at);
  const transport = transportText(bare.transport);
  const found = discovered(evidence, m1, bare.transport);
  const isShared = found === null ? isSharedInProfile(profile, bare, uuid) : isSharedOnNetwork(evidence, m1, found);
  if (typeof isShared !== 'boolean') return isShared;
  if (!isShared) return pass(`${transport} does not share the Transport UUID of the other transport`, at);
  return fail(`${transport} shares the Transport UUID of the other transport, but has none in ${m1.text}`, {
    expected: 'a Transport UUID after each of the two VPIs',
    actual: `none after ${bare.node.path}`,
    at,
    remedy: `Insert 10 02 00 10 and the bytes of ${formatUuid(uuid.node.value)} at offset ${bare.node.span.end} of M1 (after the VPI at ${placeText(at)}).`,
  });
}

/** Whether a transport has the Transport UUID of the other by the profile; the finding why that cannot be told. */
function isSharedInProfile(
  profile: Profile | null,
  { transport }: ReadableVpi,
  { node }: TransportUuid,
): boolean | Finding {
  const identity = profileIdentity(profile, transport);
  return identity.uuid === null ? identity.why : equal(identity.uuid, node.value);
}

/** The same by what the device was found under. */
function isSharedOnNetwork(evidence: Evidence, m1: M1, found: Identity | Finding): boolean | Finding {
  if (isFinding(found)) return found;
  const owners = found.wrong.map(({ owner }) => owner);
  if (owners.includes('RVP-TUU-07')) return true;
  // Under an identity that cannot be read as a UUID it may be shared or not.
  return isFound(found) || owners.includes('RVP-TUU-06') ? false : ownedByOther(evidence, m1, found);
}

export const transportIdentityRules: readonly Rule[] = [tuu05, tuu06, tuu07];
