import { expect } from 'chai';
import { concat, fromHex } from '#base/bytes.js';
import { decodeXmlSource, PlaceCursor, utf8Length, type SourceProblem, type XmlSource } from './xml-source.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function utf16(text: string, isBig = false): Uint8Array {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return Uint8Array.from(units.flatMap((unit) => (isBig ? [unit >> 8, unit & 0xff] : [unit & 0xff, unit >> 8])));
}

const declaring = (name: string, rest = '<r/>'): string => `<?xml version="1.0" encoding="${name}"?>${rest}`;

function encodingProblem(start: number, end: number, text: string, isEnd = false): SourceProblem {
  return { code: 'xml-encoding', at: { start, end }, text, isEnd };
}

/** Byte offset of each unit of the text, and of its end. */
function offsetsOf(source: XmlSource): number[] {
  const cursor = new PlaceCursor(source);
  return Array.from({ length: source.text.length + 1 }, (_, index) => cursor.placeAt(index).offset);
}

describe('decodeXmlSource', () => {
  it('reads UTF-8 unless there is reason not to', () => {
    const plain = { encoding: 'utf-8', markBytes: 0, problems: [], widths: 'utf-8' };
    for (const text of ['', '<', '<é𝄞/>', declaring('UTF-8'), declaring('utf8').replace('utf-8', 'utf8')])
      expect(decodeXmlSource(utf8(text)), text).to.deep.include({
        ...plain,
        text,
        encoding: /utf8/.test(text) ? 'utf8' : 'utf-8',
      });
    expect(decodeXmlSource(fromHex('efbbbf 3c612f3e'))).to.deep.equal({
      text: '<a/>',
      encoding: 'utf-8',
      markBytes: 3,
      problems: [
        {
          code: 'xml-byte-order-mark',
          at: { start: 0, end: 3 },
          text: 'a byte order mark begins the document',
          isEnd: false,
        },
      ],
      widths: 'utf-8',
    });
  });

  it('ends where a byte is no UTF-8', () => {
    const source = decodeXmlSource(concat(fromHex('efbbbf'), utf8('<r>é'), fromHex('e9'), utf8('</r>')));
    expect(source.text).to.equal('<r>é');
    expect(source.problems.slice(1)).to.deep.equal([encodingProblem(8, 9, 'the byte at 8 is no part of utf-8', true)]);
  });

  it('knows UTF-16 by its mark, or by how it begins', () => {
    for (const isBig of [false, true]) {
      const found = isBig ? 'utf-16be' : 'utf-16le';
      const mark = fromHex(isBig ? 'feff' : 'fffe');
      const marked = decodeXmlSource(concat(mark, utf16('<é/>', isBig)));
      expect(marked).to.deep.equal({ text: '<é/>', encoding: found, markBytes: 2, problems: [], widths: 2 });
      expect(decodeXmlSource(utf16('<é/>', isBig))).to.deep.equal({
        text: '<é/>',
        encoding: found,
        markBytes: 0,
        problems: [encodingProblem(0, 2, `${found} without a byte order mark`)],
        widths: 2,
      });
      for (const declared of ['UTF-16', found]) {
        const text = declaring(declared);
        const source = decodeXmlSource(concat(mark, utf16(text, isBig)));
        expect(source, declared).to.deep.include({ text, encoding: declared.toLowerCase(), problems: [] });
      }
    }
    for (const hex of ['0041', '3c41', '413c', '0000', '4100']) {
      const source = decodeXmlSource(fromHex(hex));
      expect([source.encoding, source.problems], hex).to.deep.equal(['utf-8', []]);
    }
  });

  it('keeps a second mark as a character', () => {
    expect(decodeXmlSource(fromHex('efbbbf efbbbf 3c')).text).to.equal('\ufeff<');
    expect(decodeXmlSource(fromHex('fffe fffe 3c00')).text).to.equal('\ufeff<');
    expect(decodeXmlSource(fromHex('feff feff 003c')).text).to.equal('\ufeff<');
  });

  it('cannot read UTF-32', () => {
    for (const [hex, name] of [
      ['fffe0000', 'utf-32le'],
      ['0000feff', 'utf-32be'],
    ] as const)
      expect(decodeXmlSource(fromHex(`${hex} 3c`))).to.deep.equal({
        text: '<',
        encoding: name,
        markBytes: 4,
        problems: [encodingProblem(4, 5, `${name} cannot be read`)],
        widths: 'utf-8',
      });
  });

  it('reads a declaration as it may be written', () => {
    for (const [text, encoding] of [
      ["<?xml version='1.0' encoding='ISO-8859-1'?>", 'iso-8859-1'],
      ['<?xml\nversion="1.0"\tencoding =\r\n "us-ascii" standalone="no"?>', 'us-ascii'],
      ['<?xml  encoding="ISO-8859-2"?>', 'iso-8859-2'],
      ['<?XML VERSION="1.0" ENCODING="latin1"?>', 'latin1'],
      ['<?xml version="1.0"encoding="latin1"?>', 'utf-8'],
      ['<?xmlencoding="latin1"?>', 'utf-8'],
      ['<?xml version="1.0" xencoding="latin1"?>', 'utf-8'],
      ['<?xml version="1.0" encoding="1latin"?>', 'utf-8'],
      ['<?xml version="1.0" encoding="latin 1"?>', 'utf-8'],
      ['<?xml version="1.0" encoding=""?>', 'utf-8'],
      [' <?xml version="1.0" encoding="latin1"?>', 'utf-8'],
      ['<?xml version="1.0"?><a encoding="latin1"/>', 'utf-8'],
      [`<?xml version="1.0"${' '.repeat(475)}encoding="latin1"?>`, 'latin1'],
      [`<?xml version="1.0"${' '.repeat(478)}encoding="latin1"?>`, 'utf-8'],
    ] as const)
      expect(decodeXmlSource(utf8(text)).encoding, text).to.equal(encoding);
  });

  it('says where declaration and bytes disagree, and reads by the bytes', () => {
    const mark = fromHex('efbbbf');
    const le = fromHex('fffe');
    for (const [bytes, at, text, read] of [
      [utf8(declaring('x-none')), [0, 43], 'unknown encoding x-none', 'utf-8'],
      [utf8(declaring('x-none', '<r a="24 characters....."/>')), [0, 64], 'unknown encoding x-none', 'utf-8'],
      [concat(le, utf16(declaring('x-none'))), [2, 64], 'unknown encoding x-none', 2],
      [utf8(declaring('UTF-16')), [0, 43], 'utf-16 is declared', 'utf-8'],
      [utf8(declaring('utf-16be')), [0, 45], 'utf-16be is declared', 'utf-8'],
      [concat(mark, utf8(declaring('UTF-16'))), [3, 46], 'utf-16 is declared, the document is utf-8', 'utf-8'],
      [concat(mark, utf8(declaring('latin1'))), [3, 46], 'latin1 is declared, the document is utf-8', 'utf-8'],
      [concat(le, utf16(declaring('utf-16be'))), [2, 64], 'utf-16be is declared, the document is utf-16le', 2],
      [concat(le, utf16(declaring('utf-8'))), [2, 64], 'utf-8 is declared, the document is utf-16le', 2],
    ] as const) {
      const { problems, widths } = decodeXmlSource(bytes);
      const found = problems.filter(({ code }) => code === 'xml-encoding');
      expect(found, text).to.deep.equal([encodingProblem(at[0], at[1], text)]);
      expect(widths).to.equal(read);
    }
    expect(decodeXmlSource(concat(mark, utf8(declaring('utf8')))).problems).to.have.length(1);
  });

  it('takes ASCII at its word', () => {
    for (const name of ['us-ascii', 'ASCII']) {
      const text = declaring(name, '<r>\u007f</r>');
      expect(decodeXmlSource(utf8(text)), name).to.deep.include({ text, problems: [], widths: 'utf-8' });
      const head = utf8(declaring(name, '<r>'));
      expect(decodeXmlSource(concat(head, utf8('é')))).to.deep.include({
        text: declaring(name, '<r>'),
        problems: [
          encodingProblem(head.length, head.length + 1, `the byte at ${head.length} is no part of us-ascii`, true),
        ],
      });
    }
  });

  it('reads one byte a character where an encoding has no more', () => {
    const source = decodeXmlSource(concat(utf8(declaring('ISO-8859-1', '<r>')), fromHex('e9fc')));
    expect(source).to.deep.include({ text: declaring('ISO-8859-1', '<r>éü'), problems: [], widths: 1 });
    const head = utf8(declaring('windows-1253', '<r>'));
    const cut = decodeXmlSource(concat(head, fromHex('e1 fffd')));
    expect(cut.text).to.equal(declaring('windows-1253', '<r>α'));
    const at = head.length + 1;
    const what = `the byte at ${at} is no part of windows-1253`;
    expect(cut.problems).to.deep.equal([encodingProblem(at, at + 1, what, true)]);
  });

  it('tells the bytes of characters that differ in length', () => {
    const head = declaring('gb18030', '');
    const at = head.length;
    const source = decodeXmlSource(concat(utf8(head), fromHex('61 c4e3 9432be34 62')));
    expect(source).to.deep.include({ text: `${head}a你𝄞b`, problems: [] });
    expect(offsetsOf(source).slice(at)).to.deep.equal([at, at + 1, at + 3, at + 7, at + 7, at + 8]);
    const cut = decodeXmlSource(concat(utf8(head), fromHex('c4e3 c4')));
    expect(cut.text).to.equal(`${head}你`);
    const what = `the byte at ${at + 2} is no part of gb18030`;
    expect(cut.problems).to.deep.equal([encodingProblem(at + 2, at + 3, what, true)]);
  });

  it('tells a replacement character that was written from one that had to be put there', () => {
    for (const isBig of [false, true]) {
      const mark = fromHex(isBig ? 'feff' : 'fffe');
      const written = decodeXmlSource(concat(mark, utf16('<\ufffd\ufffd>', isBig)));
      expect(written).to.deep.include({ text: '<\ufffd\ufffd>', problems: [] });
      const lone = decodeXmlSource(concat(mark, utf16('<\ufffd\ud800>', isBig)));
      const what = `the byte at 6 is no part of ${isBig ? 'utf-16be' : 'utf-16le'}`;
      expect(lone).to.deep.include({ text: '<\ufffd', problems: [encodingProblem(6, 7, what, true)] });
    }
    const what = 'the byte at 2 is no part of utf-16le';
    expect(decodeXmlSource(fromHex('fffe 00d8 3c00'))).to.deep.include({
      text: '',
      problems: [encodingProblem(2, 3, what, true)],
    });
    const half = decodeXmlSource(fromHex('fffe 3c00 fd'));
    expect(half).to.deep.include({
      text: '<',
      problems: [encodingProblem(4, 5, 'the byte at 4 is no part of utf-16le', true)],
    });
  });
});

describe('PlaceCursor', () => {
  const characters = '\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}a';

  it('counts the bytes of UTF-8', () => {
    expect(offsetsOf(decodeXmlSource(utf8(characters)))).to.deep.equal([
      ...[0, 1, 3, 5, 8, 11, 14],
      ...[17, 21, 21, 25, 25, 26],
    ]);
    expect(utf8Length(characters)).to.equal(26);
    for (const character of characters) expect(utf8Length(character)).to.equal(utf8(character).length);
  });

  it('counts two bytes a unit in UTF-16, behind its mark', () => {
    expect(offsetsOf(decodeXmlSource(concat(fromHex('fffe'), utf16('a\u{10000}b'))))).to.deep.equal([2, 4, 8, 8, 10]);
  });

  it('counts lines by LF, CR LF and CR, and columns in characters', () => {
    const source = decodeXmlSource(utf8('a\n𝄞b\r\n\r\nc\rd'));
    const cursor = new PlaceCursor(source);
    const places = Array.from({ length: source.text.length + 1 }, (_, index) => cursor.placeAt(index));
    expect(places.map(({ line, column }) => `${line}:${column}`)).to.deep.equal([
      ...['1:1', '1:2', '2:1', '2:2', '2:2', '2:3', '2:4', '3:1', '3:2', '4:1', '4:2', '5:1', '5:2'],
    ]);
  });

  it('tells the last place again for an earlier one, and the end for a later one', () => {
    const cursor = new PlaceCursor(decodeXmlSource(utf8('abc')));
    expect(cursor.placeAt(2)).to.deep.equal({ offset: 2, line: 1, column: 3 });
    expect(cursor.placeAt(0)).to.deep.equal({ offset: 2, line: 1, column: 3 });
    expect(cursor.placeAt(9)).to.deep.equal({ offset: 3, line: 1, column: 4 });
  });
});
