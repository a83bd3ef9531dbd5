import { expect } from 'chai';
import fc from 'fast-check';
import { ascii, fromHex, toHex } from '#base/bytes.js';
import {
  decodeEap,
  EAP_CODE,
  EAP_TYPE,
  eapPacket,
  encodeEap,
  ENROLLEE_IDENTITY,
  expandedBody,
  typedBody,
} from './eap.js';

const codes = (hex: string): string[] => decodeEap(fromHex(hex)).issues.map((issue) => issue.code);

describe('eap', () => {
  it('decodes an identity response', () => {
    const bytes = eapPacket(EAP_CODE.Response, 7, typedBody(EAP_TYPE.Identity, ascii(ENROLLEE_IDENTITY)));
    const eap = decodeEap(bytes);
    expect(eap.header).to.deep.equal({ code: 2, identifier: 7, declaredLength: 34 });
    expect(eap.type).to.equal(EAP_TYPE.Identity);
    expect(eap.typeDataOffset).to.equal(5);
    expect(toHex(eap.typeData)).to.equal(toHex(ascii('WFA-SimpleConfig-Enrollee-1-0')));
    expect(eap.issues).to.deep.equal([]);
  });

  it('decodes an expanded method and builds it again', () => {
    const bytes = fromHex('012e000efe00372a000000010100');
    const eap = decodeEap(bytes);
    expect(eap.expanded).to.deep.equal({ vendorId: 0x00372a, vendorType: 1 });
    expect(eap.typeDataOffset).to.equal(12);
    expect(toHex(eap.typeData)).to.equal('0100');
    const body = expandedBody({ vendorId: 0x00372a, vendorType: 1 }, eap.typeData);
    expect(toHex(eapPacket(EAP_CODE.Request, 0x2e, body))).to.equal(toHex(bytes));
  });

  it('has no type in a Failure', () => {
    const eap = decodeEap(eapPacket(EAP_CODE.Failure, 9));
    expect(eap).to.deep.include({ type: null, expanded: null, issues: [] });
  });

  it('names each malformation', () => {
    expect(codes('0101')).to.deep.equal(['eap-header-cut']);
    expect(codes('01010003')).to.deep.equal(['eap-length-short', 'eap-type-missing']);
    expect(codes('0101000601')).to.deep.equal(['eap-length-past-end']);
    expect(codes('010100050100')).to.deep.equal(['eap-trailing-bytes']);
    expect(codes('05010004')).to.deep.equal(['eap-code-unknown']);
    expect(codes('02010004')).to.deep.equal(['eap-type-missing']);
    expect(codes('0201000bfe00372a000000')).to.deep.equal(['eap-expanded-cut']);
    expect(codes('0401000500')).to.deep.equal(['eap-data-after-code']);
  });

  it('keeps bytes beyond the length field apart', () => {
    const eap = decodeEap(fromHex('020100060141ffff'));
    expect(toHex(eap.typeData)).to.equal('41');
    expect(toHex(eap.trailing)).to.equal('ffff');
    expect(eap.issues[0]?.at).to.deep.equal({ start: 6, end: 8 });
  });

  it('encodes what it decoded, whatever it was', () => {
    const packets = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(fc.integer({ min: 0, max: 5 }), fc.uint8Array({ maxLength: 40 })).map(([code, rest]) => {
        return Uint8Array.from([code, 1, 0, rest.length, 254, ...rest]);
      }),
    );
    fc.assert(
      fc.property(packets, (bytes) => {
        expect(toHex(encodeEap(decodeEap(bytes)))).to.equal(toHex(bytes));
      }),
    );
  });
});
