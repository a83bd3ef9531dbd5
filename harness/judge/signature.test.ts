import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import { checkSignature, keyId, readSigningKey, readVerificationKey, signatureOf } from './signature.js';

const MANIFEST = Buffer.from('{ "a manifest": true }\n');

describe('signature of a seal', () => {
  const mine = generateKeyPairSync('ed25519');
  const other = generateKeyPairSync('ed25519');
  const signature = signatureOf(MANIFEST, mine.privateKey);
  const id = keyId(mine.publicKey);

  it('is valid with the key it was made with, whose id both halves give', () => {
    expect(keyId(mine.privateKey))
      .to.equal(id)
      .and.match(/^[0-9a-f]{64}$/);
    expect(checkSignature(MANIFEST, id, signature, mine.publicKey)).to.equal('valid');
  });

  it('tells no signature, one that went missing, one of another key, and one nobody checks', () => {
    expect(checkSignature(MANIFEST, null, null, mine.publicKey)).to.equal('unsigned');
    expect(checkSignature(MANIFEST, null, null, null)).to.equal('unsigned');
    expect(checkSignature(MANIFEST, id, null, mine.publicKey)).to.equal('missing');
    expect(checkSignature(MANIFEST, id, null, null)).to.equal('missing');
    expect(checkSignature(MANIFEST, id, signature, other.publicKey)).to.equal('other-key');
    expect(checkSignature(MANIFEST, id, signature, null)).to.equal('unchecked');
  });

  it('is broken by every changed byte of the manifest and of itself, when it is cut, and by another signer', () => {
    for (let at = 0; at < MANIFEST.length; at++) {
      const changed = Buffer.from(MANIFEST);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(checkSignature(changed, id, signature, mine.publicKey), `byte ${at}`).to.equal('broken');
    }
    for (let at = 0; at < signature.length; at++) {
      const changed = Uint8Array.from(signature);
      changed[at] = (changed[at] ?? 0) ^ 0x80;
      expect(checkSignature(MANIFEST, id, changed, mine.publicKey), `byte ${at}`).to.equal('broken');
      expect(checkSignature(MANIFEST, id, signature.subarray(0, at), mine.publicKey), `${at} bytes`).to.equal('broken');
    }
    const forged = signatureOf(MANIFEST, other.privateKey);
    expect(checkSignature(MANIFEST, id, forged, mine.publicKey)).to.equal('broken');
  });
});

describe('keys of a seal', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  const refusal = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      if (isRallyError(error, 'ERR_SIGNING_KEY')) return `${error.message} ${error.remedy}`;
      throw error;
    }
    throw new Error('was read');
  };

  it('are read from PEM', () => {
    expect(keyId(readSigningKey(pkcs8))).to.equal(keyId(readVerificationKey(spki)));
  });

  it('are refused when they are something else, without a word of what they are', () => {
    expect(refusal(() => readSigningKey('secret words')))
      .to.match(/private key in PEM/)
      .and.not.match(/secret/);
    expect(refusal(() => readSigningKey(spki))).to.match(/private key in PEM/);
    expect(refusal(() => readVerificationKey('nothing'))).to.match(/public key in PEM/);
    expect(refusal(() => readVerificationKey(pkcs8))).to.match(/is a private key.*-pubout/);
    const encrypted = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' });
    expect(refusal(() => readSigningKey(encrypted.toString()))).to.match(/not encrypted/);
    const p256 = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(refusal(() => readSigningKey(p256))).to.match(/type ec, not Ed25519.*genpkey/);
  });
});
