import { equal, fromHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import type { SessionKeys } from './model.js';

/** Keys of one session, found again by its nonces (16 bytes each). */
export interface NamedKeys extends SessionKeys {
  readonly enrolleeNonce: Uint8Array;
  readonly registrarNonce: Uint8Array;
  /** PIN of this session alone, ASCII digits; absent: that of the ring. */
  readonly pin?: string;
}

/** Everything secret that is known of a recording. */
export interface KeyRing {
  readonly sessions: readonly NamedKeys[];
  /** Keys without nonces: which exchange they belong to is found by trying. */
  readonly pairs: readonly SessionKeys[];
  /** Diffie-Hellman private values of either side, big-endian. */
  readonly privateKeys: readonly Uint8Array[];
  /** ASCII digits. */
  readonly pin: string | null;
}

export const NO_KEYS: KeyRing = { sessions: [], pairs: [], privateKeys: [], pin: null };

/** True when the ring holds something that could open an exchange. */
export function hasKeys(ring: KeyRing): boolean {
  return ring.sessions.length + ring.pairs.length + ring.privateKeys.length > 0;
}

/** `secrets.json` of a bundle; byte strings in hex. */
export interface SecretsJson {
  readonly version: 1;
  readonly pin?: string;
  readonly networkKey?: string;
  readonly sessions: readonly {
    readonly enrolleeNonce: string;
    readonly registrarNonce: string;
    readonly authKey: string;
    readonly keyWrapKey: string;
    readonly pin?: string;
  }[];
}

const AUTH_KEY_BYTES = 32;
const KEY_WRAP_KEY_BYTES = 16;
const NONCE_BYTES = 16;
const MAX_PRIVATE_KEY_BYTES = 192;

/** Line `name: value` or `name = value`; a debug log puts a time stamp before and `- hexdump(len=n)` between. */
const LINE =
  /\b(authkey|keywrapkey|dh private (?:key|value)|private(?: ?key)?|pin)(?:\s*-\s*hexdump\(len=\d+\))?\s*[:=]\s*(.*)$/i;

/**
 * Read a keys file: the `secrets.json` of a bundle; or lines that give an AuthKey with its KeyWrapKey (as hostapd and
 * wpa_supplicant print them with `-dd -K`), a Diffie-Hellman private value, a PIN, in any number; or nothing but the
 * private value in hex. Lines of a log that are about something else are passed over. Throws ERR_KEYS_INVALID; the
 * message never repeats what stands in the file.
 */
export function parseKeys(text: string): KeyRing {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (trimmed.startsWith('{')) return fromSecrets(parseJson(trimmed));
  if (/^(0x)?[0-9a-f\s:]+$/i.test(trimmed)) return { ...NO_KEYS, privateKeys: [privateKey(trimmed, 'the file')] };
  return fromLines(text.split(/\r?\n/));
}

/** The ring of a `secrets.json` that was parsed. Throws ERR_KEYS_INVALID for a wrong shape. */
export function fromSecrets(json: unknown): KeyRing {
  const secrets = isRecord(json) ? json : {};
  if (secrets['version'] !== 1 || !Array.isArray(secrets['sessions']))
    throw invalid('the JSON has no version 1 and no list of sessions');
  const pin = secrets['pin'];
  const sessions = secrets['sessions'].map((session: unknown, index) => {
    const read = (key: string, lengthBytes: number): Uint8Array => {
      const value = isRecord(session) ? session[key] : undefined;
      return hexValue(typeof value === 'string' ? value : '', lengthBytes, `sessions[${index}].${key}`);
    };
    const own = isRecord(session) ? session['pin'] : undefined;
    return {
      ...(typeof own === 'string' ? { pin: own } : {}),
      enrolleeNonce: read('enrolleeNonce', NONCE_BYTES),
      registrarNonce: read('registrarNonce', NONCE_BYTES),
      authKey: read('authKey', AUTH_KEY_BYTES),
      keyWrapKey: read('keyWrapKey', KEY_WRAP_KEY_BYTES),
    };
  });
  return { ...NO_KEYS, sessions, pin: typeof pin === 'string' ? pin : null };
}

/** Both rings together; the second's PIN counts where it has one. */
export function joinKeys(first: KeyRing, second: KeyRing): KeyRing {
  return {
    sessions: [...first.sessions, ...second.sessions],
    pairs: [...first.pairs, ...second.pairs],
    privateKeys: [...first.privateKeys, ...second.privateKeys],
    pin: second.pin ?? first.pin,
  };
}

function fromLines(lines: readonly string[]): KeyRing {
  const pairs: SessionKeys[] = [];
  const privateKeys: Uint8Array[] = [];
  let pin: string | null = null;
  let authKey: Uint8Array | null = null;
  for (const [index, line] of lines.entries()) {
    const found = LINE.exec(line);
    if (found === null) continue;
    const where = `line ${index + 1}`;
    const name = (found[1] ?? '').toLowerCase().replaceAll(' ', '');
    const value = (found[2] ?? '').trim();
    if (/removed/i.test(value)) throw invalid(`${where}: the log was written without keys`, 'Give the option -K too.');
    if (name === 'authkey') authKey = hexValue(value, AUTH_KEY_BYTES, where);
    else if (name === 'keywrapkey') {
      if (authKey === null) throw invalid(`${where}: a KeyWrapKey without the AuthKey before it`);
      const pair = { authKey, keyWrapKey: hexValue(value, KEY_WRAP_KEY_BYTES, where) };
      if (!pairs.some((other) => equal(other.authKey, pair.authKey))) pairs.push(pair);
      authKey = null;
    } else if (name === 'pin') {
      if (/^\d{4}(\d{4})?$/.test(value)) pin = value;
    } else privateKeys.push(privateKey(value, where));
  }
  if (authKey !== null) throw invalid('the last AuthKey has no KeyWrapKey after it');
  if (pairs.length + privateKeys.length === 0 && pin === null)
    throw invalid('it has no AuthKey with KeyWrapKey, no private value and no PIN');
  return { sessions: [], pairs, privateKeys, pin };
}

function privateKey(hex: string, where: string): Uint8Array {
  const bytes = bytesOf(hex.replace(/^0x/i, ''), where);
  if (bytes.length === 0 || bytes.length > MAX_PRIVATE_KEY_BYTES || bytes.every((byte) => byte === 0))
    throw invalid(`${where}: a private value has 1 to ${MAX_PRIVATE_KEY_BYTES} bytes and is not zero`);
  return bytes;
}

function hexValue(hex: string, lengthBytes: number, where: string): Uint8Array {
  const bytes = bytesOf(hex, where);
  if (bytes.length !== lengthBytes) throw invalid(`${where}: ${bytes.length} bytes instead of ${lengthBytes}`);
  return bytes;
}

function bytesOf(hex: string, where: string): Uint8Array {
  try {
    return fromHex(hex);
  } catch {
    throw invalid(`${where}: not a whole number of hex bytes`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('the JSON cannot be parsed');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(what: string, remedy?: string): RallyError {
  return new RallyError('ERR_KEYS_INVALID', `keys: ${what}`, remedy === undefined ? {} : { remedy });
}
