import { allBytes, ascii, be, concat, fromHex } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { EAP_CODE, EAP_TYPE, eapPacket, ENROLLEE_IDENTITY, expandedBody, typedBody } from '#wire/eap/eap.js';
import { EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { encodeEapWsc, FLAG, OP_CODE } from '#wire/eap/eap-wsc.js';
import { WSC_METHOD } from '#wire/eap/wsc-carrier.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, encodeAttribute, textAttribute, withAuthenticator, wordAttribute } from '#wire/wps/build.js';
import { deriveKeys, encryptSettings, passwordHalves, publicKey, secretHash, type WscKeys } from '#wire/wps/crypto.js';
import { MESSAGE_TYPE } from '#wire/wps/message.js';

/** One EAPOL packet of an exchange. */
export interface Sent {
  readonly from: 'enrollee' | 'registrar';
  readonly what: string;
  readonly eapol: Uint8Array;
}

export interface ExchangeOptions {
  readonly seed?: number;
  readonly enrolleeMac?: Uint8Array;
  readonly pin?: string;
  /** Device Password ID of M1 and M2. */
  readonly passwordId?: number;
  readonly identity?: string;
  /** Identifier of the first request. */
  readonly identifier?: number;
  /** Data bytes of one fragment; whole messages when absent. */
  readonly fragmentBytes?: number;
  readonly uuidE?: Uint8Array;
}

/** A registration as it is meant to be, with what one needs to open it. */
export interface BuiltExchange {
  readonly sent: readonly Sent[];
  readonly keys: WscKeys;
  readonly enrolleeNonce: Uint8Array;
  readonly registrarNonce: Uint8Array;
  readonly enrolleePrivate: Uint8Array;
  readonly registrarPrivate: Uint8Array;
}

export const ENROLLEE = fromHex('02 00 00 00 01 00');
export const REGISTRAR = fromHex('02 00 00 00 02 00');
export const PIN = '12345670';
export const UUID_E = fromHex('11111111222233334444555555555555');

const { MessageType, Version, EnrolleeNonce, RegistrarNonce, EncryptedSettings } = ATTRIBUTE;

function head(type: number, ...attributes: readonly Uint8Array[]): Uint8Array {
  return concat(byteAttribute(Version, 0x10), byteAttribute(MessageType, type), ...attributes);
}

export function wscPacket(code: number, identifier: number, opCode: number, data: Uint8Array, flags = 0): Uint8Array {
  const messageLength = (flags & FLAG.LengthField) === 0 ? null : data.length;
  const wsc = encodeEapWsc({ header: { opCode, flags }, messageLength, data });
  return eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(code, identifier, expandedBody(WSC_METHOD, wsc)));
}

/** EAPOL-Start to EAP-Failure, 14 packets without fragments. */
export function buildExchange(options: ExchangeOptions = {}): BuiltExchange {
  const { enrolleeMac = ENROLLEE, pin = PIN, passwordId = 0, uuidE = UUID_E } = options;
  const random = seededRandom(options.seed ?? 1);
  const [enrolleeNonce, registrarNonce, es1, es2, rs1, rs2] = [1, 2, 3, 4, 5, 6].map(() => random(16)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const enrolleePrivate = random(20);
  const registrarPrivate = random(20);
  if (allBytes(enrolleePrivate, 0)) throw new Error('unlucky seed');
  const pke = publicKey(enrolleePrivate);
  const pkr = publicKey(registrarPrivate);
  const keys = deriveKeys({
    privateKey: registrarPrivate,
    peerPublicKey: pke,
    enrolleeNonce,
    enrolleeMac,
    registrarNonce,
  });
  const { psk1, psk2 } = passwordHalves(keys.authKey, pin);
  const hash = (secret: Uint8Array, psk: Uint8Array): Uint8Array => secretHash(keys.authKey, secret, psk, pke, pkr);
  const settings = (id: number, value: Uint8Array): Uint8Array =>
    encodeAttribute(EncryptedSettings, encryptSettings(keys, encodeAttribute(id, value), random(16)));
  const sealed = (before: Uint8Array, body: Uint8Array): Uint8Array => withAuthenticator(keys.authKey, before, body);
  const toEnrollee = encodeAttribute(EnrolleeNonce, enrolleeNonce);
  const toRegistrar = encodeAttribute(RegistrarNonce, registrarNonce);

  const m1 = head(
    MESSAGE_TYPE.M1,
    encodeAttribute(ATTRIBUTE.UuidE, uuidE),
    encodeAttribute(ATTRIBUTE.MACAddress, enrolleeMac),
    toEnrollee,
    encodeAttribute(ATTRIBUTE.PublicKey, pke),
    textAttribute(ATTRIBUTE.Manufacturer, 'Maker'),
    wordAttribute(ATTRIBUTE.DevicePasswordID, passwordId),
    encodeAttribute(ATTRIBUTE.VendorExtension, fromHex('000137 1001 0002 0201')),
  );
  const m2 = sealed(
    m1,
    head(
      MESSAGE_TYPE.M2,
      toEnrollee,
      toRegistrar,
      encodeAttribute(ATTRIBUTE.PublicKey, pkr),
      wordAttribute(ATTRIBUTE.DevicePasswordID, passwordId),
    ),
  );
  const hashes = (type: number, echo: Uint8Array, ids: readonly [number, number], s1: Uint8Array, s2: Uint8Array) =>
    head(type, echo, encodeAttribute(ids[0], hash(s1, psk1)), encodeAttribute(ids[1], hash(s2, psk2)));
  const m3 = sealed(m2, hashes(MESSAGE_TYPE.M3, toRegistrar, [ATTRIBUTE.EHash1, ATTRIBUTE.EHash2], es1, es2));
  const m4 = sealed(
    m3,
    concat(
      hashes(MESSAGE_TYPE.M4, toEnrollee, [ATTRIBUTE.RHash1, ATTRIBUTE.RHash2], rs1, rs2),
      settings(ATTRIBUTE.RSNonce1, rs1),
    ),
  );
  const m5 = sealed(m4, head(MESSAGE_TYPE.M5, toRegistrar, settings(ATTRIBUTE.ESNonce1, es1)));
  const m6 = sealed(m5, head(MESSAGE_TYPE.M6, toEnrollee, settings(ATTRIBUTE.RSNonce2, rs2)));
  const m7 = sealed(m6, head(MESSAGE_TYPE.M7, toRegistrar, settings(ATTRIBUTE.ESNonce2, es2)));
  const m8 = sealed(m7, head(MESSAGE_TYPE.M8, toEnrollee, settings(ATTRIBUTE.Credential, fromHex('1026000101'))));
  const done = head(MESSAGE_TYPE.WSC_DONE, toEnrollee, toRegistrar);

  const sent = new Conversation(options.identifier ?? 1, options.fragmentBytes);
  sent.identity(options.identity ?? ENROLLEE_IDENTITY);
  sent.start();
  sent.enrollee('M1', OP_CODE.Msg, m1);
  sent.registrar('M2', OP_CODE.Msg, m2);
  sent.enrollee('M3', OP_CODE.Msg, m3);
  sent.registrar('M4', OP_CODE.Msg, m4);
  sent.enrollee('M5', OP_CODE.Msg, m5);
  sent.registrar('M6', OP_CODE.Msg, m6);
  sent.enrollee('M7', OP_CODE.Msg, m7);
  sent.registrar('M8', OP_CODE.Msg, m8);
  sent.enrollee('WSC_Done', OP_CODE.Done, done);
  sent.failure();
  return { sent: sent.packets, keys, enrolleeNonce, registrarNonce, enrolleePrivate, registrarPrivate };
}

/** Lays messages out as requests and responses, in fragments if need be. */
class Conversation {
  readonly packets: Sent[] = [{ from: 'enrollee', what: 'Start', eapol: eapolPacket(EAPOL_TYPE.Start) }];

  constructor(
    private identifier: number,
    private readonly fragmentBytes = Infinity,
  ) {}

  identity(name: string): void {
    this.add('registrar', 'Identity request', this.eap(EAP_CODE.Request, typedBody(EAP_TYPE.Identity)));
    this.add('enrollee', 'Identity', this.eap(EAP_CODE.Response, typedBody(EAP_TYPE.Identity, ascii(name))));
  }

  start(): void {
    this.identifier++;
    this.add('registrar', 'WSC_Start', wscPacket(EAP_CODE.Request, this.identifier, OP_CODE.Start, new Uint8Array(0)));
  }

  enrollee(what: string, opCode: number, data: Uint8Array): void {
    this.fragments(data).forEach(({ bytes, flags, length }, index) => {
      if (index > 0) {
        this.identifier++;
        this.add(
          'registrar',
          'FRAG_ACK',
          wscPacket(EAP_CODE.Request, this.identifier, OP_CODE.FragAck, new Uint8Array(0)),
        );
      }
      this.add('enrollee', what, this.fragment(EAP_CODE.Response, opCode, bytes, flags, length));
    });
  }

  registrar(what: string, opCode: number, data: Uint8Array): void {
    this.fragments(data).forEach(({ bytes, flags, length }, index) => {
      if (index > 0)
        this.add(
          'enrollee',
          'FRAG_ACK',
          wscPacket(EAP_CODE.Response, this.identifier, OP_CODE.FragAck, new Uint8Array(0)),
        );
      this.identifier++;
      this.add('registrar', what, this.fragment(EAP_CODE.Request, opCode, bytes, flags, length));
    });
  }

  failure(): void {
    this.add('registrar', 'EAP-Failure', this.eap(EAP_CODE.Failure));
  }

  private fragments(data: Uint8Array): { bytes: Uint8Array; flags: number; length: number | null }[] {
    if (data.length <= this.fragmentBytes) return [{ bytes: data, flags: 0, length: null }];
    const pieces = [];
    for (let at = 0; at < data.length; at += this.fragmentBytes) {
      const more = at + this.fragmentBytes < data.length ? FLAG.MoreFragments : 0;
      const first = at === 0 ? FLAG.LengthField : 0;
      const bytes = data.subarray(at, at + this.fragmentBytes);
      pieces.push({ bytes, flags: more | first, length: at === 0 ? data.length : null });
    }
    return pieces;
  }

  private fragment(code: number, opCode: number, data: Uint8Array, flags: number, length: number | null): Uint8Array {
    const wsc = encodeEapWsc({ header: { opCode, flags }, messageLength: length, data });
    return this.eap(code, expandedBody(WSC_METHOD, wsc));
  }

  private eap(code: number, body?: Uint8Array): Uint8Array {
    return eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(code, this.identifier, body));
  }

  private add(from: Sent['from'], what: string, eapol: Uint8Array): void {
    this.packets.push({ from, what, eapol });
  }
}

/** WPS IE data of a Probe Request, or any list of attributes, in elements of at most 251 bytes of data. */
export function wpsElementsOf(data: Uint8Array, perElement = 251): Uint8Array {
  const elements: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += perElement) {
    const piece = data.subarray(at, at + perElement);
    elements.push(concat(fromHex('dd'), be(piece.length + 4, 1), fromHex('0050f204'), piece));
  }
  return concat(...elements);
}
