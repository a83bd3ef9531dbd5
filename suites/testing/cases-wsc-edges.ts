import { fromHex } from '#base/bytes.js';
import type { Evidence, ExchangeMessage } from '#evidence/model.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { OLD_DEVICE, SENSOR } from './devices.js';
import { all, append, drop, lieAbout, moveBefore, setValue, type Edit } from './edits.js';
import { twoSessions } from './evidence.js';
import { inM1, observed, scripted, type FaultCase } from './fault-case.js';

const FAILED = { closing: 'failed' } as const;

/** M1 that ends within this attribute, whose Length is right, after `keptBytes` of its value. */
function endsWithin(type: number, keptBytes: number): Edit {
  return (attributes) => {
    const at = attributes.findIndex((each) => each.type === type);
    return attributes.slice(0, at + 1).map((each, index) => {
      const { value } = each;
      return index < at ? each : { type, value: value.subarray(0, keptBytes), declaredLength: value.length };
    });
  };
}

/** The device sends no WSC_Done in two sessions: these messages instead of M8 and its answer. */
function afterM8(
  name: string,
  change: (m8: ExchangeMessage, nack: ExchangeMessage) => readonly ExchangeMessage[],
): FaultCase {
  const evidence = (): Evidence => {
    const whole = twoSessions(SENSOR, { refuses: true, ...FAILED });
    const exchanges = whole.exchanges.map((exchange) => {
      const [m8, nack] = exchange.messages.slice(-2);
      if (m8 === undefined || nack === undefined) throw new Error('no M8 and WSC_NACK');
      return { ...exchange, messages: [...exchange.messages.slice(0, -2), ...change(m8, nack)] };
    });
    return { ...whole, exchanges };
  };
  return observed(name, SENSOR, evidence, { fails: ['WSC-13'] });
}

/** Faults at the edge of what can still be read: messages that are cut, and exchanges that go on all the same. */
export const WSC_EDGE_CASES: readonly FaultCase[] = [
  inM1('no Public Key, and the exchange goes on', SENSOR, drop(ATTRIBUTE.PublicKey), { fails: ['WSC-03'] }),
  scripted(
    'another Registrar Nonce in M5, which ends the exchange',
    SENSOR,
    { attributes: { M5: setValue(ATTRIBUTE.RegistrarNonce, new Uint8Array(16)) }, last: 'M5', ...FAILED },
    { fails: ['WSC-12'] },
  ),
  scripted(
    'M5 lacks its Message Type and ends within an attribute',
    SENSOR,
    {
      attributes: { M5: all(drop(ATTRIBUTE.MessageType), lieAbout(ATTRIBUTE.EncryptedSettings, 0x1000)) },
      last: 'M5',
      ...FAILED,
    },
    { fails: ['WSC-05'] },
  ),
  scripted(
    'WSC_NACK after M8, and the end was not seen',
    SENSOR,
    { refuses: true, closing: 'open' },
    { fails: ['WSC-13'] },
  ),
  scripted(
    'Message Type of M8 in WSC_Done',
    SENSOR,
    { attributes: { WSC_DONE: setValue(ATTRIBUTE.MessageType, fromHex('0c')) }, ...FAILED },
    { fails: ['WSC-05', 'WSC-13'] },
  ),
  ...(
    [
      ['MAC Address', ATTRIBUTE.MACAddress, 3] as const,
      ['Public Key', ATTRIBUTE.PublicKey, 100] as const,
      ['Device Password ID', ATTRIBUTE.DevicePasswordID, 1] as const,
      ['Config Methods', ATTRIBUTE.ConfigMethods, 1] as const,
      ['Primary Device Type', ATTRIBUTE.PrimaryDeviceType, 7] as const,
    ] as const
  ).map(([name, type, keptBytes]) =>
    scripted(
      `M1 ends within ${name}, whose Length is right`,
      SENSOR,
      { attributes: { M1: endsWithin(type, keptBytes) }, last: 'M1', ...FAILED },
      { fails: ['WSC-05'] },
    ),
  ),
  scripted(
    'a Public Key of 193 bytes',
    SENSOR,
    {
      attributes: {
        M1: (attributes) =>
          attributes.map((each) =>
            each.type === ATTRIBUTE.PublicKey ? { ...each, value: Uint8Array.of(0, ...each.value) } : each,
          ),
      },
      last: 'M1',
      ...FAILED,
    },
    { fails: ['WSC-08'] },
  ),
  inM1(
    'no Version2 in a device of WSC 2.0, and no AES',
    SENSOR,
    all(drop(ATTRIBUTE.VendorExtension), setValue(ATTRIBUTE.EncryptionTypeFlags, fromHex('0004'))),
    { fails: ['VPI-01', 'VX-01', 'WSC-15'] },
  ),
  inM1('a form of Display without the bit', SENSOR, setValue(ATTRIBUTE.ConfigMethods, fromHex('2280')), {
    fails: ['WSC-15'],
  }),
  inM1('Push Button without its form', SENSOR, setValue(ATTRIBUTE.ConfigMethods, fromHex('2088')), {
    fails: ['WSC-15'],
  }),
  inM1(
    'an unknown attribute twice',
    SENSOR,
    append({ type: 0x2222, value: fromHex('00') }, { type: 0x2222, value: fromHex('01') }),
    {},
  ),
  inM1('no Manufacturer and no Model Name', SENSOR, all(drop(ATTRIBUTE.Manufacturer), drop(ATTRIBUTE.ModelName)), {
    fails: ['WSC-03'],
  }),
  inM1('Message Type before Version', SENSOR, moveBefore(ATTRIBUTE.MessageType, ATTRIBUTE.Version), {
    fails: ['WSC-04'],
  }),
  inM1('no MAC Address', SENSOR, drop(ATTRIBUTE.MACAddress), { fails: ['WSC-03'] }),
  inM1('no Device Password ID', SENSOR, drop(ATTRIBUTE.DevicePasswordID), { fails: ['WSC-03'] }),
  inM1('no Config Methods', SENSOR, drop(ATTRIBUTE.ConfigMethods), { fails: ['WSC-03'] }),
  inM1('no Primary Device Type', SENSOR, drop(ATTRIBUTE.PrimaryDeviceType), { fails: ['WSC-03'] }),
  observed(
    'a group address that it transmits from',
    SENSOR,
    () => twoSessions({ ...SENSOR, mac: fromHex('030000000100') }),
    { fails: ['WSC-07'] },
  ),
  scripted(
    'no Version in M5, which ends within an attribute',
    SENSOR,
    {
      attributes: { M5: all(drop(ATTRIBUTE.Version), lieAbout(ATTRIBUTE.EncryptedSettings, 0x1000)) },
      last: 'M5',
      ...FAILED,
    },
    { fails: ['WSC-05'] },
  ),
  scripted('no Version in M3', SENSOR, { attributes: { M3: drop(ATTRIBUTE.Version) } }, { fails: ['WSC-12'] }),
  scripted(
    'no Version in WSC_Done',
    SENSOR,
    { attributes: { WSC_DONE: drop(ATTRIBUTE.Version) } },
    { fails: ['WSC-12'] },
  ),
  inM1('M1 ends within Device Name, whose Length is legal', SENSOR, endsWithin(ATTRIBUTE.DeviceName, 4), {
    fails: ['WSC-05'],
  }),
  scripted(
    'an undefined Message Type in M3, which ends the exchange',
    SENSOR,
    { attributes: { M3: setValue(ATTRIBUTE.MessageType, fromHex('30')) }, last: 'M3', ...FAILED },
    { fails: ['WSC-05'] },
  ),
  scripted('no Version in M7', SENSOR, { attributes: { M7: drop(ATTRIBUTE.Version) } }, { fails: ['WSC-12'] }),
  inM1(
    'no Version, and Version2 0x10',
    SENSOR,
    all(drop(ATTRIBUTE.Version), append({ type: ATTRIBUTE.VendorExtension, value: fromHex('00372a 00 01 10') })),
    { fails: ['WSC-03', 'WSC-06'] },
  ),
  inM1(
    'an SSID twice, of which M1 has none by its table',
    SENSOR,
    append({ type: ATTRIBUTE.Ssid, value: fromHex('61') }, { type: ATTRIBUTE.Ssid, value: fromHex('62') }),
    {},
  ),
  { ...inM1('no profile of a device of WSC 1.0', OLD_DEVICE, all(), {}), profile: null },
  afterM8('the Registrar says WSC_NACK after M8', (m8, nack) => [m8, { ...nack, from: 'registrar' }]),
  afterM8('WSC_NACK before a second M8', (m8, nack) => [m8, nack, { ...m8 }]),
  inM1('Label alone', SENSOR, setValue(ATTRIBUTE.ConfigMethods, fromHex('0004')), {}),
];
