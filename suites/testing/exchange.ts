import { ascii, be, concat, fromHex } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import type { Closing, EapPacket, Exchange, ExchangeMessage, FramingIssue, Part, Side } from '#evidence/model.js';
import { EAP_CODE, ENROLLEE_IDENTITY, eapPacket, expandedBody, typedBody } from '#wire/eap/eap.js';
import { eapolPacket, EAPOL_TYPE } from '#wire/eap/eapol.js';
import { encodeEapWsc, opCodeOf } from '#wire/eap/eap-wsc.js';
import { encodeEthernet, ETHERTYPE } from '#wire/ethernet.js';
import { encodeTlvs, type TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { credentialAttribute, withAuthenticator } from '#wire/wps/build.js';
import {
  deriveKeys,
  encryptSettings,
  passwordHalves,
  publicKey,
  PUSH_BUTTON_PASSWORD,
  secretHash,
  type WscKeys,
} from '#wire/wps/crypto.js';
import { decodeWsc, MESSAGE_TYPE, type MessageName } from '#wire/wps/message.js';
import { openSettings } from '#wire/wps/settings.js';
import { header, m1Attributes, microsoftExtension, version2Extension, type SampleDevice } from './devices.js';
import type { Edit } from './edits.js';

/** How an exchange departs from what a conformant device does. */
export interface Script {
  /** Attributes of a message, before its Authenticator is computed. */
  readonly attributes?: Partial<Record<'M1' | 'M3' | 'M5' | 'M7' | 'WSC_DONE' | 'WSC_NACK', Edit>>;
  /** Attributes of a message after its Authenticator was computed. */
  readonly sealed?: Partial<Record<'M3' | 'M5' | 'M7', Edit>>;
  /** Bytes that follow M1's attributes. */
  readonly m1Tail?: Uint8Array;
  /** Plaintext of the settings, without Key Wrap Authenticator. */
  readonly settings?: Partial<Record<'M5' | 'M7', Edit>>;
  /** How the settings are encrypted; `encryptSettings` by default. */
  readonly encrypt?: typeof encryptSettings;
  /** What is otherwise drawn at random for the session. */
  readonly fixed?: Partial<Pick<Secrets, 'privateKey' | 'enrolleeNonce' | 'eS1' | 'eS2' | 'iv5' | 'iv7'>>;
  readonly secretsFrom?: (secrets: Secrets) => Partial<Secrets>;
  /** PIN the device proves, when it is not the right one. */
  readonly provenPin?: string;
  readonly identity?: string;
  readonly framing?: Pick<FramingIssue, 'code' | 'expected' | 'actual'>;
  /** The last message that is sent; the exchange then ends by `closing`. */
  readonly last?: MessageName;
  readonly closing?: Closing;
  /** Key of the network, as the Credential has it. */
  readonly networkKey?: string;
  /** WSC_NACK instead of WSC_Done. */
  readonly refuses?: boolean;
}

export interface ExchangeOptions {
  readonly number: number;
  readonly method: 'pin' | 'pbc';
}

/** Secrets of the device in one session. */
export interface Secrets {
  readonly privateKey: Uint8Array;
  readonly enrolleeNonce: Uint8Array;
  readonly eS1: Uint8Array;
  readonly eS2: Uint8Array;
  readonly iv5: Uint8Array;
  readonly iv7: Uint8Array;
}

export const REGISTRAR_MAC = fromHex('020000000200');
export const SILENCE_MS = 10000;

/** When a session begins, milliseconds since 1970: there is time for a join before the next one. */
export function sessionStartMs(number: number): number {
  return number * 100_000;
}

/** A whole exchange of `device` with a right Registrar, with real keys, as evidence has it. */
export function buildExchange(device: SampleDevice, script: Script, options: ExchangeOptions): Exchange {
  const random = seededRandom(options.number);
  const drawn: Secrets = {
    privateKey: random(32),
    enrolleeNonce: random(16),
    eS1: random(16),
    eS2: random(16),
    iv5: random(16),
    iv7: random(16),
    ...script.fixed,
  };
  const secrets = { ...drawn, ...script.secretsFrom?.(drawn) };
  const registrar = { privateKey: random(32), nonce: random(16), rS1: random(16), rS2: random(16), iv: random(16) };
  const wire = new Wire(device, script, options.number);
  const pke = publicKey(secrets.privateKey);
  const pkr = publicKey(registrar.privateKey);
  const keys = deriveKeys({
    privateKey: registrar.privateKey,
    peerPublicKey: pke,
    enrolleeNonce: secrets.enrolleeNonce,
    enrolleeMac: device.mac,
    registrarNonce: registrar.nonce,
  });
  wire.keys = keys;
  const pin = options.method === 'pbc' ? PUSH_BUTTON_PASSWORD : device.pin;
  const proven = passwordHalves(keys.authKey, script.provenPin ?? pin);
  const right = passwordHalves(keys.authKey, pin);
  const enrolleeNonce = { type: ATTRIBUTE.EnrolleeNonce, value: secrets.enrolleeNonce };
  const registrarNonce = { type: ATTRIBUTE.RegistrarNonce, value: registrar.nonce };
  const hash = (type: number, nonce: Uint8Array, psk: Uint8Array): TlvSource => ({
    type,
    value: secretHash(keys.authKey, nonce, psk, pke, pkr),
  });
  const sealed = (plain: readonly TlvSource[], iv: Uint8Array): TlvSource => ({
    type: ATTRIBUTE.EncryptedSettings,
    value: encryptSettings(keys, encodeTlvs({ nodes: plain }), iv),
  });
  const passwordId = options.method === 'pbc' ? 0x0004 : 0x0000;
  wire.send('M1', m1Attributes(device, { enrolleeNonce: secrets.enrolleeNonce, publicKey: pke }, passwordId));
  wire.answer('M2', [enrolleeNonce, registrarNonce, { type: ATTRIBUTE.PublicKey, value: pkr }]);
  wire.send('M3', [
    registrarNonce,
    hash(ATTRIBUTE.EHash1, secrets.eS1, proven.psk1),
    hash(ATTRIBUTE.EHash2, secrets.eS2, proven.psk2),
  ]);
  wire.answer('M4', [
    enrolleeNonce,
    hash(ATTRIBUTE.RHash1, registrar.rS1, right.psk1),
    hash(ATTRIBUTE.RHash2, registrar.rS2, right.psk2),
    sealed([{ type: ATTRIBUTE.RSNonce1, value: registrar.rS1 }], registrar.iv),
  ]);
  const own = (name: 'M5' | 'M7', type: number, value: Uint8Array, iv: Uint8Array): TlvSource[] => {
    const plain = (script.settings?.[name] ?? ((same) => same))([{ type, value }]);
    const encrypt = script.encrypt ?? encryptSettings;
    return [
      registrarNonce,
      { type: ATTRIBUTE.EncryptedSettings, value: encrypt(keys, encodeTlvs({ nodes: plain }), iv) },
    ];
  };
  wire.send('M5', own('M5', ATTRIBUTE.ESNonce1, secrets.eS1, secrets.iv5));
  wire.answer('M6', [enrolleeNonce, sealed([{ type: ATTRIBUTE.RSNonce2, value: registrar.rS2 }], registrar.iv)]);
  wire.send('M7', own('M7', ATTRIBUTE.ESNonce2, secrets.eS2, secrets.iv7));
  const credential = credentialAttribute({
    ssid: ascii('net'),
    authenticationType: 0x20,
    encryptionType: 0x08,
    networkKey: ascii(script.networkKey ?? 'a secret key'),
    macAddress: device.mac,
  });
  const credentialNode = { type: ATTRIBUTE.Credential, value: credential.subarray(4) };
  wire.answer('M8', [enrolleeNonce, sealed([credentialNode], registrar.iv)]);
  const error = { type: ATTRIBUTE.ConfigurationError, value: be(18, 2) };
  if (script.refuses === true) wire.send('WSC_NACK', [enrolleeNonce, registrarNonce, error]);
  else wire.send('WSC_DONE', [enrolleeNonce, registrarNonce]);
  return wire.finish(options.method, pin);
}

const AUTHENTICATED: readonly MessageName[] = ['M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8'];
const FRAME_HEAD_BYTES = 14 + 4;
const EAP_WSC_HEAD_BYTES = 4 + 8 + 2;

/** Puts messages into packets and frames as a wired capture has them. */
class Wire {
  keys: WscKeys | null = null;
  readonly #device: SampleDevice;
  readonly #script: Script;
  readonly #number: number;
  readonly #packets: EapPacket[] = [];
  readonly #messages: ExchangeMessage[] = [];
  #previous: Uint8Array = new Uint8Array(0);
  #isOver = false;
  /** Of the last request; a response repeats it. */
  #identifier = 1;

  constructor(device: SampleDevice, script: Script, number: number) {
    this.#device = device;
    this.#script = script;
    this.#number = number;
    this.#packet('registrar', eapPacket(EAP_CODE.Request, 0, typedBody(1)));
    this.#packet(
      'enrollee',
      eapPacket(EAP_CODE.Response, 0, typedBody(1, ascii(script.identity ?? ENROLLEE_IDENTITY))),
    );
    this.#packet('registrar', eapPacket(EAP_CODE.Request, 1, this.#body(1, new Uint8Array(0))));
  }

  /** A message of the device. */
  send(name: 'M1' | 'M3' | 'M5' | 'M7' | 'WSC_DONE' | 'WSC_NACK', content: readonly TlvSource[]): void {
    const edit = this.#script.attributes?.[name];
    const repeats = this.#device.repeatsIn.some((each) => each === name);
    const extensions = [
      ...(this.#device.isVersion2 ? [version2Extension()] : []),
      ...(repeats ? [microsoftExtension(this.#device.pairing)] : []),
    ];
    const whole = name === 'M1' ? content : [...header(MESSAGE_TYPE[name]), ...content, ...extensions];
    const body = encodeTlvs({ nodes: edit === undefined ? whole : edit(whole) });
    let bytes = this.#authenticate(name, body);
    const after = name === 'M3' || name === 'M5' || name === 'M7' ? this.#script.sealed?.[name] : undefined;
    if (after !== undefined) bytes = encodeTlvs({ nodes: after(decodeWsc(bytes).attributes) });
    if (name === 'M1' && this.#script.m1Tail !== undefined) bytes = concat(bytes, this.#script.m1Tail);
    this.#message('enrollee', name, bytes);
  }

  /** A message of the Registrar. */
  answer(name: 'M2' | 'M4' | 'M6' | 'M8', content: readonly TlvSource[]): void {
    const body = encodeTlvs({ nodes: [...header(MESSAGE_TYPE[name]), ...content, version2Extension()] });
    this.#message('registrar', name, this.#authenticate(name, body));
  }

  finish(method: 'pin' | 'pbc', pin: string): Exchange {
    const { script, last } = { script: this.#script, last: this.#messages.at(-1) };
    const isDone = last?.wsc.name === 'WSC_DONE';
    const closing = script.closing ?? (isDone ? 'done' : 'timeout');
    if (closing === 'done' || closing === 'failed') {
      this.#isOver = false;
      this.#packet('registrar', eapPacket(EAP_CODE.Failure, this.#identifier));
    }
    const framed = this.#packets.findLast(({ from, type }) => from === 'enrollee' && type === 254);
    return {
      number: this.#number,
      enrolleeMac: this.#device.mac,
      registrarMac: REGISTRAR_MAC,
      packets: this.#packets,
      messages: this.#messages,
      identities: this.#packets.filter(({ from, type }) => from === 'enrollee' && type === 1),
      framing:
        script.framing === undefined || framed === undefined
          ? []
          : [{ ...script.framing, packet: framed, at: { start: 12, end: 13 } }],
      closing,
      ...(closing === 'timeout' ? { silenceMs: SILENCE_MS } : {}),
      method,
      keys: this.keys,
      pin,
      lossy: false,
    };
  }

  #authenticate(name: MessageName, body: Uint8Array): Uint8Array {
    if (this.keys === null || !AUTHENTICATED.includes(name)) return body;
    return withAuthenticator(this.keys.authKey, this.#previous, body);
  }

  #message(from: Side, name: MessageName, bytes: Uint8Array): void {
    if (this.#isOver) return;
    const opCode = opCodeOf(MESSAGE_TYPE[name]) ?? 0x04;
    const packet = this.#packet(from, this.#eap(from, this.#body(opCode, bytes)));
    const part: Part = {
      frame: packet.frame,
      messageOffset: 0,
      frameOffset: FRAME_HEAD_BYTES + EAP_WSC_HEAD_BYTES,
      lengthBytes: bytes.length,
    };
    const wsc = decodeWsc(bytes);
    const encrypted = wsc.attributes.find(({ type }) => type === ATTRIBUTE.EncryptedSettings);
    const settings = encrypted === undefined || this.keys === null ? null : openSettings(encrypted.value, this.keys);
    this.#messages.push({
      from,
      opCode,
      wsc,
      parts: [part],
      packets: [packet],
      timeNs: packet.frame.timeNs,
      ...(settings === null ? {} : { settings }),
    });
    this.#previous = bytes;
    if (name === this.#script.last) this.#isOver = true;
  }

  #body(opCode: number, data: Uint8Array): Uint8Array {
    const wsc = encodeEapWsc({ header: { opCode, flags: 0 }, messageLength: null, data });
    return expandedBody({ vendorId: 0x00372a, vendorType: 1 }, wsc);
  }

  #eap(from: Side, body: Uint8Array): Uint8Array {
    const code = from === 'registrar' ? EAP_CODE.Request : EAP_CODE.Response;
    if (from === 'registrar') this.#identifier += 1;
    return eapPacket(code, this.#identifier, body);
  }

  #packet(from: Side, bytes: Uint8Array): EapPacket {
    const number = this.#number * 100 + this.#packets.length;
    const [source, destination] =
      from === 'enrollee' ? [this.#device.mac, REGISTRAR_MAC] : [REGISTRAR_MAC, this.#device.mac];
    const payload = eapolPacket(EAPOL_TYPE.EapPacket, bytes);
    const frame = encodeEthernet({ destination, source, etherType: ETHERTYPE.Eapol, payload });
    const packet: EapPacket = {
      frame: {
        number,
        timeNs: BigInt(sessionStartMs(this.#number) + this.#packets.length) * 1_000_000n,
        linkType: 'ethernet',
        bytes: frame,
        wireLength: frame.length,
      },
      from,
      span: { start: FRAME_HEAD_BYTES, end: FRAME_HEAD_BYTES + bytes.length },
      bytes,
      code: bytes[0] ?? 0,
      identifier: bytes[1] ?? 0,
      type: bytes[4] ?? null,
      retransmission: false,
    };
    this.#packets.push(packet);
    return packet;
  }
}
