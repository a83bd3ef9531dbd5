import { expect } from 'chai';
import fc from 'fast-check';
import { concat, fromHex } from '#base/bytes.js';
import { sampleM1 } from '../testing/sample-m1.js';
import { ATTRIBUTE, ATTRIBUTES, attributeName, attributePathName } from './attributes.js';
import { byteAttribute, editAttributes, encodeAttribute, wfaExtension, version2, withAuthenticator } from './build.js';
import { authenticator } from './crypto.js';
import { attribute, attributesOf, decodeWsc, encodeWsc, MESSAGE_TYPE, messageName } from './message.js';
import { MICROSOFT_VENDOR_ID, vendorExtensions } from './vendor-extension.js';
import { subelementName, subelementsOf, version2Of, WFA_SUBELEMENT } from './wfa.js';

describe('decodeWsc', () => {
  it('loses nothing of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(encodeWsc(decodeWsc(bytes))).to.deep.equal(bytes);
      }),
    );
  });

  it('loses nothing of a message with bytes changed, cut or put in', () => {
    const m1 = sampleM1();
    const at = fc.nat(m1.length - 1);
    fc.assert(
      fc.property(at, at, fc.uint8Array({ maxLength: 4 }), (from, to, bytes) => {
        const changed = concat(m1.subarray(0, Math.min(from, to)), bytes, m1.subarray(Math.max(from, to)));
        expect(encodeWsc(decodeWsc(changed))).to.deep.equal(changed);
      }),
    );
  });

  it('names each message by its type and every path by the message', () => {
    for (const [name, type] of Object.entries(MESSAGE_TYPE)) {
      const message = decodeWsc(byteAttribute(ATTRIBUTE.MessageType, type));
      expect([message.name, message.messageType]).to.deep.equal([name, type]);
      expect(message.attributes[0]?.path).to.equal(`${name.toLowerCase().replace('_', '')}.messageType`);
    }
    expect(messageName(0x10)).to.equal(null);
    expect(messageName(null)).to.equal(null);
  });

  it('counts what repeats from 0, and what should not from its second on', () => {
    const { Version, MessageType, VendorExtension, UuidE } = ATTRIBUTE;
    const bytes = concat(
      ...[Version, VendorExtension, UuidE, VendorExtension, UuidE, 0x10fa].map((id) =>
        encodeAttribute(id, Uint8Array.of(0, 0)),
      ),
      byteAttribute(MessageType, MESSAGE_TYPE.M1),
      fromHex('00'),
    );
    const message = decodeWsc(bytes);
    expect(message.attributes.map(({ path }) => path)).to.deep.equal([
      'm1.version',
      'm1.vendorExtension[0]',
      'm1.uuidE',
      'm1.vendorExtension[1]',
      'm1.uuidE[1]',
      'm1.0x10fa',
      'm1.messageType',
    ]);
    expect(message.issues.map(({ path }) => path)).to.deep.equal(['m1.rest']);
    expect(attribute(message, UuidE)?.path).to.equal('m1.uuidE');
    expect(attributesOf(message, UuidE)).to.have.length(2);
    expect(attribute(message, ATTRIBUTE.SerialNumber)).to.equal(null);
  });

  it('has a path for an attribute of type 0 and for what is left over', () => {
    const { attributes, issues } = decodeWsc(fromHex('0000 0001 00 1022 0001 04 00'));
    expect(attributes.map(({ path }) => path)).to.deep.equal(['m1.0x0000', 'm1.messageType']);
    expect(issues.map(({ path }) => path)).to.deep.equal(['m1.rest']);
  });

  it('takes no Message Type from an attribute of another length', () => {
    const message = decodeWsc(encodeAttribute(ATTRIBUTE.MessageType, Uint8Array.of(4, 4)));
    expect([message.messageType, message.name]).to.deep.equal([null, null]);
  });
});

describe('attribute names', () => {
  it('stand in the table once each', () => {
    expect(ATTRIBUTES.size).to.equal(Object.keys(ATTRIBUTE).length);
    expect(new Set([...ATTRIBUTES.values()].map(({ name }) => name)).size).to.equal(ATTRIBUTES.size);
    expect([...ATTRIBUTES.values()].filter(({ repeats }) => repeats).map(({ id }) => id)).to.deep.equal([
      0x100e, 0x1049, 0x106a,
    ]);
  });

  it('are short in paths', () => {
    const { EHash1, ESNonce1, MACAddress, APSetupLocked, X509Certificate, Ssid, RFBands } = ATTRIBUTE;
    expect(
      [EHash1, ESNonce1, MACAddress, APSetupLocked, X509Certificate, Ssid, RFBands].map(attributePathName),
    ).to.deep.equal(['eHash1', 'eSNonce1', 'macAddress', 'apSetupLocked', 'x509Certificate', 'ssid', 'rfBands']);
    expect([attributePathName(0x10fa), attributeName(0x10fa)]).to.deep.equal(['0x10fa', '0x10fa']);
  });
});

describe('vendorExtensions', () => {
  it('tells vendors apart and counts them and their places', () => {
    const bytes = concat(
      encodeAttribute(ATTRIBUTE.VendorExtension, fromHex('000137')),
      byteAttribute(ATTRIBUTE.Version, 0x10),
      wfaExtension(version2(), { type: WFA_SUBELEMENT.RequestToEnroll, value: fromHex('01') }),
      encodeAttribute(ATTRIBUTE.VendorExtension, fromHex('370100')),
      encodeAttribute(ATTRIBUTE.VendorExtension, fromHex('0001')),
    );
    const message = decodeWsc(bytes);
    const found = vendorExtensions(message);
    expect(found.map(({ vendor, index, position }) => [vendor, index, position])).to.deep.equal([
      ['microsoft', 0, 0],
      ['wfa', 1, 2],
      ['other', 2, 3],
      ['short', 3, 4],
    ]);
    expect(found[0]?.vendorId).to.deep.equal(MICROSOFT_VENDOR_ID);
    expect(found[3]?.vendorId).to.equal(null);
    const subelements = found[1]?.subelements?.nodes ?? [];
    expect(subelements.map(({ path }) => path)).to.deep.equal([
      'wsc.vendorExtension[1].subelement[0]',
      'wsc.vendorExtension[1].subelement[1]',
    ]);
    const short = decodeWsc(fromHex('1049 0007 00372a 000120 07')).list;
    const [extension] = vendorExtensions({ attributes: short.nodes });
    expect(extension?.subelements?.issues.map(({ code, path }) => [code, path])).to.deep.equal([
      ['tlv-rest', 'wsc.vendorExtension[0].rest'],
    ]);
    expect(extension?.subelements?.nodes.map(({ path }) => path)).to.deep.equal([
      'wsc.vendorExtension[0].subelement[0]',
    ]);
    for (const { span, type } of subelements) expect(bytes[span.start]).to.equal(type);
    expect(subelementsOf(message, WFA_SUBELEMENT.RequestToEnroll)).to.have.length(1);
    expect(version2Of(message)).to.equal(0x20);
    expect(version2Of(decodeWsc(bytes.subarray(0, 12)))).to.equal(null);
  });
});

describe('subelements', () => {
  it('have names, and a number of two digits where they have none', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x3f].map(subelementName)).to.deep.equal([
      'Version2',
      'AuthorizedMACs',
      'Network Key Shareable',
      'Request to Enroll',
      'Settings Delay Time',
      'Registrar Configuration Methods',
      'Multi-AP Extension',
      'Multi-AP Profile',
      'Multi-AP 802.1Q Setting',
      '0x09',
      '0x3f',
    ]);
  });
});

describe('builders', () => {
  it('edit the attributes of a message and keep the rest', () => {
    const bytes = concat(byteAttribute(ATTRIBUTE.Version, 0x10), byteAttribute(ATTRIBUTE.RFBands, 1), fromHex('00'));
    expect(editAttributes(bytes, (nodes) => nodes)).to.deep.equal(bytes);
    expect(editAttributes(bytes, (nodes) => [...nodes].reverse())).to.deep.equal(
      concat(byteAttribute(ATTRIBUTE.RFBands, 1), byteAttribute(ATTRIBUTE.Version, 0x10), fromHex('00')),
    );
  });

  it('end a message with its Authenticator', () => {
    const key = new Uint8Array(32).fill(1);
    const body = byteAttribute(ATTRIBUTE.Version, 0x10);
    const sealed = withAuthenticator(key, sampleM1(), body);
    expect(sealed.subarray(0, body.length)).to.deep.equal(body);
    expect(sealed.subarray(body.length)).to.deep.equal(
      encodeAttribute(ATTRIBUTE.Authenticator, authenticator(key, sampleM1(), body)),
    );
    expect(sealed.length - body.length).to.equal(12);
  });
});
