import { expect } from 'chai';
import fc from 'fast-check';
import { ascii, fromHex, toHex } from '#base/bytes.js';
import { ATTRIBUTE } from './attributes.js';
import { formatAttributeValue, formatSubelementValue, isSecretAttribute } from './format.js';
import { WFA_SUBELEMENT } from './wfa.js';

const format = (type: number, hex: string): string => formatAttributeValue({ type, value: fromHex(hex) });

describe('formatAttributeValue', () => {
  const rows: readonly (readonly [id: number, hex: string, text: string])[] = [
    [ATTRIBUTE.Version, '10', '0x10'],
    [ATTRIBUTE.MessageType, '04', '0x04 (M1)'],
    [ATTRIBUTE.MessageType, '77', '0x77 (undefined)'],
    [ATTRIBUTE.MACAddress, '020000000100', '02:00:00:00:01:00'],
    [ATTRIBUTE.MACAddress, '0200000001', '02 00 00 00 01'],
    [ATTRIBUTE.UuidE, '526480f8c99b4be5a65558ed5f5d6084', '526480f8-c99b-4be5-a655-58ed5f5d6084'],
    [ATTRIBUTE.ConfigMethods, '4688', '0x4688 (Physical Display, Virtual Push Button, Physical Push Button)'],
    [ATTRIBUTE.ConfigMethods, '008c', '0x008c (Label, Display, Push Button)'],
    [ATTRIBUTE.ConfigMethods, '0800', '0x0800 (undefined 0x800)'],
    [ATTRIBUTE.ConfigMethods, '0000', '0x0000 (none)'],
    [ATTRIBUTE.AuthenticationTypeFlags, '0023', '0x0023 (Open, WPA-Personal, WPA2-Personal)'],
    [ATTRIBUTE.ConfigurationError, '0012', '0x0012 (Device password authentication failure)'],
    [ATTRIBUTE.DevicePasswordID, '0004', '0x0004 (Push Button)'],
    [ATTRIBUTE.DevicePasswordID, '0006', '0x0006 (undefined)'],
    [ATTRIBUTE.RFBands, '03', '0x03 (2.4 GHz, 5 GHz)'],
    [ATTRIBUTE.OSVersion, '80000000', '0x80000000'],
    [
      ATTRIBUTE.PrimaryDeviceType,
      '00030050f2040005',
      '3-0050f204-5 (Printers, Scanners, Faxes and Copiers: All-in-one)',
    ],
    [ATTRIBUTE.PrimaryDeviceType, '000d0050f2040001', '13-0050f204-1 (undefined category)'],
    [ATTRIBUTE.PrimaryDeviceType, '00010050f2040063', '1-0050f204-99 (Computer: undefined subcategory)'],
    [ATTRIBUTE.PrimaryDeviceType, '0001001122330001', '1-00112233-1'],
    [ATTRIBUTE.ModelName, '415c1b', '"A\\\\\\u{1b}"'],
    [ATTRIBUTE.VendorExtension, '000137100100020001', 'vendor 00 01 37, 6 bytes of data'],
    [ATTRIBUTE.VendorExtension, '0001', '00 01'],
    [ATTRIBUTE.EnrolleeNonce, '000102030405060708090a0b0c0d0e0f', '00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f'],
    [ATTRIBUTE.EHash1, '77'.repeat(32), '77 77 77 77 77 77 77 77 ... (32 bytes)'],
    [0x10fa, '42', '42'],
  ];
  for (const [id, hex, text] of rows) {
    it(`writes ${text}`, () => {
      expect(format(id, hex)).to.equal(text);
    });
  }

  it('never shows a secret unless it is asked to', () => {
    const { NetworkKey, ESNonce1, ESNonce2, RSNonce1, RSNonce2, Credential, NewPassword, OOBDevicePassword } =
      ATTRIBUTE;
    const secret = ascii('correct horse 12');
    for (const type of [
      NetworkKey,
      ESNonce1,
      ESNonce2,
      RSNonce1,
      RSNonce2,
      Credential,
      NewPassword,
      OOBDevicePassword,
    ]) {
      expect(isSecretAttribute(type)).to.equal(true);
      expect(formatAttributeValue({ type, value: secret })).to.equal('(16 bytes, not shown)');
      const shown = formatAttributeValue({ type, value: secret }, { secrets: true });
      expect([toHex(secret, ' '), '"correct horse 12"']).to.include(shown);
    }
  });

  it('writes anything on one line', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(ATTRIBUTE)), fc.uint8Array({ maxLength: 40 }), (type, value) => {
        expect(formatAttributeValue({ type, value })).to.match(/^\P{C}*$/u);
      }),
    );
  });
});

describe('formatSubelementValue', () => {
  const rows: readonly (readonly [id: number, hex: string, text: string])[] = [
    [WFA_SUBELEMENT.Version2, '20', '0x20'],
    [WFA_SUBELEMENT.AuthorizedMACs, 'ffffffffffff020000000100', 'ff:ff:ff:ff:ff:ff, 02:00:00:00:01:00'],
    [WFA_SUBELEMENT.SettingsDelayTime, '0a', '10 s'],
    [WFA_SUBELEMENT.RegistrarConfigurationMethods, '0100', '0x0100 (Keypad)'],
    [0x77, 'abcd', 'ab cd'],
  ];
  for (const [type, hex, text] of rows) {
    it(`writes ${text}`, () => {
      expect(formatSubelementValue({ type, value: fromHex(hex) })).to.equal(text);
    });
  }
});
