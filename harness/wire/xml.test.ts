import { expect } from 'chai';
import fc from 'fast-check';
import { concat, type Span } from '#base/bytes.js';
import {
  attributeOf,
  childOf,
  childrenOf,
  elementText,
  escapeXml,
  expandedName,
  parseXml,
  xmlList,
  type XmlDocument,
  type XmlElement,
} from './xml.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): XmlDocument => parseXml(utf8(text));
const textAt = ({ bytes }: XmlDocument, { start, end }: Span): string =>
  new TextDecoder().decode(bytes.subarray(start, end));
const codes = (document: XmlDocument): string[] => document.issues.map(({ code }) => code);

function utf16(text: string, isBig: boolean): Uint8Array {
  return Uint8Array.from(
    [...text].flatMap((_, index) => {
      const code = text.charCodeAt(index);
      return isBig ? [code >> 8, code & 0xff] : [code & 0xff, code >> 8];
    }),
  );
}

function everyElement(root: XmlElement | null): XmlElement[] {
  return root === null ? [] : [root, ...root.children.flatMap(everyElement)];
}

const SAMPLE = `<?xml version="1.0"?>\r\n<!-- é -->\n<a:r xmlns:a="urn:a" xmlns="urn:b"\n  n='é"' a:n="2"><k/>𝄞 x&amp;y<![CDATA[<z>]]>\n<a:k xmlns="" >1</a:k ></a:r>\n`;

describe('parseXml', () => {
  it('tells names, attributes and text', () => {
    const document = parse(SAMPLE);
    expect(document.issues).to.deep.equal([]);
    expect(document.encoding).to.equal('utf-8');
    const root = document.root;
    expect(root).to.include({ name: 'a:r', local: 'r', namespace: 'urn:a', text: '𝄞 x&y<z>\n' });
    expect(root?.children.map(({ namespace, local }) => `${namespace} ${local}`)).to.deep.equal(['urn:b k', 'urn:a k']);
    expect(attributeOf(root, 'n')?.value).to.equal('é"');
    expect(attributeOf(root, 'n', 'urn:a')?.value).to.equal('2');
    expect(attributeOf(root, 'm')).to.equal(null);
    expect(attributeOf(null, 'n')).to.equal(null);
  });

  it('tells places in bytes, lines and characters', () => {
    const document = parse(SAMPLE);
    const { root } = document;
    expect(root?.at).to.deep.equal({ offset: 35, line: 3, column: 1 });
    expect(root?.attributes[0]?.at).to.deep.equal({ offset: 40, line: 3, column: 6 });
    expect(attributeOf(root, 'n')?.at).to.deep.equal({ offset: 72, line: 4, column: 3 });
    expect(attributeOf(root, 'n', 'urn:a')?.at).to.deep.equal({ offset: 80, line: 4, column: 10 });
    expect(root?.children.map(({ at }) => [at.line, at.column])).to.deep.equal([
      [4, 18],
      [5, 1],
    ]);
    const spans = everyElement(root).map(({ span, contentSpan }) => [
      textAt(document, span),
      textAt(document, contentSpan),
    ]);
    expect(spans.slice(1)).to.deep.equal([
      ['<k/>', ''],
      ['<a:k xmlns="" >1</a:k >', '1'],
    ]);
    expect(spans[0]?.[0]).to.equal(SAMPLE.slice(SAMPLE.indexOf('<a:r'), -1));
  });

  it('keeps the prefixes in scope at every element', () => {
    const { root } = parse(SAMPLE);
    expect([...(root?.prefixes ?? [])]).to.deep.equal([
      ['a', 'urn:a'],
      ['', 'urn:b'],
    ]);
    const inner = childOf(root, 'urn:a', 'k');
    expect(inner?.prefixes.get('')).to.equal('');
    expect(inner?.prefixes.get('a')).to.equal('urn:a');
    expect([inner?.prefixes.size, inner?.prefixes.has('b'), inner?.prefixes.has('a')]).to.deep.equal([2, false, true]);
    const seen: string[] = [];
    inner?.prefixes.forEach((namespace, prefix) => seen.push(`${prefix}=${namespace}`));
    expect(seen).to.deep.equal(['a=urn:a', '=']);
    expect([[...(inner?.prefixes.keys() ?? [])], [...(inner?.prefixes.values() ?? [])]]).to.deep.equal([
      ['a', ''],
      ['urn:a', ''],
    ]);
  });

  it('keeps what was read before the fault', () => {
    const document = parse('<r><k>1</k><l>2');
    expect(everyElement(document.root).map(({ text }) => text)).to.deep.equal(['', '1', '']);
    expect(document.root?.span).to.deep.equal({ start: 0, end: 15 });
    expect(document.root?.children[1]?.contentSpan).to.deep.equal({ start: 14, end: 15 });
    const { root } = parse('<r><k>&a;</k><l/></r>');
    expect([root?.span, root?.children[0]?.contentSpan]).to.deep.equal([
      { start: 0, end: 9 },
      { start: 6, end: 9 },
    ]);
  });

  it('reports a DOCTYPE and expands nothing', () => {
    const laughs = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><r>x&b;</r>';
    const document = parse(`<?xml version="1.0"?>${laughs}`);
    expect(codes(document)).to.deep.equal(['xml-doctype', 'xml-malformed']);
    expect(document.issues[0]?.at).to.deep.equal({ start: 21, end: 72 });
    expect(document.root?.text).to.equal('');
    expect(codes(parse('<!DOCTYPE r><r/>'))).to.deep.equal(['xml-doctype']);
    for (const doctype of [
      'r SYSTEM "a.dtd"',
      'r PUBLIC "p" "a.dtd"',
      'r [<!ENTITY e SYSTEM "file:///etc/passwd">]',
      'r [<!ENTITY % e PUBLIC "p" "u">]',
    ])
      expect(codes(parse(`<!DOCTYPE ${doctype}><r/>`)), doctype).to.deep.equal(['xml-doctype', 'xml-external-entity']);
  });

  it('holds its limits', () => {
    const deep = `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`;
    expect(codes(parse(deep))).to.deep.equal(['xml-too-deep']);
    expect(codes(parse(deep.slice(3, -4)))).to.deep.equal([]);
    expect(codes(parse(`<r>${'<a/>'.repeat(20_000)}</r>`))).to.deep.equal(['xml-too-large']);
    expect(codes(parse(`<r>${'<a/>'.repeat(19_999)}</r>`))).to.deep.equal([]);
    expect(codes(parseXml(utf8('<r>éé</r>'), { maxTextBytes: 4 }))).to.deep.equal([]);
    expect(codes(parseXml(utf8('<r>ééx</r>'), { maxTextBytes: 4 }))).to.deep.equal(['xml-too-large']);
    const large = parseXml(utf8(`<r><k/>${' '.repeat(100)}</r>`), { maxBytes: 20 });
    expect(codes(large)).to.deep.equal(['xml-too-large']);
    expect(large.root?.children).to.have.length(1);
  });

  it('takes many declarations on many elements as they come', () => {
    const declarations = Array.from({ length: 20_000 }, (_, index) => `xmlns:p${index}="u"`).join(' ');
    const document = parse(`<r ${declarations}>${'<a xmlns:q="v"/>'.repeat(10_000)}</r>`);
    expect(document.issues).to.deep.equal([]);
    expect(document.root?.children.at(-1)?.prefixes.get('p19999')).to.equal('u');
  });

  it('reads UTF-16 by its byte order mark, with places in bytes', () => {
    for (const isBig of [false, true]) {
      const mark = isBig ? [0xfe, 0xff] : [0xff, 0xfe];
      const text = '<?xml version="1.0" encoding="UTF-16"?><r>é<k/></r>';
      const document = parseXml(concat(Uint8Array.from(mark), utf16(text, isBig)));
      expect(document.issues).to.deep.equal([]);
      expect([document.encoding, document.root?.text]).to.deep.equal(['utf-16', 'é']);
      expect(document.root?.children[0]?.at).to.deep.equal({ offset: 2 + 2 * 43, line: 1, column: 44 });
      const unmarked = parseXml(utf16('<r/>', isBig));
      expect([unmarked.encoding, ...codes(unmarked)]).to.deep.equal([isBig ? 'utf-16be' : 'utf-16le', 'xml-encoding']);
    }
    const lone = concat(Uint8Array.of(0xff, 0xfe), utf16('<r>\ufffd\ud800</r>', false));
    const document = parseXml(lone);
    expect(document.issues.map(({ code, at }) => [code, at.start])).to.deep.equal([['xml-encoding', 10]]);
  });

  it('reads other encodings where it knows them', () => {
    const latin = concat(utf8('<?xml version="1.0" encoding="ISO-8859-1"?><r>'), Uint8Array.of(0xe9), utf8('<k/></r>'));
    const document = parseXml(latin);
    expect(document.issues).to.deep.equal([]);
    expect([document.encoding, document.root?.text]).to.deep.equal(['iso-8859-1', 'é']);
    expect(document.root?.children[0]?.at.offset).to.equal(47);
    const head = utf8('<?xml version="1.0" encoding="Shift_JIS"?><r>');
    const japanese = parseXml(concat(head, Uint8Array.of(0x93, 0xfa), utf8('<k/></r>')));
    expect([japanese.root?.text, japanese.root?.children[0]?.at.offset]).to.deep.equal(['日', head.length + 2]);
    expect(codes(parse('<?xml version="1.0" encoding="x-none"?><r/>'))).to.deep.equal(['xml-encoding']);
    expect(codes(parse('<?xml version="1.0" encoding="utf-16"?><r/>'))).to.deep.equal(['xml-encoding']);
    expect(codes(parse('\ufeff<?xml version="1.0" encoding="iso-8859-1"?><r/>'))).to.deep.equal([
      'xml-byte-order-mark',
      'xml-encoding',
    ]);
    expect(codes(parse('<?xml version="1.0" encoding="us-ascii"?><r>é</r>'))).to.deep.equal(['xml-encoding']);
  });

  it('stops at a byte that is no UTF-8, and keeps what stands before it', () => {
    const document = parseXml(concat(utf8('<r>\n<k>é</k>'), Uint8Array.of(0xe9), utf8('</r>')));
    expect(document.issues.map(({ code, at, line, column }) => [code, at.start, line, column])).to.deep.equal([
      ['xml-encoding', 13, 2, 9],
    ]);
    expect(document.root?.children[0]?.text).to.equal('é');
  });

  it('never throws, and keeps every place inside the bytes', () => {
    const token = fc.constantFrom(
      ...[
        '<a>',
        '</a>',
        '<b:c xmlns:b="u" d="e">',
        '</b:c>',
        '<a/>',
        '&amp;',
        '&#x',
        '&',
        ';',
        '<!--',
        '-->',
        '<?',
        '?>',
      ],
      ...[
        '<![CDATA[',
        ']]>',
        '<!DOCTYPE',
        '[',
        ']',
        '"',
        "'",
        '\r',
        '\n',
        '𝄞',
        'é',
        '\ufeff',
        '<',
        '>',
        ' ',
        '=',
        '\u0000',
      ],
    );
    const text = fc.array(fc.oneof({ weight: 8, arbitrary: token }, fc.string()), { maxLength: 40 });
    fc.assert(
      fc.property(text, fc.boolean(), (tokens, isWrapped) => {
        const inner = tokens.join('');
        const document = parse(isWrapped ? `<r>${inner}</r>` : inner);
        const spans = everyElement(document.root).flatMap(({ span, contentSpan }) => [span, contentSpan]);
        for (const { start, end } of [...spans, ...document.issues.map(({ at }) => at)]) {
          expect(start).to.be.within(0, end);
          expect(end).to.be.at.most(document.bytes.length);
        }
        for (const element of everyElement(document.root)) {
          expect(textAt(document, element.span).startsWith(`<${element.name}`)).to.equal(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('XML texts', () => {
  it('are escaped character by character', () => {
    expect(escapeXml('a<b>&"\r\'<')).to.equal("a&lt;b&gt;&amp;&quot;&#13;'&lt;");
  });

  it('come back from what is escaped', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\t\n\r -~é𝄞]*$/u), (text) => {
        const { root, issues } = parse(`<r a="${escapeXml(text).replace(/[\n\t]/g, ' ')}">${escapeXml(text)}</r>`);
        expect(issues).to.deep.equal([]);
        expect(root?.text).to.equal(text);
        expect(attributeOf(root, 'a')?.value).to.equal(text.replace(/[\n\t]/g, ' '));
      }),
    );
  });

  it('are trimmed and split at XML white space only', () => {
    const { root } = parse('<r>\t\n a\u00a0b \n c \u00a0\r\n \t</r>');
    expect(elementText(root)).to.equal('a\u00a0b \n c \u00a0');
    expect(elementText(parse('<r>a b</r>').root)).to.equal('a b');
    expect(elementText(null)).to.equal('');
    expect(xmlList(' a\n\tb  c ')).to.deep.equal(['a', 'b', 'c']);
    expect(xmlList(' \n')).to.deep.equal([]);
  });

  it('hold qualified names, by the prefixes at their element', () => {
    const { root } = parse('<r xmlns="u" xmlns:p="v"><k xmlns=""/></r>');
    const [inner] = root?.children ?? [];
    const names =
      root === null || inner === undefined
        ? []
        : ['p:name', 'name', ':name'].flatMap((name) => [expandedName(name, root), expandedName(name, inner)]);
    expect(names).to.deep.equal(['{v}name', '{v}name', '{u}name', '{}name', '{u}name', '{}name']);
    const bare = parse('<r/>').root;
    expect(bare === null ? [] : ['name', 'q:name'].map((name) => expandedName(name, bare))).to.deep.equal([
      '{}name',
      '{?q}name',
    ]);
  });
});

describe('children', () => {
  it('are found by namespace and local name', () => {
    const { root } = parse('<r xmlns="u"><k xmlns=""/><l/><k/><k n="2"/></r>');
    const [other, , first, second] = root?.children ?? [];
    expect(childrenOf(root, '', 'k')).to.deep.equal([other]);
    expect(childrenOf(root, 'u', 'k')).to.deep.equal([first, second]);
    expect([childrenOf(root, 'v', 'k'), childrenOf(root, 'u', 'm'), childrenOf(null, '', 'k')]).to.deep.equal([
      [],
      [],
      [],
    ]);
    expect([childOf(root, '', 'k'), childOf(root, 'u', 'k')]).to.deep.equal([other, first]);
    expect([childOf(root, '', 'l'), childOf(root, 'v', 'k'), childOf(null, '', 'k')]).to.deep.equal([null, null, null]);
  });
});
