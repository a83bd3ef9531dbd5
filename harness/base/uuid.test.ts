import { expect } from 'chai';
import fc from 'fast-check';
import { fromHex } from './bytes.js';
import { DOCUMENTATION_UUIDS, forbiddenUuid, formatUuid, isRfc9562, mixedEndian, parseUuid, reversed } from './uuid.js';

const TEXT = '526480f8-c99b-4be5-a655-58ed5f5d6084';
const BYTES = fromHex('526480f8c99b4be5a65558ed5f5d6084');
const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('UUID text', () => {
  it('goes both ways in network order', () => {
    expect(formatUuid(BYTES)).to.equal(TEXT);
    fc.assert(
      fc.property(sixteen, (bytes) => {
        const text = formatUuid(bytes);
        expect(parseUuid(text)).to.deep.equal(bytes);
        expect(parseUuid(text.toUpperCase())).to.deep.equal(bytes);
      }),
    );
  });

  it('is of one form only', () => {
    const others = [
      '',
      TEXT.slice(1),
      `${TEXT}0`,
      `{${TEXT}}`,
      `uuid:${TEXT}`,
      TEXT.replaceAll('-', ''),
      TEXT.replace('5', 'g'),
    ];
    expect(others.map(parseUuid)).to.deep.equal(others.map(() => null));
  });

  it('needs 16 bytes', () => {
    for (const length of [0, 15, 17]) expect(() => formatUuid(new Uint8Array(length))).to.throw(RangeError);
  });
});

describe('UUID byte orders', () => {
  it('are told apart', () => {
    expect(formatUuid(mixedEndian(BYTES))).to.equal('f8806452-9bc9-e54b-a655-58ed5f5d6084');
    expect(formatUuid(reversed(BYTES))).to.equal('84605d5f-ed58-55a6-e54b-9bc9f8806452');
  });

  it('are their own inverses and leave the input alone', () => {
    fc.assert(
      fc.property(sixteen, (bytes) => {
        const before = Uint8Array.from(bytes);
        expect(mixedEndian(mixedEndian(bytes))).to.deep.equal(before);
        expect(reversed(reversed(bytes))).to.deep.equal(before);
        expect(bytes).to.deep.equal(before);
      }),
    );
  });
});

describe('isRfc9562', () => {
  const with9562 = (version: number, variant: number): Uint8Array =>
    Uint8Array.from(BYTES)
      .fill(version << 4, 6, 7)
      .fill(variant << 4, 8, 9);

  it('wants variant 10x and version 1 to 8', () => {
    const versions = Array.from({ length: 16 }, (_item, version) => version);
    expect(versions.filter((version) => isRfc9562(with9562(version, 0x8)))).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(versions.filter((variant) => isRfc9562(with9562(4, variant)))).to.deep.equal([0x8, 0x9, 0xa, 0xb]);
    expect(isRfc9562(BYTES.subarray(1))).to.equal(false);
  });
});

describe('forbiddenUuid', () => {
  it('knows zero and 0xff', () => {
    expect(forbiddenUuid(new Uint8Array(16))).to.equal('all zero');
    expect(forbiddenUuid(new Uint8Array(16).fill(0xff))).to.equal('all 0xff');
  });

  for (const text of DOCUMENTATION_UUIDS) {
    it(`knows ${text} in wire order and mixed-endian`, () => {
      const bytes = parseUuid(text) ?? new Uint8Array(0);
      expect(forbiddenUuid(bytes)).to.be.a('string').that.includes(text);
      expect(forbiddenUuid(mixedEndian(bytes)))
        .to.be.a('string')
        .that.includes(text);
    });

    it(`does not take a neighbour of ${text} for it`, () => {
      const bytes = Uint8Array.from(parseUuid(text) ?? []);
      bytes[15] = ((bytes[15] ?? 0) + 0x40) & 0xff;
      expect(forbiddenUuid(bytes)).to.equal(null);
    });
  }

  it('lets others pass', () => {
    expect(forbiddenUuid(BYTES)).to.equal(null);
  });
});
