import { allBytes, equal, toHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import type { RandomBytes } from '#base/random.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encodeAttribute, withAuthenticator } from '#wire/wps/build.js';
import {
  authenticator,
  AUTHENTICATOR_TLV_BYTES,
  BLOCK_BYTES,
  deriveKeys,
  encryptSettings,
  isValidPublicKey,
  PUBLIC_KEY_BYTES,
  publicKey,
} from '#wire/wps/crypto.js';
import type { WscMessage } from '#wire/wps/message.js';
import { openSettings } from '#wire/wps/settings.js';
import type { DerivedKeys, OutgoingMessage, Script, ScriptedMessage, ScriptTools } from './engine.js';
import { Refusal, required } from './requirements.js';

/** Bytes of private values drawn here: 256 bits are as strong as the group, and quicker than 1536. */
const PRIVATE_KEY_BYTES = 32;

/** A Diffie-Hellman private value, never zero. */
function drawPrivateKey(random: RandomBytes): Uint8Array {
  const drawn = Uint8Array.from(random(PRIVATE_KEY_BYTES));
  return allBytes(drawn, 0) ? drawn.fill(1) : drawn;
}

/**
 * What both sides of a registration do alike once both public keys and nonces are known: one key set, the chain of
 * authenticated messages, and the script's tools.
 */
export class SessionCrypto {
  readonly #random: RandomBytes;
  readonly #script: Script | undefined;
  readonly #privateKey: Uint8Array;
  #ownPublicKey: Uint8Array | null = null;
  #keys: DerivedKeys | null = null;
  /** Last message of the chain the peer sent, and the last we sent. */
  #lastReceived = new Uint8Array(0);
  #lastSent = new Uint8Array(0);

  constructor(options: { random: RandomBytes; script?: Script | undefined; privateKey?: Uint8Array | undefined }) {
    this.#random = options.random;
    this.#script = options.script;
    this.#privateKey = options.privateKey ?? drawPrivateKey(options.random);
  }

  /** Own public key, 192 bytes; computed at first use, because strangers can make us begin sessions. */
  get publicKey(): Uint8Array {
    this.#ownPublicKey ??= publicKey(this.#privateKey);
    return this.#ownPublicKey;
  }

  /** Throws {@link RallyError} before {@link derive}. */
  get keys(): DerivedKeys {
    if (this.#keys === null) throw new RallyError('ERR_INTERNAL', 'session keys are used before they exist');
    return this.#keys;
  }

  /** The peer's public key of M1 or M2. Throws {@link Refusal} unless it is 192 bytes and 1 < PK < p - 1. */
  peerPublicKey(message: WscMessage): Uint8Array {
    const key = required(message, ATTRIBUTE.PublicKey, PUBLIC_KEY_BYTES);
    if (!isValidPublicKey(key)) {
      const ends = `${toHex(key.subarray(0, 1))}..${toHex(key.subarray(-1))}`;
      throw new Refusal(`Public Key ${ends} is not between 1 and p - 1`);
    }
    return key;
  }

  derive(inputs: {
    readonly peerPublicKey: Uint8Array;
    readonly enrolleeNonce: Uint8Array;
    readonly enrolleeMac: Uint8Array;
    readonly registrarNonce: Uint8Array;
  }): DerivedKeys {
    const { authKey, keyWrapKey } = deriveKeys({ ...inputs, privateKey: this.#privateKey });
    const { enrolleeNonce, registrarNonce } = inputs;
    this.#keys = { enrolleeNonce, registrarNonce, authKey, keyWrapKey };
    return this.#keys;
  }

  /** Throws {@link Refusal} unless the last attribute is the Authenticator that is right after our last message. */
  verifyAuthenticator(message: WscMessage): void {
    const name = message.name ?? 'the message';
    const last = message.attributes[message.attributes.length - 1];
    if (last?.type !== ATTRIBUTE.Authenticator || message.list.rest !== null)
      throw new Refusal(`the last attribute of ${name} is not an Authenticator`);
    const body = message.bytes.subarray(0, Math.max(0, message.bytes.length - AUTHENTICATOR_TLV_BYTES));
    if (last.missingBytes > 0 || !equal(last.value, authenticator(this.keys.authKey, this.#lastSent, body)))
      throw new Refusal(`Authenticator of ${name} is wrong`);
  }

  /** Plaintext of the message's Encrypted Settings. Throws {@link Refusal} when it does not open and verify. */
  open(message: WscMessage): WscMessage {
    const { plain, problem, detail } = openSettings(required(message, ATTRIBUTE.EncryptedSettings), this.keys);
    const name = message.name ?? 'the message';
    if (plain === null || problem !== null)
      throw new Refusal(`Encrypted Settings of ${name}: ${problem ?? 'unreadable'}, ${detail}`);
    return { ...plain, name: message.name };
  }

  /** Encrypted Settings attribute over these TLVs, under a fresh IV. */
  settingsAttribute(plain: Uint8Array): Uint8Array {
    const value = encryptSettings(this.keys, plain, this.#random(BLOCK_BYTES));
    return encodeAttribute(ATTRIBUTE.EncryptedSettings, value);
  }

  /** `body` with the Authenticator that is right after the peer's last message. */
  sealed(body: Uint8Array): Uint8Array {
    return withAuthenticator(this.keys.authKey, this.#lastReceived, body);
  }

  /** This message of the peer is the one the next Authenticator of ours covers. */
  received(message: WscMessage): void {
    this.#lastReceived = Uint8Array.from(message.bytes);
  }

  /** Remember what was really said: the peer's next Authenticator covers it. `wsc` is a message of the chain. */
  sent(wsc: Uint8Array): void {
    this.#lastSent = Uint8Array.from(wsc);
  }

  /** What the script makes of a message; the message itself without a script. */
  scripted(message: OutgoingMessage): readonly ScriptedMessage[] {
    if (this.#script === undefined) return [message];
    const tools: ScriptTools = {
      seal: (wsc) => this.sealed(wsc.subarray(0, wsc.length - AUTHENTICATOR_TLV_BYTES)),
      encrypt: (plain) => encryptSettings(this.keys, plain, this.#random(BLOCK_BYTES)),
      keys: this.#keys,
    };
    return this.#script(message, tools);
  }
}
