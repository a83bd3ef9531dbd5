import { ascii, be, concat, toHex } from '#base/bytes.js';
import { decodeTlvs, encodeTlvs, type TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import type { Script } from '../engine.js';
import { alter, settings, valued } from './edits.js';
import { stimulus, type Stimulus } from './stimulus.js';

type Attributes = readonly TlvSource[];
type CredentialEdit = (attributes: Attributes) => Attributes;

/** Authentication and Encryption Types of WSC. */
const TYPES = {
  open: 0x0001,
  shared: 0x0004,
  wpaAndWpa2: 0x0022,
  none: 0x0001,
  wep: 0x0002,
  tkipAndAes: 0x000c,
} as const;
const SSID_BYTES = 32;
/** Where the one who gets it cannot be: locally administered, and nobody's. */
const OTHER_MAC = Uint8Array.of(0x02, 0, 0, 0, 0xff, 0xff);

/** M8 whose settings hold, in the place of its one Credential, those that `edits` make of it. */
function credentials(...edits: readonly CredentialEdit[]): Script {
  return alter(
    'M8',
    settings((attributes) =>
      attributes.flatMap((attribute): Attributes => {
        if (attribute.type !== ATTRIBUTE.Credential) return [attribute];
        const { nodes } = decodeTlvs(attribute.value);
        return edits.map((edit) => ({ type: attribute.type, value: encodeTlvs({ nodes: edit(nodes) }) }));
      }),
    ),
  );
}

const same: CredentialEdit = (all) => all;
const lacking =
  (id: number): CredentialEdit =>
  (all) =>
    all.filter(({ type }) => type !== id);
const having =
  (id: number, value: (old: Uint8Array) => Uint8Array): CredentialEdit =>
  (all) =>
    valued(all, id, value);
const typed =
  (authentication: number, encryption: number): CredentialEdit =>
  (all) =>
    valued(
      valued(all, ATTRIBUTE.AuthenticationType, () => be(authentication, 2)),
      ATTRIBUTE.EncryptionType,
      () => be(encryption, 2),
    );
const both =
  (one: CredentialEdit, other: CredentialEdit): CredentialEdit =>
  (all) =>
    other(one(all));
const keyed = (key: (old: Uint8Array) => Uint8Array): CredentialEdit => having(ATTRIBUTE.NetworkKey, key);

/** A network of its own with WEP and a key of 40 bits. */
const wep = both(
  both(
    typed(TYPES.shared, TYPES.wep),
    keyed(() => ascii('abcde')),
  ),
  having(ATTRIBUTE.Ssid, () => ascii('old')),
);

/** The key of the network as 64 hex digits; of which passphrase is no matter, since nobody joins by it here. */
const hexKey = keyed((key) => ascii(toHex(concat(key, key).subarray(0, SSID_BYTES))));

/** Credentials in M8 that a device may not use, or has to. */
export const CREDENTIAL_STIMULI: readonly Stimulus[] = [
  stimulus('reg-26a', 'sends a Credential without SSID', credentials(lacking(ATTRIBUTE.Ssid))),
  stimulus(
    'reg-26b',
    'sends a Credential without Authentication Type',
    credentials(lacking(ATTRIBUTE.AuthenticationType)),
  ),
  stimulus('reg-26c', 'sends a Credential without Encryption Type', credentials(lacking(ATTRIBUTE.EncryptionType))),
  stimulus('reg-26d', 'sends a Credential without Network Key', credentials(lacking(ATTRIBUTE.NetworkKey))),
  stimulus('reg-26e', 'sends a Credential without MAC Address', credentials(lacking(ATTRIBUTE.MACAddress))),
  stimulus(
    'reg-26f',
    'sends a Credential of an open network without Network Key',
    credentials(both(typed(TYPES.open, TYPES.none), lacking(ATTRIBUTE.NetworkKey))),
  ),
  stimulus(
    'reg-26g',
    'sends a Credential with the MAC Address of another device',
    credentials(having(ATTRIBUTE.MACAddress, () => OTHER_MAC)),
  ),
  stimulus(
    'reg-26h',
    'sends a Credential whose SSID is filled up with zeros to 32 bytes',
    credentials(having(ATTRIBUTE.Ssid, (ssid) => concat(ssid, new Uint8Array(SSID_BYTES - ssid.length)))),
  ),
  stimulus(
    'reg-26i',
    'sends a Credential whose Network Key ends with a zero byte',
    credentials(keyed((key) => concat(key, Uint8Array.of(0)))),
  ),
  stimulus(
    'reg-26j',
    'sends a Credential with an empty SSID',
    credentials(having(ATTRIBUTE.Ssid, () => new Uint8Array(0))),
  ),
  stimulus(
    'reg-26k',
    'sends a Credential with the Encryption Type 0',
    credentials(having(ATTRIBUTE.EncryptionType, () => be(0, 2))),
  ),
  stimulus('reg-26l', 'sends the Credential of a network with WEP', credentials(wep)),
  stimulus('reg-26m', 'sends the Credential of a network with WEP, and then a good one', credentials(wep, same)),
  stimulus('reg-26n', 'sends two Credentials that are both good', credentials(same, same)),
  stimulus(
    'reg-26o',
    'sends a Credential of mixed types: WPA and WPA2, TKIP and AES',
    credentials(typed(TYPES.wpaAndWpa2, TYPES.tkipAndAes)),
  ),
  stimulus('reg-26p', 'sends a Credential whose Network Key is 64 hex digits', credentials(hexKey)),
  stimulus(
    'reg-27a',
    'sends a passphrase with a control character in it',
    credentials(keyed((key) => concat(key.subarray(0, 8), Uint8Array.of(0x01), key.subarray(8)))),
  ),
  stimulus(
    'reg-27b',
    'sends a passphrase with a line end in it',
    credentials(keyed((key) => concat(key.subarray(0, 8), Uint8Array.of(0x0a), key.subarray(8)))),
  ),
];
