import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { RallyError } from '#base/error.js';

/** Bytes of an Ed25519 signature (RFC 8032, 5.1.6). */
export const SIGNATURE_BYTES = 64;

/**
 * `valid`; `unsigned`; `unchecked`, because no key was given to check it with; `missing` though the manifest names a
 * signer; `other-key`, signed by another than was given; `broken`, neither manifest nor signature is as it was signed.
 */
export type SignatureState = 'valid' | 'unsigned' | 'unchecked' | 'missing' | 'other-key' | 'broken';

/** Which key it is: SHA-256 over the public key (DER, SubjectPublicKeyInfo), lower-case hex. */
export function keyId(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** Private Ed25519 key in PEM (PKCS #8). Throws ERR_SIGNING_KEY; the text is in no message. */
export function readSigningKey(pem: string): KeyObject {
  return ed25519(() => createPrivateKey(pem), 'a private key in PEM that is not encrypted');
}

/** Public Ed25519 key in PEM. A private one is refused: who verifies has no use for it. Throws ERR_SIGNING_KEY. */
export function readVerificationKey(pem: string): KeyObject {
  if (pem.includes('PRIVATE KEY')) {
    throw new RallyError('ERR_SIGNING_KEY', 'The key to verify with is a private key', {
      remedy: 'Give the public one: openssl pkey -in key.pem -pubout -out public.pem.',
    });
  }
  return ed25519(() => createPublicKey(pem), 'a public key in PEM');
}

/** Detached signature of the manifest's bytes, {@link SIGNATURE_BYTES} long. */
export function signatureOf(manifest: Uint8Array, key: KeyObject): Uint8Array {
  return sign(null, manifest, key);
}

/**
 * What is to be said of a signature.
 *
 * @param signedBy the signer the manifest names
 * @param signature null where there is none
 * @param key public key to check with; null: none was given
 */
export function checkSignature(
  manifest: Uint8Array,
  signedBy: string | null,
  signature: Uint8Array | null,
  key: KeyObject | null,
): SignatureState {
  if (signedBy === null) return 'unsigned';
  if (signature === null) return 'missing';
  if (key === null) return 'unchecked';
  if (keyId(key) !== signedBy) return 'other-key';
  return signature.length === SIGNATURE_BYTES && verify(null, manifest, key, signature) ? 'valid' : 'broken';
}

function ed25519(read: () => KeyObject, what: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    // Not as the cause: it could quote what it was given.
    throw new RallyError('ERR_SIGNING_KEY', `The key file does not hold ${what}`);
  }
  const type = key.asymmetricKeyType ?? 'unknown';
  if (type !== 'ed25519') throw new RallyError('ERR_SIGNING_KEY', `The key is of type ${type}, not Ed25519`);
  return key;
}
