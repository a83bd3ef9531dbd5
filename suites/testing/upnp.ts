import type { Datagram, Discovery, Fetch, Stimulus } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { decodeSsdp, encodeSsdp } from '#wire/ssdp.js';
import type { Message } from '../ssdp-view.js';
import { networkEvidence } from './sample-evidence.js';

/** A few messages and documents of a UPnP device, for what the rules on it share. */

export const UDN = 'uuid:4d8c7308-173d-48ad-b2f9-a687d967caa9';
export const LOCATION = 'http://192.0.2.20:8080/d.xml';
export const RENDERER_TYPE = 'urn:schemas-upnp-org:device:MediaRenderer:1';

export type Headers = Readonly<Record<string, string>>;

const RUN = networkEvidence({});

/** A follow-up that came to its end, in which nothing was heard but this. */
export function discoveryOf(more: Partial<Discovery> = {}): Discovery {
  const nothing = { datagrams: [], searches: [], fetches: [], stimuli: [], lateness: [], isComplete: true };
  const times = { sinceMs: 0, untilMs: 60_000, limitMs: null };
  return { ...nothing, ...times, addresses: ['192.0.2.20', 'fe80::1'], ...more };
}

/** A run without M1 that has this follow-up. */
export function evidenceWith(more: Partial<Discovery> = {}, others: Partial<Evidence> = {}): Evidence {
  return { ...RUN, exchanges: [], discovery: discoveryOf(more), ...others };
}

/** A datagram of the device with this start line and these headers, sent to the group at 0 unless said otherwise. */
export function said(startLine: string, headers: Headers, more: Partial<Datagram> = {}): Message {
  const bytes = encodeSsdp(startLine, Object.entries(headers));
  const [usual] = RUN.discovery?.datagrams ?? [];
  if (usual === undefined) throw new RangeError('no datagram to change');
  const common = { sender: 'dut', family: 'ipv4', isMulticast: true, isRepeat: false, timeMs: 0 } as const;
  const source = { address: '192.0.2.20', port: 1900 };
  const destination = { address: '239.255.255.250', port: 1900 };
  const message = { ...usual, ...common, protocol: 'ssdp', source, destination, bytes, wsd: null, ...more } as const;
  return { ...message, ssdp: decodeSsdp(message.bytes) };
}

export function notify(kind: 'alive' | 'byebye' | 'update', timeMs: number, headers: Headers = {}): Message {
  return said('NOTIFY * HTTP/1.1', { NTS: `ssdp:${kind}`, ...headers }, { timeMs });
}

/** An answer of the device to a search. */
export function response(timeMs: number, headers: Headers = {}): Message {
  return said('HTTP/1.1 200 OK', headers, { timeMs, isMulticast: false });
}

export function stimulus(kind: Stimulus['kind'], timeMs: number, failed: string | null = null): Stimulus {
  return { kind, name: kind, timeMs, endMs: timeMs, failed };
}

/** The description was asked for: this is the text that came. */
export function described(text: string, more: Partial<Fetch> = {}): Fetch {
  const body = new TextEncoder().encode(text);
  return {
    ...{ purpose: 'description', method: 'GET', url: LOCATION, messageId: null, requestHeaders: [] },
    ...{ startMs: 1000, endMs: 1010, status: 200, httpVersion: '1.1', headers: [] },
    ...{ body, bodyBytes: body.length, document: '001-description.xml', problem: null },
    ...more,
  };
}

/** A description of one device with these service types. */
export function description(
  deviceType: string = RENDERER_TYPE,
  serviceTypes: readonly string[] = [],
  udn = UDN,
): string {
  const services = serviceTypes.map((type) => `<service><serviceType>${type}</serviceType></service>`).join('');
  const device = `<deviceType>${deviceType}</deviceType><UDN>${udn}</UDN><serviceList>${services}</serviceList>`;
  return `<root xmlns="urn:schemas-upnp-org:device-1-0"><device>${device}</device></root>`;
}
