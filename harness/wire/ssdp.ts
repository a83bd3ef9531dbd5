import { concat, type Span } from '#base/bytes.js';
import { firstInvalidUtf8 } from '#base/text.js';
import type { Issue } from './issue.js';

export const SSDP_PORT = 1900;
export const SSDP_GROUP_IPV4 = '239.255.255.250';

export interface SsdpHeader {
  /** As written. */
  readonly name: string;
  /** Without the white space around it; the lines of a folded header are joined by one space. */
  readonly value: string;
  /** The whole line without its line end, and the value alone; offsets in the datagram. */
  readonly span: Span;
  readonly valueSpan: Span;
  /** Line of the datagram, from 1 (the start line). */
  readonly line: number;
}

/** One datagram of SSDP (UDA 1.x, 1.1 to 1.3), nothing corrected: `bytes` is all there was. */
export interface SsdpMessage {
  readonly bytes: Uint8Array;
  readonly kind: 'notify' | 'search' | 'response' | 'other';
  readonly startLine: { readonly text: string; readonly span: Span };
  readonly headers: readonly SsdpHeader[];
  /** Bytes behind the blank line; null without any. */
  readonly body: Span | null;
  /**
   * `ssdp-line-end` (a line ends with something other than CR LF), `ssdp-no-blank-line`, `ssdp-header-without-colon`,
   * `ssdp-not-text` (bytes that are no UTF-8), `ssdp-folded-header`, `ssdp-empty`.
   */
  readonly issues: readonly Issue[];
}

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;

/** A line without its end, and where the next one begins. */
interface Line {
  readonly span: Span;
  readonly next: number;
}

/** Decode one datagram. Never throws: what is no SSDP is of kind `other`, with the issues found. */
export function decodeSsdp(bytes: Uint8Array): SsdpMessage {
  const issues: Issue[] = [];
  if (bytes.length === 0) {
    issues.push(issueAt('ssdp-empty', { start: 0, end: 0 }, 'ssdp', 'the datagram is empty'));
    const startLine = { text: '', span: { start: 0, end: 0 } };
    return { bytes, kind: 'other', startLine, headers: [], body: null, issues };
  }
  const first = readLine(bytes, 0);
  const startLine = { text: textOf(bytes, first.span), span: first.span };
  const reader = new HeaderReader(bytes, issues);
  reader.lineEnd(first, 1);
  let line = first;
  let number = 1;
  let body: Span | null = null;
  let isClosed = false;
  while (line.next < bytes.length && !isClosed) {
    line = readLine(bytes, line.next);
    number += 1;
    reader.lineEnd(line, number);
    isClosed = line.span.start === line.span.end;
    if (!isClosed) reader.line(line.span, number);
  }
  if (!isClosed) {
    const at = { start: bytes.length, end: bytes.length };
    issues.push(issueAt('ssdp-no-blank-line', at, 'ssdp', `no blank line after ${number} lines`));
  } else if (line.next < bytes.length) {
    body = { start: line.next, end: bytes.length };
  }
  const notText = firstInvalidUtf8(bytes.subarray(0, line.next));
  if (notText !== null) {
    const at = { start: notText, end: notText + 1 };
    issues.push(issueAt('ssdp-not-text', at, 'ssdp', `the byte at ${notText} is no UTF-8`));
  }
  return { bytes, kind: kindOf(startLine.text), startLine, headers: reader.headers, body, issues };
}

/** First header of this name, in whatever case it is written; null without one. */
export function ssdpHeader(message: SsdpMessage, name: string): SsdpHeader | null {
  return message.headers.find((header) => isNamed(header, name)) ?? null;
}

/** All headers of this name, in whatever case they are written, in order. */
export function ssdpHeaders(message: SsdpMessage, name: string): SsdpHeader[] {
  return message.headers.filter((header) => isNamed(header, name));
}

/** How the lines of {@link encodeSsdp} are written, where not as UDA wants them. */
export interface SsdpWriting {
  /** CR LF unless given. */
  readonly lineEnd?: string;
  /** Leave out the blank line that ends the headers. */
  readonly noBlankLine?: boolean;
  /** Bytes behind the blank line. */
  readonly body?: Uint8Array;
}

/** A datagram of this start line and these headers in this order, in UTF-8; an empty value is written without a space. */
export function encodeSsdp(
  startLine: string,
  headers: readonly (readonly [name: string, value: string])[],
  writing: SsdpWriting = {},
): Uint8Array {
  const lines = [startLine, ...headers.map(([name, value]) => (value === '' ? `${name}:` : `${name}: ${value}`))];
  if (writing.noBlankLine !== true) lines.push('');
  const lineEnd = writing.lineEnd ?? '\r\n';
  const text = new TextEncoder().encode(lines.map((line) => line + lineEnd).join(''));
  return writing.body === undefined ? text : concat(text, writing.body);
}

/** Collects headers line by line. */
class HeaderReader {
  readonly headers: SsdpHeader[] = [];

  constructor(
    private readonly bytes: Uint8Array,
    private readonly issues: Issue[],
  ) {}

  /** Remark on how a line ends. */
  lineEnd({ span, next }: Line, number: number): void {
    // Of all that ends a line only CR LF has two bytes.
    if (next === span.end + 2) return;
    const written = next === span.end ? 'nothing' : this.bytes.subarray(span.end, next).reduce(nameEnds, '');
    const at = { start: span.end, end: next };
    const text = `line ${number} ends with ${written} instead of CR LF`;
    this.issues.push(issueAt('ssdp-line-end', at, `ssdp.line[${number}]`, text));
  }

  /** A line behind the start line that is not blank. */
  line(span: Span, number: number): void {
    const isFold = isBlank(this.bytes[span.start]);
    const path = `ssdp.line[${number}]`;
    if (isFold) {
      this.issues.push(issueAt('ssdp-folded-header', span, path, `line ${number} begins with white space`));
      if (this.continued(span)) return;
    }
    const colon = this.bytes.subarray(span.start, span.end).indexOf(COLON);
    if (colon < 0) {
      this.issues.push(issueAt('ssdp-header-without-colon', span, path, `line ${number} has no colon`));
      return;
    }
    const valueSpan = trimmed(this.bytes, { start: span.start + colon + 1, end: span.end });
    this.headers.push({
      name: textOf(this.bytes, { start: span.start, end: span.start + colon }),
      value: textOf(this.bytes, valueSpan),
      span,
      valueSpan,
      line: number,
    });
  }

  /** Add a folded line to the header before it; false when there is none. */
  private continued(span: Span): boolean {
    const last = this.headers.pop();
    if (last === undefined) return false;
    const part = trimmed(this.bytes, span);
    const parts = [last.value, textOf(this.bytes, part)].filter((text) => text !== '');
    const isLonger = part.start < part.end;
    this.headers.push({
      ...last,
      value: parts.join(' '),
      span: { start: last.span.start, end: span.end },
      valueSpan: isLonger
        ? { start: last.value === '' ? part.start : last.valueSpan.start, end: part.end }
        : last.valueSpan,
    });
    return true;
  }
}

/** Lines end at LF with any CR before it, and at CR without LF: all but CR LF is remarked on. */
function readLine(bytes: Uint8Array, start: number): Line {
  let end = start;
  while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end += 1;
  let next = end;
  while (bytes[next] === CR) next += 1;
  if (bytes[next] === LF) next += 1;
  else if (next > end) next = end + 1;
  return { span: { start, end }, next };
}

function nameEnds(written: string, byte: number): string {
  return `${written}${written === '' ? '' : ' '}${byte === CR ? 'CR' : 'LF'}`;
}

function kindOf(startLine: string): SsdpMessage['kind'] {
  if (/^NOTIFY(?:\s|$)/i.test(startLine)) return 'notify';
  if (/^M-SEARCH(?:\s|$)/i.test(startLine)) return 'search';
  return /^HTTP\//i.test(startLine) ? 'response' : 'other';
}

function isNamed(header: SsdpHeader, name: string): boolean {
  return header.name.trim().toLowerCase() === name.toLowerCase();
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

function trimmed(bytes: Uint8Array, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && isBlank(bytes[from])) from += 1;
  while (to > from && isBlank(bytes[to - 1])) to -= 1;
  return { start: from, end: to };
}

function textOf(bytes: Uint8Array, { start, end }: Span): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end));
}

function issueAt(code: string, at: Span, path: string, text: string): Issue {
  return { code, at, path, text };
}
