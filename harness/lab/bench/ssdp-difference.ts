import type { SsdpMessage } from '#wire/ssdp.js';

/**
 * What two messages of SSDP differ in: names of headers in capitals, `order` of those that both have, `framing` for the
 * start line, line ends and what is behind the headers.
 */
export function ssdpDifference(one: SsdpMessage, other: SsdpMessage): string[] {
  const [before, after] = [headersOf(one), headersOf(other)];
  const parts = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  if (orderOf(before, after) !== orderOf(after, before)) parts.push('order');
  if (framingOf(one) !== framingOf(other)) parts.push('framing');
  return parts;
}

/** As written, the lines of one name together. */
function headersOf({ headers }: SsdpMessage): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, value } of headers) {
    const key = name.toUpperCase();
    found.set(key, `${found.get(key) ?? ''}${name}: ${value}\n`);
  }
  return found;
}

function orderOf(own: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string {
  return [...own.keys()].filter((name) => others.has(name)).join();
}

function framingOf({ startLine, issues, body, bytes }: SsdpMessage): string {
  const behind = body === null ? '' : new TextDecoder().decode(bytes.subarray(body.start, body.end));
  return [startLine.text, ...new Set(issues.map(({ code }) => code)), behind].join('\n');
}
