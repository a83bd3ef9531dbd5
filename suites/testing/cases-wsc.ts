import { ascii, be, concat, fromHex } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encryptBlocks, keyWrapAuthenticator, type WscKeys } from '#wire/wps/crypto.js';
import { encodeTlv, type TlvSource } from '#wire/tlv.js';
import { DPWS_PRINTER, OLD_DEVICE, SENSOR } from './devices.js';
import { all, append, drop, lieAbout, moveBefore, repeat, setValue } from './edits.js';
import { evidenceOf, sessionsOf, twoSessions } from './evidence.js';
import { buildExchange, type Script } from './exchange.js';
import { inM1, observed, scripted, type FaultCase } from './fault-case.js';

/** Exchanges that the Registrar ends after M1, because it cannot go on. */
function endsAfterM1(script: Script): Script {
  return { ...script, last: 'M1', closing: 'failed' };
}

const otherNonce = fromHex('00112233445566778899aabbccddeeff');
const kwa = (value: Uint8Array): TlvSource => ({ type: ATTRIBUTE.KeyWrapAuthenticator, value });
const unsealed = (keys: Pick<WscKeys, 'keyWrapKey'>, padded: Uint8Array, iv: Uint8Array) =>
  encryptBlocks(keys.keyWrapKey, padded, iv);

export const WSC_CASES: readonly FaultCase[] = [
  scripted(
    'the identity of a Registrar',
    SENSOR,
    { identity: 'WFA-SimpleConfig-Registrar-1-0' },
    { fails: ['WSC-01'] },
  ),
  scripted('a NUL after the identity', SENSOR, { identity: 'WFA-SimpleConfig-Enrollee-1-0\0' }, { fails: ['WSC-01'] }),
  scripted(
    'WSC_Done under the op-code of a message',
    SENSOR,
    { framing: { code: 'opcode-mismatch', expected: '0x05 for WSC_DONE', actual: '0x04' } },
    { fails: ['WSC-02'] },
  ),
  inM1(
    'a second MAC Address that is cut',
    SENSOR,
    (attributes) => [...attributes, { type: ATTRIBUTE.MACAddress, value: new Uint8Array(6), declaredLength: 55 }],
    { fails: ['WSC-03', 'WSC-05'] },
  ),
  inM1('no OS Version', SENSOR, drop(ATTRIBUTE.OSVersion), { fails: ['WSC-03'] }),
  inM1('no UUID-E', SENSOR, drop(ATTRIBUTE.UuidE), { fails: ['WSC-03'] }),
  inM1('no Message Type', SENSOR, drop(ATTRIBUTE.MessageType), { fails: ['WSC-03'] }),
  inM1('no Version', SENSOR, drop(ATTRIBUTE.Version), { fails: ['WSC-03'] }),
  inM1('no Enrollee Nonce', SENSOR, drop(ATTRIBUTE.EnrolleeNonce), { fails: ['WSC-03'] }),
  inM1('no Device Name', SENSOR, drop(ATTRIBUTE.DeviceName), { fails: ['WSC-03'] }),
  inM1('Device Name twice', SENSOR, repeat(ATTRIBUTE.DeviceName), { fails: ['WSC-03'] }),
  inM1('Device Name before Manufacturer', SENSOR, moveBefore(ATTRIBUTE.DeviceName, ATTRIBUTE.Manufacturer), {
    fails: ['WSC-04'],
  }),
  inM1(
    "Device Password ID in M2's place",
    SENSOR,
    moveBefore(ATTRIBUTE.ConfigurationError, ATTRIBUTE.DevicePasswordID),
    { fails: ['WSC-04'] },
  ),
  inM1('Wi-Fi Simple Configuration State 3', SENSOR, setValue(ATTRIBUTE.WPSState, fromHex('03')), {
    fails: ['WSC-05'],
  }),
  inM1('UUID-E of 15 bytes', SENSOR, setValue(ATTRIBUTE.UuidE, otherNonce.subarray(1)), { fails: ['WSC-05'] }),
  inM1('Message Type of M2 in M1', SENSOR, setValue(ATTRIBUTE.MessageType, fromHex('05')), { fails: ['WSC-05'] }),
  scripted(
    'Message Type of M4 in M3',
    SENSOR,
    { attributes: { M3: setValue(ATTRIBUTE.MessageType, fromHex('08')) } },
    { fails: ['WSC-05'] },
  ),
  scripted(
    'a vendor extension of 2 bytes in M3',
    SENSOR,
    { attributes: { M3: append({ type: ATTRIBUTE.VendorExtension, value: fromHex('0001') }) } },
    { fails: ['WSC-05'] },
  ),
  scripted('two bytes after the last attribute', SENSOR, { m1Tail: fromHex('0000') }, { fails: ['WSC-05'] }),
  inM1('M1 ends inside Device Name', SENSOR, lieAbout(ATTRIBUTE.DeviceName, 0x7000), { fails: ['WSC-05'] }),
  scripted(
    'E-Hash1 of 31 bytes',
    SENSOR,
    { attributes: { M3: setValue(ATTRIBUTE.EHash1, new Uint8Array(31)) } },
    { fails: ['WSC-05'] },
  ),
  scripted(
    'a Wi-Fi Alliance subelement that is cut',
    SENSOR,
    { attributes: { M3: append({ type: ATTRIBUTE.VendorExtension, value: fromHex('00372a 03 02 01') }) } },
    { fails: ['WSC-05'] },
  ),
  inM1('Version 0x20', SENSOR, setValue(ATTRIBUTE.Version, fromHex('20')), { fails: ['WSC-06'] }),
  inM1('Version2 0x10', SENSOR, append({ type: ATTRIBUTE.VendorExtension, value: fromHex('00372a 00 01 10') }), {
    fails: ['WSC-06'],
  }),
  scripted(
    'Version 0x11 in M5',
    SENSOR,
    { attributes: { M5: setValue(ATTRIBUTE.Version, fromHex('11')) } },
    {
      fails: ['WSC-06'],
    },
  ),
  inM1("another device's MAC Address", SENSOR, setValue(ATTRIBUTE.MACAddress, fromHex('020000000111')), {
    fails: ['WSC-07'],
  }),
  inM1('a group address as MAC Address', SENSOR, setValue(ATTRIBUTE.MACAddress, fromHex('030000000100')), {
    fails: ['WSC-07'],
  }),
  inM1('a MAC Address of 5 bytes', SENSOR, setValue(ATTRIBUTE.MACAddress, fromHex('0200000001')), {
    fails: ['WSC-07'],
  }),
  ...[
    ['Public Key 1', concat(new Uint8Array(191), fromHex('01'))] as const,
    ['Public Key of 191 bytes', new Uint8Array(191).fill(0x42)] as const,
    ['Public Key all 0xff', new Uint8Array(192).fill(0xff)] as const,
  ].map(([name, key], index) =>
    observed(
      name,
      SENSOR,
      () => {
        // A second session whose key is right: RVP-SEC-02 would otherwise find the same wrong key twice.
        const wrong = endsAfterM1({ attributes: { M1: setValue(ATTRIBUTE.PublicKey, key) } });
        return evidenceOf(SENSOR, [
          buildExchange(SENSOR, wrong, { number: 1, method: index === 0 ? 'pin' : 'pbc' }),
          buildExchange(SENSOR, {}, { number: 2, method: 'pin' }),
        ]);
      },
      { fails: ['WSC-08'] },
    ),
  ),
  scripted(
    'a wrong Authenticator in M3',
    SENSOR,
    { sealed: { M3: setValue(ATTRIBUTE.Authenticator, new Uint8Array(8)) } },
    {
      fails: ['WSC-09'],
    },
  ),
  scripted(
    'an attribute after the Authenticator of M5',
    SENSOR,
    { sealed: { M5: append({ type: ATTRIBUTE.VendorExtension, value: fromHex('00abcd01') }) } },
    { fails: ['WSC-09'] },
  ),
  scripted('any PIN accepted', SENSOR, { provenPin: '00000000' }, { fails: ['WSC-10'] }),
  scripted(
    'another nonce revealed than committed to',
    SENSOR,
    { settings: { M7: setValue(ATTRIBUTE.ESNonce2, otherNonce) } },
    { fails: ['SEC-02', 'WSC-10'] },
  ),
  scripted(
    'a wrong Key Wrap Authenticator',
    SENSOR,
    {
      encrypt: (keys, plain, iv) =>
        unsealed(keys, concat(plain, encodeTlv(kwa(new Uint8Array(8))), new Uint8Array(16).fill(16)), iv),
    },
    { fails: ['WSC-11'] },
  ),
  scripted(
    'the Key Wrap Authenticator first',
    SENSOR,
    {
      encrypt: (keys, plain, iv) =>
        unsealed(
          keys,
          concat(encodeTlv(kwa(keyWrapAuthenticator(keys.authKey, plain))), plain, new Uint8Array(16).fill(16)),
          iv,
        ),
    },
    { fails: ['WSC-11'] },
  ),
  scripted(
    'wrong padding',
    SENSOR,
    {
      encrypt: (keys, plain, iv) =>
        unsealed(
          keys,
          concat(plain, encodeTlv(kwa(keyWrapAuthenticator(keys.authKey, plain))), new Uint8Array(16)),
          iv,
        ),
    },
    { fails: ['WSC-11'] },
  ),
  scripted('no secret nonce in M5', SENSOR, { settings: { M5: drop(ATTRIBUTE.ESNonce1) } }, { fails: ['WSC-11'] }),
  scripted(
    'no Key Wrap Authenticator',
    SENSOR,
    { encrypt: (keys, plain, iv) => unsealed(keys, concat(plain, new Uint8Array(12).fill(12)), iv) },
    {
      fails: ['WSC-11'],
    },
  ),
  scripted(
    'another Registrar Nonce in M3',
    SENSOR,
    { attributes: { M3: setValue(ATTRIBUTE.RegistrarNonce, otherNonce) } },
    {
      fails: ['WSC-12'],
    },
  ),
  scripted(
    'no Registrar Nonce in M7',
    SENSOR,
    { attributes: { M7: drop(ATTRIBUTE.RegistrarNonce) } },
    {
      fails: ['WSC-12'],
    },
  ),
  scripted(
    'another Enrollee Nonce in WSC_Done',
    SENSOR,
    { attributes: { WSC_DONE: setValue(ATTRIBUTE.EnrolleeNonce, otherNonce) } },
    {
      fails: ['WSC-12'],
    },
  ),
  scripted('no E-Hash2 in M3', SENSOR, { attributes: { M3: drop(ATTRIBUTE.EHash2) } }, { fails: ['WSC-12'] }),
  scripted(
    'no Encrypted Settings in M5',
    SENSOR,
    { attributes: { M5: drop(ATTRIBUTE.EncryptedSettings) } },
    {
      fails: ['WSC-12'],
    },
  ),
  scripted('no Authenticator in M5', SENSOR, { sealed: { M5: drop(ATTRIBUTE.Authenticator) } }, { fails: ['WSC-12'] }),
  scripted('no Message Type in M5', SENSOR, { attributes: { M5: drop(ATTRIBUTE.MessageType) } }, { fails: ['WSC-12'] }),
  scripted(
    'a Registrar Nonce of 15 bytes in M3',
    SENSOR,
    { attributes: { M3: setValue(ATTRIBUTE.RegistrarNonce, otherNonce.subarray(1)) } },
    { fails: ['WSC-05'] },
  ),
  scripted(
    'M3 lacks an attribute and ends within another',
    SENSOR,
    { attributes: { M3: all(drop(ATTRIBUTE.EHash2), lieAbout(ATTRIBUTE.EHash1, 0x0700)) } },
    { fails: ['WSC-05'] },
  ),
  scripted(
    'Encrypted Settings of 5 bytes in M5',
    SENSOR,
    { attributes: { M5: setValue(ATTRIBUTE.EncryptedSettings, otherNonce.subarray(0, 5)) } },
    { fails: ['WSC-05'] },
  ),
  scripted(
    'Encrypted Settings of 40 bytes in M7',
    SENSOR,
    { attributes: { M7: setValue(ATTRIBUTE.EncryptedSettings, new Uint8Array(40)) } },
    { fails: ['WSC-05'] },
  ),
  scripted(
    'RF Bands of 2 bytes in the settings of M5',
    SENSOR,
    { settings: { M5: append({ type: ATTRIBUTE.RFBands, value: be(1, 2) }) } },
    { fails: ['WSC-11'] },
  ),
  scripted('silence after M8', SENSOR, { last: 'M8' }, { fails: ['WSC-13'] }),
  scripted('WSC_NACK after M8', SENSOR, { refuses: true, closing: 'failed' }, { fails: ['WSC-13'] }),
  scripted(
    'the exchange fails after M8 without WSC_Done',
    SENSOR,
    { last: 'M8', closing: 'failed' },
    { fails: ['WSC-13'] },
  ),
  inM1('Device Password ID of push button with a PIN', SENSOR, setValue(ATTRIBUTE.DevicePasswordID, fromHex('0004')), {
    fails: ['WSC-14'],
  }),
  inM1('Device Password ID of 1 byte', SENSOR, setValue(ATTRIBUTE.DevicePasswordID, fromHex('00')), {
    fails: ['WSC-14'],
  }),
  inM1('Display without its form', SENSOR, setValue(ATTRIBUTE.ConfigMethods, fromHex('0288')), { fails: ['WSC-15'] }),
  inM1('a form of Push Button without the bit', SENSOR, setValue(ATTRIBUTE.ConfigMethods, fromHex('2208')), {
    fails: ['WSC-15'],
  }),
  inM1('no WPA2-Personal', SENSOR, setValue(ATTRIBUTE.AuthenticationTypeFlags, fromHex('0002')), { fails: ['WSC-15'] }),
  inM1('no AES', SENSOR, setValue(ATTRIBUTE.EncryptionTypeFlags, fromHex('0004')), { fails: ['WSC-15'] }),
  inM1('WSC 1.0 has no forms', OLD_DEVICE, setValue(ATTRIBUTE.ConfigMethods, fromHex('0088')), {}),
  inM1('a NUL at the end of Device Name', SENSOR, setValue(ATTRIBUTE.DeviceName, ascii('Sensor\0')), {
    warns: ['WSC-16'],
  }),
  inM1('an empty Serial Number', DPWS_PRINTER, setValue(ATTRIBUTE.SerialNumber, fromHex('')), { warns: ['WSC-16'] }),
  inM1('Latin-1 in Manufacturer', SENSOR, setValue(ATTRIBUTE.Manufacturer, fromHex('42fc')), { warns: ['WSC-16'] }),
  inM1('a Device Name of 33 bytes', SENSOR, setValue(ATTRIBUTE.DeviceName, new Uint8Array(33).fill(0x41)), {
    warns: ['WSC-16'],
  }),
  inM1('device category 0x0100', SENSOR, setValue(ATTRIBUTE.PrimaryDeviceType, fromHex('01000050f2040001')), {
    fails: ['WSC-17'],
  }),
];

export const SEC_CASES: readonly FaultCase[] = [
  scripted('E-S1 equals E-S2', SENSOR, { secretsFrom: ({ eS1 }) => ({ eS2: eS1 }) }, { fails: ['SEC-01'] }),
  scripted(
    'E-S1 equals the Enrollee Nonce',
    SENSOR,
    { secretsFrom: ({ enrolleeNonce }) => ({ eS1: enrolleeNonce }) },
    {
      fails: ['SEC-01'],
    },
  ),
  observed('E-S2 all zero', SENSOR, () => twoSessions(SENSOR, { fixed: { eS2: new Uint8Array(16) } }, {}), {
    fails: ['SEC-01'],
  }),
  scripted('the same E-S1 in every session', SENSOR, { fixed: { eS1: otherNonce } }, { fails: ['SEC-02'] }),
  scripted(
    'the same key in every session',
    SENSOR,
    { fixed: { privateKey: fromHex('123456789a') } },
    { fails: ['SEC-02'] },
  ),
  scripted(
    'the same Enrollee Nonce in every session',
    SENSOR,
    { fixed: { enrolleeNonce: otherNonce } },
    { fails: ['SEC-02'] },
  ),
  ...(['enrolleeNonce', 'eS1', 'eS2'] as const).map((nonce) =>
    observed(
      `${nonce} with a counter in it`,
      SENSOR,
      () =>
        sessionsOf(SENSOR, 5, (session) => ({
          secretsFrom: (secrets) => ({ [nonce]: concat(secrets[nonce].subarray(0, 12), be(session, 4)) }),
        })),
      { warns: ['SEC-04'] },
    ),
  ),
  ...([0x000f, 0x0010, 0x0011] as const).map((id) =>
    scripted(
      `the same key in every session, Device Password ID ${id}`,
      SENSOR,
      {
        fixed: { privateKey: fromHex('123456789a') },
        attributes: { M1: setValue(ATTRIBUTE.DevicePasswordID, be(id, 2)) },
      },
      { fails: id < 0x0010 ? ['SEC-02', 'WSC-14'] : ['WSC-14'] },
    ),
  ),
  observed(
    'one Enrollee Nonce in five sessions',
    SENSOR,
    () => sessionsOf(SENSOR, 5, () => ({ fixed: { enrolleeNonce: otherNonce } })),
    { fails: ['SEC-02'] },
  ),
  scripted('one IV for M5 and M7', SENSOR, { secretsFrom: ({ iv5 }) => ({ iv7: iv5 }) }, { fails: ['SEC-02'] }),
];
