import { expect } from 'chai';
import fc from 'fast-check';
import { fromHex, toHex } from '#base/bytes.js';
import { isRallyError } from '#base/error.js';
import { hasKeys, joinKeys, NO_KEYS, parseKeys, type KeyRing, type NamedKeys } from './keys.js';
import type { Exchange } from './model.js';
import { buildExchange, PIN } from './testing/exchange.js';
import { assemble, ethernet, framesOf } from './testing/frames.js';

const BUILT = buildExchange();
const spaced = (bytes: Uint8Array): string => toHex(bytes, ' ');
const LOG = [
  '1700000000.000001: WPS: Received M1',
  `1700000000.000002: WPS: AuthKey - hexdump(len=32): ${spaced(BUILT.keys.authKey)}`,
  `1700000000.000003: WPS: KeyWrapKey - hexdump(len=16): ${spaced(BUILT.keys.keyWrapKey)}`,
  `1700000000.000004: WPS: EMSK - hexdump(len=32): ${spaced(BUILT.keys.emsk)}`,
].join('\n');

function fault(text: string): string {
  try {
    parseKeys(text);
  } catch (error) {
    if (isRallyError(error, 'ERR_KEYS_INVALID')) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function exchangeWith(keys: KeyRing, built = BUILT, count = built.sent.length): Exchange {
  const [evidence] = assemble('ethernet', framesOf(built.sent.slice(0, count), ethernet()), { keys });
  const exchange = evidence?.exchanges[0];
  if (exchange === undefined) throw new Error('no exchange');
  return exchange;
}

describe('parseKeys', () => {
  it('reads debug logs of hostapd and wpa_supplicant, once for each session', () => {
    const { pairs } = parseKeys(`${LOG}\r\n${LOG}`);
    expect(pairs.map(({ authKey, keyWrapKey }) => [toHex(authKey), toHex(keyWrapKey)])).to.deep.equal([
      [toHex(BUILT.keys.authKey), toHex(BUILT.keys.keyWrapKey)],
    ]);
  });

  it('reads a private value, alone or named, and a PIN', () => {
    expect(parseKeys(' 0x0123 4567\n').privateKeys.map((key) => toHex(key))).to.deep.equal(['01234567']);
    const named = parseKeys('private: 01:23\npin = 12345670\nDH Private Key - hexdump(len=2): 45 67\n');
    expect(named.privateKeys.map((key) => toHex(key))).to.deep.equal(['0123', '4567']);
    expect(named.pin).to.equal(PIN);
    expect(parseKeys('PIN: 1234').pin).to.equal('1234');
  });

  it('reads the secrets of a bundle', () => {
    const session = {
      enrolleeNonce: toHex(BUILT.enrolleeNonce),
      registrarNonce: toHex(BUILT.registrarNonce),
      authKey: toHex(BUILT.keys.authKey),
      keyWrapKey: toHex(BUILT.keys.keyWrapKey),
    };
    const ring = parseKeys(`\uFEFF${JSON.stringify({ version: 1, pin: PIN, sessions: [session] })}`);
    expect(ring.pin).to.equal(PIN);
    expect(exchangeWith(ring).keys).to.deep.equal({ authKey: BUILT.keys.authKey, keyWrapKey: BUILT.keys.keyWrapKey });
  });

  it('names the line and what is wrong, and never the secret', () => {
    const cases: [string, RegExp][] = [
      ['', /no AuthKey/],
      ['nothing of use\n', /no AuthKey/],
      ['\nAuthKey: abcd\n', /line 2: 2 bytes instead of 32/],
      ['AuthKey: xyz\n', /line 1: not a whole number/],
      [`KeyWrapKey: ${toHex(BUILT.keys.keyWrapKey)}`, /line 1: a KeyWrapKey without/],
      [`AuthKey: ${toHex(BUILT.keys.authKey)}`, /has no KeyWrapKey/],
      ['WPS: AuthKey - hexdump(len=32): [REMOVED]', /without keys/],
      ['00 00', /is not zero/],
      ['ab'.repeat(193), /1 to 192/],
      ['{"version":2}', /version 1/],
      ['{', /cannot be parsed/],
      ['{"version":1,"sessions":[{"enrolleeNonce":"ab"}]}', /sessions\[0\].enrolleeNonce: 1 bytes instead of 16/],
    ];
    for (const [text, expected] of cases) {
      expect(fault(text)).to.match(expected);
      expect(fault(text)).not.to.include('abab').and.not.to.include(toHex(BUILT.keys.authKey));
    }
  });

  it('joins rings', () => {
    const joined = joinKeys(parseKeys(`${LOG}\npin: 1234`), parseKeys('0123'));
    expect([joined.pairs.length, joined.privateKeys.length, joined.pin]).to.deep.equal([1, 1, '1234']);
    expect(hasKeys(joined)).to.equal(true);
    expect(hasKeys({ ...NO_KEYS, pin: PIN })).to.equal(false);
  });
});

describe('Keys of an exchange', () => {
  const PROBLEMS = [undefined, undefined, undefined, null, null, null, null, null, undefined];
  const problems = ({ messages }: Exchange): unknown[] => messages.map(({ settings }) => settings?.problem);

  it('are found by trying, by either private value, or by nonces', () => {
    const rings: KeyRing[] = [
      parseKeys(LOG),
      parseKeys(toHex(BUILT.registrarPrivate)),
      parseKeys(toHex(BUILT.enrolleePrivate)),
      { ...NO_KEYS, sessions: [{ ...BUILT, ...BUILT.keys }] },
    ];
    for (const ring of rings) {
      const exchange = exchangeWith(ring);
      expect(toHex(exchange.keys?.authKey ?? new Uint8Array(0))).to.equal(toHex(BUILT.keys.authKey));
      expect(toHex(exchange.keys?.keyWrapKey ?? new Uint8Array(0))).to.equal(toHex(BUILT.keys.keyWrapKey));
      expect(problems(exchange)).to.deep.equal(PROBLEMS);
      expect(exchange).not.to.have.property('keysProblem');
    }
  });

  it('are not those of another exchange, and that is said', () => {
    const other = buildExchange({ seed: 9 });
    for (const ring of [parseKeys(LOG), parseKeys(toHex(BUILT.registrarPrivate))]) {
      const exchange = exchangeWith(ring, other);
      expect(exchange.keys).to.equal(null);
      expect(exchange.keysProblem).to.match(/do not belong to this exchange/);
    }
  });

  it('are not asked for before there is anything to try them on', () => {
    const exchange = exchangeWith(parseKeys(LOG), BUILT, 5);
    expect(exchange.keys).to.equal(null);
    expect(exchange).not.to.have.property('keysProblem');
  });

  it('count by their nonces however wrong the Authenticators are', () => {
    const wrong = { ...BUILT.keys, authKey: fromHex('00'.repeat(32)) };
    const ring = { ...NO_KEYS, sessions: [{ ...BUILT, ...wrong }] };
    expect(problems(exchangeWith(ring))[3]).to.equal('key-wrap-authenticator-wrong');
  });
});

describe('keys of any text', () => {
  const key = (lengthBytes: number) => fc.uint8Array({ minLength: lengthBytes, maxLength: lengthBytes });

  const inHex = ({ enrolleeNonce, registrarNonce, authKey, keyWrapKey }: NamedKeys): Record<string, string> => ({
    enrolleeNonce: toHex(enrolleeNonce),
    registrarNonce: toHex(registrarNonce),
    authKey: toHex(authKey),
    keyWrapKey: toHex(keyWrapKey),
  });

  it('are read back from what they were written as, in either form', () => {
    const session = fc.record({
      enrolleeNonce: key(16),
      registrarNonce: key(16),
      authKey: key(32),
      keyWrapKey: key(16),
    });
    fc.assert(
      fc.property(fc.array(session, { minLength: 1, maxLength: 4 }), (sessions) => {
        const { sessions: read } = parseKeys(JSON.stringify({ version: 1, sessions: sessions.map(inHex) }));
        expect(read.map(inHex)).to.deep.equal(sessions.map(inHex));
        const log = sessions.map(
          ({ authKey, keyWrapKey }) => `AuthKey: ${spaced(authKey)}\nKeyWrapKey: ${spaced(keyWrapKey)}`,
        );
        const different = new Set(sessions.map(({ authKey }) => toHex(authKey)));
        expect(parseKeys(log.join('\nanother line\n')).pairs.map(({ authKey }) => toHex(authKey))).to.deep.equal([
          ...different,
        ]);
      }),
    );
  });

  it('are keys of the right length or a refusal that repeats none of it', () => {
    const hex = fc.uint8Array({ maxLength: 40 }).map((bytes) => toHex(bytes));
    const word = fc.constantFrom(
      'AuthKey: ',
      'KeyWrapKey = ',
      'DH private value: ',
      'pin: ',
      '\n',
      '{',
      '"version":1',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(hex, word, fc.string()), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        try {
          const { pairs, privateKeys, pin } = parseKeys(text);
          for (const { authKey, keyWrapKey } of pairs) {
            expect([authKey.length, keyWrapKey.length]).to.deep.equal([32, 16]);
          }
          for (const privateKey of privateKeys) expect(privateKey.length).to.be.within(1, 192);
          expect(pin ?? '0000').to.match(/^\d{4}(\d{4})?$/);
        } catch (error) {
          if (!isRallyError(error, 'ERR_KEYS_INVALID')) throw error;
          for (const secret of text.match(/[0-9a-f]{12,}/g) ?? []) expect(error.message).to.not.include(secret);
        }
      }),
    );
  });
});
