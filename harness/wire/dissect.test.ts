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
