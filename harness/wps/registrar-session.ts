import { equal } from '#base/bytes.js';
import { OP_CODE, opCodeOf } from '#wire/eap/eap-wsc.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encodeAttribute } from '#wire/wps/build.js';
import { passwordHalves, PUSH_BUTTON_PASSWORD, secretHash } from '#wire/wps/crypto.js';
import { attribute, decodeWsc, MESSAGE_TYPE, type MessageName, type WscMessage } from '#wire/wps/message.js';
import type { OutgoingMessage, Outcome, RegistrarConfig, ScriptedMessage } from './engine.js';
import type { MessageLayer, Step } from './message-layer.js';
import { closingMessage } from './message-parts.js';
import { credentialSettings, m2Body, m4Body, settingsBody } from './registrar-messages.js';
import {
  configurationErrorOf,
  DEVICE_PASSWORD_ID,
  HASH_BYTES,
  NONCE_BYTES,
  PASSWORD_FAILURE,
  Refusal,
  required,
  requireEcho,
  wordOf,
} from './requirements.js';
import { SessionCrypto } from './session-crypto.js';

/** What of the configuration concerns messages. */
export type RegistrarSessionConfig = Omit<RegistrarConfig, 'limits' | 'fragmentBytes' | 'packetScript'>;

interface Enrollee {
  readonly nonce: Uint8Array;
  readonly mac: Uint8Array;
  readonly publicKey: Uint8Array;
}

type Expected = 'M1' | 'M3' | 'M5' | 'M7' | 'WSC_DONE' | 'nothing';

/**
 * The Registrar's messages of one registration, without EAP: M1 to WSC_DONE (WSC: registration protocol). What a correct
 * Registrar verifies is verified; what is wrong is answered by WSC_NACK and ends the session. Faults that do not keep
 * the protocol from going on (odd strings, a wrong op-code, a Device Password ID of the other method) are left to the
 * rules, so that one fault does not hide all that follows it.
 */
export class RegistrarSession implements MessageLayer {
  readonly #config: RegistrarSessionConfig;
  readonly #crypto: SessionCrypto;
  readonly #nonce: Uint8Array;
  readonly #secrets: { readonly s1: Uint8Array; readonly s2: Uint8Array };
  #expected: Expected = 'M1';
  #enrollee: Enrollee | null = null;
  #eHashes: { readonly eHash1: Uint8Array; readonly eHash2: Uint8Array } | null = null;
  /** The script made our last message an M2D: WSC_ACK is the right answer. */
  #saidM2D = false;

  constructor(config: RegistrarSessionConfig) {
    this.#config = config;
    this.#crypto = new SessionCrypto(config);
    this.#nonce = config.random(NONCE_BYTES);
    this.#secrets = { s1: config.random(NONCE_BYTES), s2: config.random(NONCE_BYTES) };
  }

  /** Compute the public key ahead of its first use. */
  prepare(): void {
    this.#crypto.publicKey.at(0);
  }

  receive(opCode: number, wsc: WscMessage): Step {
    const name = wsc.name ?? closingByOpCode(opCode);
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

  #take(name: MessageName | null, wsc: WscMessage): Step {
    if (this.#expected === 'nothing') return { send: [] };
    if (name === 'WSC_NACK') return this.#end('nack', `WSC_NACK, Configuration Error ${configurationErrorOf(wsc)}`);
    if (name === 'WSC_ACK' && this.#saidM2D) return this.#end('failed', 'WSC_ACK after M2D: the Enrollee waits');
    if (name !== this.#expected) throw new Refusal(`${name ?? 'an unknown message'} came, ${this.#expected} was due`);
    switch (name) {
      case 'M1':
        return this.#takeM1(wsc);
      case 'M3':
        return this.#takeM3(wsc);
      case 'M5':
        return this.#takeM5(wsc);
      case 'M7':
        return this.#takeM7(wsc);
      case 'WSC_DONE':
        return this.#takeDone(wsc);
    }
  }

  #takeM1(m1: WscMessage): Step {
    const enrollee = {
      nonce: Uint8Array.from(required(m1, ATTRIBUTE.EnrolleeNonce, NONCE_BYTES)),
      mac: Uint8Array.from(required(m1, ATTRIBUTE.MACAddress, 6)),
      publicKey: Uint8Array.from(this.#crypto.peerPublicKey(m1)),
    };
    this.#enrollee = enrollee;
    this.#crypto.received(m1);
    const keys = this.#crypto.derive({
      peerPublicKey: enrollee.publicKey,
      enrolleeNonce: enrollee.nonce,
      enrolleeMac: enrollee.mac,
      registrarNonce: this.#nonce,
    });
    const body = m2Body({
      enrolleeNonce: enrollee.nonce,
      registrarNonce: this.#nonce,
      uuidR: this.#config.uuidR,
      publicKey: this.#crypto.publicKey,
      device: this.#config.device,
      devicePasswordId: this.#devicePasswordId(m1),
    });
    return { ...this.#answer('M2', this.#crypto.sealed(body), 'M3'), keys, m1 };
  }

  #takeM3(m3: WscMessage): Step {
    const { nonce } = this.#checkChain(m3);
    this.#eHashes = {
      eHash1: Uint8Array.from(required(m3, ATTRIBUTE.EHash1, HASH_BYTES)),
      eHash2: Uint8Array.from(required(m3, ATTRIBUTE.EHash2, HASH_BYTES)),
    };
    const { s1, s2 } = this.#secrets;
    const { psk1, psk2 } = this.#password();
    const hashes = { rHash1: this.#hash(s1, psk1), rHash2: this.#hash(s2, psk2) };
    const settings = this.#crypto.settingsAttribute(encodeAttribute(ATTRIBUTE.RSNonce1, s1));
    return this.#answer('M4', this.#crypto.sealed(m4Body(nonce, hashes, settings)), 'M5');
  }

  #takeM5(m5: WscMessage): Step {
    const { nonce } = this.#checkChain(m5);
    this.#checkProof(m5, ATTRIBUTE.ESNonce1, this.#eHashes?.eHash1, this.#password().psk1, 'first');
    const settings = this.#crypto.settingsAttribute(encodeAttribute(ATTRIBUTE.RSNonce2, this.#secrets.s2));
    return this.#answer('M6', this.#crypto.sealed(settingsBody('M6', nonce, settings)), 'M7');
  }

  #takeM7(m7: WscMessage): Step {
    const { nonce, mac } = this.#checkChain(m7);
    this.#checkProof(m7, ATTRIBUTE.ESNonce2, this.#eHashes?.eHash2, this.#password().psk2, 'second');
    const settings = this.#crypto.settingsAttribute(credentialSettings(this.#config.credential, mac));
    return this.#answer('M8', this.#crypto.sealed(settingsBody('M8', nonce, settings)), 'WSC_DONE');
  }

  #takeDone(done: WscMessage): Step {
    const { enrolleeNonce, registrarNonce } = this.#nonces();
    for (const [id, nonce] of [
      [ATTRIBUTE.EnrolleeNonce, enrolleeNonce],
      [ATTRIBUTE.RegistrarNonce, registrarNonce],
    ] as const) {
      const node = attribute(done, id);
      // There is nothing left to refuse: the Enrollee has its credential.
      if (node === null || !equal(node.value, nonce))
        return this.#end('failed', 'WSC_DONE has not the nonces of M1 and M2');
    }
    return this.#end('done', 'WSC_DONE: the Enrollee has its credential');
  }

  /** R-Nonce and Authenticator of M3, M5, M7. */
  #checkChain(message: WscMessage): Enrollee {
    if (this.#enrollee === null) throw new Refusal('no M1 before');
    requireEcho(message, ATTRIBUTE.RegistrarNonce, this.#nonce);
    this.#crypto.verifyAuthenticator(message);
    this.#crypto.received(message);
    return this.#enrollee;
  }

  /** The secret nonce revealed must open the hash promised in M3 with this half of the password. */
  #checkProof(message: WscMessage, id: number, promised: Uint8Array | undefined, psk: Uint8Array, half: string): void {
    const secret = required(this.#crypto.open(message), id, NONCE_BYTES);
    if (promised === undefined || !equal(this.#hash(secret, psk), promised))
      throw new Refusal(`the Enrollee does not know the ${half} half of the password`, PASSWORD_FAILURE);
  }

  #hash(secret: Uint8Array, psk: Uint8Array): Uint8Array {
    const pke = this.#enrollee?.publicKey ?? new Uint8Array(0);
    return secretHash(this.#crypto.keys.authKey, secret, psk, pke, this.#crypto.publicKey);
  }

  #password(): { psk1: Uint8Array; psk2: Uint8Array } {
    const password = this.#config.method === 'pbc' ? PUSH_BUTTON_PASSWORD : this.#config.pin;
    return passwordHalves(this.#crypto.keys.authKey, password);
  }

  /** M1's own id where it is of our method, so that a PIN from a label, a display or a user all work. */
  #devicePasswordId(m1: WscMessage): number {
    const own = this.#config.method === 'pbc' ? DEVICE_PASSWORD_ID.PushButton : DEVICE_PASSWORD_ID.Default;
    const offered = wordOf(m1, ATTRIBUTE.DevicePasswordID);
    if (offered === null) return own;
    const same = (offered === DEVICE_PASSWORD_ID.PushButton) === (this.#config.method === 'pbc');
    return same ? offered : own;
  }

  #nonces(): { enrolleeNonce: Uint8Array; registrarNonce: Uint8Array } {
    return { enrolleeNonce: this.#enrollee?.nonce ?? new Uint8Array(NONCE_BYTES), registrarNonce: this.#nonce };
  }

  #answer(what: MessageName, wsc: Uint8Array, expected: Expected): Step {
    this.#expected = expected;
    this.#crypto.sent(wsc);
    const send = this.#crypto.scripted({ what, opCode: OP_CODE.Msg, wsc });
    this.#saidM2D = false;
    for (const message of send) {
      const type = decodeWsc(message.wsc).messageType;
      this.#saidM2D = type === MESSAGE_TYPE.M2D;
      // Only messages of the chain: the Enrollee's next Authenticator does not cover M2D, WSC_ACK and the like.
      if (!this.#saidM2D && (type === null || opCodeOf(type) === OP_CODE.Msg)) this.#crypto.sent(message.wsc);
    }
    return { send };
  }

  #refuse(refusal: Refusal): Step {
    this.#expected = 'nothing';
    const wsc = closingMessage('WSC_NACK', this.#nonces(), refusal);
    const send = this.#crypto.scripted({ what: 'WSC_NACK', opCode: OP_CODE.Nack, wsc });
    return { send, end: { outcome: 'failed', text: refusal.message } };
  }

  #end(outcome: Outcome, text: string): Step {
    this.#expected = 'nothing';
    return { send: [], end: { outcome, text } };
  }
}

/** What a message without a usable Message Type is by its op-code, where that is enough to know. */
function closingByOpCode(opCode: number): MessageName | null {
  return opCode === OP_CODE.Nack ? 'WSC_NACK' : null;
}
