import { expect } from 'chai';
import fc from 'fast-check';
import { concat, fromHex } from '#base/bytes.js';
import { decodeTlvs, encodeTlv, encodeTlvs, WFA_SHAPE, WPS_SHAPE, type TlvShape } from './tlv.js';

const SHAPES: readonly (readonly [name: string, shape: TlvShape])[] = [
  ['2 and 2', WPS_SHAPE],
  ['1 and 1', WFA_SHAPE],
];

/** Lists that are mostly whole, so that nodes come about, with a tail of anything. */
const list = (shape: TlvShape): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 20 })), { maxLength: 6 }),
      fc.uint8Array({ maxLength: 8 }),
    )
    .map(([nodes, tail]) => concat(...nodes.map(([type, value]) => encodeTlv({ type, value }, shape)), tail));

for (const [name, shape] of SHAPES) {
  describe(`TLVs with fields of ${name} bytes`, () => {
    const header = shape.typeBytes + shape.lengthBytes;

    it('come out of the encoder as they went into the decoder, whatever they are', () => {
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), list(shape)), (bytes) => {
          expect(encodeTlvs(decodeTlvs(bytes, shape), shape)).to.deep.equal(bytes);
        }),
      );
    });

    it('cover every byte once, and each span holds its bytes', () => {
      fc.assert(
        fc.property(list(shape), fc.nat(500), (bytes, base) => {
          const decoded = decodeTlvs(bytes, shape, base);
          let at = base;
          for (const node of decoded.nodes) {
            expect(node.span.start).to.equal(at);
            expect(node.valueSpan).to.deep.equal({ start: at + header, end: node.span.end });
            expect(bytes.subarray(node.valueSpan.start - base, node.valueSpan.end - base)).to.deep.equal(node.value);
            at = node.span.end;
          }
          if (decoded.rest !== null) {
            expect(decoded.rest.span.start).to.equal(at);
            at = decoded.rest.span.end;
          }
          expect(at).to.equal(base + bytes.length);
        }),
      );
    });

    it('say so when they are cut, wherever that is', () => {
      const value = Uint8Array.of(1, 2, 3);
      const whole = encodeTlv({ type: 7, value }, shape);
      expect(decodeTlvs(whole, shape).issues).to.deep.equal([]);
      for (let length = 1; length < whole.length; length++) {
        const { nodes, rest, issues } = decodeTlvs(whole.subarray(0, length), shape);
        expect(issues.map(({ code }) => code)).to.deep.equal([length < header ? 'tlv-rest' : 'tlv-length-past-end']);
        expect(issues[0]?.at).to.deep.equal({ start: 0, end: length });
        if (length < header) {
          expect(nodes).to.deep.equal([]);
          expect(rest?.bytes).to.have.length(length);
        } else {
          expect(nodes[0]).to.deep.include({ declaredLength: 3, missingBytes: whole.length - length });
          expect(nodes[0]?.value).to.deep.equal(value.subarray(0, length - header));
        }
      }
    });
  });
}

describe('decodeTlvs', () => {
  it('counts nodes from 0 where paths are not given', () => {
    const { nodes, issues } = decodeTlvs(fromHex('1001 0001 aa 1002 0003 bb'));
    expect(nodes.map(({ path }) => path)).to.deep.equal(['tlv[0]', 'tlv[1]']);
    expect(issues).to.deep.equal([
      {
        code: 'tlv-length-past-end',
        at: { start: 5, end: 10 },
        path: 'tlv[1]',
        text: 'Length says 3 bytes, only 1 are there',
      },
    ]);
    expect(decodeTlvs(fromHex('000000'), WPS_SHAPE, 20).issues).to.deep.equal([
      {
        code: 'tlv-rest',
        at: { start: 20, end: 23 },
        path: 'tlv[0]',
        text: '3 bytes are left, fewer than the 4 of a TLV header',
      },
    ]);
  });
});

describe('encodeTlv', () => {
  it('writes a Length that lies when it is told to', () => {
    expect(encodeTlv({ type: 0x1047, value: fromHex('aa'), declaredLength: 0xffff })).to.deep.equal(
      fromHex('1047ffffaa'),
    );
  });

  it('refuses what does not fit its fields', () => {
    expect(() => encodeTlv({ type: 256, value: new Uint8Array(0) }, WFA_SHAPE)).to.throw(RangeError);
    expect(() => encodeTlv({ type: 1, value: new Uint8Array(256) }, WFA_SHAPE)).to.throw(RangeError);
    expect(() => encodeTlv({ type: 1, value: new Uint8Array(65536) })).to.throw(RangeError);
  });
});
