import { equal } from '#base/bytes.js';
import type { TlvNode } from '../tlv.js';
import { ATTRIBUTE } from './attributes.js';
import { AUTHENTICATOR_BYTES, BLOCK_BYTES, decryptBlocks, keyWrapAuthenticator, type WscKeys } from './crypto.js';
import { decodeAttributes, type WscMessage } from './message.js';

/** What is wrong with an Encrypted Settings attribute, in the order it is found out. */
export type SettingsProblem =
  | 'length'
  | 'padding'
  | 'key-wrap-authenticator-missing'
  | 'key-wrap-authenticator-not-last'
  | 'key-wrap-authenticator-wrong';

/** An Encrypted Settings attribute, opened with the session keys. */
export interface Settings {
  /** Plaintext without padding, Key Wrap Authenticator included; null when it could not be decrypted or unpadded. */
  readonly plain: WscMessage | null;
  readonly problem: SettingsProblem | null;
  /** The figures of the problem, one sentence; empty without one. */
  readonly detail: string;
}

/** IV and one block: the least that can hold a Key Wrap Authenticator and its padding. */
const LEAST_BYTES = 2 * BLOCK_BYTES;

/**
 * Decrypt, unpad and verify the value of an Encrypted Settings attribute (WSC: Encrypted Settings). Never throws on
 * what a device sent. Paths of the plaintext begin with `root`; its spans count in the plaintext, from `baseOffset`.
 */
export function openSettings(
  value: Uint8Array,
  keys: Pick<WscKeys, 'authKey' | 'keyWrapKey'>,
  root = 'encryptedSettings',
  baseOffset = 0,
): Settings {
  if (value.length < LEAST_BYTES || value.length % BLOCK_BYTES !== 0) {
    const detail = `${value.length} bytes, not ${LEAST_BYTES} or more in whole blocks of ${BLOCK_BYTES}`;
    return { plain: null, problem: 'length', detail };
  }
  const padded = decryptBlocks(keys.keyWrapKey, value);
  const fault = paddingFault(padded);
  if (fault !== null) return { plain: null, problem: 'padding', detail: fault };
  const bytes = padded.subarray(0, padded.length - lastByte(padded));
  const list = decodeAttributes(bytes, root, baseOffset);
  const plain: WscMessage = { bytes, list, attributes: list.nodes, messageType: null, name: null, issues: list.issues };
  return { plain, ...keyWrapProblem(plain, keys.authKey, baseOffset) };
}

/** Why the padding cannot be taken off, or null. Both ends pad with 1 to 16 bytes that each say how many they are. */
function paddingFault(padded: Uint8Array): string | null {
  const count = lastByte(padded);
  if (count === 0 || count > BLOCK_BYTES)
    return `the last byte says ${count} bytes of padding, not 1 to ${BLOCK_BYTES}`;
  const odd = padded.subarray(padded.length - count).findIndex((byte) => byte !== count);
  if (odd < 0) return null;
  return `the last byte says ${count} bytes of padding, but byte ${odd + 1} of them is another value`;
}

function keyWrapProblem(
  plain: WscMessage,
  authKey: Uint8Array,
  baseOffset: number,
): Pick<Settings, 'problem' | 'detail'> {
  const found = plain.attributes.filter((node) => node.type === ATTRIBUTE.KeyWrapAuthenticator).at(-1);
  if (found === undefined) {
    return { problem: 'key-wrap-authenticator-missing', detail: `none among ${plain.attributes.length} attributes` };
  }
  const after = plain.bytes.length - (found.span.end - baseOffset);
  if (after > 0) return { problem: 'key-wrap-authenticator-not-last', detail: `${after} bytes follow it` };
  const fault = keyWrapFault(plain, found, authKey, baseOffset);
  return fault === null ? { problem: null, detail: '' } : { problem: 'key-wrap-authenticator-wrong', detail: fault };
}

function keyWrapFault(plain: WscMessage, node: TlvNode, authKey: Uint8Array, baseOffset: number): string | null {
  if (node.declaredLength !== AUTHENTICATOR_BYTES || node.missingBytes > 0) {
    return `its Length is ${node.declaredLength} with ${node.value.length} bytes there, not ${AUTHENTICATOR_BYTES}`;
  }
  const covered = plain.bytes.subarray(0, node.span.start - baseOffset);
  if (equal(node.value, keyWrapAuthenticator(authKey, covered))) return null;
  return `it is not the hash of the ${covered.length} bytes before it`;
}

function lastByte(bytes: Uint8Array): number {
  return bytes[bytes.length - 1] ?? 0;
}
