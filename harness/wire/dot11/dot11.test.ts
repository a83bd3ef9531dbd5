import { expect } from 'chai';
import fc from 'fast-check';
import { concat, fromHex, toHex } from '#base/bytes.js';
import { equalsWpsData, findWpsElement, fixedFieldBytes, hasRsnElement, wpsElements } from './elements.js';
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

  it('says nothing before it has read a header', () => {
    expect(new MacHeaderView()).to.deep.include({ retry: false, protected: false, fragment: false, amsdu: false });
  });

  it('reads headers in the middle of a buffer, one after another', () => {
    const view = new MacHeaderView();
    const before = new Uint8Array(40).fill(0xff);
    const at = (hex: string): boolean => {
      const bytes = concat(before, fromHex(hex));
      return view.read(bytes, before.length, bytes.length, false);
    };
    expect(at(`8803 0000 ${A1}${A2}${A3} 0000 ${A4} 8000 00`)).to.equal(true);
    expect(view).to.deep.include({ amsdu: true, bodyAt: 72, sourceAt: 64, destinationAt: 56 });
    expect(at(`0800 0000 ${A1}${A2}${A3} 0000`)).to.equal(true);
    expect(view).to.deep.include({ amsdu: false, bodyAt: 64 });
    expect(at(`8800 0000 ${A1}${A2}${A3} 0000 8000`)).to.equal(true);
    expect(at(`8000 0000 ${A1}${A2}${A3} 0000`)).to.equal(true);
    expect(view).to.deep.include({ amsdu: false, bodyAt: 64 });
    expect(at(`0800 0000 ${A1}${A2}${A3} 00`)).to.equal(false);
    // A QoS field that is cut by the end of the frame, not by the end of the buffer, has not been read.
    const bytes = fromHex(`8800 0000 ${A1}${A2}${A3} 0000 8000`);
    expect(view.read(bytes, 0, 25, false)).to.equal(false);
    expect(view.amsdu).to.equal(false);
    expect(view.read(bytes, 0, 26, false)).to.equal(true);
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
    expect(etherType('aaaa030000000000')).to.equal(0);
    expect(snapEtherType(fromHex('aaaa03000000888e00aaaa03000000888e'), 9, 16)).to.equal(-1);
    for (const hex of ['abaa03000000888e', 'aaab03000000888e', 'aaaa03010000888e', 'aaaa03000100888e'])
      expect(etherType(hex), hex).to.equal(-1);
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

  it('says how far the whole subframes reach', () => {
    const one = `${A1}${A2} 0003 aabbcc`;
    const subframes = (hex: string, from = 0): [end: number, visited: number[][]] => {
      const visited: number[][] = [];
      const bytes = fromHex(hex);
      return [visitSubframes(bytes, from, bytes.length, (...places) => visited.push(places)), visited];
    };
    expect(subframes(one)).to.deep.equal([17, [[0, 14, 17]]]);
    // Padded to a multiple of 4 bytes, counted from where a subframe begins and not from the begin of the buffer.
    expect(subframes(`ffffff ${one} 000000 ${one}`, 3)).to.deep.equal([
      40,
      [
        [3, 17, 20],
        [23, 37, 40],
      ],
    ]);
    expect(subframes(`${A1}${A2} 0000`)).to.deep.equal([14, [[0, 14, 14]]]);
    expect(subframes(`${A1}${A2} 00`)).to.deep.equal([0, []]);
    expect(subframes(`${one} 000000 ${A1}${A2} 0001`)).to.deep.equal([17, [[0, 14, 17]]]);
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

  it('says nothing before it has read a header, and forgets the one before', () => {
    const radiotap = new RadiotapView();
    expect(radiotap).to.deep.include({ lengthBytes: 0, fcsBytes: 0, padded: false, badFcs: false });
    expect(radiotap.read(fromHex('0000 0900 02000000 70'), 0, 9)).to.equal(true);
    expect(radiotap.read(fromHex('0000 0800 00000000'), 0, 8)).to.equal(true);
    expect(radiotap).to.deep.include({ lengthBytes: 8, fcsBytes: 0, padded: false, badFcs: false });
  });

  it('reads a header in the middle of a buffer', () => {
    const radiotap = new RadiotapView();
    const bytes = fromHex('ffffff 0000 1900 030000a0 000000a0 00000000 0000000000000000 10 70');
    expect(radiotap.read(bytes, 3, bytes.length)).to.equal(true);
    expect(radiotap).to.deep.include({ lengthBytes: 25, fcsBytes: 4, padded: false });
    expect(radiotap.read(bytes, 3, 10)).to.equal(false);
    expect(radiotap.read(fromHex('ffffffff 0000'), 4, 6)).to.equal(false);
  });

  it('looks for flags where the presence words say so, and not behind the header', () => {
    // No flags field, and bytes where it would stand.
    expect(view('0000 0900 00000000 70')).to.deep.include({ fcsBytes: 0, padded: false, badFcs: false });
    // A flags field that is promised and not there; the bytes behind are those of the frame.
    expect(view('0000 0800 02000000 7070')).to.deep.include({ fcsBytes: 0, padded: false, badFcs: false });
    // Presence words without end: nothing is read behind the header.
    expect(view('0000 0c00 02000080 00000080 70707070 70707070')).to.deep.include({ fcsBytes: 0, padded: false });
    expect(view('0000 0d00 02000080 00000000 70')).to.deep.include({ fcsBytes: 4, padded: true });
    expect(view('0000 0c00 02000080 70000080')).to.deep.include({ fcsBytes: 0, padded: false });
    expect(view('0000 0a00 02000080 0000 ffffffff')).to.deep.include({ lengthBytes: 10, fcsBytes: 0, padded: false });
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

  it('are found by each byte of their begin, and only inside the frame', () => {
    const near = ['dc04 0050f204', 'dd04 0150f204', 'dd04 0051f204', 'dd04 0050f304', 'dd04 0050f205', 'dd03 0050f204'];
    for (const hex of near) expect(findWpsElement(fromHex(`${hex} 0000`), 0, 6), hex).to.equal(-1);
    expect(findWpsElement(fromHex('dd04 0050f204'), 0, 6)).to.equal(0);
    expect(findWpsElement(fromHex('dd04 0050f204'), 0, 5)).to.equal(-1);
    // An element whose length is too small is stepped over by that length, and what follows is looked at.
    expect(findWpsElement(fromHex('dd03 0050f2 dd04 0050f204'), 0, 11)).to.equal(5);
    // Bytes behind the end belong to nobody; the last two are an element of no bytes.
    expect(findWpsElement(fromHex('0000 dd04 0050f204'), 0, 2)).to.equal(-1);
    expect(findWpsElement(fromHex('0300 0300 dd04 0050f204'), 0, 10)).to.equal(4);
    expect(findWpsElement(fromHex('0300'), 0, 2)).to.equal(-1);
  });

  it('are told from the element of a network with a key', () => {
    const has = (hex: string, at = 0, end = fromHex(hex).length): boolean => hasRsnElement(fromHex(hex), at, end);
    expect(has('3002 0100')).to.equal(true);
    expect(has('0003 303030 3000')).to.equal(true);
    expect(has('0003 303030')).to.equal(false);
    expect(has('0003 303030 30')).to.equal(false);
    expect(has('')).to.equal(false);
    expect(has('3000 3000', 2)).to.equal(true);
    expect(has('0000 3000', 0, 3)).to.equal(false);
    expect(has('0000 0000 30', 0, 4)).to.equal(false);
  });

  it('are compared byte for byte, over all elements and no further than the frame', () => {
    const bytes = concat(fromHex('0300'), wps(fromHex('010203')), wps(fromHex('0405')), fromHex('06'));
    const equals = (hex: string, end = bytes.length - 1): boolean => equalsWpsData(fromHex(hex), bytes, 2, end);
    expect(equals('0102030405')).to.equal(true);
    for (const other of ['', '010203', '01020304', '0102030406', '0002030405', '010203040506', '01020305'])
      expect(equals(other), other).to.equal(false);
    expect(equals('0102030405', bytes.length - 2)).to.equal(false);
    expect(equals('01020304', bytes.length - 2)).to.equal(true);
    expect(equalsWpsData(fromHex('0102'), wps(fromHex('0102')), 0, 8)).to.equal(true);
  });

  it('are not copied where there is one', () => {
    const bytes = wps(fromHex('0102'));
    const one = wpsElements(bytes, 0, bytes.length);
    expect(one?.data.buffer).to.equal(bytes.buffer);
    expect(one?.parts).to.deep.equal([{ dataOffset: 0, offset: 6, lengthBytes: 2 }]);
    const two = concat(bytes, fromHex('2d00'), bytes);
    expect(wpsElements(two, 0, two.length)?.parts).to.deep.equal([
      { dataOffset: 0, offset: 6, lengthBytes: 2 },
      { dataOffset: 2, offset: 16, lengthBytes: 2 },
    ]);
    expect(wpsElements(two, 0, 9)?.missingBytes).to.equal(0);
    expect(wpsElements(two, 0, 17)).to.deep.include({ data: fromHex('010201'), missingBytes: 1 });
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
