import { expect } from 'chai';
import { ascii, concat, fromHex, toHex } from '#base/bytes.js';
import { linkTypeNumber, linkTypeOf, type CaptureLinkType } from './blocks.js';
import { findOption, optionText, optionU64, read16, read32 } from './order.js';
import { option } from './testing/capture-files.js';

describe('findOption', () => {
  const find = (bytes: Uint8Array, code: number, start = 0, end = bytes.length): string | null => {
    const value = findOption(bytes, start, end, code, 'little');
    return value === null ? null : toHex(value);
  };
  const list = concat(
    option(1, fromHex('aa')),
    option(2, fromHex('bbbbbbbb')),
    option(1, fromHex('cc')),
    option(7, fromHex('')),
  );

  it('gives the first option of a code, wherever the padding ends', () => {
    expect([1, 2, 7].map((code) => find(list, code))).to.deep.equal(['aa', 'bbbbbbbb', '']);
    expect(find(list, 3)).to.equal(null);
    expect(find(list, 1, 8)).to.equal('cc');
  });

  it('takes nothing behind the end of the list, or behind the option that ends it', () => {
    expect(find(list, 7, 0, list.length - 1)).to.equal(null);
    expect(find(concat(option(0, fromHex('')), list), 1)).to.equal(null);
    expect(find(list, 1, list.length)).to.equal(null);
  });

  it('gives what stands before an option that runs past the end', () => {
    const cut = concat(option(1, fromHex('aa')), fromHex('0200 0500 bbbbbbbb'));
    expect([find(cut, 1), find(cut, 2)]).to.deep.equal(['aa', null]);
    expect(find(fromHex('0200 0400 bbbbbbbb'), 2)).to.equal('bbbbbbbb');
    expect(find(fromHex('0200 0500 bbbbbbbb cccccccc'), 2, 0, 8)).to.equal(null);
  });

  it('reads codes and lengths in the order of the file', () => {
    expect(findOption(fromHex('0002 0001 bb000000'), 0, 8, 2, 'big')).to.deep.equal(fromHex('bb'));
    expect([read16(fromHex('0102'), 0, 'big'), read16(fromHex('0102'), 0, 'little')]).to.deep.equal([0x102, 0x201]);
    expect([read32(fromHex('01020304'), 0, 'big'), read32(fromHex('01020304'), 0, 'little')]).to.deep.equal([
      0x01020304, 0x04030201,
    ]);
  });
});

describe('option values', () => {
  it('are text without the NULs at its end', () => {
    expect(optionText(null)).to.equal(null);
    expect(optionText(ascii('eth0'))).to.equal('eth0');
    expect(optionText(ascii('eth0\0\0\0'))).to.equal('eth0');
    expect(optionText(ascii('a\0\0b\0'))).to.equal('a\0\0b');
    expect(optionText(fromHex('41ff'))).to.equal('A\ufffd');
  });

  it('are 64-bit numbers in the order of the file, null where they say unknown', () => {
    const little = fromHex('04030201 02000000');
    const big = fromHex('00000002 01020304');
    expect(optionU64(little, 'little')).to.equal(2 * 2 ** 32 + 0x01020304);
    expect(optionU64(big, 'big')).to.equal(2 * 2 ** 32 + 0x01020304);
    expect(optionU64(fromHex('ffffffffffffffff'), 'little')).to.equal(null);
    expect(optionU64(fromHex('ffffffff00000000'), 'little')).to.equal(0xffff_ffff);
    expect(optionU64(fromHex('00000000ffffffff'), 'big')).to.equal(0xffff_ffff);
    expect(optionU64(fromHex('ffffffff00000000'), 'big')).to.equal(0xffff_ffff * 2 ** 32);
    expect([null, new Uint8Array(7), new Uint8Array(9)].map((value) => optionU64(value, 'little'))).to.deep.equal([
      null,
      null,
      null,
    ]);
  });
});

describe('link types', () => {
  it('have their registered numbers', () => {
    const numbers = [0, 1, 105, 113, 127, 187, 276];
    const names = [null, 'ethernet', 'dot11', 'linux-cooked', 'dot11-radiotap', null, 'linux-cooked2'];
    expect(numbers.map(linkTypeOf)).to.deep.equal(names);
    for (const [index, name] of names.entries())
      if (name !== null) expect(linkTypeNumber(name as CaptureLinkType)).to.equal(numbers[index]);
    expect(() => linkTypeNumber('token-ring' as CaptureLinkType)).to.throw(
      RangeError,
      'no number for link type token-ring',
    );
  });
});
