import type { Datagram, Discovery, Fetch, FetchPurpose, Search } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { concat } from '#base/bytes.js';
import type { Edit } from '#suites/testing/edits.js';
import { decodeSsdp } from '#wire/ssdp.js';
import { encodeTlv } from '#wire/tlv.js';
import { decodeWsc } from '#wire/wps/message.js';
import { decodeWsd } from '#wire/wsd.js';

/** Changes of what was seen of a device on its network: evidence as of a run, with something of it gone or odd. */
export type Change = (evidence: Evidence) => Evidence;

/** Several changes, one after the other. */
export function all(...changes: readonly Change[]): Change {
  return (evidence) => changes.reduce((changed, change) => change(changed), evidence);
}

export function discovery(change: (usual: Discovery) => Partial<Discovery>): Change {
  return (evidence) => {
    const { discovery: usual } = evidence;
    if (usual === undefined) throw new RangeError('a run without discovery');
    return { ...evidence, discovery: { ...usual, ...change(usual) } };
  };
}

/** Each datagram of the DUT as others, by time; answers of searches follow. */
export function datagrams(change: (datagram: Datagram) => readonly Datagram[]): Change {
  return discovery(({ datagrams: usual, searches }) => {
    const changed = new Map(usual.map((each) => [each, each.sender === 'dut' ? change(each) : [each]]));
    const byTime = (one: Datagram, other: Datagram): number => one.timeMs - other.timeMs;
    const now = (list: readonly Datagram[]): Datagram[] => list.flatMap((each) => changed.get(each) ?? []).sort(byTime);
    const asked = ({ request, answers, untilMs }: Search): Search => ({ request, answers: now(answers), untilMs });
    return { datagrams: now(usual), searches: searches.map(asked) };
  });
}

/** The bench was late by so much, whenever one looks. */
export function lateBench(lateMs: number): Change {
  return discovery(() => ({ lateness: [{ startMs: 0, endMs: Number.MAX_SAFE_INTEGER, lateMs }] }));
}

/** Only those datagrams of the DUT that are to stay. */
export function keep(isKept: (datagram: Datagram) => boolean): Change {
  return datagrams((each) => (isKept(each) ? [each] : []));
}

/** The text of each SSDP message of the DUT, which the changed one is read from anew. */
export function ssdpText(change: (text: string, datagram: Datagram) => string): Change {
  return datagrams((each) => {
    if (each.protocol !== 'ssdp') return [each];
    const bytes = Uint8Array.from(Buffer.from(change(Buffer.from(each.bytes).toString('latin1'), each), 'latin1'));
    return [{ ...each, bytes, ssdp: decodeSsdp(bytes) }];
  });
}

/** The text of each WS-Discovery message of the DUT. */
export function wsdText(change: (text: string, datagram: Datagram) => string): Change {
  return datagrams((each) => {
    if (each.protocol !== 'wsd') return [each];
    const bytes = new TextEncoder().encode(change(new TextDecoder().decode(each.bytes), each));
    return [{ ...each, bytes, wsd: decodeWsd(bytes) }];
  });
}

/** Every fetch, or those with one purpose. */
export function fetches(change: (fetch: Fetch) => Partial<Fetch>, purpose?: FetchPurpose): Change {
  return discovery(({ fetches: usual }) => ({
    fetches: usual.map((each) =>
      purpose === undefined || each.purpose === purpose ? { ...each, ...change(each) } : each,
    ),
  }));
}

/** A text of the description with another in its place. */
export function description(from: RegExp | string, to: string): Change {
  return fetchedText((text) => text.replace(from, to), 'description');
}

/** A text of each answer that holds metadata with another in its place. */
export function metadata(from: RegExp | string, to: string): Change {
  return fetchedText((text, { purpose }) => (purpose.startsWith('metadata') ? text.replace(from, to) : text));
}

/** The text of what was fetched, in UTF-8. */
export function fetchedText(change: (text: string, fetch: Fetch) => string, purpose?: FetchPurpose): Change {
  return fetches((fetch) => {
    if (fetch.body === null) return {};
    const body = new TextEncoder().encode(change(new TextDecoder().decode(fetch.body), fetch));
    return { body, bodyBytes: body.length };
  }, purpose);
}

/** Other attributes in each message of the DUT's exchanges; its Probe Requests were not seen. */
export function saying(edit: Edit): Change {
  return (evidence) => ({
    ...evidence,
    management: [],
    exchanges: evidence.exchanges.map((exchange) => ({
      ...exchange,
      messages: exchange.messages.map((message) =>
        message.from === 'enrollee'
          ? { ...message, wsc: decodeWsc(concat(...edit(message.wsc.attributes).map((each) => encodeTlv(each)))) }
          : message,
      ),
    })),
  });
}
