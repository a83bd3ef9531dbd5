import type { TlvNode } from '../tlv.js';
import { ATTRIBUTE, ATTRIBUTES } from './attributes.js';
import type { MessageName, WscMessage } from './message.js';

/**
 * When an attribute has to be there: `mandatory` always, `mandatory2` in messages that say Version2 (WSC 2.0),
 * `optional` never.
 */
export type Presence = 'mandatory' | 'mandatory2' | 'optional';

/** One attribute of a message, at its place in the order. */
export interface TableRow {
  readonly id: number;
  readonly presence: Presence;
}

/** Messages and parts of messages that have a table: `M5Settings` is the plaintext of M5's Encrypted Settings. */
export type TableName =
  | Exclude<MessageName, 'Beacon' | 'ProbeResponse'>
  | 'AssociationRequest'
  | 'M4Settings'
  | 'M5Settings'
  | 'M6Settings'
  | 'M7Settings'
  | 'M8Settings'
  | 'Credential';

type Name = keyof typeof ATTRIBUTE;

const rows = (presence: Presence, ...names: readonly Name[]): TableRow[] =>
  names.map((name) => ({ id: ATTRIBUTE[name], presence }));
const mandatory = (...names: readonly Name[]): TableRow[] => rows('mandatory', ...names);
const optional = (...names: readonly Name[]): TableRow[] => rows('optional', ...names);

const HEADER = mandatory('Version', 'MessageType');
const TYPE_FLAGS = mandatory('AuthenticationTypeFlags', 'EncryptionTypeFlags', 'ConnectionTypeFlags');
const STRINGS = mandatory('Manufacturer', 'ModelName', 'ModelNumber', 'SerialNumber');
const DEVICE = [...STRINGS, ...mandatory('PrimaryDeviceType', 'DeviceName', 'RFBands', 'AssociationState')];
const BOTH_NONCES = mandatory('EnrolleeNonce', 'RegistrarNonce');
const NETWORK: readonly Name[] = ['Ssid', 'AuthenticationType', 'EncryptionType', 'NetworkKey', 'MACAddress'];

/**
 * Attributes of each message in the order of its table (WSC: message tables). Vendor extensions and attributes without
 * a row may stand anywhere before the Authenticator, or before the Key Wrap Authenticator in settings.
 */
export const MESSAGE_TABLES: Readonly<Record<TableName, readonly TableRow[]>> = {
  ProbeRequest: [
    ...mandatory('Version', 'RequestType', 'ConfigMethods', 'UuidE', 'PrimaryDeviceType', 'RFBands'),
    ...mandatory('AssociationState', 'ConfigurationError', 'DevicePasswordID'),
    ...rows('mandatory2', 'Manufacturer', 'ModelName', 'ModelNumber', 'DeviceName'),
    ...optional('RequestedDeviceType', 'SecondaryDeviceTypeList'),
  ],
  AssociationRequest: mandatory('Version', 'RequestType'),
  M1: [
    ...HEADER,
    ...mandatory('UuidE', 'MACAddress', 'EnrolleeNonce', 'PublicKey'),
    ...TYPE_FLAGS,
    ...mandatory('ConfigMethods', 'WPSState'),
    ...DEVICE,
    ...mandatory('DevicePasswordID', 'ConfigurationError', 'OSVersion'),
  ],
  M2: [
    ...HEADER,
    ...BOTH_NONCES,
    ...mandatory('UuidR', 'PublicKey'),
    ...TYPE_FLAGS,
    ...mandatory('ConfigMethods'),
    ...DEVICE,
    ...mandatory('ConfigurationError', 'DevicePasswordID', 'OSVersion'),
    ...optional('EncryptedSettings'),
    ...mandatory('Authenticator'),
  ],
  M2D: [
    ...HEADER,
    ...BOTH_NONCES,
    ...mandatory('UuidR'),
    ...TYPE_FLAGS,
    ...mandatory('ConfigMethods'),
    ...DEVICE,
    ...mandatory('ConfigurationError', 'OSVersion'),
  ],
  M3: [...HEADER, ...mandatory('RegistrarNonce', 'EHash1', 'EHash2', 'Authenticator')],
  M4: [...HEADER, ...mandatory('EnrolleeNonce', 'RHash1', 'RHash2', 'EncryptedSettings', 'Authenticator')],
  M5: [...HEADER, ...mandatory('RegistrarNonce', 'EncryptedSettings', 'Authenticator')],
  M6: [...HEADER, ...mandatory('EnrolleeNonce', 'EncryptedSettings', 'Authenticator')],
  M7: [...HEADER, ...mandatory('RegistrarNonce', 'EncryptedSettings', 'Authenticator')],
  M8: [...HEADER, ...mandatory('EnrolleeNonce', 'EncryptedSettings', 'Authenticator')],
  WSC_ACK: [...HEADER, ...BOTH_NONCES],
  WSC_NACK: [...HEADER, ...BOTH_NONCES, ...mandatory('ConfigurationError')],
  WSC_DONE: [...HEADER, ...BOTH_NONCES],
  M4Settings: mandatory('RSNonce1', 'KeyWrapAuthenticator'),
  M5Settings: mandatory('ESNonce1', 'KeyWrapAuthenticator'),
  M6Settings: mandatory('RSNonce2', 'KeyWrapAuthenticator'),
  // The network is what an access point that is being configured says of itself; a station says none of it.
  M7Settings: [
    ...mandatory('ESNonce2'),
    ...optional('Ssid', 'MACAddress', 'AuthenticationType', 'EncryptionType', 'NetworkKeyIndex', 'NetworkKey'),
    ...mandatory('KeyWrapAuthenticator'),
  ],
  M8Settings: mandatory('Credential', 'KeyWrapAuthenticator'),
  Credential: [...mandatory('NetworkIndex', ...NETWORK), ...optional('NetworkKeyIndex')],
};

/** Rows whose attribute has to be there and is not. `isVersion2`: the message says Version2 (WSC 2.0). */
export function missingAttributes(
  table: readonly TableRow[],
  message: Pick<WscMessage, 'attributes'>,
  isVersion2: boolean,
): TableRow[] {
  const present = new Set(message.attributes.map((node) => node.type));
  return table.filter(
    ({ id, presence }) => (presence === 'mandatory' || (presence === 'mandatory2' && isVersion2)) && !present.has(id),
  );
}

/** Second and later occurrences of defined attributes that may stand only once, in message order. */
export function repeatedAttributes(message: Pick<WscMessage, 'attributes'>): TlvNode[] {
  const seen = new Set<number>();
  return message.attributes.filter((node) => {
    const info = ATTRIBUTES.get(node.type);
    if (info === undefined || info.repeats) return false;
    const again = seen.has(node.type);
    seen.add(node.type);
    return again;
  });
}

/** An attribute that does not stand where its table has it. */
export interface Misplaced {
  readonly node: TlvNode;
  /** The attribute of the table it stands behind in the message; null when it comes first. */
  readonly after: TlvNode | null;
  /** The attribute of the message it should directly follow by the table; null when it should come first. */
  readonly shouldFollow: TlvNode | null;
}

/**
 * The fewest attributes that have to be moved so that all of the table stand in its order, in message order. Only the
 * first occurrence of each counts ({@link repeatedAttributes} has the others); what has no row is skipped.
 */
export function misplacedAttributes(table: readonly TableRow[], message: Pick<WscMessage, 'attributes'>): Misplaced[] {
  const rankOf = new Map(table.map((row, rank) => [row.id, rank]));
  const ranked: { node: TlvNode; rank: number }[] = [];
  for (const node of message.attributes) {
    const rank = rankOf.get(node.type);
    if (rank === undefined) continue;
    rankOf.delete(node.type);
    ranked.push({ node, rank });
  }
  const kept = longestRise(ranked.map(({ rank }) => rank));
  return ranked.flatMap(({ node, rank }, index) => {
    if (kept.has(index)) return [];
    const before = ranked.filter((other) => other.rank < rank);
    const shouldFollow = before.reduce<(typeof before)[number] | null>(
      (best, other) => (best === null || other.rank > best.rank ? other : best),
      null,
    );
    return [{ node, after: ranked[index - 1]?.node ?? null, shouldFollow: shouldFollow?.node ?? null }];
  });
}

/** Indices of one longest strictly rising subsequence. Quadratic: a table has at most two dozen rows. */
function longestRise(values: readonly number[]): Set<number> {
  const best: { length: number; previous: number }[] = [];
  let last = -1;
  values.forEach((value, index) => {
    let length = 1;
    let previous = -1;
    for (let i = 0; i < index; i++) {
      const candidate = best[i];
      if (candidate === undefined || (values[i] ?? value) >= value || candidate.length < length) continue;
      length = candidate.length + 1;
      previous = i;
    }
    best.push({ length, previous });
    if (length > (best[last]?.length ?? 0)) last = index;
  });
  const kept = new Set<number>();
  for (let i = last; i >= 0; i = best[i]?.previous ?? -1) kept.add(i);
  return kept;
}
