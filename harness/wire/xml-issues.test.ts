import { expect } from 'chai';
import { parseXml } from './xml.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Where in the bytes, in which line and column, and what: the parser's own words where it says enough. */
const MALFORMED: readonly (readonly [
  name: string,
  document: string,
  at: readonly [start: number, end: number],
  line: number,
  column: number,
  text: string,
])[] = [
  ['nothing', '', [0, 0], 1, 1, 'document must contain a root element'],
  ['an unclosed element', '<a>\n<b>', [7, 7], 2, 4, 'unclosed tag: b'],
  ['crossed tags', '<a><b></a></b>', [6, 7], 1, 7, 'unexpected close tag'],
  ['an end tag on another line', '<a>\n\n</b>', [5, 6], 3, 1, 'unexpected close tag'],
  ['an end tag too many', '<a><b/></a></a>', [14, 15], 1, 15, 'unmatched closing tag: a'],
  ['an end tag too many, named like a remark', '<a/></duplicate>', [15, 16], 1, 16, 'unmatched closing tag: duplicate'],
  ['an unbound prefix with a full stop', '<p.q.:a/>', [0, 1], 1, 1, 'unbound namespace prefix: "p.q."'],
  ['an unbound prefix', '<a>\n <p:b/></a>', [5, 6], 2, 2, 'unbound namespace prefix: "p"'],
  [
    'an unbound prefix of an attribute',
    '<a>\n<b c=""/>\n<d p:e="1"/></a>',
    [14, 15],
    3,
    1,
    'unbound namespace prefix: "p"',
  ],
  ['a repeated attribute', '<a b="1" b="2"/>', [0, 1], 1, 1, 'duplicate attribute: b'],
  [
    'a repeated attribute by two prefixes',
    '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>',
    [0, 1],
    1,
    1,
    'duplicate attribute: {u}b',
  ],
  ['a name with two colons', ' <a:b:c/>', [1, 2], 1, 2, 'malformed name: a:b:c'],
  ['a name that begins with a digit', '<1/>', [1, 2], 1, 2, 'disallowed character in tag name'],
  ['an unquoted attribute', '<a b=1/>', [5, 6], 1, 6, 'unquoted attribute value'],
  ['a bare ampersand', '<a>é R&D</a>', [7, 8], 1, 7, 'an ampersand that begins no reference'],
  ['a bare ampersand behind a reference', '<a>&amp;& b</a>', [8, 9], 1, 9, 'an ampersand that begins no reference'],
  [
    'a bare ampersand behind characters by number',
    '<a>&#65;&#x41;&#xe9;& b</a>',
    [20, 21],
    1,
    21,
    'an ampersand that begins no reference',
  ],
  ['a bare ampersand in an attribute', '<a b="R&D"/>', [7, 8], 1, 8, 'an ampersand that begins no reference'],
  [
    'a bare ampersand behind an attribute with one',
    '<a b="&amp;" c="&d"/>',
    [16, 17],
    1,
    17,
    'an ampersand that begins no reference',
  ],
  [
    'a bare ampersand behind an element',
    '<a><b c="d"/>&e f;</a>',
    [13, 14],
    1,
    14,
    'an ampersand that begins no reference',
  ],
  ['a bare ampersand behind an end tag', '<a><b></b>&e</a>', [10, 11], 1, 11, 'an ampersand that begins no reference'],
  ['a bare ampersand in front of an element', '<a>&x<b/></a>', [3, 4], 1, 4, 'an ampersand that begins no reference'],
  [
    'a bare ampersand behind one in a comment',
    '<a><!-- & -->& </a>',
    [13, 14],
    1,
    14,
    'an ampersand that begins no reference',
  ],
  [
    'a bare ampersand behind one in a CDATA section',
    '<a><![CDATA[&]]>&x</a>',
    [16, 17],
    1,
    17,
    'an ampersand that begins no reference',
  ],
  [
    'a bare ampersand behind one in an instruction',
    '<a><?p & ?>&x</a>',
    [11, 12],
    1,
    12,
    'an ampersand that begins no reference',
  ],
  [
    'a bare ampersand behind one in a DOCTYPE',
    '<!DOCTYPE a [<!ENTITY b "&">]><a>& </a>',
    [33, 34],
    1,
    34,
    'an ampersand that begins no reference',
  ],
  ['a character by too long a number', '<a>&#12345678901;</a>', [3, 4], 1, 4, 'an ampersand that begins no reference'],
  [
    'a character by too long a hexadecimal number',
    '<a>&#xABCDEFABCD;</a>',
    [3, 4],
    1,
    4,
    'an ampersand that begins no reference',
  ],
  ['an undefined entity', '<a>é&nbsp;</a>', [5, 6], 1, 5, 'undefined entity'],
  ['an undefined entity in front of a reference', '<a>&nbsp;&amp;</a>', [3, 4], 1, 4, 'undefined entity'],
  ['a control character', '<a>\u0001</a>', [3, 4], 1, 4, 'disallowed character'],
  ['a control character by number', '<a>&#1;</a>', [3, 4], 1, 4, 'malformed character entity'],
  ['a control character by number in an attribute', '<a b="&#1;" c=""/>', [6, 7], 1, 7, 'malformed character entity'],
  ['two roots', '<a/><b/>', [6, 7], 1, 7, 'documents may contain only one root'],
  ['text behind the root', '<a/>x<b/>', [5, 6], 1, 6, 'text data outside of root node'],
  ['an end of a CDATA section in text', '<a>]]></a>', [5, 6], 1, 6, 'the string "]]>" is disallowed in char data'],
  ['two hyphens in a comment', '<a><!-- -- --></a>', [10, 11], 1, 11, 'malformed comment'],
  [
    'a declaration behind a blank',
    ' <?xml version="1.0"?><a/>',
    [6, 7],
    1,
    7,
    'an XML declaration must be at the start of the document',
  ],
  [
    'a processing instruction named XML',
    '<a><?XML b?></a>',
    [11, 12],
    1,
    12,
    'the XML declaration must appear at the start of the document',
  ],
];

describe('parseXml refuses', () => {
  for (const [name, document, [start, end], line, column, text] of MALFORMED) {
    it(name, () => {
      const { issues } = parseXml(utf8(document));
      expect(issues.filter(({ code }) => code !== 'xml-doctype')).to.deep.equal([
        { code: 'xml-malformed', at: { start, end }, path: 'xml', text, line, column },
      ]);
    });
  }

  it('a second byte order mark', () => {
    const place = { path: 'xml', line: 1, column: 1 };
    expect(parseXml(utf8('\ufeff\ufeff<a/>')).issues).to.deep.equal([
      {
        ...place,
        code: 'xml-byte-order-mark',
        at: { start: 0, end: 3 },
        text: 'a byte order mark begins the document',
      },
      { ...place, code: 'xml-malformed', at: { start: 3, end: 4 }, text: 'a byte order mark inside the text' },
    ]);
  });

  it('what a DOCTYPE declares, and says what it names', () => {
    const document = '<!-- a -->\n<!DOCTYPE r [<!ENTITY a "<!DOCTYPE">]>\n<r/>';
    const place = { path: 'xml', at: { start: 11, end: 49 }, line: 2, column: 1 };
    const doctype = { ...place, code: 'xml-doctype', text: 'a DOCTYPE; nothing of it is used' };
    expect(parseXml(utf8(document)).issues).to.deep.equal([doctype]);
    const external = { ...place, code: 'xml-external-entity', text: 'the DOCTYPE names something to fetch' };
    const fetching = document.replace('"<!DOCTYPE"', 'SYSTEM "b.a"');
    const at = { start: 11, end: 50 };
    expect(parseXml(utf8(fetching)).issues).to.deep.equal([
      { ...doctype, at },
      { ...external, at },
    ]);
    const rows = '\r\n'.repeat(40);
    const again = parseXml(utf8(`<!-- <!DOCTYPE -->${rows}<!DOCTYPE r SYSTEM "<!DOCTYPE" [${rows}]><r/>`));
    expect(again.issues.map((issue) => [issue.at, issue.line])).to.deep.equal(
      Array(2).fill([{ start: 98, end: 212 }, 41]),
    );
    for (const named of [
      '  root\n SYSTEM "a"',
      ' root PUBLIC "p" "a"',
      ' r [<!ENTITY  name  SYSTEM "a">]',
      ' r [<!ENTITY % name PUBLIC "p" "a">]',
      ' r [<!ENTITY\n%  name SYSTEM "a">]',
    ])
      expect(
        parseXml(utf8(`<!DOCTYPE${named}><r/>`)).issues.map(({ code }) => code),
        named,
      ).to.deep.equal(['xml-doctype', 'xml-external-entity']);
    for (const harmless of [
      'r [<!ENTITY a "x SYSTEM y">]',
      'r [<!-- SYSTEM -->]',
      'rSYSTEM ',
      'r [<!ENTITY aSYSTEM "b">]',
    ])
      expect(
        parseXml(utf8(`<!DOCTYPE ${harmless}><r/>`)).issues.map(({ code }) => code),
        harmless,
      ).to.deep.equal(['xml-doctype']);
  });

  it('documents beyond its limits, and says which', () => {
    const document = utf8('<a>b\n<c>d<e>f</e></c></a>');
    for (const [limits, code, start, text] of [
      [{ maxDepth: 2 }, 'xml-too-deep', 9, 'more than 2 levels'],
      [{ maxElements: 2 }, 'xml-too-large', 9, 'more than 2 elements'],
      [{ maxTextBytes: 3 }, 'xml-too-large', 13, 'more than 3 bytes of text'],
      [{ maxBytes: 24 }, 'xml-too-large', 24, '25 bytes, more than 24'],
    ] as const) {
      const { issues } = parseXml(document, limits);
      expect(issues.map((issue) => [issue.code, issue.at.start, issue.text])).to.deep.equal([[code, start, text]]);
    }
    for (const limits of [{ maxDepth: 3 }, { maxElements: 3 }, { maxTextBytes: 4 }, { maxBytes: 25 }])
      expect(parseXml(document, limits).issues).to.deep.equal([]);
  });
});
