import { expect } from 'chai';
import fc from 'fast-check';
import { concat, fromHex, toHex } from '#base/bytes.js';
import { decodeEapol, EAPOL_TYPE, eapolPacket, encodeEapol } from './eapol.js';

const codes = (hex: string): string[] => decodeEapol(fromHex(hex)).issues.map((issue) => issue.code);

describe('eapol', () => {
  it('decodes EAPOL-Start', () => {
    expect(decodeEapol(fromHex('01010000'))).to.deep.include({
      header: { version: 1, packetType: EAPOL_TYPE.Start, declaredLength: 0 },
      missingBytes: 0,
      issues: [],
    });
  });

  it('builds the packet hostapd sends as WSC_Start', () => {
    const eap = fromHex('012e000efe00372a000000010100');
    expect(toHex(eapolPacket(EAPOL_TYPE.EapPacket, eap))).to.equal('0200000e012e000efe00372a000000010100');
  });

  it('keeps the padding of a short frame apart, without a remark', () => {
    const padded = decodeEapol(concat(fromHex('01010000'), new Uint8Array(42)));
    expect(padded.trailing.length).to.equal(42);
    expect(padded.issues).to.deep.equal([]);
  });

  it('remarks more trailing bytes than padding explains', () => {
    const { issues } = decodeEapol(concat(fromHex('01010000'), new Uint8Array(43)));
    expect(issues).to.have.length(1);
    expect(issues[0]).to.deep.include({ code: 'eapol-trailing-bytes', at: { start: 4, end: 47 }, actual: '43 bytes' });
  });

  it('remarks a packet type that is not defined', () => {
    expect(codes('02090000')).to.deep.equal(['eapol-type-unknown']);
    expect(codes('02080000')).to.deep.equal([]);
  });

  it('remarks a length past the end, an unknown version and a cut header', () => {
    expect(codes('02000005aabb')).to.deep.equal(['eapol-length-past-end']);
    expect(decodeEapol(fromHex('02000005aabb'))).to.deep.include({ missingBytes: 3 });
    expect(codes('04000000')).to.deep.equal(['eapol-version-unknown']);
    expect(codes('00000000')).to.deep.equal(['eapol-version-unknown']);
    expect(codes('020000')).to.deep.equal(['eapol-header-cut']);
  });

  it('encodes what it decoded, whatever it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(toHex(encodeEapol(decodeEapol(bytes)))).to.equal(toHex(bytes));
      }),
    );
  });
});
