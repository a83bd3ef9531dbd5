/** An element of a parsed document; text directly in it, all pieces joined. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };

/**
 * Parse a document as our writers make it: declaration, elements, attributes in double quotes, the five escapes.
 * Throws on anything else, so also on much that XML would allow: a test parser must not forgive.
 */
export function parseXml(document: string): XmlElement {
  // Everything XML 1.0 does not allow, but for the tab and the line end.
  const forbidden = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.exec(document);
  if (forbidden !== null) throw new Error(`character not allowed in XML at ${forbidden.index}`);
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!document.startsWith(declaration)) throw new Error('no XML declaration');
  const root = parseElement(document, declaration.length);
  if (document.slice(root.end) !== '\n') throw new Error('something follows the root element');
  return root.element;
}

function parseElement(document: string, start: number): { element: XmlElement; end: number } {
  const tag = matchAt(/<([a-z-]+)((?: [A-Za-z][\w:-]*="[^"<]*")*)(\/?)>/y, document, start);
  const [whole, name = '', attributeText = '', slash] = tag;
  const attributes: Record<string, string> = {};
  for (const [, key = '', value = ''] of attributeText.matchAll(/ ([A-Za-z][\w:-]*)="([^"]*)"/g)) {
    if (key in attributes) throw new Error(`attribute ${key} twice at ${start}`);
    attributes[key] = unescape(value);
  }
  let at = start + whole.length;
  const children: XmlElement[] = [];
  let text = '';
  while (slash === '') {
    const [content] = matchAt(/[^<]*/y, document, at);
    text += unescape(content);
    at += content.length;
    if (document.startsWith('</', at)) {
      const close = `</${name}>`;
      if (!document.startsWith(close, at)) throw new Error(`no ${close} at ${at}`);
      at += close.length;
      break;
    }
    const child = parseElement(document, at);
    children.push(child.element);
    at = child.end;
  }
  return { element: { name, attributes, children, text }, end: at };
}

function unescape(raw: string): string {
  if (raw.includes('>')) throw new Error('a bare > in text');
  return raw.replace(/&([^;&]*);?/g, (whole, entity: string) => {
    const character = ENTITIES[entity];
    if (character === undefined || !whole.endsWith(';')) throw new Error(`unknown entity ${whole}`);
    return character;
  });
}

function matchAt(pattern: RegExp, document: string, at: number): RegExpExecArray {
  pattern.lastIndex = at;
  const match = pattern.exec(document);
  if (match === null) throw new Error(`not understood at ${at}: ${document.slice(at, at + 40)}`);
  return match;
}
