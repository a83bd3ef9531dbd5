import { expect } from 'chai';
import fc from 'fast-check';
import { concat, fromHex } from '#base/bytes.js';
import { encodeTlv } from '../tlv.js';
import { ATTRIBUTE, ATTRIBUTES } from './attributes.js';
import { encodeAttribute, version2, wfaExtension } from './build.js';
import { decodeAttributes, decodeWsc, type WscMessage } from './message.js';
import { ATTRIBUTE_VALUES, SUBELEMENT_VALUES, type ValueOwner } from './value-tables.js';
import { checkAttributeValue, checkSubelement, checkValues, type ValueViolation } from './values.js';
import { vendorExtensions } from './vendor-extension.js';
import { WFA_SUBELEMENT } from './wfa.js';

function check(id: number, value: Uint8Array, declaredLength?: number): ValueViolation | null {
  const node = decodeWsc(encodeAttribute(id, value, declaredLength)).attributes[0];
  return node === undefined ? null : checkAttributeValue(node);
}

function checkSub(type: number, value: Uint8Array): ValueViolation | null {
  const message = decodeWsc(wfaExtension({ type, value }));
  const node = vendorExtensions(message)[0]?.subelements?.nodes[0];
  return node === undefined ? null : checkSubelement(node);
}

const name = (id: number): string => ATTRIBUTES.get(id)?.name ?? '?';

describe('attribute lengths', () => {
  it('are known for every defined attribute and every defined subelement', () => {
    expect([...ATTRIBUTE_VALUES.keys()].sort()).to.deep.equal([...ATTRIBUTES.keys()].sort());
    expect([...SUBELEMENT_VALUES.keys()]).to.deep.equal(Object.values(WFA_SUBELEMENT));
  });

  for (const [id, rule] of ATTRIBUTE_VALUES) {
    const wrong = [0, rule.least - 1, rule.least + 1, rule.most + 1].filter(
      (length) =>
        length >= 0 &&
        length <= 65535 &&
        (length < rule.least || length > rule.most || length % (rule.multipleOf ?? 1) !== 0),
    );
    if (wrong.length === 0) continue;
    it(`of ${name(id)} are refused when they are ${wrong.join(', ')}`, () => {
      for (const length of wrong) {
        const violation = check(id, new Uint8Array(length));
        expect(violation?.owner, `${length}`).to.equal(rule.owner ?? 'RVP-WSC-05');
        expect(violation?.at).to.deep.equal({ start: 2, end: 4 });
        expect(violation?.actual).to.match(/^\d+ bytes?$/);
      }
    });
  }

  it('of attributes that are not defined are anything', () => {
    expect(check(0x10fa, new Uint8Array(3))).to.equal(null);
  });

  it('past the end of the message are refused, also where the figure itself is legal', () => {
    const expected = {
      owner: 'RVP-WSC-05',
      expected: '16 bytes, as its Length says',
      actual: '15 bytes before the end',
    };
    expect(check(ATTRIBUTE.UuidE, new Uint8Array(15), 16)).to.deep.include(expected);
    expect(check(0x10fa, new Uint8Array(1), 65535)?.owner).to.equal('RVP-WSC-05');
    expect(check(ATTRIBUTE.DeviceName, new Uint8Array(1), 65535)?.owner).to.equal('RVP-WSC-05');
    expect(check(ATTRIBUTE.VendorExtension, new Uint8Array(9), 1025)?.owner).to.equal('RVP-VX-04');
  });
});

describe('attribute values', () => {
  type Row = readonly [id: number, legal: readonly string[], illegal: readonly string[], owner?: ValueOwner];
  const table: readonly Row[] = [
    [ATTRIBUTE.AssociationState, ['0000', '0004'], ['0005', 'ffff']],
    [ATTRIBUTE.AuthenticationType, ['0001', '0020', '0022'], ['0000', '0003', '0040']],
    [ATTRIBUTE.AuthenticationTypeFlags, ['0000', '003f'], ['0040', '8020']],
    [ATTRIBUTE.ConfigMethods, ['0000', '2008', '77ff'], ['0800', '8000']],
    [ATTRIBUTE.ConfigurationError, ['0000', '0014'], ['0015', '0100']],
    [ATTRIBUTE.ConnectionType, ['01', '02'], ['00', '03']],
    [ATTRIBUTE.ConnectionTypeFlags, ['01', '03'], ['00', '02', '05']],
    [ATTRIBUTE.EncryptionType, ['0001', '0008', '000c'], ['0000', '0009', '0010']],
    [ATTRIBUTE.EncryptionTypeFlags, ['0000', '000f'], ['0010']],
    [ATTRIBUTE.DevicePasswordID, ['0000', '0005', '0010', 'ffff'], ['0006', '000f'], 'RVP-WSC-14'],
    [ATTRIBUTE.MACAddress, ['020000000100'], ['030000000100', 'ffffffffffff'], 'RVP-WSC-07'],
    [ATTRIBUTE.MessageType, ['01', '0f'], ['00', '10']],
    [ATTRIBUTE.RequestType, ['00', '03'], ['04']],
    [ATTRIBUTE.ResponseType, ['00', '03'], ['04']],
    [ATTRIBUTE.RFBands, ['01', '07'], ['00', '08', '09']],
    [ATTRIBUTE.SelectedRegistrar, ['00', '01'], ['02']],
    [ATTRIBUTE.APSetupLocked, ['00', '01'], ['ff']],
    [ATTRIBUTE.WPSState, ['01', '02'], ['00', '03']],
    [ATTRIBUTE.Version, ['10'], ['20', '00'], 'RVP-WSC-06'],
    [
      ATTRIBUTE.PrimaryDeviceType,
      ['00030050f2040001', '00ff0050f2040000', '7777001122330001'],
      ['000d0050f2040001', '00000050f2040001'],
      'RVP-WSC-17',
    ],
    [ATTRIBUTE.ModelName, ['41', 'c3a4', '410042', '20'], ['', '4100', '00', '41ff'], 'RVP-WSC-16'],
    [ATTRIBUTE.OSVersion, ['80000000', '00000000'], []],
  ];
  for (const [id, legal, illegal, owner = 'RVP-WSC-05'] of table) {
    it(`of ${name(id)} are judged, for ${owner}`, () => {
      for (const hex of legal) expect(check(id, fromHex(hex)), hex).to.equal(null);
      for (const hex of illegal) {
        const violation = check(id, fromHex(hex));
        expect(violation?.owner, hex).to.equal(owner);
        expect(violation?.expected).to.not.equal(violation?.actual);
      }
    });
  }

  const texts: readonly (readonly [id: number, hex: string, expected: string, actual: string])[] = [
    [ATTRIBUTE.AssociationState, '0005', 'a value from 0 to 4', '0x0005'],
    [ATTRIBUTE.WPSState, '00', 'a value from 1 to 2', '0x00'],
    [ATTRIBUTE.AuthenticationType, '0003', 'one defined bit, or the mixture 0x0022', '0x0003 (Open, WPA-Personal)'],
    [ATTRIBUTE.EncryptionType, '0009', 'one defined bit, or the mixture 0x000c', '0x0009 (None, AES)'],
    [
      ATTRIBUTE.AuthenticationTypeFlags,
      '0141',
      'no bits but those of 0x003f',
      '0x0141, with the undefined bits 0x0140',
    ],
    [ATTRIBUTE.RFBands, '09', 'no bits but those of 0x07', '0x09, with the undefined bits 0x08'],
    [ATTRIBUTE.RFBands, '00', 'at least one bit', '0x00'],
    [ATTRIBUTE.ConnectionTypeFlags, '02', 'the ESS bit 0x01 set', '0x02'],
    [ATTRIBUTE.ConnectionTypeFlags, '06', 'no bits but those of 0x03', '0x06, with the undefined bits 0x04'],
    [ATTRIBUTE.APSetupLocked, '02', '0 or 1', '0x02'],
    [ATTRIBUTE.DevicePasswordID, '0006', 'a defined Device Password ID', '0x0006'],
    [ATTRIBUTE.MessageType, '10', 'a value from 0x01 to 0x0f', '0x10'],
    [ATTRIBUTE.Version, '0f', '0x10', '0x0f'],
    [ATTRIBUTE.MACAddress, '010000000000', 'a unicast address (lowest bit of the first byte clear)', '0x01'],
    [
      ATTRIBUTE.PrimaryDeviceType,
      '000d0050f2040001',
      'a category that is defined for 00 50 f2 04',
      '13-0050f204-1 (undefined category)',
    ],
    [ATTRIBUTE.ModelName, '', 'text of 1 byte or more', 'no bytes'],
    [ATTRIBUTE.ModelName, '41ff', 'UTF-8', '"A\\xff"'],
    [ATTRIBUTE.ModelName, '410000', 'text without NUL at its end', '"A\\u{0}\\u{0}" (2 NUL at its end)'],
    [ATTRIBUTE.UuidE, '00', '16 bytes', '1 byte'],
    [ATTRIBUTE.Version, '', '1 byte', '0 bytes'],
  ];
  for (const [id, hex, expected, actual] of texts) {
    it(`of ${name(id)} are remarked: ${expected}`, () => {
      expect(check(id, fromHex(hex))).to.deep.include({ expected, actual });
    });
  }

  it('point to the bytes that are wrong', () => {
    const places: readonly (readonly [id: number, hex: string, start: number, end: number])[] = [
      [ATTRIBUTE.ModelName, '414200', 6, 7],
      [ATTRIBUTE.ModelName, '41420000', 6, 8],
      [ATTRIBUTE.ModelName, '41ff42', 5, 6],
      [ATTRIBUTE.PrimaryDeviceType, '000d0050f2040001', 4, 6],
      [ATTRIBUTE.MACAddress, '010000000000', 4, 5],
      [ATTRIBUTE.RFBands, '09', 4, 5],
    ];
    for (const [id, hex, start, end] of places) expect(check(id, fromHex(hex))?.at, hex).to.deep.equal({ start, end });
  });
});

describe('subelements', () => {
  it('are judged by length and value', () => {
    expect(checkSub(WFA_SUBELEMENT.Version2, fromHex('20'))).to.equal(null);
    expect(checkSub(WFA_SUBELEMENT.Version2, fromHex('43'))).to.equal(null);
    expect(checkSub(WFA_SUBELEMENT.Version2, fromHex('11'))).to.deep.include({
      owner: 'RVP-WSC-06',
      expected: '0x20 or more',
      actual: '0x11',
    });
    expect(checkSub(WFA_SUBELEMENT.Version2, fromHex('2000'))?.owner).to.equal('RVP-WSC-05');
    expect(checkSub(WFA_SUBELEMENT.AuthorizedMACs, new Uint8Array(12))).to.equal(null);
    expect(checkSub(WFA_SUBELEMENT.AuthorizedMACs, new Uint8Array(7))).to.deep.include({
      owner: 'RVP-WSC-05',
      expected: 'at most 30 bytes, a multiple of 6',
      actual: '7 bytes',
      path: 'wsc.vendorExtension[0].subelement[0]',
      at: { start: 8, end: 9 },
    });
    expect(checkSub(WFA_SUBELEMENT.AuthorizedMACs, new Uint8Array(36))?.owner).to.equal('RVP-WSC-05');
    expect(checkSub(WFA_SUBELEMENT.RequestToEnroll, fromHex('02'))?.at).to.deep.equal({ start: 9, end: 10 });
    expect(checkSub(0x77, fromHex('02'))).to.equal(null);
  });
});

describe('checkValues', () => {
  it('returns every violation in message order, those of subelements and of what is left over included', () => {
    const message = decodeWsc(
      concat(
        encodeAttribute(ATTRIBUTE.Version, fromHex('11')),
        encodeAttribute(ATTRIBUTE.VendorExtension, fromHex('00372a 000111 01')),
        encodeAttribute(ATTRIBUTE.RFBands, fromHex('00')),
        fromHex('0000'),
      ),
    );
    expect(checkValues(message).map(({ owner, path, at }) => `${owner} ${path} ${at.start}-${at.end}`)).to.deep.equal([
      'RVP-WSC-06 wsc.version 4-5',
      'RVP-WSC-06 wsc.vendorExtension[0].subelement[0] 14-15',
      'RVP-WSC-05 wsc.vendorExtension[0].rest 15-16',
      'RVP-WSC-05 wsc.rfBands 20-21',
      'RVP-WSC-05 wsc.rest 21-23',
    ]);
  });

  it('says where a subelement runs past the end of its extension', () => {
    const cut = encodeAttribute(
      ATTRIBUTE.VendorExtension,
      concat(
        fromHex('00372a'),
        encodeTlv({ ...version2(), declaredLength: 1 }, { typeBytes: 1, lengthBytes: 1 }).slice(0, 2),
      ),
    );
    expect(checkValues(decodeWsc(cut))).to.have.length(1);
  });

  it('says how many bytes are left over, below the path of what they are left over of', () => {
    const restOf = (message: Pick<WscMessage, 'attributes' | 'list'>): string[] =>
      checkValues(message).map(({ path, expected, actual }) => `${path}: ${expected} / ${actual}`);
    const nothing = 'nothing, or 4 bytes or more of another one';
    const version = encodeAttribute(ATTRIBUTE.Version, fromHex('10'));
    expect(restOf(decodeWsc(fromHex('0000')))).to.deep.equal([`wsc.rest: ${nothing} / 2 bytes left over`]);
    expect(restOf(decodeWsc(concat(version, fromHex('1022000104 00'))))).to.deep.equal([
      `m1.rest: ${nothing} / 1 byte left over`,
    ]);
    const list = decodeAttributes(concat(version, fromHex('000000')), 'm8.encryptedSettings');
    expect(restOf({ attributes: list.nodes, list })).to.deep.equal([
      `m8.encryptedSettings.rest: ${nothing} / 3 bytes left over`,
    ]);
    expect(restOf(decodeWsc(fromHex('1049 0004 00372a 00')))).to.deep.equal([
      'wsc.vendorExtension[0].rest: nothing, or 2 bytes or more of another one / 1 byte left over',
    ]);
  });

  it('leaves the extensions of other vendors alone', () => {
    expect(checkValues(decodeWsc(fromHex('1049 0009 000137 1001 0002 0001')))).to.deep.equal([]);
    expect(checkValues(decodeWsc(fromHex('1049 0004 001122 00')))).to.deep.equal([]);
  });

  it('never throws and stays inside the message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const { at } of checkValues(decodeWsc(bytes))) {
          expect(at.start).to.be.lessThan(at.end);
          expect(at.end).to.be.at.most(bytes.length);
        }
      }),
    );
  });
});
