import {
  createCipheriv,
  createDecipheriv,
  createDiffieHellman,
  createHash,
  createHmac,
  getDiffieHellman,
  type DiffieHellman,
} from 'node:crypto';
import { allBytes, ascii, be, concat } from '#base/bytes.js';
import { encodeTlv } from '../tlv.js';
import { ATTRIBUTE } from './attributes.js';

/** Length of a public key and of a shared secret of group 5 (RFC 3526, 1536 bit), in bytes. */
export const PUBLIC_KEY_BYTES = 192;
/** Length of Authenticator and Key Wrap Authenticator values, in bytes. */
export const AUTHENTICATOR_BYTES = 8;
/** Length of a whole Authenticator attribute, header included: what is left out of its own computation. */
export const AUTHENTICATOR_TLV_BYTES = 12;
/** Cipher block and initialization vector of Encrypted Settings, in bytes. */
export const BLOCK_BYTES = 16;
/** What push button uses in place of a PIN. */
export const PUSH_BUTTON_PASSWORD = '00000000';

const PRIME = Uint8Array.from(getDiffieHellman('modp5').getPrime());
/** p - 1 of group 5, 192 bytes: the one element of order 2, no public key of anybody. */
export const PRIME_LESS_ONE = Uint8Array.from([...PRIME.subarray(0, -1), (PRIME.at(-1) ?? 0) - 1]);
const GENERATOR = 2;
const KDF_LABEL = ascii('Wi-Fi Easy and Secure Key Derivation');
const KDF_BITS = 640;

/** AuthKey 32 bytes, KeyWrapKey 16 bytes, EMSK 32 bytes. */
export interface WscKeys {
  readonly authKey: Uint8Array;
  readonly keyWrapKey: Uint8Array;
  readonly emsk: Uint8Array;
}

/** What {@link deriveKeys} needs: one side's private value and what both sides said in the clear. */
export interface KeyInputs {
  /** Own private value, 1 to 192 bytes big-endian. */
  readonly privateKey: Uint8Array;
  /** The other side's public key, 192 bytes, valid by {@link isValidPublicKey}. */
  readonly peerPublicKey: Uint8Array;
  /** Enrollee Nonce, 16 bytes. */
  readonly enrolleeNonce: Uint8Array;
  /** MAC Address attribute of M1, 6 bytes. */
  readonly enrolleeMac: Uint8Array;
  /** Registrar Nonce, 16 bytes. */
  readonly registrarNonce: Uint8Array;
  /** Hash the secret without its leading zeros: the mistake of a broken device, seen once in 256 exchanges. */
  readonly stripsSecret?: boolean;
}

/**
 * Public key of a private value (1 to 192 bytes big-endian), padded on the left with zeros to 192 bytes. Throws
 * RangeError when the private value is empty, too long or zero.
 */
export function publicKey(privateKey: Uint8Array): Uint8Array {
  return padLeft(withPrivateKey(privateKey).generateKeys());
}

/**
 * Diffie-Hellman secret, padded on the left with zeros to 192 bytes. Throws RangeError for a peer key that
 * {@link isValidPublicKey} refuses: ask that first of what a device sent.
 */
export function sharedSecret(privateKey: Uint8Array, peerPublicKey: Uint8Array): Uint8Array {
  if (!isValidPublicKey(peerPublicKey)) throw new RangeError('not a public key of the group');
  return padLeft(withPrivateKey(privateKey).computeSecret(peerPublicKey));
}

/** 192 bytes and 1 < PK < p - 1. */
export function isValidPublicKey(bytes: Uint8Array): boolean {
  if (bytes.length !== PUBLIC_KEY_BYTES) return false;
  const last = PUBLIC_KEY_BYTES - 1;
  const lastByte = bytes[last] as number;
  if (allBytes(bytes.subarray(0, last), 0) && lastByte <= 1) return false;
  // p is odd, so p - 1 differs from it in the last byte only.
  for (let i = 0; i < last; i++) {
    const difference = (bytes[i] as number) - (PRIME[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return lastByte < (PRIME[last] as number) - 1;
}

/** Session keys (WSC: key derivation): DHKey = SHA-256(secret), KDK = HMAC(DHKey, N1 | MAC | N2), then the KDF. */
export function deriveKeys(inputs: KeyInputs): WscKeys {
  const secret = sharedSecret(inputs.privateKey, inputs.peerPublicKey);
  const zeros = inputs.stripsSecret === true ? secret.findIndex((byte) => byte !== 0) : 0;
  const dhKey = createHash('sha256').update(secret.subarray(zeros)).digest();
  const kdk = hmac(dhKey, inputs.enrolleeNonce, inputs.enrolleeMac, inputs.registrarNonce);
  const bits = be(KDF_BITS, 4);
  const material = concat(...[1, 2, 3].map((round) => hmac(kdk, be(round, 4), KDF_LABEL, bits)));
  return { authKey: material.slice(0, 32), keyWrapKey: material.slice(32, 48), emsk: material.slice(48, 80) };
}

/**
 * Authenticator of a message: over the previous message (whole) and this one without its last
 * {@link AUTHENTICATOR_TLV_BYTES} bytes. M2's previous message is M1, also after M2D and WSC_ACK.
 */
export function authenticator(
  authKey: Uint8Array,
  previousMessage: Uint8Array,
  messageWithoutAuthenticator: Uint8Array,
): Uint8Array {
  return hmac(authKey, previousMessage, messageWithoutAuthenticator).slice(0, AUTHENTICATOR_BYTES);
}

/** Both halves of a password, hashed, 16 bytes each. An odd length gives the first half one character more. */
export function passwordHalves(authKey: Uint8Array, pin: string): { psk1: Uint8Array; psk2: Uint8Array } {
  const password = ascii(pin);
  const half = Math.ceil(password.length / 2);
  return {
    psk1: hmac(authKey, password.subarray(0, half)).slice(0, 16),
    psk2: hmac(authKey, password.subarray(half)).slice(0, 16),
  };
}

/**
 * E-Hash1/2 or R-Hash1/2, 32 bytes.
 *
 * @param secretNonce E-S1, E-S2, R-S1 or R-S2, 16 bytes
 * @param psk the password half that goes with it
 * @param pke Enrollee's public key, 192 bytes
 * @param pkr Registrar's public key, 192 bytes
 */
export function secretHash(
  authKey: Uint8Array,
  secretNonce: Uint8Array,
  psk: Uint8Array,
  pke: Uint8Array,
  pkr: Uint8Array,
): Uint8Array {
  return hmac(authKey, secretNonce, psk, pke, pkr);
}

/** Key Wrap Authenticator value over the plaintext TLVs that stand before it. */
export function keyWrapAuthenticator(authKey: Uint8Array, plain: Uint8Array): Uint8Array {
  return hmac(authKey, plain).slice(0, AUTHENTICATOR_BYTES);
}

/**
 * Value of an Encrypted Settings attribute: IV, then AES-128-CBC over `plainTlvs`, their Key Wrap Authenticator and
 * 1 to 16 bytes of padding. `iv` has 16 bytes.
 */
export function encryptSettings(
  keys: Pick<WscKeys, 'authKey' | 'keyWrapKey'>,
  plainTlvs: Uint8Array,
  iv: Uint8Array,
): Uint8Array {
  const value = keyWrapAuthenticator(keys.authKey, plainTlvs);
  const plain = concat(plainTlvs, encodeTlv({ type: ATTRIBUTE.KeyWrapAuthenticator, value }));
  const padding = BLOCK_BYTES - (plain.length % BLOCK_BYTES);
  return encryptBlocks(keys.keyWrapKey, concat(plain, new Uint8Array(padding).fill(padding)), iv);
}

/** `iv` and AES-128-CBC over whole blocks as they are: no Key Wrap Authenticator, no padding added. */
export function encryptBlocks(keyWrapKey: Uint8Array, blocks: Uint8Array, iv: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-cbc', keyWrapKey, iv).setAutoPadding(false);
  return concat(iv, cipher.update(blocks), cipher.final());
}

/**
 * AES-128-CBC plaintext of `value` (16 bytes of IV, then whole blocks), padding and all. Throws RangeError when that is
 * not its form.
 */
export function decryptBlocks(keyWrapKey: Uint8Array, value: Uint8Array): Uint8Array {
  if (value.length < BLOCK_BYTES || value.length % BLOCK_BYTES !== 0)
    throw new RangeError('not an IV and whole blocks');
  const decipher = createDecipheriv('aes-128-cbc', keyWrapKey, value.subarray(0, BLOCK_BYTES)).setAutoPadding(false);
  return concat(decipher.update(value.subarray(BLOCK_BYTES)), decipher.final());
}

/** True for 8 digits whose last is the right checksum of the seven before it. */
export function pinChecksumValid(pin: string): boolean {
  if (!/^[0-9]{8}$/.test(pin)) return false;
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += Number(pin[i]) * (i % 2 === 0 ? 3 : 1);
  return sum % 10 === 0;
}

let group: DiffieHellman | null = null;

function withPrivateKey(privateKey: Uint8Array): DiffieHellman {
  if (privateKey.length > PUBLIC_KEY_BYTES || privateKey.every((byte) => byte === 0))
    throw new RangeError('a private value has 1 to 192 bytes and is not zero');
  // Making the group checks the prime, which takes longer than the rest of an exchange: once is enough.
  group ??= createDiffieHellman(PRIME, GENERATOR);
  group.setPrivateKey(privateKey);
  return group;
}

function padLeft(bytes: Uint8Array): Uint8Array {
  return concat(new Uint8Array(PUBLIC_KEY_BYTES - bytes.length), bytes);
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return Uint8Array.from(mac.digest());
}
