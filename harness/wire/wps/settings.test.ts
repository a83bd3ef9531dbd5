import { expect } from 'chai';
import fc from 'fast-check';
import { concat, fromHex } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { ATTRIBUTE } from './attributes.js';
import { byteAttribute, encodeAttribute } from './build.js';
import { encryptBlocks, encryptSettings, keyWrapAuthenticator } from './crypto.js';
import { openSettings } from './settings.js';

const random = seededRandom(11);
const keys = { authKey: random(32), keyWrapKey: random(16) };
const iv = random(16);
const nonce = encodeAttribute(ATTRIBUTE.ESNonce1, random(16));

/** Encrypted Settings over `plain` as it is, with right padding. */
function seal(plain: Uint8Array): Uint8Array {
  const padding = 16 - (plain.length % 16);
  return encryptBlocks(keys.keyWrapKey, concat(plain, new Uint8Array(padding).fill(padding)), iv);
}

/** Encrypted Settings whose last block is padding of these 16 bytes. */
function padded(...padding: readonly number[]): Uint8Array {
  return encryptBlocks(keys.keyWrapKey, concat(nonce, kwa(nonce), Uint8Array.from(padding)), iv);
}

function kwa(over: Uint8Array): Uint8Array {
  return encodeAttribute(ATTRIBUTE.KeyWrapAuthenticator, keyWrapAuthenticator(keys.authKey, over));
}

describe('openSettings', () => {
  it('opens what encryptSettings made, with paths and spans in the plaintext', () => {
    const opened = openSettings(encryptSettings(keys, nonce, iv), keys, 'm5.encryptedSettings', 100);
    expect(opened).to.include({ problem: null, detail: '' });
    expect(opened.plain?.attributes.map(({ path, span }) => ({ path, span }))).to.deep.equal([
      { path: 'm5.encryptedSettings.eSNonce1', span: { start: 100, end: 120 } },
      { path: 'm5.encryptedSettings.keyWrapAuthenticator', span: { start: 120, end: 132 } },
    ]);
  });

  it('opens any plaintext of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (value) => {
        const plain = encodeAttribute(ATTRIBUTE.NetworkKey, value);
        const opened = openSettings(encryptSettings(keys, plain, iv), keys);
        expect(opened.problem).to.equal(null);
        expect(opened.plain?.bytes.subarray(0, plain.length)).to.deep.equal(plain);
      }),
    );
  });

  for (const length of [0, 15, 16, 31, 33, 47]) {
    it(`refuses a value of ${length} bytes`, () => {
      expect(openSettings(new Uint8Array(length), keys)).to.deep.include({ plain: null, problem: 'length' });
    });
  }

  const block = concat(nonce, kwa(nonce));
  const paddings: readonly (readonly [name: string, padding: readonly number[]])[] = [
    ['zero', [...new Array<number>(15).fill(7), 0]],
    ['17', [...new Array<number>(15).fill(17), 17]],
    ['255', new Array<number>(16).fill(255)],
    ['not all equal', [...new Array<number>(15).fill(16), 16].with(3, 15)],
  ];
  for (const [name, padding] of paddings) {
    it(`refuses padding: ${name}`, () => {
      const value = encryptBlocks(keys.keyWrapKey, concat(block, Uint8Array.from(padding)), iv);
      expect(openSettings(value, keys)).to.deep.include({ plain: null, problem: 'padding' });
    });
  }

  const index = byteAttribute(ATTRIBUTE.NetworkIndex, 1);
  const faults: readonly (readonly [problem: string, name: string, plain: Uint8Array])[] = [
    ['key-wrap-authenticator-missing', 'no such attribute', nonce],
    ['key-wrap-authenticator-missing', 'no attribute at all', new Uint8Array(0)],
    ['key-wrap-authenticator-not-last', 'an attribute after it', concat(nonce, kwa(nonce), index)],
    ['key-wrap-authenticator-not-last', 'two bytes after it', concat(nonce, kwa(nonce), Uint8Array.of(0, 0))],
    ['key-wrap-authenticator-wrong', 'the hash of something else', concat(nonce, kwa(index))],
    ['key-wrap-authenticator-wrong', 'a short value', concat(nonce, encodeAttribute(0x101e, new Uint8Array(7)))],
    ['key-wrap-authenticator-wrong', 'a cut value', concat(nonce, encodeAttribute(0x101e, new Uint8Array(7), 8))],
  ];
  for (const [problem, name, plain] of faults) {
    it(`keeps the plaintext and says ${problem}: ${name}`, () => {
      const opened = openSettings(seal(plain), keys);
      expect(opened.problem).to.equal(problem);
      expect(opened.plain?.bytes).to.deep.equal(plain);
      expect(opened.detail).to.not.equal('');
    });
  }

  const details: readonly (readonly [detail: string, value: Uint8Array])[] = [
    ['31 bytes, not 32 or more in whole blocks of 16', new Uint8Array(31)],
    ['40 bytes, not 32 or more in whole blocks of 16', new Uint8Array(40)],
    ['the last byte says 0 bytes of padding, not 1 to 16', padded(...new Array<number>(16).fill(0))],
    ['the last byte says 17 bytes of padding, not 1 to 16', padded(...new Array<number>(16).fill(17))],
    [
      'the last byte says 16 bytes of padding, but byte 1 of them is another value',
      padded(15, ...new Array<number>(15).fill(16)),
    ],
    [
      'the last byte says 2 bytes of padding, but byte 1 of them is another value',
      padded(...new Array<number>(15).fill(1), 2),
    ],
    [
      'the last byte says 16 bytes of padding, but byte 4 of them is another value',
      padded(...new Array<number>(16).fill(16).with(3, 15)),
    ],
    ['none among 1 attributes', seal(nonce)],
    ['5 bytes follow it', seal(concat(nonce, kwa(nonce), index))],
    ['its Length is 7 with 7 bytes there, not 8', seal(concat(nonce, fromHex('101e 0007 00000000000000')))],
    ['its Length is 8 with 7 bytes there, not 8', seal(concat(nonce, fromHex('101e 0008 00000000000000')))],
    ['its Length is 9 with 8 bytes there, not 8', seal(concat(nonce, fromHex('101e 0009'), kwa(nonce).subarray(4)))],
    ['it is not the hash of the 20 bytes before it', seal(concat(nonce, kwa(index)))],
  ];
  for (const [detail, value] of details) {
    it(`says what is wrong, wherever the spans are counted from: ${detail}`, () => {
      expect(openSettings(value, keys).detail).to.equal(detail);
      expect(openSettings(value, keys, 'm7.encryptedSettings', 1000).detail).to.equal(detail);
    });
  }

  it('calls the plaintext by the name of the attribute unless it is told another', () => {
    expect(openSettings(seal(nonce), keys).plain?.attributes[0]?.path).to.equal('encryptedSettings.eSNonce1');
  });

  it('finds a problem with any other key', () => {
    const value = encryptSettings(keys, nonce, iv);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (keyWrapKey) => {
        expect(openSettings(value, { authKey: keys.authKey, keyWrapKey }).problem).to.not.equal(null);
      }),
    );
  });
});
