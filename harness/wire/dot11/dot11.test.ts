import { expect } from 'chai';
import fc from 'fast-check';
import { concat, fromHex, toHex } from '#base/bytes.js';
import { equalsWpsData, findWpsElement, fixedFieldBytes, wpsElements } from './elements.js';
import { MacHeaderView, snapEtherType, visitSubframes } from './mac-header.js';
import { RadiotapView } from './radiotap.js';

const A1 = '010203040506';
const A2 = '111213141516';
const A3 = '212223242526';
const A4 = '313233343536';

function read(hex: string, padded = false): MacHeaderView | null {
  const view = new MacHeaderView();
  const bytes = fromHex(hex);
  return view.read(bytes, 0, bytes.length, padded) ? view : null;
}

describe('MacHeaderView', () => {
  it('finds sender, receiver and body of a data frame in each direction', () => {
    const cases: [string, number, number, number][] = [
      [`0800 0000 ${A1}${A2}${A3} 0000`, 10, 4, 24],
      [`0801 0000 ${A1}${A2}${A3} 0000`, 10, 16, 24],
      [`0802 0000 ${A1}${A2}${A3} 0000`, 16, 4, 24],
      [`0803 0000 ${A1}${A2}${A3} 0000 ${A4}`, 24, 16, 30],
      [`8801 0000 ${A1}${A2}${A3} 0000 0000`, 10, 16, 26],
      [`8803 0000 ${A1}${A2}${A3} 0000 ${A4} 0000`, 24, 16, 32],
      [`8881 0000 ${A1}${A2}${A3} 0000 0000 00000000`, 10, 4, 30],
      [`8000 0000 ${A1}${A2}${A3} 0000`, 10, 4, 24],
      [`8080 0000 ${A1}${A2}${A3} 0000 00000000`, 10, 4, 28],
    ];
    for (const [hex, sourceAt, destinationAt, bodyAt] of cases) {
      const direction = hex.startsWith('8881') ? { sourceAt, destinationAt: 16 } : { sourceAt, destinationAt };
      expect(read(hex), hex).to.deep.include({ ...direction, bodyAt, receiverAt: 4, transmitterAt: 10 });
    }
  });

  it('reads flags', () => {
    expect(read(`0849 0000 ${A1}${A2}${A3} 0000`)).to.deep.include({ retry: true, protected: true, fragment: false });
    expect(read(`0804 0000 ${A1}${A2}${A3} 0000`)).to.deep.include({ fragment: true });
    expect(read(`0800 0000 ${A1}${A2}${A3} 0100`)).to.deep.include({ fragment: true });
    expect(read(`8801 0000 ${A1}${A2}${A3} 0000 8000`)).to.deep.include({ amsdu: true });
  });

  it('counts the padding behind the header', () => {
    expect(read(`8801 0000 ${A1}${A2}${A3} 0000 0000 0000`, true)?.bodyAt).to.equal(28);
  });

  it('refuses control frames, frames without body, other versions and cut headers', () => {
    for (const hex of [
      `b400 0000 ${A1}${A2}${A3} 0000`,
      `4801 0000 ${A1}${A2}${A3} 0000`,
      `c801 0000 ${A1}${A2}${A3} 0000 0000`,
      `0900 0000 ${A1}${A2}${A3} 0000`,
      `0c00 0000 ${A1}${A2}${A3} 0000`,
      `0803 0000 ${A1}${A2}${A3} 0000`,
      `8801 0000 ${A1}${A2}${A3} 0000 00`,
      `0801 0000 ${A1}${A2}${A3} 00`,
    ])
      expect(read(hex), hex).to.equal(null);
  });
});

describe('LLC, SNAP and A-MSDU', () => {
  it('gives the EtherType behind both headers only', () => {
    const etherType = (hex: string): number => snapEtherType(fromHex(hex), 0, fromHex(hex).length);
    expect(etherType('aaaa03000000888e')).to.equal(0x888e);
    expect(etherType('aaaa030000f8888e')).to.equal(0x888e);
    for (const hex of ['aaaa030000018888', 'aaaa02000000888e', '424203000000888e', 'aaaa0300000088'])
      expect(etherType(hex)).to.equal(-1);
  });

  it('visits each subframe, and stops at one that does not fit', () => {
    const one = `${A1}${A2} 0003 aabbcc 000000`;
    const two = `${A3}${A4} 0002 ddee`;
    const bytes = fromHex(one + two);
    const seen: string[] = [];
    const visit = (at: number, from: number, to: number): void => {
      seen.push(`${toHex(bytes.subarray(at, at + 6))} ${toHex(bytes.subarray(from, to))}`);
    };
    visitSubframes(bytes, 0, bytes.length, visit);
    expect(seen).to.deep.equal([`${A1} aabbcc`, `${A3} ddee`]);
    visitSubframes(bytes, 0, bytes.length - 1, visit);
    expect(seen).to.have.length(3);
  });
});

describe('RadiotapView', () => {
  const view = (hex: string): RadiotapView | null => {
    const radiotap = new RadiotapView();
    const bytes = fromHex(hex);
    return radiotap.read(bytes, 0, bytes.length) ? radiotap : null;
  };

  it('reads the flags wherever they stand', () => {
    expect(view('0000 0800 00000000')).to.deep.include({ lengthBytes: 8, fcsBytes: 0, padded: false, badFcs: false });
    expect(view('0000 0900 02000000 70')).to.deep.include({ fcsBytes: 4, padded: true, badFcs: true });
    expect(view('0000 1100 03000000 0000000000000000 10')).to.deep.include({ fcsBytes: 4, badFcs: false });
    // Two presence words, then the time stamp aligned to 8.
    expect(view('0000 1900 030000a0 00000000 00000000 0000000000000000 10')).to.deep.include({ fcsBytes: 4 });
    expect(view('0000 1900 03000080 00000000 00000000 0000000000000000 10')).to.deep.include({ fcsBytes: 4 });
  });

  it('refuses another version and lengths that do not fit', () => {
    for (const hex of ['0100 0800 00000000', '0000 0700 00000000', '0000 0900 00000000', '0000 0800 000000'])
      expect(view(hex), hex).to.equal(null);
  });
});

describe('WPS information elements', () => {
  const wps = (value: Uint8Array): Uint8Array =>
    concat(Uint8Array.of(0xdd, value.length + 4, 0x00, 0x50, 0xf2, 0x04), value);

  it('are told from other vendor elements', () => {
    const other = fromHex('dd07 0050f202 aabbcc dd03 0050f2 0000');
    const bytes = concat(other, wps(fromHex('0102')));
    expect(findWpsElement(bytes, 0, bytes.length)).to.equal(other.length);
    expect(findWpsElement(other, 0, other.length)).to.equal(-1);
  });

  it('keep what there is of an element that runs past the end', () => {
    const bytes = wps(fromHex('010203')).subarray(0, 8);
    expect(wpsElements(bytes, 0, bytes.length)).to.deep.include({ data: fromHex('0102'), missingBytes: 1 });
    expect(wpsElements(bytes, 0, 5)).to.equal(null);
  });

  it('know how many fixed bytes precede them', () => {
    expect([0, 1, 2, 3, 4, 5, 8, 11].map(fixedFieldBytes)).to.deep.equal([4, 6, 10, 6, 0, 12, 12, -1]);
  });

  it('are put together from any number of elements, among others', () => {
    const piece = fc.record({ value: fc.uint8Array({ maxLength: 20 }), other: fc.uint8Array({ maxLength: 5 }) });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const bytes = concat(
          ...pieces.map(({ value, other }) => concat(Uint8Array.of(3, other.length), other, wps(value))),
        );
        const data = concat(...pieces.map(({ value }) => value));
        const found = wpsElements(bytes, 0, bytes.length);
        expect(toHex(found?.data ?? new Uint8Array(0))).to.equal(toHex(data));
        expect(found?.missingBytes).to.equal(0);
        const at = findWpsElement(bytes, 0, bytes.length);
        expect(equalsWpsData(data, bytes, at, bytes.length)).to.equal(true);
        expect(equalsWpsData(concat(data, Uint8Array.of(1)), bytes, at, bytes.length)).to.equal(false);
        expect(equalsWpsData(data.subarray(1), bytes, at, bytes.length)).to.equal(data.length === 0);
      }),
    );
  });
});
