import { equal } from '#base/bytes.js';
import { OP_CODE, opCodeOf } from '#wire/eap/eap-wsc.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encodeAttribute } from '#wire/wps/build.js';
import { passwordHalves, PUSH_BUTTON_PASSWORD, secretHash } from '#wire/wps/crypto.js';
import { decodeWsc, type MessageName, type WscMessage } from '#wire/wps/message.js';
import type { OutgoingMessage, ScriptedMessage } from './engine.js';
import type { EnrolleeConfig, ReceivedCredential } from './enrollee-config.js';
import { m1Body, m3Body, revealBody, withExtras } from './enrollee-messages.js';
import type { MessageLayer, Step } from './message-layer.js';
import { closingMessage } from './message-parts.js';
import { receivedCredentials } from './received-credential.js';
import {
  configurationErrorOf,
  DEVICE_PASSWORD_ID,
  HASH_BYTES,
  NONCE_BYTES,
  PASSWORD_FAILURE,
  Refusal,
  required,
  wordOf,
} from './requirements.js';
import { SessionCrypto } from './session-crypto.js';

/** What of the configuration concerns messages. */
export type EnrolleeSessionConfig = Omit<EnrolleeConfig, 'limits' | 'fragmentBytes' | 'packetScript'>;

interface Registrar {
  readonly nonce: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly rHash1: Uint8Array;
  readonly rHash2: Uint8Array;
}

type Expected = 'WSC_Start' | 'M2' | 'M4' | 'M6' | 'M8' | 'nothing';

/** Ids of a PIN that come to the same: the default one, and one the Registrar specified. */
const PIN_IDS: readonly number[] = [DEVICE_PASSWORD_ID.Default, DEVICE_PASSWORD_ID.RegistrarSpecified];

/** A public key that is one, as long as it has to be: 2. */
const GENERATOR = Uint8Array.from({ length: 192 }, (_, index) => (index === 191 ? 2 : 0));
const NOTHING = new Uint8Array(0);
const SILENCE: Step = { send: [] };

/**
 * A station's messages of one registration, without EAP: M1 to WSC_DONE (WSC: registration protocol). It verifies all a
 * correct Enrollee verifies and refuses by WSC_NACK; a message with another Enrollee Nonce or of an unknown type gets no
 * answer, as from wpa_supplicant.
 */
export class EnrolleeSession implements MessageLayer {
  readonly #config: EnrolleeSessionConfig;
  readonly #crypto: SessionCrypto;
  readonly #nonce: Uint8Array;
  readonly #secrets: { readonly s1: Uint8Array; readonly s2: Uint8Array };
  #expected: Expected = 'WSC_Start';
  #registrar: Registrar = { nonce: new Uint8Array(NONCE_BYTES), publicKey: NOTHING, rHash1: NOTHING, rHash2: NOTHING };
  #credentials: readonly ReceivedCredential[] = [];

  constructor(config: EnrolleeSessionConfig) {
    this.#config = config;
    this.#crypto = new SessionCrypto(config);
    this.#nonce = config.random(NONCE_BYTES);
    this.#secrets = { s1: config.random(NONCE_BYTES), s2: config.random(NONCE_BYTES) };
  }

  /** What M8 brought; empty before. */
  get credentials(): readonly ReceivedCredential[] {
    return this.#credentials;
  }

  receive(opCode: number, wsc: WscMessage): Step {
    // A message under the op-code of WSC_Start comes only to a device that overlooks the op-code.
    if (opCode === OP_CODE.Start && wsc.name === null) return this.#expected === 'WSC_Start' ? this.#begin() : SILENCE;
    const name = wsc.name;
    const progress = `${name ?? 'a message of unknown type'} received`;
    try {
      return { ...this.#take(name, wsc), progress };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...this.#refuse(error), progress };
    }
  }

  refuse(text: string): Step {
    return this.#refuse(new Refusal(text));
  }

  outgoing(message: OutgoingMessage): readonly ScriptedMessage[] {
    return this.#crypto.scripted(message);
  }

  #begin(): Step {
    const { identity } = this.#config;
    const body = m1Body(identity, {
      nonce: this.#nonce,
      publicKey: this.#crypto.publicKey,
      devicePasswordId: identity.devicePasswordId ?? this.#methodPasswordId(),
    });
    return this.#answer('M1', withExtras(body, this.#config.extras?.M1), 'M2');
  }

  #take(name: MessageName | null, wsc: WscMessage): Step {
    if (this.#expected === 'nothing') return SILENCE;
    if (name === 'WSC_NACK') {
      this.#expected = 'nothing';
      return {
        send: this.#nack(0),
        end: { outcome: 'nack', text: `WSC_NACK, Configuration Error ${configurationErrorOf(wsc)}` },
      };
    }
    if (name === null && !this.#overlooks('a message of unknown type')) return SILENCE;
    if (!this.#isForUs(wsc) && !this.#overlooks('a message for another Enrollee Nonce')) return SILENCE;
    if (name === 'M2D' && this.#expected === 'M2') return this.#takeM2D(wsc);
    if (name !== null && name !== this.#expected)
      this.#demand(() => {
        throw new Refusal(`${name} came, ${this.#expected} was due`);
      }, undefined);
    const reason = this.#config.objects?.(wsc) ?? null;
    if (reason !== null) throw new Refusal(reason);
    switch (this.#expected) {
      case 'M2':
        return this.#takeM2(wsc);
      case 'M4':
        return this.#takeM4(wsc);
      case 'M6':
        return this.#takeM6(wsc);
      case 'M8':
        return this.#takeM8(wsc);
      case 'WSC_Start':
        return SILENCE;
    }
  }

  /** What a check gives; a device that overlooks its refusal goes on with `instead`. */
  #demand<T>(check: () => T, instead: T): T {
    try {
      return check();
    } catch (error) {
      if (error instanceof Refusal && this.#overlooks(error.message)) return instead;
      throw error;
    }
  }

  #overlooks(reason: string): boolean {
    return this.#config.overlooks?.(reason) === true;
  }

  #isForUs(wsc: WscMessage): boolean {
    return wsc.attributes.some((node) => node.type === ATTRIBUTE.EnrolleeNonce && equal(node.value, this.#nonce));
  }

  /** The Registrar will not serve us now: acknowledge, and wait for M2 from it or another. */
  #takeM2D(m2d: WscMessage): Step {
    const nonces = { enrolleeNonce: this.#nonce, registrarNonce: required(m2d, ATTRIBUTE.RegistrarNonce, NONCE_BYTES) };
    const wsc = closingMessage('WSC_ACK', nonces, { version2: this.#config.identity.version2 });
    return { send: this.#crypto.scripted({ what: 'WSC_ACK', opCode: OP_CODE.Ack, wsc }) };
  }

  #takeM2(m2: WscMessage): Step {
    const zeros = new Uint8Array(NONCE_BYTES);
    const registrarNonce = Uint8Array.from(
      this.#demand(() => required(m2, ATTRIBUTE.RegistrarNonce, NONCE_BYTES), zeros),
    );
    const peerPublicKey = Uint8Array.from(this.#demand(() => this.#crypto.peerPublicKey(m2), GENERATOR));
    this.#registrar = { nonce: registrarNonce, publicKey: peerPublicKey, rHash1: NOTHING, rHash2: NOTHING };
    this.#demand(() => required(m2, ATTRIBUTE.UuidR, 16), zeros);
    this.#demand(() => {
      this.#checkDevicePasswordId(m2);
    }, undefined);
    const enrolleeMac = this.#config.identity.macAddress;
    const keys = this.#crypto.derive({ peerPublicKey, enrolleeNonce: this.#nonce, enrolleeMac, registrarNonce });
    this.#verify(m2);
    const { s1, s2 } = this.#secrets;
    const { psk1, psk2 } = this.#password();
    const hashes = { eHash1: this.#hash(s1, psk1), eHash2: this.#hash(s2, psk2) };
    const body = withExtras(m3Body(this.#config.identity, registrarNonce, hashes), this.#config.extras?.M3);
    return { ...this.#answer('M3', this.#crypto.sealed(body), 'M4'), keys };
  }

  #takeM4(m4: WscMessage): Step {
    this.#verify(m4);
    const [rHash1, rHash2] = [ATTRIBUTE.RHash1, ATTRIBUTE.RHash2].map((id) =>
      Uint8Array.from(this.#demand(() => required(m4, id, HASH_BYTES), NOTHING)),
    ) as [Uint8Array, Uint8Array];
    this.#registrar = { ...this.#registrar, rHash1, rHash2 };
    this.#checkProof(m4, ATTRIBUTE.RSNonce1, rHash1, this.#password().psk1, 'first');
    return this.#reveal('M5', ATTRIBUTE.ESNonce1, this.#secrets.s1, 'M6');
  }

  #takeM6(m6: WscMessage): Step {
    this.#verify(m6);
    this.#checkProof(m6, ATTRIBUTE.RSNonce2, this.#registrar.rHash2, this.#password().psk2, 'second');
    return this.#reveal('M7', ATTRIBUTE.ESNonce2, this.#secrets.s2, 'M8');
  }

  #takeM8(m8: WscMessage): Step {
    this.#verify(m8);
    this.#credentials = this.#demand(() => receivedCredentials(this.#crypto.open(m8)), []);
    this.#expected = 'nothing';
    const wsc = closingMessage('WSC_DONE', this.#nonces(), { version2: this.#config.identity.version2 });
    const send = this.#crypto.scripted({ what: 'WSC_DONE', opCode: OP_CODE.Done, wsc });
    return { send, end: { outcome: 'done', text: 'M8 accepted' } };
  }

  #verify(message: WscMessage): void {
    this.#demand(() => {
      this.#crypto.verifyAuthenticator(message);
    }, undefined);
    this.#crypto.received(message);
  }

  #reveal(name: 'M5' | 'M7', id: number, secret: Uint8Array, expected: Expected): Step {
    const settings = this.#crypto.settingsAttribute(encodeAttribute(id, secret));
    const body = revealBody(name, this.#config.identity, this.#registrar.nonce, settings);
    return this.#answer(name, this.#crypto.sealed(withExtras(body, this.#config.extras?.[name])), expected);
  }

  /** The id M1 named, or that of the method; a PIN may be called specified by the Registrar, and the other way round. */
  #checkDevicePasswordId(m2: WscMessage): void {
    required(m2, ATTRIBUTE.DevicePasswordID, 2);
    const named = wordOf(m2, ATTRIBUTE.DevicePasswordID) ?? -1;
    const own = this.#methodPasswordId();
    const offered = this.#config.identity.devicePasswordId ?? own;
    // Some Registrars call a push button session the default one; a PIN session never becomes one of push button.
    const same = own === DEVICE_PASSWORD_ID.PushButton ? [DEVICE_PASSWORD_ID.Default] : PIN_IDS;
    const forbidden = this.#config.method === 'pin' && named === DEVICE_PASSWORD_ID.PushButton;
    if (forbidden || ![own, offered, ...same].includes(named))
      throw new Refusal(`Device Password ID of M2 is ${named} in a session of ${own}`);
  }

  #methodPasswordId(): number {
    return this.#config.method === 'pbc' ? DEVICE_PASSWORD_ID.PushButton : DEVICE_PASSWORD_ID.Default;
  }

  #checkProof(message: WscMessage, id: number, promised: Uint8Array, psk: Uint8Array, half: string): void {
    this.#demand(() => {
      const secret = required(this.#crypto.open(message), id, NONCE_BYTES);
      if (this.#config.acceptsAnyPassword !== true && !equal(this.#hash(secret, psk), promised))
        throw new Refusal(`the Registrar does not know the ${half} half of the password`, PASSWORD_FAILURE);
    }, undefined);
  }

  #hash(secret: Uint8Array, psk: Uint8Array): Uint8Array {
    return secretHash(this.#crypto.keys.authKey, secret, psk, this.#crypto.publicKey, this.#registrar.publicKey);
  }

  #password(): { psk1: Uint8Array; psk2: Uint8Array } {
    const password = this.#config.method === 'pbc' ? PUSH_BUTTON_PASSWORD : this.#config.pin;
    return passwordHalves(this.#crypto.keys.authKey, password);
  }

  #nonces(): { enrolleeNonce: Uint8Array; registrarNonce: Uint8Array } {
    return { enrolleeNonce: this.#nonce, registrarNonce: this.#registrar.nonce };
  }

  #answer(what: MessageName, wsc: Uint8Array, expected: Expected): Step {
    this.#expected = expected;
    this.#crypto.sent(wsc);
    const send = this.#crypto.scripted({ what, opCode: OP_CODE.Msg, wsc });
    for (const message of send) {
      const type = decodeWsc(message.wsc).messageType;
      if (type === null || opCodeOf(type) === OP_CODE.Msg) this.#crypto.sent(message.wsc);
    }
    return { send };
  }

  #nack(configurationError: number): readonly ScriptedMessage[] {
    const { version2 } = this.#config.identity;
    const wsc = closingMessage('WSC_NACK', this.#nonces(), { configurationError, version2 });
    return this.#crypto.scripted({ what: 'WSC_NACK', opCode: OP_CODE.Nack, wsc });
  }

  #refuse(refusal: Refusal): Step {
    this.#expected = 'nothing';
    return { send: this.#nack(refusal.configurationError), end: { outcome: 'failed', text: refusal.message } };
  }
}
