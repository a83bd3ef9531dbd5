import { escapeXml } from '#wire/xml.js';

/** An element around XML that is already written: `content` is not escaped, attribute values are. */
export function element(name: string, content: readonly string[], attributes: Readonly<Record<string, string>> = {}) {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  return `<${name}${written.join('')}>${content.join('')}</${name}>`;
}

/** An element around text; none for null. */
export function field(name: string, value: string | null): string[] {
  return value === null ? [] : [element(name, [escapeXml(value)])];
}

/** A document of this root element, in UTF-8. */
export function xmlDocument(root: string): Uint8Array {
  return new TextEncoder().encode(`<?xml version="1.0" encoding="utf-8"?>\n${root}`);
}
