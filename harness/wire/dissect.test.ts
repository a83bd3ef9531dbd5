import { expect } from 'chai';
import fc from 'fast-check';
import { ascii, concat, fromHex } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { dissectWsc, formatDissection, type DissectOptions } from './dissect.js';
import { SAMPLE_UUID, sampleM1 } from './testing/sample-m1.js';
import { ATTRIBUTE } from './wps/attributes.js';
import { byteAttribute, credentialAttribute, encodeAttribute } from './wps/build.js';
import { encryptSettings } from './wps/crypto.js';
import { microsoftExtension, transportUuid, vpi } from './microsoft/build.js';
import { MICROSOFT_TLV } from './microsoft/vertical-pairing.js';
import { decodeWsc, MESSAGE_TYPE } from './wps/message.js';
import { openSettings } from './wps/settings.js';

const linesOf = (bytes: Uint8Array, options?: DissectOptions): string[] =>
  formatDissection(dissectWsc(decodeWsc(bytes), options));

describe('dissectWsc', () => {
  it('gives each attribute of a message one line, nested ones below it, and remarks nothing on a right one', () => {
    const message = decodeWsc(sampleM1(microsoftExtension(vpi(2), transportUuid(SAMPLE_UUID))));
    const lines = dissectWsc(message);
    expect(lines.filter(({ kind }) => kind === 'issue')).to.deep.equal([]);
    expect(lines.filter(({ kind, depth }) => kind === 'node' && depth === 1).map(({ at }) => at)).to.deep.equal(
      message.attributes.map(({ span }) => span),
    );
    expect(formatDissection(lines).slice(-6)).to.deep.equal([
      ' 017a    102d OS Version (4): 0x80000000',
      ' 0182    1049 Vendor Extension (6): vendor 00 37 2a, 3 bytes of data',
      ' 0189      00 Version2 (1): 0x20',
      ' 018c    1049 Vendor Extension (29): vendor 00 01 37, 26 bytes of data',
      ' 0193      1001 Vertical Pairing Identifier (2): Transport 0x02 (UPnP), Profile Request 0x01',
      ' 0199      1002 Transport UUID (16): 7c2e6c0a-1f1d-5b0e-9c57-020000000100 (of UPnP)',
    ]);
  });

  it('puts each remark behind the line of its spot', () => {
    const bytes = concat(
      byteAttribute(ATTRIBUTE.Version, 0x11),
      fromHex('1049 000d 000137 1002 0002 0102 1001 0009'),
      fromHex('00'),
    );
    expect(linesOf(bytes)).to.deep.equal([
      ' 0000  WSC message of unknown type, 23 bytes',
      ' 0000    104a Version (1): 0x11',
      ' 0004    ! RVP-WSC-06: expected 0x10, got 0x11',
      ' 0005    1049 Vendor Extension (13): vendor 00 01 37, 10 bytes of data',
      ' 000c      1002 Transport UUID (2): 01 02',
      ' 0012      1001 Vertical Pairing Identifier (9):',
      ' 0012      ! tlv-length-past-end: Length says 9 bytes, only 0 are there',
      ' 0016    left over (1): 00',
      ' 0016    ! tlv-rest: 1 bytes are left, fewer than the 4 of a TLV header',
    ]);
  });

  it('shows opened settings in offsets of their own, and no secret unless asked to', () => {
    const random = seededRandom(3);
    const keys = { authKey: random(32), keyWrapKey: random(16) };
    const credential = credentialAttribute({
      ssid: ascii('net'),
      authenticationType: 0x20,
      encryptionType: 8,
      networkKey: ascii('very secret'),
      macAddress: fromHex('020000000100'),
    });
    const mistyped = encodeAttribute(0x1fff, ascii('secret in a wrong place'));
    const value = encryptSettings(keys, concat(credential, mistyped), random(16));
    const bytes = concat(
      byteAttribute(ATTRIBUTE.MessageType, MESSAGE_TYPE.M8),
      encodeAttribute(ATTRIBUTE.EncryptedSettings, value),
    );
    const settings = openSettings(value, keys, 'm8.encryptedSettings');
    const shown = linesOf(bytes, { settings });
    expect(shown).to.include('+0004        1026 Network Index (1): 1');
    expect(shown).to.include('+0009        1045 SSID (3): "net"');
    expect(shown.join()).to.include('Network Key (11): (11 bytes, not shown)');
    expect(shown.join()).to.not.include('very secret');
    expect(shown.join('\n')).to.match(/^\+\w{4} +1fff 0x1fff \(23\): \(23 bytes, not shown\)$/m);
    expect(linesOf(bytes, { settings, secrets: true }).join()).to.include('"very secret"');
    expect(linesOf(bytes).some((line) => line.startsWith('+'))).to.equal(false);
    const broken = openSettings(value.subarray(1), keys);
    expect(linesOf(bytes, { settings: broken }).join()).to.include('! length: ');
  });

  it('has every field of a line, in a subelement and in what is left over of one too', () => {
    const message = decodeWsc(fromHex('104a0001 10 1049 0009 00372a 000120 030102 07'));
    const shown = dissectWsc(message).map(({ kind, depth, at, inPlaintext, path, text }) => {
      expect(inPlaintext).to.equal(false);
      return `${kind} ${depth} ${at.start}-${at.end} ${path}: ${text}`;
    });
    expect(shown).to.deep.equal([
      'layer 0 0-19 wsc: WSC message of unknown type, 19 bytes',
      'node 1 0-5 wsc.version: 104a Version (1): 0x10',
      'node 1 5-18 wsc.vendorExtension[0]: 1049 Vendor Extension (9): vendor 00 37 2a, 6 bytes of data',
      'node 2 12-15 wsc.vendorExtension[0].subelement[0]: 00 Version2 (1): 0x20',
      'node 2 15-18 wsc.vendorExtension[0].subelement[1]: 03 Request to Enroll (1): 2',
      'issue 2 17-18 wsc.vendorExtension[0].subelement[1]: RVP-WSC-05: expected 0 or 1, got 0x02',
      'node 1 18-19 wsc.rest: left over (1): 07',
      'issue 1 18-19 wsc.rest: tlv-rest: 1 bytes are left, fewer than the 4 of a TLV header',
    ]);
    expect(linesOf(fromHex('1049 0006 00372a 000120'))).to.deep.equal([
      ' 0000  WSC message of unknown type, 10 bytes',
      ' 0000    1049 Vendor Extension (6): vendor 00 37 2a, 3 bytes of data',
      ' 0007      00 Version2 (1): 0x20',
    ]);
    expect(linesOf(fromHex('1049 0007 00372a 000120 99')).slice(3)).to.deep.equal([
      ' 000a      left over (1): 99',
      ' 000a      ! tlv-rest: 1 bytes are left, fewer than the 2 of a TLV header',
    ]);
  });

  it('names what a TLV of Microsoft says, whatever it is', () => {
    const { TransportUuid } = MICROSOFT_TLV;
    const other = SAMPLE_UUID.with(0, 0xff);
    const lines = linesOf(
      concat(
        microsoftExtension(transportUuid(SAMPLE_UUID), vpi(1, 0), transportUuid(other), transportUuid(SAMPLE_UUID)),
        microsoftExtension(vpi(9, 0xab), transportUuid(SAMPLE_UUID), { type: 0x1003, value: SAMPLE_UUID }),
        microsoftExtension({ type: MICROSOFT_TLV.VerticalPairingIdentifier, value: fromHex('020100') }),
        microsoftExtension({ type: TransportUuid, value: SAMPLE_UUID.subarray(1) }),
        microsoftExtension({ type: MICROSOFT_TLV.VerticalPairingIdentifier, value: fromHex('') }, transportUuid(other)),
        encodeAttribute(ATTRIBUTE.VendorExtension, fromHex('000137 10')),
        encodeAttribute(ATTRIBUTE.VendorExtension, fromHex('000137 1003 0000 1001')),
      ),
    );
    expect(lines.map((line) => line.slice(7)).slice(1)).to.deep.equal([
      '  1049 Vendor Extension (69): vendor 00 01 37, 66 bytes of data',
      '    1002 Transport UUID (16): 7c2e6c0a-1f1d-5b0e-9c57-020000000100 (no transport before it)',
      '    1001 Vertical Pairing Identifier (2): Transport 0x01 (DPWS), Profile Request 0x00',
      '    1002 Transport UUID (16): ff2e6c0a-1f1d-5b0e-9c57-020000000100 (of DPWS)',
      '    1002 Transport UUID (16): 7c2e6c0a-1f1d-5b0e-9c57-020000000100 (of DPWS)',
      '  1049 Vendor Extension (49): vendor 00 01 37, 46 bytes of data',
      '    1001 Vertical Pairing Identifier (2): Transport 0x09 (reserved), Profile Request 0xab',
      '    1002 Transport UUID (16): 7c2e6c0a-1f1d-5b0e-9c57-020000000100 (of a reserved transport)',
      '    1003 unknown (16): 7c 2e 6c 0a 1f 1d 5b 0e 9c 57 02 00 00 00 01 00',
      '  1049 Vendor Extension (10): vendor 00 01 37, 7 bytes of data',
      '    1001 Vertical Pairing Identifier (3): 02 01 00',
      '  1049 Vendor Extension (22): vendor 00 01 37, 19 bytes of data',
      '    1002 Transport UUID (15): 2e 6c 0a 1f 1d 5b 0e 9c 57 02 00 00 00 01 00',
      '  1049 Vendor Extension (27): vendor 00 01 37, 24 bytes of data',
      '    1001 Vertical Pairing Identifier (0):',
      '    1002 Transport UUID (16): ff2e6c0a-1f1d-5b0e-9c57-020000000100 (no transport before it)',
      '  1049 Vendor Extension (4): vendor 00 01 37, 1 bytes of data',
      '    left over (1): 10',
      '    ! tlv-rest: 1 bytes are left, fewer than the 4 of a TLV header',
      '  1049 Vendor Extension (9): vendor 00 01 37, 6 bytes of data',
      '    1003 unknown (0):',
      '    left over (2): 10 01',
      '    ! tlv-rest: 2 bytes are left, fewer than the 4 of a TLV header',
    ]);
  });

  it('says once what is wrong with an attribute that is cut, and all that is wrong with another', () => {
    expect(linesOf(fromHex('1023 0005 41'))).to.deep.equal([
      ' 0000  WSC message of unknown type, 5 bytes',
      ' 0000    1023 Model Name (5): "A"',
      ' 0000    ! tlv-length-past-end: Length says 5 bytes, only 1 are there',
    ]);
  });

  it('opens Encrypted Settings in their own place and once', () => {
    const random = seededRandom(4);
    const keys = { authKey: random(32), keyWrapKey: random(16) };
    const plain = concat(encodeAttribute(ATTRIBUTE.ESNonce2, random(16)), encodeAttribute(0x1fff, ascii('AB')));
    const value = encryptSettings(keys, plain, random(16));
    const bytes = concat(
      byteAttribute(ATTRIBUTE.Version, 0x10),
      encodeAttribute(ATTRIBUTE.EncryptedSettings, value),
      byteAttribute(ATTRIBUTE.MessageType, MESSAGE_TYPE.M7),
    );
    const settings = openSettings(value, keys, 'm7.encryptedSettings');
    const kinds = (options: DissectOptions): string[] =>
      dissectWsc(decodeWsc(bytes), options).map(
        ({ depth, inPlaintext, path }) => `${depth}${inPlaintext ? '+' : ''} ${path}`,
      );
    expect(kinds({ settings })).to.deep.equal([
      '0 m7',
      '1 m7.version',
      '1 m7.encryptedSettings',
      '2+ m7.encryptedSettings.eSNonce2',
      '2+ m7.encryptedSettings.0x1fff',
      '2+ m7.encryptedSettings.keyWrapAuthenticator',
      '1 m7.messageType',
    ]);
    expect(linesOf(bytes, { settings, secrets: true }).join('\n')).to.match(/1fff 0x1fff \(2\): 41 42$/m);
    const wrong = openSettings(value, { ...keys, authKey: random(32) }, 'm7.encryptedSettings');
    const lines = dissectWsc(decodeWsc(bytes), { settings: wrong });
    const at = lines.findIndex(({ kind }) => kind === 'issue');
    expect(lines[at]).to.deep.equal({
      kind: 'issue',
      depth: 2,
      at: { start: 9, end: 9 + value.length },
      inPlaintext: false,
      path: 'm7.encryptedSettings',
      text: 'key-wrap-authenticator-wrong: it is not the hash of the 26 bytes before it',
    });
    expect(lines[at + 1]?.inPlaintext).to.equal(true);
    const nested = concat(plain, encodeAttribute(ATTRIBUTE.EncryptedSettings, fromHex('00')));
    const inner = encryptSettings(keys, nested, random(16));
    const opened = openSettings(inner, keys, 'm7.encryptedSettings');
    const deep = dissectWsc(decodeWsc(encodeAttribute(ATTRIBUTE.EncryptedSettings, inner)), { settings: opened });
    expect(deep.filter(({ path }) => path.includes('eSNonce2'))).to.have.length(1);
  });

  it('stays in the message and on one line each, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, inExtension) => {
        const whole = inExtension ? concat(fromHex('1049 0040 000137'), bytes) : bytes;
        const lines = dissectWsc(decodeWsc(whole));
        for (const { at } of lines) expect(at.end).to.be.at.most(whole.length);
        for (const line of formatDissection(lines)) expect(line).to.match(/^\P{C}*$/u);
      }),
    );
  });
});
