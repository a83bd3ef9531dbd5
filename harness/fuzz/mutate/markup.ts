import type { Dice } from '../dice.js';
import { editBytes, splice, type Edit } from './edit.js';

const encoder = new TextEncoder();

/** Pieces that mean something to a reader of XML or of headers. */
const PIECES = [
  ...[
    '<',
    '>',
    '/>',
    '</',
    '<a>',
    '</a>',
    '<p:a/>',
    '<a xmlns="">',
    ' xmlns:p="u"',
    ' xmlns:p=""',
    ' p:q="1"',
    ' a="1"',
  ],
  ...[
    '&',
    '&amp;',
    '&#0;',
    '&#x10FFFF;',
    '&#xD800;',
    '&lt',
    '&a;',
    ']]>',
    '<![CDATA[',
    '<!--',
    '-->',
    '--',
    '<?a',
    '?>',
  ],
  ...[
    '<?xml version="1.0" encoding="utf-16"?>',
    '<!DOCTYPE a [',
    '<!ENTITY a SYSTEM "b">',
    '<!ENTITY % a "&#37;a;">',
    ']>',
  ],
  ...[
    '"',
    "'",
    '=',
    ':',
    ' ',
    '\t',
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    '\n ',
    '\u0000',
    '\ufeff',
    '\ufffe',
    '\u0085',
    '𝄞',
  ],
  ...['HOST:', 'MX: -1', 'CACHE-CONTROL: max-age=', 'NOTIFY * HTTP/1.1\r\n', 'HTTP/1.1 200 OK\r\n', 'uuid:', '::'],
  ...['urn:uuid:', 'wsd:Device', 'none:None', '4294967296', '-1', '1e3', '0'.repeat(40), '<a>'.repeat(70)],
].map((text) => encoder.encode(text));

/** Bytes that belong to no UTF-8, or to another encoding. */
const FOREIGN = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe9], [0xff, 0xfe], [0xfe, 0xff], [0x3c, 0x00]];

/** One change of a text with markup or headers: a piece put in, a piece taken out, or any byte. */
export const editMarkup: Edit = (bytes: Uint8Array, dice: Dice): Uint8Array => {
  const at = dice.below(bytes.length + 1);
  switch (dice.below(6)) {
    case 0:
    case 1:
      return splice(bytes, at, at, dice.oneOf(PIECES));
    case 2:
      return splice(bytes, at, Math.min(bytes.length, at + 1 + dice.below(40)), dice.oneOf(PIECES));
    case 3: {
      // From one angle bracket or line end to another: whole tags and lines go, or come twice.
      const end = bytes.findIndex((byte, index) => index > at && (byte === 0x3e || byte === 0x0a)) + 1;
      if (end === 0) return bytes.subarray(0, at);
      return dice.onceIn(2) ? splice(bytes, at, end) : splice(bytes, end, end, bytes.subarray(at, end));
    }
    case 4:
      return splice(bytes, at, at, Uint8Array.from(dice.oneOf(FOREIGN)));
    default:
      return editBytes(bytes, dice);
  }
};
