import type { Span } from '#base/bytes.js';
import type { Issue } from './issue.js';

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
