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

  /** Attributes that are not shown in hex: one value of each, as it is shown where secrets are. */
  const KINDS: readonly (readonly [id: string, hex: string, text: string])[] = [
    ['1001', '0001', '1'],
    ['1002', '0001', '0x0001 (Connection success)'],
    ['1003', '0001', '0x0001 (Open)'],
    ['1004', '0001', '0x0001 (Open)'],
    ['1008', '0001', '0x0001 (USBA)'],
    ['1009', '0001', '0x0001 (Out-of-band interface read error)'],
    ['100a', '41424344', '"ABCD"'],
    ['100b', '41424344', '"ABCD"'],
    ['100c', '01', '0x01 (ESS)'],
    ['100d', '01', '0x01 (ESS)'],
    ['100f', '0001', '0x0001 (None)'],
    ['1010', '0001', '0x0001 (None)'],
    ['1011', '41424344', '"ABCD"'],
    ['1012', '0001', '0x0001 (User-specified)'],
    ['101c', '41424344', '"ABCD"'],
    ['1020', '414243444546', '41:42:43:44:45:46'],
    ['1021', '41424344', '"ABCD"'],
    ['1022', '01', '0x01 (Beacon)'],
    ['1023', '41424344', '"ABCD"'],
    ['1024', '41424344', '"ABCD"'],
    ['1026', '01', '1'],
    ['1027', '41424344', '"ABCD"'],
    ['1028', '01', '1'],
    ['1029', '41424344', '"ABCD"'],
    ['102a', '41424344', '"ABCD"'],
    ['102d', '41424344', '0x41424344'],
    ['103a', '01', '0x01 (Enrollee, open 802.1X)'],
    ['103b', '01', '0x01 (Enrollee, open 802.1X)'],
    ['103c', '01', '0x01 (2.4 GHz)'],
    ['1041', '01', '1'],
    ['1042', '41424344', '"ABCD"'],
    ['1044', '01', '0x01 (Not configured)'],
    ['1045', '41424344', '"ABCD"'],
    ['1046', '01', '1'],
    ['1047', '4142434445464748494a4b4c4d4e4f50', '41424344-4546-4748-494a-4b4c4d4e4f50'],
    ['1048', '4142434445464748494a4b4c4d4e4f50', '41424344-4546-4748-494a-4b4c4d4e4f50'],
    ['1049', '41424344', 'vendor 41 42 43, 1 bytes of data'],
    ['104a', '01', '0x01'],
    ['104d', '41424344', '"ABCD"'],
    ['1052', '0001', '0x0001 (USBA)'],
    ['1053', '0001', '0x0001 (USBA)'],
    ['1054', '00030050f2040001', '3-0050f204-1 (Printers, Scanners, Faxes and Copiers: Printer)'],
    [
      '1055',
      '00030050f204000100010050f2040002',
      '3-0050f204-1 (Printers, Scanners, Faxes and Copiers: Printer), 1-0050f204-2 (Computer: Server)',
    ],
    ['1056', '01', '1'],
    ['1057', '01', '1'],
    ['106a', '00030050f2040001', '3-0050f204-1 (Printers, Scanners, Faxes and Copiers: Printer)'],
  ];

  it('has a form of its own for some attributes, and hex for the others', () => {
    for (const [id, hex, text] of KINDS) {
      const value = fromHex(hex);
      expect(formatAttributeValue({ type: Number.parseInt(id, 16), value }, { secrets: true }), id).to.equal(text);
    }
    const own = new Set(KINDS.map(([id]) => Number.parseInt(id, 16)));
    const others = Object.values(ATTRIBUTE).filter((type) => !own.has(type));
    for (const type of others) {
      for (const value of ['01', '0001', '41424344', '4142434445464748'].map(fromHex))
        expect(formatAttributeValue({ type, value }, { secrets: true })).to.equal(toHex(value, ' '));
    }
  });

  it('shows a number, an address or a device type of another length in hex', () => {
    const kinds = KINDS.filter(([id, , text]) => !text.startsWith('"') && !text.startsWith('vendor') && id !== '1055');
    for (const [id] of kinds) {
      const type = Number.parseInt(id, 16);
      for (const value of ['', '010203', '00030050f20400', '00030050f204000100'].map(fromHex))
        expect(formatAttributeValue({ type, value }), id).to.equal(toHex(value, ' '));
    }
    expect(format(ATTRIBUTE.SecondaryDeviceTypeList, '')).to.equal('');
    expect(format(ATTRIBUTE.SecondaryDeviceTypeList, '00030050f204000100')).to.equal('00 03 00 50 f2 04 00 01 00');
    expect(format(ATTRIBUTE.VendorExtension, '000137')).to.equal('vendor 00 01 37, 0 bytes of data');
  });

  it('keeps these secret', () => {
    const secret = Object.values(ATTRIBUTE).filter(isSecretAttribute);
    expect(secret.map((type) => type.toString(16)).join(' ')).to.equal(
      '100e 1016 1017 101d 1027 102a 102c 103f 1040 1050 1063',
    );
  });

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
    [WFA_SUBELEMENT.NetworkKeyShareable, '01', '1'],
    [WFA_SUBELEMENT.RequestToEnroll, '00', '0'],
    [WFA_SUBELEMENT.MultiApExtension, '20', '20'],
    // Of another length than theirs.
    [WFA_SUBELEMENT.Version2, '200000', '20 00 00'],
    [WFA_SUBELEMENT.AuthorizedMACs, 'ffffffffff', 'ff ff ff ff ff'],
    [WFA_SUBELEMENT.AuthorizedMACs, '', ''],
    [WFA_SUBELEMENT.SettingsDelayTime, '0a0b', '0a 0b'],
    [WFA_SUBELEMENT.SettingsDelayTime, '', ''],
    [0x77, 'abcd', 'ab cd'],
  ];
  for (const [type, hex, text] of rows) {
    it(`writes ${hex} of subelement ${type} as ${text}`, () => {
      expect(formatSubelementValue({ type, value: fromHex(hex) })).to.equal(text);
    });
  }
});
