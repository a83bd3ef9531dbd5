import { equal, toHex } from '#base/bytes.js';
import type { Exchange, ExchangeMessage } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ATTRIBUTE, attributeName } from '#wire/wps/attributes.js';
import { authenticator, passwordHalves, PUBLIC_KEY_BYTES, secretHash } from '#wire/wps/crypto.js';
import { attribute, attributesOf, type MessageName } from '#wire/wps/message.js';
import { MESSAGE_TABLES, missingAttributes } from '#wire/wps/messages.js';
import { checkAttributeValue, checkValues } from '#wire/wps/values.js';
import { eachExchange, ownMessages, precedingRegistrarMessage } from '../exchanges.js';
import { blocked, fail, inconclusive, pass } from '../finding.js';
import { locate, placeText, seenMessage } from '../locate.js';
import { LENGTH_OWNERS, m1sOf, unreadableEnd, wholeValue, ownerIn } from '../observe.js';
import { encryptedSettings, noKeys, revealed } from '../secrets.js';
import { WSC } from '../sources.js';

/** The message of the Registrar each authenticated message of the Enrollee answers. */
const ANSWERED = { M3: 'M2', M5: 'M4', M7: 'M6' } as const;
const AUTHENTICATED = ['M3', 'M5', 'M7'] as const;

const wsc09: Rule = {
  id: 'RVP-WSC-09',
  title: 'Authenticate M3, M5 and M7, the Authenticator last',
  source: [WSC],
  requirement: 'The Authenticator of M3, M5 and M7 verifies and is the last attribute.',
  why: 'A Registrar stops the exchange at the first message that does not verify.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange', 'keys'],
  remedy:
    'HMAC-SHA-256 with AuthKey over the whole message that is answered and this one without its last 12 bytes; send the first 8 bytes as 10 05 00 08, last.',
  blockedBy: ['RVP-WSC-12', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachExchange(
      evidence,
      (exchange) =>
        AUTHENTICATED.flatMap((name) =>
          ownMessages(exchange, name).map((message) => judgeAuthenticator(exchange, message, ANSWERED[name])),
        ),
      ...AUTHENTICATED,
    ),
};

function judgeAuthenticator(exchange: Exchange, message: ExchangeMessage, answered: MessageName): Finding {
  const seen = seenMessage(exchange, message);
  const where = `${seen.label} of exchange ${exchange.number}`;
  const node = attributesOf(message.wsc, ATTRIBUTE.Authenticator).at(-1);
  if (node === undefined)
    return unreadableEnd(seen, 'it has an Authenticator') ?? blocked('RVP-WSC-12', `${where} has no Authenticator`);
  const violation = checkAttributeValue(node);
  if (violation !== null)
    return blocked(ownerIn(seen, violation.owner), `the Authenticator of ${where} cannot be read`);
  if (message.wsc.list.rest !== null)
    return blocked('RVP-WSC-05', `bytes are left over after the last attribute of ${where}`);
  const at = locate(seen, node);
  const last = message.wsc.attributes.at(-1);
  if (last !== undefined && last !== node)
    return fail(`the Authenticator of ${where} is not the last attribute`, {
      expected: 'nothing after the Authenticator',
      actual: `followed by ${attributeName(last.type)}`,
      at,
      remedy: `Move the 12 bytes at ${placeText(at)} to the end of the message and compute them over all that stands before.`,
    });
  if (exchange.keys === null) return noKeys(exchange);
  const previous = precedingRegistrarMessage(exchange, message, answered);
  if (previous === null) return inconclusive(`${answered}, which ${where} answers, is not in the evidence`);
  const body = message.wsc.bytes.subarray(0, node.span.start);
  const expected = authenticator(exchange.keys.authKey, previous.wsc.bytes, body);
  if (equal(node.value, expected)) return pass(`the Authenticator of ${where} verifies`, at);
  return fail(`the Authenticator of ${where} does not verify`, {
    expected: toHex(expected, ' '),
    actual: toHex(node.value, ' '),
    at,
    remedy: `Compute it over the ${previous.wsc.bytes.length} bytes of ${answered} as received and the ${body.length} bytes before it; it stands at ${placeText(at)}.`,
  });
}

/** Each half of the proof: the hash M3 commits to, and the message that opens it. */
const HALVES = [
  { message: 'M5', hash: ATTRIBUTE.EHash1, nonce: ATTRIBUTE.ESNonce1, half: 'psk1', which: 'first' },
  { message: 'M7', hash: ATTRIBUTE.EHash2, nonce: ATTRIBUTE.ESNonce2, half: 'psk2', which: 'second' },
] as const;

const wsc10: Rule = {
  id: 'RVP-WSC-10',
  title: 'Reveal the secret nonces that E-Hash1 and E-Hash2 commit to',
  source: [WSC],
  requirement: 'E-Hash1 and E-Hash2 of M3 open to E-S1 of M5, E-S2 of M7 and the PIN.',
  why: 'This is how the device proves that it knows the PIN; a Registrar that checks it refuses the device.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange', 'keys'],
  remedy: 'E-Hash = HMAC-SHA-256 with AuthKey over E-S, the half of the PIN hashed with AuthKey (16 bytes), PKE, PKR.',
  blockedBy: ['RVP-WSC-03', 'RVP-WSC-11', 'RVP-WSC-12', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachExchange(
      evidence,
      (exchange) =>
        HALVES.flatMap((half) =>
          ownMessages(exchange, half.message).map((opener) => judgeHash(exchange, half, opener)),
        ),
      'M3',
      'M5',
      'M7',
    ),
};

function judgeHash(exchange: Exchange, half: (typeof HALVES)[number], opener: ExchangeMessage): Finding {
  const name = attributeName(half.hash);
  const committed = ownMessages(exchange, 'M3').at(-1);
  if (committed === undefined) return inconclusive(`M3 of exchange ${exchange.number} is not in the evidence`);
  const m3 = seenMessage(exchange, committed);
  const hash = wholeValue(m3, half.hash, name, 32, 'RVP-WSC-12');
  if (hash.node === null) return hash.problem;
  const nonce = revealed(exchange, opener, half.nonce);
  if (nonce.value === null) return nonce.problem;
  if (exchange.keys === null) return noKeys(exchange);
  const { pin, pinProblem } = exchange;
  if (pin === null) {
    const why = pinProblem === undefined ? '' : `: ${pinProblem}`;
    return inconclusive(`the PIN of exchange ${exchange.number} is not known${why}`);
  }
  const m1 = m1sOf(exchange).at(-1);
  if (m1 === undefined) return inconclusive(`M1 of exchange ${exchange.number} is not in the evidence`);
  const pke = wholeValue(m1, ATTRIBUTE.PublicKey, 'Public Key', PUBLIC_KEY_BYTES, 'RVP-WSC-03');
  if (pke.node === null) return pke.problem;
  const m2 = precedingRegistrarMessage(exchange, committed, 'M2');
  const pkr = m2 === null ? null : attribute(m2.wsc, ATTRIBUTE.PublicKey);
  if (pkr === null)
    return inconclusive(`the Registrar's Public Key of exchange ${exchange.number} is not in the evidence`);
  const { authKey } = exchange.keys;
  const psk = passwordHalves(authKey, pin)[half.half];
  const at = locate(m3, hash.node);
  if (equal(hash.node.value, secretHash(authKey, nonce.value, psk, pke.node.value, pkr.value)))
    return pass(`${name} of exchange ${exchange.number} opens to what ${half.message} reveals`, at);
  return fail(`${name} of exchange ${exchange.number} does not open to what ${half.message} reveals`, {
    expected: `the hash of the nonce in ${half.message}, the ${half.which} half of the PIN and both public keys`,
    actual: 'another value',
    at,
    remedy: `Compute ${name} at ${placeText(at)} over the very nonce that ${half.message} reveals, the ${half.which} half of the PIN as ASCII digits, and both public keys padded to ${PUBLIC_KEY_BYTES} bytes.`,
  });
}

const SETTINGS = [
  { message: 'M5', table: MESSAGE_TABLES.M5Settings },
  { message: 'M7', table: MESSAGE_TABLES.M7Settings },
] as const;

const wsc11: Rule = {
  id: 'RVP-WSC-11',
  title: 'Encrypt and wrap the settings of M5 and M7 correctly',
  source: [WSC],
  requirement:
    'Encrypted Settings of M5 and M7 decrypt, their padding and Key Wrap Authenticator verify, the Key Wrap Authenticator is last, and they hold their mandatory attributes in legal form.',
  why: 'A Registrar that cannot open the settings stops the exchange.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange', 'keys'],
  remedy:
    'Append 10 1e 00 08 and the first 8 bytes of HMAC-SHA-256 with AuthKey over the attributes before it, pad to 16 with 1 to 16 bytes that say their number, encrypt by AES-128-CBC with KeyWrapKey.',
  blockedBy: ['RVP-WSC-12', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachExchange(
      evidence,
      (exchange) =>
        SETTINGS.flatMap(({ message, table }) =>
          ownMessages(exchange, message).map((each) => judgeSettings(exchange, each, table)),
        ),
      'M5',
      'M7',
    ),
};

function judgeSettings(
  exchange: Exchange,
  message: ExchangeMessage,
  table: (typeof SETTINGS)[number]['table'],
): Finding {
  const found = encryptedSettings(exchange, message);
  if (found.node === null) return found.problem;
  if (exchange.keys === null || message.settings === undefined) return noKeys(exchange);
  const seen = seenMessage(exchange, message);
  const at = locate(seen, found.node);
  const fault = settingsFault(message.settings, table);
  if (fault === null) return pass(`the settings of ${seen.label} in exchange ${exchange.number} open`, at);
  return fail(`the settings of ${seen.label} in exchange ${exchange.number} are not right: ${fault.what}`, {
    expected: fault.expected,
    actual: fault.actual,
    at,
    remedy: `${fault.remedy} The Encrypted Settings stand at ${placeText(at)}.`,
  });
}

interface SettingsFault {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  readonly remedy: string;
}

const PROBLEMS: Readonly<
  Record<NonNullable<NonNullable<ExchangeMessage['settings']>['problem']>, Omit<SettingsFault, 'actual'>>
> = {
  length: {
    what: 'their length',
    expected: 'an IV and whole blocks of 16 bytes',
    remedy: 'Send 16 bytes of IV and a multiple of 16 bytes of ciphertext.',
  },
  padding: {
    what: 'their padding',
    expected: '1 to 16 bytes at the end that each say how many they are',
    remedy: 'Pad to a multiple of 16; add a whole block of 16 times 10 when the text ends on a block.',
  },
  'key-wrap-authenticator-missing': {
    what: 'no Key Wrap Authenticator',
    expected: 'a Key Wrap Authenticator (10 1e 00 08) as the last attribute',
    remedy: 'Append 10 1e 00 08 and the first 8 bytes of HMAC-SHA-256 with AuthKey over the attributes before it.',
  },
  'key-wrap-authenticator-not-last': {
    what: 'something follows the Key Wrap Authenticator',
    expected: 'the Key Wrap Authenticator as the last attribute',
    remedy: 'Move the Key Wrap Authenticator behind all other attributes and compute it over them.',
  },
  'key-wrap-authenticator-wrong': {
    what: 'their Key Wrap Authenticator',
    expected: 'the first 8 bytes of HMAC-SHA-256 with AuthKey over the attributes before it',
    remedy: 'Compute it with AuthKey, not KeyWrapKey, over the plaintext attributes before it, headers included.',
  },
};

/** What is wrong with opened settings; never tells a value that was encrypted. */
function settingsFault(
  settings: NonNullable<ExchangeMessage['settings']>,
  table: (typeof SETTINGS)[number]['table'],
): SettingsFault | null {
  const { plain, problem, detail } = settings;
  if (problem !== null) return { ...PROBLEMS[problem], actual: detail };
  if (plain === null) return null;
  const [missing] = missingAttributes(table, plain, false);
  if (missing !== undefined) {
    const name = attributeName(missing.id);
    return {
      what: `no ${name}`,
      expected: name,
      actual: 'no such attribute',
      remedy: `Add ${name} before the Key Wrap Authenticator.`,
    };
  }
  const [violation] = checkValues(plain);
  if (violation === undefined) return null;
  const { path, expected, actual } = violation;
  return { what: `${path} is not legal`, expected, actual, remedy: `Send ${expected} in the plaintext.` };
}

export const cryptoRules: readonly Rule[] = [wsc09, wsc10, wsc11];
