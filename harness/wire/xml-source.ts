import type { Span } from '#base/bytes.js';
import { firstInvalidUtf8 } from '#base/text.js';
import type { XmlPlace } from './xml.js';

/** How many bytes the UTF-16 units of the text took in the document. */
type Widths = 'utf-8' | 1 | 2 | Uint32Array;

/** The characters of a document, and how to find their bytes. */
export interface XmlSource {
  readonly text: string;
  /** Declared, else found from a byte order mark, else `utf-8`; lower case. */
  readonly encoding: string;
  /** Bytes of the byte order mark; the text begins behind it. */
  readonly markBytes: number;
  /** What is wrong with the bytes, in order; `isEnd`: the text ends before them. */
  readonly problems: readonly SourceProblem[];
  readonly widths: Widths;
}

export interface SourceProblem {
  readonly code: 'xml-byte-order-mark' | 'xml-encoding';
  readonly at: Span;
  readonly text: string;
  readonly isEnd: boolean;
}

const MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe, 0x00, 0x00], encoding: 'utf-32le' },
  { bytes: [0x00, 0x00, 0xfe, 0xff], encoding: 'utf-32be' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/** Longest XML declaration that is looked at for an encoding, bytes. */
const DECLARATION_BYTES = 512;

/** The text of a document, up to the first byte that its encoding does not have. */
export function decodeXmlSource(bytes: Uint8Array): XmlSource {
  const problems: SourceProblem[] = [];
  const mark = MARKS.find((known) => known.bytes.every((byte, index) => bytes[index] === byte));
  const found = mark?.encoding ?? unmarkedUtf16(bytes);
  const markBytes = mark?.bytes.length ?? 0;
  const body = bytes.subarray(markBytes);
  const declared = declaredEncoding(body, found);
  if (mark?.encoding === 'utf-8') {
    const at = { start: 0, end: markBytes };
    problems.push({ code: 'xml-byte-order-mark', at, text: 'a byte order mark begins the document', isEnd: false });
  } else if (mark === undefined && found !== null) {
    problems.push(problem({ start: 0, end: 2 }, `${found} without a byte order mark`));
  }
  const used = usable(declared, found);
  if (used.problem !== null)
    problems.push(problem({ start: markBytes, end: Math.min(bytes.length, 64) }, used.problem));
  const { text, widths, invalidAt } = decodeBody(body, used.label);
  if (invalidAt !== null) {
    const start = markBytes + invalidAt;
    const what = `the byte at ${start} is no part of ${used.label}`;
    problems.push({ ...problem({ start, end: start + 1 }, what), isEnd: true });
  }
  return { text, encoding: declared ?? found ?? 'utf-8', markBytes, problems, widths };
}

function problem(at: Span, text: string): SourceProblem {
  return { code: 'xml-encoding', at, text, isEnd: false };
}

function unmarkedUtf16([first, second]: Uint8Array): string | null {
  if (first === 0x3c && second === 0) return 'utf-16le';
  return first === 0 && second === 0x3c ? 'utf-16be' : null;
}

/** What the XML declaration names, in lower case. */
function declaredEncoding(body: Uint8Array, found: string | null): string | null {
  const label = found?.startsWith('utf-16') === true ? found : 'latin1';
  const head = new TextDecoder(label).decode(body.subarray(0, DECLARATION_BYTES));
  const match = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([a-z][\w.-]*)["']/i.exec(head);
  return match?.[1]?.toLowerCase() ?? null;
}

/** The encoding to read with: what the bytes show goes before what is declared. */
function usable(declared: string | null, found: string | null): { label: string; problem: string | null } {
  if (found?.startsWith('utf-32') === true) return { label: 'utf-8', problem: `${found} cannot be read` };
  const known = declared === null ? null : labelOf(declared);
  if (declared !== null && known === null) return { label: found ?? 'utf-8', problem: `unknown encoding ${declared}` };
  if (found === null) {
    // What begins like ASCII is not UTF-16, whatever it says.
    const isWide = known?.startsWith('utf-16') === true;
    return { label: isWide ? 'utf-8' : (known ?? 'utf-8'), problem: isWide ? `${declared ?? ''} is declared` : null };
  }
  const isSame = known === null || known === found || (declared === 'utf-16' && found.startsWith('utf-16'));
  return { label: found, problem: isSame ? null : `${declared ?? ''} is declared, the document is ${found}` };
}

function labelOf(name: string): string | null {
  if (name === 'us-ascii' || name === 'ascii') return 'us-ascii';
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return null;
  }
}

function decodeBody(
  body: Uint8Array,
  label: string,
): { readonly text: string; readonly widths: Widths; readonly invalidAt: number | null } {
  if (label === 'utf-8' || label === 'us-ascii') {
    const high = label === 'us-ascii' ? body.findIndex((byte) => byte > 0x7f) : -1;
    const invalidAt = high < 0 ? firstInvalidUtf8(body) : high;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body.subarray(0, invalidAt ?? body.length));
    return { text, widths: 'utf-8', invalidAt };
  }
  const text = new TextDecoder(label, { ignoreBOM: true }).decode(body);
  const widths = label.startsWith('utf-16') ? 2 : text.length === body.length ? 1 : ends(body, label);
  for (let index = text.indexOf('\ufffd'); index >= 0; index = text.indexOf('\ufffd', index + 1)) {
    const at = byteOf(widths, index);
    const isWritten = widths === 2 && (body[at] ?? 0) + (body[at + 1] ?? 0) === 0x1fc;
    if (!isWritten) return { text: text.slice(0, index), widths, invalidAt: at };
  }
  return { text, widths, invalidAt: null };
}

function byteOf(widths: Exclude<Widths, 'utf-8'>, index: number): number {
  return typeof widths === 'number' ? index * widths : (widths[index - 1] ?? 0);
}

/** For each unit of the text the offset behind its bytes, for encodings whose characters differ in length. */
function ends(body: Uint8Array, label: string): Uint32Array {
  const decoder = new TextDecoder(label);
  const found: number[] = [];
  for (let at = 0; at < body.length; at++) {
    const units = decoder.decode(body.subarray(at, at + 1), { stream: true }).length;
    for (let unit = 0; unit < units; unit++) found.push(at + 1);
  }
  return Uint32Array.from(found);
}

/** Tells places of a text, each at or behind the one asked for before: linear, whatever is asked. */
export class PlaceCursor {
  readonly #source: XmlSource;
  #index = 0;
  #offset: number;
  #line = 1;
  #column = 1;

  constructor(source: XmlSource) {
    this.#source = source;
    this.#offset = source.markBytes;
  }

  /** Place of the UTF-16 unit at `index`; where an earlier one was asked for, the last place told. */
  placeAt(index: number): XmlPlace {
    const { text } = this.#source;
    const end = Math.min(index, text.length);
    while (this.#index < end) this.#step(text.charCodeAt(this.#index));
    return { offset: this.#offset, line: this.#line, column: this.#column };
  }

  #step(code: number): void {
    const { text, widths, markBytes } = this.#source;
    const next = text.charCodeAt(this.#index + 1);
    const isPair = code >= 0xd800 && code < 0xdc00;
    this.#index += isPair ? 2 : 1;
    if (widths === 'utf-8') this.#offset += isPair ? 4 : utf8Bytes(code);
    else this.#offset = markBytes + byteOf(widths, this.#index);
    if (code === 0x0a || (code === 0x0d && next !== 0x0a)) {
      this.#line += 1;
      this.#column = 1;
    } else {
      this.#column += 1;
    }
  }
}

function utf8Bytes(code: number): number {
  if (code < 0x80) return 1;
  return code < 0x800 ? 2 : 3;
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // Each half of a pair counts for two of its four bytes.
    bytes += code >= 0xd800 && code < 0xe000 ? 2 : utf8Bytes(code);
  }
  return bytes;
}
