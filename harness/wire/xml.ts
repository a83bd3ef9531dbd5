import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { Span } from '#base/bytes.js';
import type { Issue } from './issue.js';
import { decodeXmlSource, PlaceCursor, utf8Length, type XmlSource } from './xml-source.js';

/** Where something stands in a document: byte offset from 0, line and column from 1, columns in characters. */
export interface XmlPlace {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export interface XmlAttribute {
  /** As written, with its prefix. */
  readonly name: string;
  readonly local: string;
  /** Empty for an attribute without prefix. */
  readonly namespace: string;
  readonly value: string;
  readonly at: XmlPlace;
}

/** One element. Names are compared by `namespace` and `local`, never by prefix. */
export interface XmlElement {
  /** As written, with its prefix. */
  readonly name: string;
  readonly local: string;
  /** Namespace name; empty for none. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Character data directly inside it, in order, entities resolved, white space kept. */
  readonly text: string;
  /** Prefixes in scope, `''` for the default namespace: values such as Types hold qualified names. */
  readonly prefixes: ReadonlyMap<string, string>;
  /** Place of its `<`. */
  readonly at: XmlPlace;
  /** From its `<` to behind the `>` of its end tag. */
  readonly span: Span;
  /** What is between its tags; empty at the end of an empty-element tag. */
  readonly contentSpan: Span;
}

/** A remark on a document that is malformed or not to be trusted. */
export interface XmlIssue extends Issue {
  readonly line: number;
  readonly column: number;
}

/** A parsed document. With an issue of a code other than `xml-byte-order-mark` it is not well-formed or was refused. */
export interface XmlDocument {
  readonly bytes: Uint8Array;
  /** Declared, else found from a byte order mark, else `utf-8`; lower case. */
  readonly encoding: string;
  /** The tree as far as it was read; null when there is no root element. */
  readonly root: XmlElement | null;
  readonly issues: readonly XmlIssue[];
}

/** What a document may be made of before it is refused. */
export interface XmlLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Character data of the whole document, in UTF-8. */
  readonly maxTextBytes: number;
}

const LIMITS: XmlLimits = { maxBytes: 1 << 20, maxDepth: 64, maxElements: 20_000, maxTextBytes: 1 << 19 };

/**
 * Parse a document strictly: XML 1.0 with namespaces, no entities but the five and characters by number. Never throws,
 * and takes time in proportion to the document. Reading ends at the first thing that is wrong; elements open there end
 * there too, without the text since the last tag. Issues:
 * - `xml-byte-order-mark`: of UTF-8 (allowed, but no XML stack needs it);
 * - `xml-encoding`: bytes that the encoding does not have, an unknown one, or one that the bytes contradict;
 * - `xml-doctype`, `xml-external-entity`: a DOCTYPE, and what it would fetch; neither is expanded;
 * - `xml-malformed`: not well-formed, or an entity that only a DOCTYPE could have declared;
 * - `xml-too-deep`, `xml-too-large`: beyond a limit.
 */
export function parseXml(bytes: Uint8Array, limits: Partial<XmlLimits> = {}): XmlDocument {
  return new Reader(bytes, { ...LIMITS, ...limits }).read();
}

/** First child element of this expanded name; null without one, or without an element to look in. */
export function childOf(element: XmlElement | null, namespace: string, local: string): XmlElement | null {
  return element?.children.find((child) => child.local === local && child.namespace === namespace) ?? null;
}

/** Child elements of this expanded name, in order. */
export function childrenOf(element: XmlElement | null, namespace: string, local: string): XmlElement[] {
  return element?.children.filter((child) => child.local === local && child.namespace === namespace) ?? [];
}

/** Attribute of this name; without `namespace` one that has no prefix. Null without one. */
export function attributeOf(element: XmlElement | null, local: string, namespace = ''): XmlAttribute | null {
  return element?.attributes.find((known) => known.local === local && known.namespace === namespace) ?? null;
}

/** Its text without the XML white space around it; empty for null. */
export function elementText(element: XmlElement | null): string {
  return (element?.text ?? '').replace(/^[ \t\r\n]+/, '').replace(/(?<![ \t\r\n])[ \t\r\n]+$/, '');
}

/** Items of a text that is a list by XML Schema: separated by XML white space. */
export function xmlList(text: string): string[] {
  return text.split(/[ \t\r\n]/).filter((item) => item !== '');
}

/**
 * A qualified name as its expanded name `{namespace}local`, by the prefixes in scope at `element`; `{?prefix}local` when
 * the prefix is not bound.
 */
export function expandedName(qualified: string, element: XmlElement): string {
  const colon = qualified.indexOf(':');
  const prefix = qualified.slice(0, Math.max(0, colon));
  const namespace = element.prefixes.get(prefix) ?? (prefix === '' ? '' : `?${prefix}`);
  return `{${namespace}}${qualified.slice(colon + 1)}`;
}

/** `text` as it may stand in an element or in an attribute in double quotes; characters XML cannot hold stay. */
export function escapeXml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll('"', '&quot;').replaceAll('\r', '&#13;');
}

/** An element that may still be open. */
interface Draft extends XmlElement {
  text: string;
  readonly attributes: XmlAttribute[];
  readonly children: Draft[];
  span: Span;
  contentSpan: Span;
}

/** An ampersand that is not followed by a name or a number and a semicolon. */
const BARE_AMPERSAND = /&(?!(?:#\d{1,9}|#x[\da-f]{1,9}|[^\s;&<>"'#=]{1,64});)/i;

/** Thrown by a handler to end the parser's work; never leaves this file. */
class Stop extends Error {}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #limits: XmlLimits;
  readonly #source: XmlSource;
  readonly #cursor: PlaceCursor;
  readonly #issues: XmlIssue[] = [];
  readonly #open: Draft[] = [];
  readonly #parser: SaxesParser<{ xmlns: true; position: false }>;
  #root: Draft | null = null;
  #elements = 0;
  #textBytes = 0;
  /** Of the tag being read: its `<`, its attributes, and where the next attribute is looked for. */
  #tagAt: XmlPlace = { offset: 0, line: 1, column: 1 };
  #attributePlaces: XmlPlace[] = [];
  #attributeFrom = 0;
  /** Behind the last markup: only character data, or the rest of one piece of markup, lies between it and the parser. */
  #marked = 0;

  constructor(bytes: Uint8Array, limits: XmlLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#source = decodeXmlSource(bytes.subarray(0, limits.maxBytes));
    this.#cursor = new PlaceCursor(this.#source);
    const options = { xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true } as const;
    this.#parser = new SaxesParser(options);
  }

  read(): XmlDocument {
    const { problems, encoding, text } = this.#source;
    for (const { code, at, text: what, isEnd } of problems)
      if (!isEnd) this.#issues.push(this.#issue(code, at, { offset: at.start, line: 1, column: 1 }, what));
    this.#listen();
    try {
      // The parser would pass over a second byte order mark.
      if (text.startsWith('\ufeff')) this.#stop('xml-malformed', 'a byte order mark inside the text');
      this.#parser.write(text);
      this.#sourceEnd();
      this.#parser.close();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
    }
    this.#closeAll();
    return { bytes: this.#bytes, encoding, root: this.#root, issues: this.#issues };
  }

  /** Stop when the text ended before the document did. */
  #sourceEnd(): void {
    const { maxBytes } = this.#limits;
    if (this.#bytes.length > maxBytes)
      this.#stop('xml-too-large', `${this.#bytes.length} bytes, more than ${maxBytes}`, this.#source.text.length);
    const end = this.#source.problems.find(({ isEnd }) => isEnd);
    if (end !== undefined) this.#stop(end.code, end.text, this.#source.text.length);
  }

  #listen(): void {
    const parser = this.#parser;
    parser.on('error', ({ message }) => {
      this.#malformed(message.replace(/\.$/, ''));
    });
    parser.on('comment', () => {
      this.#marked = parser.position;
    });
    parser.on('doctype', (doctype) => {
      this.#doctype(doctype);
    });
    parser.on('opentagstart', ({ name }) => {
      const at = this.#source.text.lastIndexOf('<', parser.position - 1 - name.length);
      this.#tagAt = this.#cursor.placeAt(at);
      this.#attributePlaces = [];
      this.#attributeFrom = at + 1 + name.length;
    });
    parser.on('attribute', () => {
      const { text } = this.#source;
      let start = this.#attributeFrom;
      while (/[ \t\r\n]/.test(text.charAt(start))) start += 1;
      this.#attributePlaces.push(this.#cursor.placeAt(start));
      this.#attributeFrom = parser.position;
      this.#marked = parser.position;
    });
    parser.on('opentag', (tag) => {
      this.#openTag(tag);
    });
    parser.on('closetag', ({ isSelfClosing }) => {
      this.#closeTag(isSelfClosing);
    });
    parser.on('text', (text) => {
      this.#text(text);
    });
    parser.on('cdata', (text) => {
      this.#marked = parser.position;
      this.#text(text);
    });
    parser.on('processinginstruction', () => {
      this.#marked = parser.position;
    });
  }

  #malformed(text: string): never {
    const end = this.#parser.position;
    // The parser takes all that follows a bare ampersand for a name, and stumbles somewhere behind it.
    const bare = BARE_AMPERSAND.exec(this.#source.text.slice(this.#marked, end));
    if (bare !== null) this.#stop('xml-malformed', 'an ampersand that begins no reference', this.#marked + bare.index);
    if (text.includes('entity')) this.#stop('xml-malformed', text, this.#source.text.lastIndexOf('&', end - 1));
    if (/^(?:unbound|duplicate|malformed name|unexpected close)/.test(text))
      this.#stopAt('xml-malformed', text, this.#tagAt);
    this.#stop('xml-malformed', text);
  }

  #doctype(doctype: string): void {
    const { text } = this.#source;
    const end = this.#parser.position;
    // Between the last markup and it stand only white space or an XML declaration.
    const place = this.#cursor.placeAt(text.indexOf('<!DOCTYPE', this.#marked));
    this.#marked = end;
    const at = { start: place.offset, end: this.#cursor.placeAt(end).offset };
    this.#issues.push(this.#issue('xml-doctype', at, place, 'a DOCTYPE; nothing of it is used'));
    const external = /(?:^\s*[^\s[]+|<!ENTITY\s+(?:%\s+)?[^\s<]+)\s+(?:SYSTEM|PUBLIC)\s/.exec(doctype);
    if (external === null) return;
    this.#issues.push(this.#issue('xml-external-entity', at, place, 'the DOCTYPE names something to fetch'));
  }

  #openTag(tag: SaxesTagNS): void {
    this.#elements += 1;
    const { maxDepth, maxElements } = this.#limits;
    if (this.#open.length >= maxDepth) this.#stopAt('xml-too-deep', `more than ${maxDepth} levels`, this.#tagAt);
    if (this.#elements > maxElements) this.#stopAt('xml-too-large', `more than ${maxElements} elements`, this.#tagAt);
    this.#marked = this.#parser.position;
    const content = this.#cursor.placeAt(this.#marked).offset;
    const parent = this.#open.at(-1);
    const own = Object.entries(tag.ns);
    const draft: Draft = {
      name: tag.name,
      local: tag.local,
      namespace: tag.uri,
      attributes: Object.values(tag.attributes).map(({ name, local, uri, value }, index) => ({
        name,
        local,
        namespace: uri,
        value,
        at: this.#attributePlaces[index] ?? this.#tagAt,
      })),
      children: [],
      text: '',
      prefixes: own.length === 0 && parent !== undefined ? parent.prefixes : new Prefixes(parent?.prefixes, own),
      at: this.#tagAt,
      span: { start: this.#tagAt.offset, end: content },
      contentSpan: { start: content, end: content },
    };
    if (parent === undefined) this.#root ??= draft;
    else parent.children.push(draft);
    this.#open.push(draft);
  }

  #closeTag(isSelfClosing: boolean): void {
    const draft = this.#open.pop();
    if (draft === undefined) return;
    const end = this.#parser.position;
    this.#marked = end;
    if (!isSelfClosing) {
      this.#tagAt = this.#cursor.placeAt(this.#source.text.lastIndexOf('<', end - 1));
      draft.contentSpan = { start: draft.contentSpan.start, end: this.#tagAt.offset };
    }
    draft.span = { start: draft.span.start, end: this.#cursor.placeAt(end).offset };
  }

  #text(text: string): void {
    const draft = this.#open.at(-1);
    if (draft === undefined) return;
    this.#textBytes += utf8Length(text);
    const { maxTextBytes } = this.#limits;
    if (this.#textBytes > maxTextBytes) this.#stop('xml-too-large', `more than ${maxTextBytes} bytes of text`);
    draft.text += text;
  }

  #closeAll(): void {
    const end = this.#cursor.placeAt(this.#parser.position).offset;
    for (const draft of this.#open) {
      draft.span = { start: draft.span.start, end };
      draft.contentSpan = { start: draft.contentSpan.start, end };
    }
  }

  /** At the character that the parser has just read, or at `index`. */
  #stop(code: string, text: string, index = Math.max(0, this.#parser.position - 1)): never {
    this.#stopAt(code, text, this.#cursor.placeAt(index));
  }

  #stopAt(code: string, text: string, place: XmlPlace): never {
    const at = { start: place.offset, end: Math.min(place.offset + 1, this.#bytes.length) };
    this.#issues.push(this.#issue(code, at, place, text));
    throw new Stop();
  }

  #issue(code: string, at: Span, { line, column }: XmlPlace, text: string): XmlIssue {
    return { code, at, path: 'xml', text, line, column };
  }
}

/**
 * Prefixes declared on an element over those of its parent. No map is copied: a document with many declarations on many
 * elements would take memory by their product.
 */
class Prefixes implements ReadonlyMap<string, string> {
  readonly #own: ReadonlyMap<string, string>;
  readonly #outer: ReadonlyMap<string, string> | null;

  constructor(outer: ReadonlyMap<string, string> | undefined, own: readonly (readonly [string, string])[]) {
    this.#own = new Map(own);
    this.#outer = outer ?? null;
  }

  get(prefix: string): string | undefined {
    return this.#own.get(prefix) ?? this.#outer?.get(prefix);
  }

  has(prefix: string): boolean {
    return this.get(prefix) !== undefined;
  }

  get size(): number {
    return this.#all().size;
  }

  forEach(callback: (value: string, key: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [prefix, namespace] of this.#all()) callback(namespace, prefix, this);
  }

  entries(): MapIterator<[string, string]> {
    return this.#all().entries();
  }

  keys(): MapIterator<string> {
    return this.#all().keys();
  }

  values(): MapIterator<string> {
    return this.#all().values();
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  #all(): Map<string, string> {
    return new Map([...(this.#outer ?? []), ...this.#own]);
  }
}
