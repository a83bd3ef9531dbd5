import type { Datagram, Discovery, Endpoint, Search } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { decodeWsd } from '#wire/wsd.js';
import { encodeHello, type AnnouncementSource, type WsdTargetSource } from '#wire/wsd-write.js';
import { eachHeard, type WsdView } from '../wsd-view.js';
import { DPWS_PRINTER } from './devices.js';
import { ADDRESS, onNetwork, type WsdScript } from './wsd.js';

/** Who asks the questions of {@link search}. */
export const ASKER: Endpoint = { address: '192.0.2.1', port: 50_000 };

const USUAL = onNetwork();

/** What the rules on WS-Discovery see of the sample printer in a run in which it says and serves this. */
export function viewOfRun(script: WsdScript = {}): WsdView {
  return viewOfEvidence(onNetwork(script));
}

/** The same of the usual run with another discovery. */
export function viewOf(change: Partial<Discovery>, more: Partial<Evidence> = {}): WsdView {
  return viewOfEvidence({ ...USUAL, discovery: { ...usualDiscovery(), ...change }, ...more });
}

export function usualDiscovery(): Discovery {
  if (USUAL.discovery === undefined) throw new Error('nobody listened');
  return USUAL.discovery;
}

/** The first Hello of the printer with another payload, and whatever else is another. */
export function hello(target: Partial<WsdTargetSource>, writing: Partial<AnnouncementSource> = {}): Datagram {
  const appSequence = { instanceId: 7, messageNumber: 1 };
  const said = { address: ADDRESS, metadataVersion: 1, ...target };
  return payload(encodeHello({ messageId: 'urn:uuid:1', appSequence, target: said, ...writing }));
}

/** The first Hello of the printer with these bytes in its place. */
export function payload(bytes: Uint8Array, more: Partial<Datagram> = {}): Datagram {
  const first = usualDiscovery().datagrams.find(({ sender }) => sender === 'dut');
  if (first === undefined) throw new Error('the printer is silent');
  return { ...first, bytes, wsd: decodeWsd(bytes), ...more };
}

/** The same of the bench: a question, at 2 s. */
export function question(bytes: Uint8Array, more: Partial<Datagram> = {}): Datagram {
  return payload(bytes, { sender: 'other', source: ASKER, timeMs: 2000, ...more });
}

/** An answer of the printer to who asked, 100 ms after the question. */
export function reply(bytes: Uint8Array, more: Partial<Datagram> = {}): Datagram {
  return payload(bytes, { destination: ASKER, isMulticast: false, timeMs: 2100, ...more });
}

/** A question and its answers, for which somebody listened long enough unless told otherwise. */
export function search(request: Datagram, answers: readonly Datagram[] = [], listenedMs = 5000): Search {
  return { request, answers, untilMs: request.timeMs + listenedMs };
}

function viewOfEvidence(evidence: Evidence): WsdView {
  const views: WsdView[] = [];
  const findings = eachHeard(evidence, DPWS_PRINTER.profile, (view) => {
    views.push(view);
    return [];
  });
  const [view] = views;
  if (view === undefined) throw new Error(`no view: ${findings[0]?.text ?? 'nothing'}`);
  return view;
}
