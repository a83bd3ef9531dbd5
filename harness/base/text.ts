/** Texts that a device sent: never trusted to be UTF-8, nor to be harmless on a terminal or in a report. */

/** Offset of the first byte that is not part of well-formed UTF-8 (RFC 3629), or null when all of it is. */
export function firstInvalidUtf8(bytes: Uint8Array): number | null {
  let at = 0;
  while (at < bytes.length) {
    const lengthBytes = sequenceLength(bytes, at);
    if (lengthBytes === 0) return at;
    at += lengthBytes;
  }
  return null;
}

/**
 * The bytes as one line of text in double quotes. Control and format characters, line ends, bytes that are not UTF-8,
 * quotes and backslashes are written as escapes, so nothing a device says can reach a terminal or change a line.
 */
export function printable(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let out = '';
  for (let at = 0; at < bytes.length;) {
    const lengthBytes = sequenceLength(bytes, at);
    if (lengthBytes === 0) {
      out += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
      at += 1;
      continue;
    }
    out += escapeCharacter(decoder.decode(bytes.subarray(at, at + lengthBytes)));
    at += lengthBytes;
  }
  return `"${out}"`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  // Other: controls, format characters (writing direction, zero width), private use, unassigned; separators but space.
  if (character !== ' ' && /^[\p{C}\p{Z}]$/u.test(character)) {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  }
  return character;
}

/** Length of the well-formed UTF-8 sequence at `at`, 1 to 4 bytes; 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  if (first >= 0xc2 && first <= 0xdf) return isContinuation(second) ? 2 : 0;
  const third = isContinuation(bytes[at + 2] ?? 0);
  if (first >= 0xe0 && first <= 0xef) {
    // Overlong forms and surrogates are not well-formed.
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && third ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && third && isContinuation(bytes[at + 3] ?? 0) ? 4 : 0;
  }
  return 0;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
