import { expect } from 'chai';
import { concat, fromHex } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encodeAttribute, wordAttribute } from '#wire/wps/build.js';
import { attribute, decodeWsc } from '#wire/wps/message.js';
import { credentialSettings, m2dFrom } from './registrar-messages.js';
import { createEnrollee } from './enrollee.js';
import type { Credential, Script } from './engine.js';
import { createRegistrar } from './registrar.js';
import { CREDENTIAL, enrolleeConfig, registrarConfig } from './testing/fixtures.js';
import { runLink, saidBy, type Run, type Side } from './testing/link.js';
import { alter, flipped, replace, without, withValue, type Edit } from './stimuli/edits.js';

const MAC = fromHex('020000000100');
const PRIME_MINUS_1 =
  fromHex(`ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd
ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed
ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f
83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca237327fffffffffffffffe`);

function run(side: Side, script: Script): Run {
  const enrollee = createEnrollee(enrolleeConfig(side === 'enrollee' ? { script } : {}));
  const registrar = createRegistrar(registrarConfig(side === 'registrar' ? { script } : {}));
  return runLink({ registrar, enrollee });
}

/** Configuration Error of the WSC_NACK that side sent, or null without one. */
function nackOf(result: Run, side: Side): number | null {
  const nack = result.packets.find(({ from, what }) => from === side && what === 'WSC_NACK');
  if (nack === undefined) return null;
  const value = attribute(decodeWsc(nack.bytes.subarray(4 + 12 + 2)), ATTRIBUTE.ConfigurationError)?.value;
  return ((value?.[0] ?? 0xff) << 8) | (value?.[1] ?? 0xff);
}

const PUBLIC_KEYS: [string, Edit][] = (
  [
    ['zero', new Uint8Array(192)],
    ['one', concat(new Uint8Array(191), Uint8Array.of(1))],
    ['p - 1', PRIME_MINUS_1],
    ['all ones', new Uint8Array(192).fill(0xff)],
    ['191 bytes', new Uint8Array(191).fill(7)],
    ['empty', new Uint8Array(0)],
  ] as [string, Uint8Array][]
).map(([name, key]) => [`Public Key is ${name}`, withValue(ATTRIBUTE.PublicKey, () => key, false)]);

const unsealed =
  (edit: (wsc: Uint8Array) => Uint8Array): Edit =>
  (wsc) =>
    edit(wsc);

/** The Authenticator breaks when any byte of the message does. */
const AUTHENTICATOR: [string, Edit][] = [
  ['Authenticator is wrong', withValue(ATTRIBUTE.Authenticator, flipped, false)],
  ['Authenticator is missing', unsealed((wsc) => wsc.subarray(0, wsc.length - 12))],
  ['Authenticator is not last', unsealed((wsc) => concat(wsc, wordAttribute(0x10fa, 0)))],
  ['Authenticator is followed by a byte', unsealed((wsc) => concat(wsc, Uint8Array.of(0)))],
  ['Authenticator is cut', unsealed((wsc) => wsc.subarray(0, wsc.length - 1))],
];

const SETTINGS: [string, Edit][] = [
  ['Encrypted Settings are missing', without(ATTRIBUTE.EncryptedSettings)],
  ['Encrypted Settings are cut', withValue(ATTRIBUTE.EncryptedSettings, (value) => value.subarray(0, 47))],
  ['Encrypted Settings are damaged', withValue(ATTRIBUTE.EncryptedSettings, (value) => flipped(value))],
  ['the secret nonce is missing', (wsc, tools) => withSettings(new Uint8Array(0))(wsc, tools)],
];

function withSettings(plain: Uint8Array): Edit {
  return (wsc, tools) => withValue(ATTRIBUTE.EncryptedSettings, () => tools.encrypt(plain))(wsc, tools);
}

describe('Registrar refuses', () => {
  const cases: [message: string, name: string, edit: Edit, error?: number][] = [
    ...PUBLIC_KEYS.map(([name, edit]): [string, string, Edit] => ['M1', name, edit]),
    ['M1', 'Enrollee Nonce is missing', (wsc) => withoutUnsealed(wsc, ATTRIBUTE.EnrolleeNonce)],
    ['M1', 'MAC Address is missing', (wsc) => withoutUnsealed(wsc, ATTRIBUTE.MACAddress)],
    ['M1', 'nothing is there', () => new Uint8Array(0)],
    ...['M3', 'M5', 'M7'].flatMap((message) => [
      ...AUTHENTICATOR.map(([name, edit]): [string, string, Edit] => [message, name, edit]),
      [message, 'Registrar Nonce is wrong', withValue(ATTRIBUTE.RegistrarNonce, flipped)] as [string, string, Edit],
      [message, 'Registrar Nonce is missing', without(ATTRIBUTE.RegistrarNonce)] as [string, string, Edit],
    ]),
    ['M3', 'E-Hash1 is missing', without(ATTRIBUTE.EHash1)],
    ['M3', 'E-Hash2 has 31 bytes', withValue(ATTRIBUTE.EHash2, (value) => value.subarray(1))],
    ['M3', 'E-Hash1 does not open', withValue(ATTRIBUTE.EHash1, flipped), 18],
    ['M3', 'E-Hash2 does not open', withValue(ATTRIBUTE.EHash2, flipped), 18],
    ...SETTINGS.map(([name, edit]): [string, string, Edit] => ['M5', name, edit]),
    ...SETTINGS.map(([name, edit]): [string, string, Edit] => ['M7', name, edit]),
    ['M5', 'E-S1 is another', withSettings(encodeAttribute(ATTRIBUTE.ESNonce1, new Uint8Array(16))), 18],
    ['M7', 'E-S2 is another', withSettings(encodeAttribute(ATTRIBUTE.ESNonce2, new Uint8Array(16))), 18],
    ['M5', 'its type is M3', withValue(ATTRIBUTE.MessageType, () => Uint8Array.of(0x07))],
    ['M3', 'its type is unknown', withValue(ATTRIBUTE.MessageType, () => Uint8Array.of(0x30))],
    ['M3', 'it is WSC_DONE', withValue(ATTRIBUTE.MessageType, () => Uint8Array.of(0x0f))],
    ['M3', 'it is WSC_ACK without an M2D', withValue(ATTRIBUTE.MessageType, () => Uint8Array.of(0x0d))],
  ];
  for (const [message, name, edit, error] of cases) {
    it(`${message} when ${name}, with ${error ?? 0}`, () => {
      const result = run('enrollee', alter(message, edit));
      expect(nackOf(result, 'registrar'), result.ends.registrar?.text).to.equal(error ?? 0);
      expect(result.ends.registrar?.outcome).to.equal('failed');
      expect(saidBy(result, 'registrar').at(-1)).to.equal('EAP-Failure');
    });
  }

  it('to call it done when WSC_DONE has other nonces', () => {
    const edit = withValue(ATTRIBUTE.RegistrarNonce, flipped, false);
    expect(run('enrollee', alter('WSC_DONE', edit)).ends.registrar?.outcome).to.equal('failed');
  });

  it('nothing for a wrong op-code, which a rule judges', () => {
    const script = replace('M3', (message) => ({ ...message, opCode: 5 }));
    expect(run('enrollee', script).ends.registrar?.outcome).to.equal('done');
  });
});

function withoutUnsealed(wsc: Uint8Array, id: number): Uint8Array {
  const { attributes } = decodeWsc(wsc);
  return concat(...attributes.filter(({ type }) => type !== id).map(({ span }) => wsc.subarray(span.start, span.end)));
}

describe('Enrollee refuses', () => {
  const credential = (changes: Partial<Credential>): Edit =>
    withSettings(credentialSettings({ ...CREDENTIAL, ...changes }, MAC));
  const cases: [message: string, name: string, edit: Edit, error?: number][] = [
    ...PUBLIC_KEYS.map(([name, edit]): [string, string, Edit] => ['M2', name, edit]),
    ...['M2', 'M4', 'M6', 'M8'].flatMap((message) =>
      AUTHENTICATOR.map(([name, edit]): [string, string, Edit] => [message, name, edit]),
    ),
    ['M2', 'Registrar Nonce is missing', without(ATTRIBUTE.RegistrarNonce)],
    ['M2', 'UUID-R is missing', without(ATTRIBUTE.UuidR)],
    ['M2', 'Device Password ID is missing', without(ATTRIBUTE.DevicePasswordID)],
    ['M2', 'Device Password ID is push button', withValue(ATTRIBUTE.DevicePasswordID, () => fromHex('0004'))],
    ...['0001', '0003', '0010', 'ffff'].map((id): [string, string, Edit] => [
      'M2',
      `Device Password ID is 0x${id}`,
      withValue(ATTRIBUTE.DevicePasswordID, () => fromHex(id)),
    ]),
    ['M2', 'its type is M4', withValue(ATTRIBUTE.MessageType, () => Uint8Array.of(0x08))],
    ['M4', 'R-Hash2 is missing', without(ATTRIBUTE.RHash2)],
    ['M4', 'R-Hash1 does not open', withValue(ATTRIBUTE.RHash1, flipped), 18],
    ['M4', 'R-Hash2 does not open', withValue(ATTRIBUTE.RHash2, flipped), 18],
    ...['M4', 'M6', 'M8'].flatMap((message) =>
      SETTINGS.map(([name, edit]): [string, string, Edit] => [message, name, edit]),
    ),
    ['M8', 'SSID is empty', credential({ ssid: new Uint8Array(0) })],
    ['M8', 'the key is short', credential({ networkKey: fromHex('41') })],
    ['M8', 'the key has a line end', credential({ networkKey: fromHex('41414141410a414141') })],
    ['M8', 'the encryption is WEP', credential({ encryptionType: 2 })],
    ['M8', 'the encryption is none of all', credential({ encryptionType: 0 })],
  ];
  for (const [message, name, edit, error] of cases) {
    it(`${message} when ${name}, with ${error ?? 0}`, () => {
      const result = run('registrar', alter(message, edit));
      expect(nackOf(result, 'enrollee'), result.ends.enrollee?.text).to.equal(error ?? 0);
      expect(result.ends.enrollee?.outcome).to.equal('failed');
      expect(result.ends.registrar?.outcome).to.equal('nack');
    });
  }

  it('no other name of the same password', () => {
    const named = (id: string): Script =>
      alter(
        'M2',
        withValue(ATTRIBUTE.DevicePasswordID, () => fromHex(id)),
      );
    for (const id of ['0000', '0005']) expect(run('registrar', named(id)).ends.enrollee?.outcome, id).to.equal('done');
    const byButton = (id: string): Run =>
      runLink({
        registrar: createRegistrar(registrarConfig({ method: 'pbc', script: named(id) })),
        enrollee: createEnrollee(enrolleeConfig({ method: 'pbc' })),
      });
    for (const id of ['0000', '0004']) expect(byButton(id).ends.enrollee?.outcome, id).to.equal('done');
    for (const id of ['0005', '0001']) expect(byButton(id).ends.enrollee?.outcome, id).to.equal('failed');
  });

  it('to answer M2 with another Enrollee Nonce or an unknown type', () => {
    for (const edit of [
      withValue(ATTRIBUTE.EnrolleeNonce, flipped),
      withValue(ATTRIBUTE.MessageType, () => Uint8Array.of(0x30)),
    ]) {
      const result = run('registrar', alter('M2', edit));
      expect(saidBy(result, 'enrollee')).to.deep.equal(['EAPOL-Start', 'Identity', 'M1']);
      expect(result.ends.registrar?.outcome).to.equal('timeout');
    }
  });

  it('by WSC_NACK and stops when it is refused', () => {
    const nacked = replace('M4', (message) => ({ ...message, opCode: 3, wsc: decoyNack(message.wsc) }));
    const result = run('registrar', nacked);
    expect(result.ends.enrollee).to.deep.include({ outcome: 'nack', text: 'WSC_NACK, Configuration Error 15' });
    expect(nackOf(result, 'enrollee')).to.equal(0);
    expect(result.ends.registrar?.outcome).to.equal('nack');
  });
});

function decoyNack(wsc: Uint8Array): Uint8Array {
  const nonce = attribute(decodeWsc(wsc), ATTRIBUTE.EnrolleeNonce)?.value ?? new Uint8Array(16);
  return concat(
    fromHex('104a000110 102200010e'),
    encodeAttribute(ATTRIBUTE.EnrolleeNonce, nonce),
    wordAttribute(ATTRIBUTE.ConfigurationError, 15),
  );
}

describe('scripts', () => {
  it('put M2D before M2: the Enrollee acknowledges it and goes on', () => {
    const script: Script = (message) =>
      message.what === 'M2' ? [{ ...message, what: 'M2D', wsc: m2dFrom(message.wsc, 11) }, message] : [message];
    const result = run('registrar', script);
    expect(saidBy(result, 'enrollee').slice(2, 5)).to.deep.equal(['M1', 'WSC_ACK', 'M3']);
    expect(result.ends.registrar?.outcome).to.equal('done');
    expect(result.ends.enrollee?.outcome).to.equal('done');
  });

  it('put M2D in the place of M2: the exchange ends after WSC_ACK', () => {
    const result = run(
      'registrar',
      replace('M2', (message) => ({ ...message, wsc: m2dFrom(message.wsc, 11) })),
    );
    expect(saidBy(result, 'enrollee').slice(2)).to.deep.equal(['M1', 'WSC_ACK']);
    expect(result.ends.registrar).to.deep.include({ outcome: 'failed', text: 'WSC_ACK after M2D: the Enrollee waits' });
    expect(saidBy(result, 'registrar').at(-1)).to.equal('EAP-Failure');
  });

  it('repeat a request: the Enrollee answers the same again', () => {
    const script: Script = (message) =>
      message.what === 'M4' ? [message, { ...message, retransmission: true }] : [message];
    const result = run('registrar', script);
    const answers = result.packets.filter(({ what }) => what === 'M5').map(({ bytes }) => bytes);
    expect(answers).to.have.length(2);
    expect(answers[0]).to.deep.equal(answers[1]);
    expect(result.ends.registrar?.outcome).to.equal('done');
  });

  it('hold a message back on either side', () => {
    const script: Script = (message) => [
      message.what === 'M6' || message.what === 'M5' ? { ...message, delayMs: 4000 } : message,
    ];
    for (const side of ['registrar', 'enrollee'] as const) {
      const result = run(side, script);
      expect(result.ends.registrar?.outcome).to.equal('done');
      expect(result.ends.registrar?.atMs).to.be.within(4000, 4100);
    }
  });

  it('drop a message: the other side waits, then gives up', () => {
    const result = run('enrollee', (message) => (message.what === 'M7' ? [] : [message]));
    expect(result.ends.registrar?.outcome).to.equal('timeout');
    const silent = run('registrar', (message) => (message.what === 'M6' ? [] : [message]));
    expect(silent.ends.enrollee?.outcome).to.equal('timeout');
    expect(silent.ends.registrar?.outcome).to.equal('timeout');
  });
});
