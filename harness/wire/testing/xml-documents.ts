import { concat } from '#base/bytes.js';

const encoder = new TextEncoder();
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

function utf16(text: string): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)).flatMap((code) => [
      code & 0xff,
      code >> 8,
    ]),
  );
}

/** Documents as texts, well-formed and not. */
const TEXTS: readonly string[] = [
  ...[
    '<a/>',
    ' <a/>',
    '<a></a>',
    '<a ></a >',
    '<a/>\n<!-- b -->\n',
    '<?xml version="1.0"?><a/>',
    '<a>\ud834\udd1e</a>',
  ],
  ...["<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<a/>", '<a b="1" c=\'2\'/>', '<a b="&lt;&#10;"/>'],
  ...['<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x41;&#x10FFFF;</a>', '<a><![CDATA[<b>&]] ]]></a>', '<a><?b c?></a>', '<é/>'],
  ...[
    '<p:a xmlns:p="u"/>',
    '<a xmlns="u"><b xmlns=""/></a>',
    '<a xml:lang="en"/>',
    '<a>]]</a>',
    '<a>\r\n\t</a>',
    '<a\n/>',
  ],
  ...[
    '<a xmlns:p="u" xmlns:q="v" p:b="1" q:b="2"/>',
    '<?xml version="1.0"?><?b?><a/>',
    '<a b=">"/>',
    '<a><!-- - --></a>',
  ],
  ...[
    '',
    ' ',
    'a',
    '<',
    '<a',
    '<a>',
    '<a/',
    '<a></b>',
    '<a><b></a></b>',
    '</a>',
    '<a/><b/>',
    '<a/>b',
    'b<a/>',
    '< a/>',
  ],
  ...[
    '<a b/>',
    '<a b=1/>',
    '<a b="1" b="2"/>',
    '<a b="1"c="2"/>',
    '<a b="<"/>',
    '<a b="1/>',
    '<a =""/>',
    '<1/>',
    '<a:/>',
  ],
  ...['<a>&</a>', '<a>&b;</a>', '<a>& b;</a>', '<a>&amp</a>', '<a>&#0;</a>', '<a>&#xD800;</a>', '<a>&#x110000;</a>'],
  ...['<a>&#;</a>', '<a>R&D &amp; more</a>', '<a>]]></a>', '<a>\u0001</a>', '<a>\ufffe</a>', '<a><!-- -- --></a>'],
  ...['<a><!--- --></a>', '<a><!-- ---></a>', '<a><!-- </a>', '<a><![CDATA[</a>', '<![CDATA[b]]><a/>', '<a><? b?></a>'],
  ...[
    '<p:a/>',
    '<a p:b="1"/>',
    '<a xmlns:p=""/>',
    '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>',
    '<a xmlns:xml="u"/>',
  ],
  ...['<a><?xml version="1.0"?></a>', ' <?xml version="1.0"?><a/>', '<?xml version="2.0"?><a/>', '<?xml?><a/>'],
  ...['<?xml encoding="utf-8"?><a/>', '<?xml version="1.0" standalone="maybe"?><a/>', '<a><?XML b?></a>', '<a:b:c/>'],
  ...[
    '<?xml version="1.0" encoding="utf-8" ?>\n\n<a>\n</a>\n\n',
    '<a xmlns="http://a/ü"/>',
    '<a>\u0085\u2028\u007f</a>',
  ],
];

/** The documents in bytes, with others that are wrong or unusual in their encoding. */
export const XML_DOCUMENTS: readonly Uint8Array[] = [
  ...TEXTS.map((text) => encoder.encode(text)),
  encoder.encode('\ufeff<a/>'),
  encoder.encode('\ufeff\ufeff<a/>'),
  encoder.encode('<?xml version="1.0" encoding="x-none"?><a/>'),
  concat(encoder.encode('<a>'), bytes(0xe9), encoder.encode('</a>')),
  concat(encoder.encode('<a>'), bytes(0xc0, 0x80), encoder.encode('</a>')),
  concat(encoder.encode('<a>'), bytes(0xed, 0xa0, 0x80), encoder.encode('</a>')),
  concat(encoder.encode('<?xml version="1.0" encoding="ISO-8859-1"?><a>'), bytes(0xe9), encoder.encode('</a>')),
  concat(bytes(0xff, 0xfe), utf16('<a>\u00e9</a>')),
  concat(bytes(0xff, 0xfe), utf16('<?xml version="1.0" encoding="UTF-16"?><a/>')),
  encoder.encode(`${'<a>'.repeat(60)}${'</a>'.repeat(60)}`),
];
