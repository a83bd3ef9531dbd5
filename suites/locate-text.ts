import type { Span } from '#base/bytes.js';
import type { Datagram, Fetch } from '#evidence/discovery-model.js';
import type { Location } from '#judge/rule.js';
import type { SsdpHeader } from '#wire/ssdp.js';
import type { WsdKind } from '#wire/wsd.js';
import type { XmlElement } from '#wire/xml.js';
import { shownBytes, type Spot } from './locate.js';

/* Places in text: headers of SSDP, elements of SOAP and of documents. Offsets count bytes, lines and columns from 1. */

const LF = 0x0a;

const WSD_LABELS: Readonly<Record<WsdKind, string>> = {
  hello: 'Hello',
  bye: 'Bye',
  probe: 'Probe',
  'probe-matches': 'ProbeMatches',
  resolve: 'Resolve',
  'resolve-matches': 'ResolveMatches',
  other: 'a datagram of WS-Discovery',
};

const SSDP_LABELS = {
  notify: 'NOTIFY',
  search: 'M-SEARCH',
  response: 'the answer to M-SEARCH',
  other: 'a datagram of SSDP',
} as const;

/** Name of a datagram as the reports print it: `ssdp:alive`, `the answer to M-SEARCH`, `Hello`. */
export function datagramLabel({ ssdp, wsd }: Datagram): string {
  if (wsd !== null) return WSD_LABELS[wsd.kind];
  if (ssdp === null) return 'a datagram';
  const subtype = ssdp.headers.find(({ name }) => name.trim().toLowerCase() === 'nts')?.value.toLowerCase() ?? '';
  return ssdp.kind === 'notify' && /^ssdp:[a-z]+$/.test(subtype) ? subtype : SSDP_LABELS[ssdp.kind];
}

/** Where a spot of a datagram is, in its payload and in the frame its first byte came in; without a spot all of it. */
export function locateDatagram(datagram: Datagram, spot?: Spot): Location {
  const { bytes } = datagram;
  const { span, path } = spot ?? { span: { start: 0, end: bytes.length }, path: datagram.protocol };
  return inDatagram(datagram, span, path, placeIn(bytes, span.start));
}

/** Where the value of a header of SSDP is; where the header has none, its line. */
export function locateHeader(datagram: Datagram, header: SsdpHeader): Location {
  const { span, valueSpan, name } = header;
  const shown = valueSpan.start < valueSpan.end ? valueSpan : span;
  return locateDatagram(datagram, { span: shown, path: `ssdp.${name.trim().toLowerCase()}` });
}

/** The end of a datagram: where something that is missing would stand. */
export function locateDatagramEnd(datagram: Datagram, path: string): Location {
  const end = datagram.bytes.length;
  return locateDatagram(datagram, { span: { start: end, end }, path });
}

/** Where an element of a SOAP datagram is. */
export function locateElement(datagram: Datagram, element: XmlElement, path = element.name): Location {
  return inDatagram(datagram, element.span, path, element.at);
}

/** Where an element of a fetched document is; without one, the start of the document. */
export function locateXml(fetch: Fetch, element: XmlElement | null, path = element?.name ?? 'xml'): Location {
  if (element === null) return locateDocument(fetch, { span: { start: 0, end: 0 }, path });
  return inDocument(fetch, element.span, path, element.at);
}

/** Where a spot of a fetched document is, and in an answer without a body: nowhere but in that answer. */
export function locateDocument(fetch: Fetch, spot: Spot): Location {
  return inDocument(fetch, spot.span, spot.path, placeIn(fetch.body ?? new Uint8Array(0), spot.span.start));
}

function inDatagram(
  datagram: Datagram,
  { start, end }: Span,
  path: string,
  { line, column }: { readonly line: number; readonly column: number },
): Location {
  const { parts, bytes } = datagram;
  const part =
    parts.find((each) => start >= each.messageOffset && start < each.messageOffset + each.lengthBytes) ?? parts.at(-1);
  return {
    path,
    message: datagramLabel(datagram),
    ...(part === undefined
      ? { frame: datagram.frame.number }
      : { frame: part.frame.number, frameOffset: part.frameOffset + start - part.messageOffset }),
    messageOffset: start,
    ...shownBytes(bytes.subarray(start, end)),
    line,
    column,
  };
}

function inDocument(
  fetch: Fetch,
  { start, end }: Span,
  path: string,
  { line, column }: { readonly line: number; readonly column: number },
): Location {
  return {
    path,
    message: `the answer to ${fetch.method} ${fetch.url}`,
    messageOffset: start,
    ...shownBytes((fetch.body ?? new Uint8Array(0)).subarray(start, end)),
    ...(fetch.document === null ? {} : { document: fetch.document, line, column }),
  };
}

/** Line and column of an offset, in bytes of UTF-8 text. */
function placeIn(bytes: Uint8Array, offset: number): { line: number; column: number } {
  const before = bytes.subarray(0, offset);
  const lineAt = before.lastIndexOf(LF) + 1;
  const column = new TextDecoder('utf-8', { ignoreBOM: true }).decode(before.subarray(lineAt)).length + 1;
  return { line: before.reduce((count, byte) => (byte === LF ? count + 1 : count), 1), column };
}
