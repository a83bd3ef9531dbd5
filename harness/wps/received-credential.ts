import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attributesOf, decodeAttributes, type WscMessage } from '#wire/wps/message.js';
import type { TlvNode } from '#wire/tlv.js';
import type { ReceivedCredential } from './enrollee-config.js';
import { Refusal, required, wordOf } from './requirements.js';

const AUTHENTICATION_OPEN = 0x0001;
/** AES, or AES with TKIP; and no encryption, for an open network. WEP and TKIP alone are forbidden since WSC 2.0. */
const ENCRYPTIONS: readonly (number | null)[] = [0x0008, 0x000c];
const ENCRYPTION_NONE = 0x0001;

/**
 * The credentials of M8's settings that a station can use, in their order. Throws {@link Refusal} when there is none, or
 * when one is malformed: SSID, types, key or MAC address missing or of an illegal length, a passphrase with a character
 * that is not printable ASCII.
 */
export function receivedCredentials(settings: WscMessage): readonly ReceivedCredential[] {
  const all = attributesOf(settings, ATTRIBUTE.Credential).map(parseCredential);
  if (all.length === 0) throw new Refusal('no Credential in M8');
  const usable = all.filter(isUsable);
  if (usable.length === 0) {
    const types = all.map(({ encryptionType }) => encryptionType).join(', ');
    throw new Refusal(`no Credential in M8 is one a WSC 2.0 station may use: Encryption Type ${types}`);
  }
  return usable;
}

function parseCredential(node: TlvNode): ReceivedCredential {
  if (node.missingBytes > 0) throw new Refusal('Credential in M8 is cut');
  const list = decodeAttributes(node.value, node.path, node.valueSpan.start);
  const message: WscMessage = {
    bytes: node.value,
    list,
    attributes: list.nodes,
    messageType: null,
    name: 'M8',
    issues: list.issues,
  };
  const authenticationType = wordOf(message, ATTRIBUTE.AuthenticationType);
  const encryptionType = wordOf(message, ATTRIBUTE.EncryptionType);
  if (authenticationType === null) throw new Refusal('no Authentication Type in M8');
  if (encryptionType === null) throw new Refusal('no Encryption Type in M8');
  const ssid = Uint8Array.from(required(message, ATTRIBUTE.Ssid));
  const open = authenticationType === AUTHENTICATION_OPEN;
  const networkKey = open ? new Uint8Array(0) : withoutZeros(required(message, ATTRIBUTE.NetworkKey));
  const macAddress = Uint8Array.from(required(message, ATTRIBUTE.MACAddress, 6));
  if (ssid.length === 0 || ssid.length > 32) throw new Refusal(`SSID in M8 has ${ssid.length} bytes`);
  if (ENCRYPTIONS.includes(encryptionType)) requirePassphrase(networkKey);
  return { ssid, authenticationType, encryptionType, networkKey, macAddress };
}

/** Some Registrars count the end of a C string in. */
function withoutZeros(key: Uint8Array): Uint8Array {
  return Uint8Array.from(key.subarray(0, key.findLastIndex((byte) => byte !== 0) + 1));
}

/** 8 to 63 printable ASCII characters, or 64 hex digits. The key itself is never named. */
function requirePassphrase(key: Uint8Array): void {
  if (key.length < 8 || key.length > 64) throw new Refusal(`Network Key in M8 has ${key.length} bytes`);
  if (key.some((byte) => byte < 0x20 || byte > 0x7e)) throw new Refusal('Network Key in M8 is not printable ASCII');
  if (key.length === 64 && !/^[0-9a-fA-F]{64}$/.test(String.fromCharCode(...key)))
    throw new Refusal('Network Key in M8 has 64 bytes that are not hex digits');
}

function isUsable({ authenticationType, encryptionType }: ReceivedCredential): boolean {
  if (authenticationType === AUTHENTICATION_OPEN) return encryptionType === ENCRYPTION_NONE;
  return authenticationType !== 0 && ENCRYPTIONS.includes(encryptionType);
}
