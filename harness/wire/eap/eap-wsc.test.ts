import { expect } from 'chai';
import fc from 'fast-check';
import { fromHex, toHex } from '#base/bytes.js';
import { decodeWsc } from '../wps/message.js';
import { decodeEap } from './eap.js';
import { decodeEapWsc, encodeEapWsc, OP_CODE, opCodeRemark } from './eap-wsc.js';
import { wscCarrier } from './wsc-carrier.js';

const codes = (hex: string): string[] => decodeEapWsc(fromHex(hex)).issues.map((issue) => issue.code);

describe('eap-wsc', () => {
  it('decodes op-code, flags, length field and data', () => {
    expect(decodeEapWsc(fromHex('0403 01b8 104a000110'))).to.deep.include({
      header: { opCode: OP_CODE.Msg, flags: 3 },
      messageLength: 0x1b8,
      dataOffset: 4,
      issues: [],
    });
    expect(decodeEapWsc(fromHex('0400 104a000110'))).to.deep.include({ messageLength: null, dataOffset: 2 });
  });

  it('names each malformation', () => {
    expect(codes('')).to.deep.equal(['wsc-header-cut']);
    expect(codes('04')).to.deep.equal(['wsc-header-cut']);
    expect(codes('0000')).to.deep.equal(['unknown-opcode']);
    expect(codes('0700')).to.deep.equal(['unknown-opcode']);
    expect(codes('0404')).to.deep.equal(['unknown-flags']);
    expect(codes('040200')).to.deep.equal(['length-field-cut']);
  });

  it('encodes what it decoded, whatever it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        expect(toHex(encodeEapWsc(decodeEapWsc(bytes)))).to.equal(toHex(bytes));
      }),
    );
  });

  it('finds the payload in an EAP packet', () => {
    const carrier = wscCarrier(decodeEap(fromHex('012e000efe00372a000000010100')));
    expect(toHex(carrier.payload ?? fromHex(''))).to.equal('0100');
    expect(carrier).to.deep.include({ payloadOffset: 12, issues: [] });
  });

  it('remarks a foreign vendor id and vendor type', () => {
    const foreign = wscCarrier(decodeEap(fromHex('012e000efe002a37000000020100')));
    expect(foreign.payload).to.equal(null);
    expect(foreign.issues.map(({ code, at }) => ({ code, at }))).to.deep.equal([
      { code: 'vendor-id-wrong', at: { start: 5, end: 8 } },
      { code: 'vendor-type-wrong', at: { start: 8, end: 12 } },
    ]);
    expect(wscCarrier(decodeEap(fromHex('0201000603fe')))).to.deep.include({ payload: null, issues: [] });
  });

  it('holds each message type against its op-code', () => {
    const right: [number, number][] = [
      [0x04, OP_CODE.Msg],
      [0x06, OP_CODE.Msg],
      [0x0c, OP_CODE.Msg],
      [0x0d, OP_CODE.Ack],
      [0x0e, OP_CODE.Nack],
      [0x0f, OP_CODE.Done],
    ];
    for (const [type, opCode] of right) {
      const message = decodeWsc(Uint8Array.of(0x10, 0x22, 0, 1, type));
      expect(opCodeRemark(opCode, message), `type ${type}`).to.equal(null);
      expect(opCodeRemark(OP_CODE.Start, message)?.code, `type ${type}`).to.equal('opcode-mismatch');
    }
    expect(opCodeRemark(OP_CODE.Msg, decodeWsc(fromHex('1022000130')))).to.equal(null);
  });
});
