import { createHash, createHmac, getDiffieHellman } from 'node:crypto';
import { expect } from 'chai';
import { be, concat, fromHex, toHex } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { encodeTlv } from '../tlv.js';
import { ATTRIBUTE } from './attributes.js';
import {
  authenticator,
  decryptBlocks,
  deriveKeys,
  encryptSettings,
  isValidPublicKey,
  keyWrapAuthenticator,
  passwordHalves,
  pinChecksumValid,
  publicKey,
  PRIME_LESS_ONE,
  secretHash,
  sharedSecret,
  PUSH_BUTTON_PASSWORD,
} from './crypto.js';

const enrolleeNonce = fromHex('000102030405060708090a0b0c0d0e0f');
const registrarNonce = fromHex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
const enrolleeMac = fromHex('020000000100');
const pin = '12345670';
const registrarPrivate = fromHex('abcdef01');
const eS1 = new Uint8Array(16).fill(0x77);
const eS2 = new Uint8Array(16).fill(0x88);

interface Vector {
  readonly name: string;
  readonly privateKey: string;
  readonly pkeDigest: readonly [begin: string, end: string];
  readonly dhKey: string;
  readonly authKey: string;
  readonly keyWrapKey: string;
  readonly psk1: string;
  readonly psk2: string;
  readonly eHash1: string;
  readonly eHash2: string;
  readonly kwa: string;
}

const VECTORS: readonly Vector[] = [
  {
    name: 'plain',
    privateKey: '0123456789',
    pkeDigest: ['6c7407a8d5ae4376', 'da458708'],
    dhKey: '5f837ef2e9b54446c911cfe92866a548831584deaf8c7d8fc2e15f5ba4715434',
    authKey: '41ecffe89d436ab342f9f6e0f2b2301488dbb53fee20fc1d9b012a6cb58ec1ed',
    keyWrapKey: '5489fd19640fe561d3d94a7c3d6b67b5',
    psk1: '1ebff2f4387e85d0c73ca996bc6514d9',
    psk2: '269b9131692d02fc8bd08318b0d42fa0',
    eHash1: '69c7843bf0aee69a4877a85f0d3597455d8b6852f1a999dee3b9454ac4c6924d',
    eHash2: '73813b3f612b810d99020ad298102c9ec06cd4c00f031d80df7eb24cbee01279',
    kwa: '8d8dfcdeadd88ef7',
  },
  {
    name: 'public key with a leading zero',
    privateKey: '0600',
    pkeDigest: ['7f05d19c42b9bead', '0a19ea45'],
    dhKey: 'f5dcdac42a4f01e2a94ccefc66bb7823531138cc1ab46fb3ea2abe9c784b9987',
    authKey: '6bed9bd2eee00b9bffc35b046e0c06c4d34a1286d7839f9cd62ce6717443e950',
    keyWrapKey: '4323d6f50d2983a7569b9bafe1c7b892',
    psk1: 'e98563279645b81ecae1e84f5674f7a9',
    psk2: '2aef4da98c4bc27670f00da4039e04ba',
    eHash1: '7684e89f1db8aa169cab7ba171e77991686f8213166cf9bdcc76022bb219d4c3',
    eHash2: 'def46a91728a3617d3c9027118b77b91931435f11b479d26b6fe960349793287',
    kwa: '41b04022ca535854',
  },
  {
    name: 'shared secret with a leading zero',
    privateKey: '0653',
    pkeDigest: ['2e32399e76fdc92f', '9ef238ab'],
    dhKey: '5df16dff394949afa9ffb27989a143eb8a27ae2551d8962ea4c476e06270668a',
    authKey: '99ab5c2ad659742a84d0681942cbc24925fc761f2f02603d1cef8f4400eb5570',
    keyWrapKey: 'bc6eedefc79dc68e3d65ecaf5cd6878d',
    psk1: '7931132fafcabb59e0bf6927ecb0c2ae',
    psk2: '2817861b4d72fb278eeb1387526133fa',
    eHash1: 'ce61193b492afaa0a8e942e792c63752dd0e889d3c6a6396849be3d1e604e629',
    eHash2: 'e9b083537dec8e4884cc4eb32e6c9e141da51259216c7c6a4626d2062dc2a54b',
    kwa: '0163056248dc72d7',
  },
];

describe('WSC crypto', () => {
  for (const vector of VECTORS) {
    it(`agrees with the vector: ${vector.name}`, () => {
      const privateKey = fromHex(vector.privateKey);
      const pke = publicKey(privateKey);
      const pkr = publicKey(registrarPrivate);
      expect(pke).to.have.length(192);
      const digest = sha256(pke);
      expect([digest.slice(0, 16), digest.slice(-8)]).to.deep.equal(vector.pkeDigest);

      const secret = sharedSecret(privateKey, pkr);
      expect(secret).to.have.length(192);
      expect(sharedSecret(registrarPrivate, pke)).to.deep.equal(secret);
      expect(sha256(secret)).to.equal(vector.dhKey);

      const shared = { enrolleeNonce, enrolleeMac, registrarNonce };
      const keys = deriveKeys({ privateKey, peerPublicKey: pkr, ...shared });
      expect(toHex(keys.authKey)).to.equal(vector.authKey);
      expect(toHex(keys.keyWrapKey)).to.equal(vector.keyWrapKey);
      expect(keys.emsk).to.have.length(32);
      expect(deriveKeys({ privateKey: registrarPrivate, peerPublicKey: pke, ...shared })).to.deep.equal(keys);

      const { psk1, psk2 } = passwordHalves(keys.authKey, pin);
      expect(toHex(psk1)).to.equal(vector.psk1);
      expect(toHex(psk2)).to.equal(vector.psk2);
      expect(toHex(secretHash(keys.authKey, eS1, psk1, pke, pkr))).to.equal(vector.eHash1);
      expect(toHex(secretHash(keys.authKey, eS2, psk2, pke, pkr))).to.equal(vector.eHash2);
      const plain = encodeTlv({ type: ATTRIBUTE.ESNonce1, value: eS1 });
      expect(toHex(keyWrapAuthenticator(keys.authKey, plain))).to.equal(vector.kwa);
    });
  }

  it('pads the leading zeros of the vectors that have them', () => {
    expect(publicKey(fromHex('0600'))[0]).to.equal(0);
    expect(sharedSecret(fromHex('0653'), publicKey(registrarPrivate))[0]).to.equal(0);
  });

  it('accepts public keys strictly between 1 and p - 1, of 192 bytes only', () => {
    const small = (value: number): Uint8Array => concat(new Uint8Array(191), Uint8Array.of(value));
    const prime = fromHex(PRIME_HEX);
    const beforePrime = (steps: number): Uint8Array =>
      concat(prime.subarray(0, 191), Uint8Array.of((prime[191] ?? 0) - steps));
    expect([0, 1, 2].map((value) => isValidPublicKey(small(value)))).to.deep.equal([false, false, true]);
    expect([0, 1, 2].map((steps) => isValidPublicKey(beforePrime(steps)))).to.deep.equal([false, false, true]);
    expect(isValidPublicKey(new Uint8Array(192).fill(0xff))).to.equal(false);
    expect(isValidPublicKey(publicKey(registrarPrivate).subarray(1))).to.equal(false);
    expect(isValidPublicKey(concat(Uint8Array.of(0), publicKey(registrarPrivate)))).to.equal(false);
    expect(isValidPublicKey(publicKey(registrarPrivate))).to.equal(true);
  });

  it('refuses private values and peer keys that cannot be', () => {
    expect(() => publicKey(new Uint8Array(0))).to.throw(RangeError);
    expect(() => publicKey(new Uint8Array(4))).to.throw(RangeError);
    expect(() => publicKey(new Uint8Array(193).fill(1))).to.throw(RangeError);
    expect(() => sharedSecret(registrarPrivate, new Uint8Array(192))).to.throw(RangeError);
  });

  it('knows p - 1, the one element of order 2', () => {
    const prime = BigInt(`0x${getDiffieHellman('modp5').getPrime('hex')}`);
    expect(BigInt(`0x${toHex(PRIME_LESS_ONE)}`)).to.equal(prime - 1n);
    expect(PRIME_LESS_ONE.length).to.equal(192);
    expect(isValidPublicKey(PRIME_LESS_ONE)).to.equal(false);
  });

  it('hashes a secret without its leading zeros where that is asked for', () => {
    const keysOf = (privateKey: Uint8Array, stripsSecret?: boolean): string => {
      const peer = publicKey(registrarPrivate);
      const inputs = { privateKey, peerPublicKey: peer, enrolleeNonce, enrolleeMac, registrarNonce };
      return toHex(deriveKeys(stripsSecret === undefined ? inputs : { ...inputs, stripsSecret }).authKey);
    };
    /** By the specification's words, with whatever is taken for the secret. */
    const expected = (secret: Uint8Array): string => {
      const hmac = (key: Uint8Array, data: Uint8Array): Uint8Array => createHmac('sha256', key).update(data).digest();
      const kdk = hmac(
        createHash('sha256').update(secret).digest(),
        concat(enrolleeNonce, enrolleeMac, registrarNonce),
      );
      const label = Buffer.from('Wi-Fi Easy and Secure Key Derivation');
      return toHex(hmac(kdk, concat(fromHex('00000001'), label, fromHex('00000280'))));
    };
    const secretOf = (privateKey: Uint8Array): Uint8Array => sharedSecret(privateKey, publicKey(registrarPrivate));
    const keys = Array.from({ length: 2000 }, (_, index) => be(index + 1000, 2));
    const padded = keys.find((key) => secretOf(key)[0] === 0);
    const whole = keys.find((key) => secretOf(key)[0] !== 0);
    if (padded === undefined || whole === undefined) throw new Error('no such key among those tried');
    const secret = secretOf(padded);
    expect(keysOf(padded, true)).to.equal(expected(secret.subarray(secret.findIndex((byte) => byte > 0))));
    for (const strips of [false, undefined]) expect(keysOf(padded, strips)).to.equal(expected(secret));
    for (const strips of [true, false]) expect(keysOf(whole, strips)).to.equal(expected(secretOf(whole)));
  });

  it('says what it refuses', () => {
    expect(() => publicKey(new Uint8Array(4))).to.throw(
      RangeError,
      'a private value has 1 to 192 bytes and is not zero',
    );
    expect(() => sharedSecret(registrarPrivate, new Uint8Array(192))).to.throw(
      RangeError,
      'not a public key of the group',
    );
    for (const length of [0, 15, 17, 31])
      expect(() => decryptBlocks(new Uint8Array(16), new Uint8Array(length)), `${length}`).to.throw(
        RangeError,
        'not an IV and whole blocks',
      );
    expect(decryptBlocks(new Uint8Array(16), new Uint8Array(16))).to.deep.equal(new Uint8Array(0));
  });

  it('compares a public key with the prime from its first byte on', () => {
    const prime = fromHex(PRIME_HEX);
    for (let at = 0; at < 191; at++) {
      const byte = prime[at] ?? 0;
      if (byte > 0) expect(isValidPublicKey(prime.with(at, byte - 1)), `below in byte ${at}`).to.equal(true);
      if (byte < 255) expect(isValidPublicKey(prime.with(at, byte + 1)), `above in byte ${at}`).to.equal(false);
    }
    const above = prime.with(8, (prime[8] ?? 0) + 1).fill(0, 9);
    expect(isValidPublicKey(above)).to.equal(false);
    const below = prime.with(8, (prime[8] ?? 0) - 1).fill(0xff, 9);
    expect(isValidPublicKey(below)).to.equal(true);
  });

  it('takes a private value of full length', () => {
    const full = seededRandom(5)(192);
    expect(isValidPublicKey(publicKey(full))).to.equal(true);
    expect(sharedSecret(full, publicKey(registrarPrivate))).to.deep.equal(
      sharedSecret(registrarPrivate, publicKey(full)),
    );
  });

  it('splits an odd password after its larger half', () => {
    const authKey = new Uint8Array(32).fill(1);
    const { psk1 } = passwordHalves(authKey, '12345');
    expect(psk1).to.deep.equal(passwordHalves(authKey, '123456').psk1);
  });

  it('makes an Authenticator of 8 bytes over both messages in order', () => {
    const key = new Uint8Array(32).fill(0x0b);
    const joined = authenticator(key, fromHex('0102'), fromHex('03'));
    expect(joined).to.have.length(8);
    expect(authenticator(key, fromHex('01'), fromHex('0203'))).to.deep.equal(joined);
    expect(authenticator(key, fromHex('03'), fromHex('0102'))).to.not.deep.equal(joined);
  });

  it('pads Encrypted Settings with 1 to 16 bytes', () => {
    const keys = { authKey: new Uint8Array(32), keyWrapKey: new Uint8Array(16) };
    const lengthFor = (plain: number): number =>
      encryptSettings(keys, new Uint8Array(plain), new Uint8Array(16)).length;
    expect([0, 3, 4, 19, 20].map(lengthFor)).to.deep.equal([32, 32, 48, 48, 64]);
  });

  it('has eight zeros in place of a PIN for the push button', () => {
    expect(PUSH_BUTTON_PASSWORD).to.equal('00000000');
  });

  it('knows the checksum of a PIN', () => {
    const valid = ['12345670', '00000000', '99999995'];
    const invalid = ['12345678', '1234567', '123456700', '1234567O', ''];
    expect(valid.map(pinChecksumValid)).to.deep.equal(valid.map(() => true));
    expect(invalid.map(pinChecksumValid)).to.deep.equal(invalid.map(() => false));
  });
});

/** RFC 3526 group 5. */
const PRIME_HEX = `
  ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd
  ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed
  ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f
  83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca237327ffffffffffffffff`;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
