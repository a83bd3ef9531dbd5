import { expect } from 'chai';
import fc from 'fast-check';
import { fromHex } from './bytes.js';
import { firstInvalidUtf8, printable } from './text.js';

const utf8 = new TextEncoder();

describe('firstInvalidUtf8', () => {
  it('accepts whatever an encoder makes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(firstInvalidUtf8(utf8.encode(text))).to.equal(null);
      }),
    );
  });

  it('agrees with a strict decoder on any bytes', () => {
    // Few values, close to the limits of each form, so that sequences come about.
    const byte = fc.constantFrom(
      0x41,
      0x7f,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc1,
      0xc2,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 6 }), (values) => {
        const bytes = Uint8Array.from(values);
        let isValid = true;
        try {
          new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        } catch {
          isValid = false;
        }
        expect(firstInvalidUtf8(bytes) === null).to.equal(isValid);
      }),
      { numRuns: 2000 },
    );
  });

  const places: readonly (readonly [hex: string, at: number])[] = [
    ['4142ff', 2],
    ['c3', 0],
    ['41c0af', 1],
    ['c3a4eda080', 2],
    ['f4908080', 0],
  ];
  for (const [hex, at] of places) {
    it(`finds byte ${at} of ${hex}`, () => {
      expect(firstInvalidUtf8(fromHex(hex))).to.equal(at);
    });
  }
});

describe('printable', () => {
  const texts: readonly (readonly [name: string, bytes: Uint8Array, text: string])[] = [
    ['plain', utf8.encode('Printer 3'), '"Printer 3"'],
    ['not ASCII', utf8.encode('Küche 打印机'), '"Küche 打印机"'],
    ['escape sequence', fromHex('1b5b33316d'), '"\\u{1b}[31m"'],
    ['line end', utf8.encode('a\r\nb'), '"a\\u{d}\\u{a}b"'],
    ['quote and backslash', utf8.encode('a"\\'), '"a\\"\\\\"'],
    ['writing direction', utf8.encode('a\u202eb'), '"a\\u{202e}b"'],
    ['no-break space and byte order mark', utf8.encode('\ufeff\u00a0'), '"\\u{feff}\\u{a0}"'],
    ['not UTF-8', fromHex('41ff42c3'), '"A\\xff B\\xc3"'.replace(' ', '')],
    ['NUL', fromHex('4100'), '"A\\u{0}"'],
    ['nothing', new Uint8Array(0), '""'],
  ];
  for (const [name, bytes, text] of texts) {
    it(`writes on one line: ${name}`, () => {
      expect(printable(bytes)).to.equal(text);
    });
  }

  it('never lets a control or format character through', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(printable(bytes)).to.match(/^"[^\p{C}\u2028\u2029]*"$/u);
      }),
    );
  });

  it('tells different bytes apart', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }), (a, b) => {
        const isSame = Buffer.compare(a, b) === 0;
        expect(printable(a) === printable(b)).to.equal(isSame);
      }),
    );
  });
});
