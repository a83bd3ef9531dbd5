import { expect } from 'chai';
import fc from 'fast-check';
import {
  allBytes,
  ascii,
  be,
  concat,
  equal,
  fromHex,
  hash32,
  slice,
  toHex,
  Truncated,
  u16be,
  u16le,
  u32be,
  u32le,
  u8,
} from './bytes.js';

const bytes = fromHex('01 80 ff 7f 00');

describe('readers', () => {
  it('read unsigned values of both orders', () => {
    expect(u8(bytes, 2)).to.equal(0xff);
    expect([u16be(bytes, 1), u16le(bytes, 1)]).to.deep.equal([0x80ff, 0xff80]);
    expect([u32be(bytes, 1), u32le(bytes, 1)]).to.deep.equal([0x80ff7f00, 0x007fff80]);
    expect(u32be(fromHex('ffffffff'), 0)).to.equal(0xffffffff);
    expect(u32le(fromHex('ffffffff'), 0)).to.equal(0xffffffff);
  });

  it('agree with DataView at every offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 12 }), fc.nat(8), (values, at) => {
        fc.pre(at + 4 <= values.length);
        const view = new DataView(values.buffer, values.byteOffset, values.length);
        expect([u16be(values, at), u16le(values, at)]).to.deep.equal([view.getUint16(at), view.getUint16(at, true)]);
        expect([u32be(values, at), u32le(values, at)]).to.deep.equal([view.getUint32(at), view.getUint32(at, true)]);
      }),
    );
  });

  const tooFar: readonly (readonly [name: string, read: () => unknown, offset: number, need: number, have: number])[] =
    [
      ['u8', () => u8(bytes, 5), 5, 1, 0],
      ['u16be', () => u16be(bytes, 4), 4, 2, 1],
      ['u16le', () => u16le(bytes, 4), 4, 2, 1],
      ['u32be', () => u32be(bytes, 2), 2, 4, 3],
      ['u32le', () => u32le(bytes, 9), 9, 4, 0],
      ['slice', () => slice(bytes, 3, 3), 3, 3, 2],
      ['slice before the start', () => slice(bytes, -1, 1), -1, 1, 6],
    ];
  for (const [name, read, offset, need, have] of tooFar) {
    it(`throw instead of clamping: ${name}`, () => {
      try {
        read();
      } catch (error) {
        expect(error).to.be.instanceOf(Truncated);
        expect(error).to.include({ offset, need, have });
        return;
      }
      expect.fail('did not throw');
    });
  }

  it('slice without a copy, to the very end', () => {
    expect(slice(bytes, 2, 3)).to.deep.equal(fromHex('ff7f00'));
    expect(slice(bytes, 5, 0)).to.have.length(0);
    expect(slice(bytes, 1, 2).buffer).to.equal(bytes.buffer);
  });
});

describe('be', () => {
  it('is the inverse of the readers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        expect(u32be(be(value, 4), 0)).to.equal(value);
        expect(u16be(be(value % 0x10000, 2), 0)).to.equal(value % 0x10000);
      }),
    );
    expect(be(0x00372a, 3)).to.deep.equal(fromHex('00372a'));
  });

  it('refuses what does not fit', () => {
    for (const [value, width] of [
      [256, 1],
      [0x10000, 2],
      [0x1000000, 3],
      [0x100000000, 4],
      [-1, 2],
      [1.5, 2],
    ] as const)
      expect(() => be(value, width), `${value}`).to.throw(RangeError);
  });
});

describe('hex', () => {
  it('goes both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom('', ' ', ':'), (values, separator) => {
        expect(fromHex(toHex(values, separator))).to.deep.equal(values);
      }),
    );
    expect(toHex(bytes, ' ')).to.equal('01 80 ff 7f 00');
    expect(fromHex('AB:cd\nEF')).to.deep.equal(Uint8Array.of(0xab, 0xcd, 0xef));
  });

  it('refuses what is not hex', () => {
    for (const text of ['a', 'abc', 'zz', '0x12', 'a b-']) expect(() => fromHex(text), text).to.throw(TypeError);
  });
});

describe('byte strings', () => {
  it('join in order', () => {
    expect(concat(fromHex('01'), new Uint8Array(0), fromHex('0203'))).to.deep.equal(fromHex('010203'));
    expect(concat()).to.have.length(0);
  });

  it('are equal in length and every byte', () => {
    expect(equal(fromHex('0102'), fromHex('0102'))).to.equal(true);
    expect(equal(fromHex('0102'), fromHex('0103'))).to.equal(false);
    expect(equal(fromHex('0102'), fromHex('010200'))).to.equal(false);
    expect(equal(new Uint8Array(0), new Uint8Array(0))).to.equal(true);
  });

  it('are all of one value, unless empty', () => {
    expect(allBytes(fromHex('ffff'), 0xff)).to.equal(true);
    expect(allBytes(fromHex('fffe'), 0xff)).to.equal(false);
    expect(allBytes(new Uint8Array(0), 0)).to.equal(false);
  });

  it('are made of ASCII only', () => {
    expect(ascii('WFA')).to.deep.equal(fromHex('574641'));
    expect(() => ascii('ü')).to.throw(TypeError);
  });
});

describe('hash32', () => {
  it('is FNV-1a', () => {
    expect(hash32(new Uint8Array(0))).to.equal(0x811c9dc5);
    expect(hash32(ascii('a'))).to.equal(0xe40c292c);
    expect(hash32(ascii('foobar'))).to.equal(0xbf9cf968);
  });
});
