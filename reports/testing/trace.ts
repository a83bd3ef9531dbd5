import type { Location } from '#judge/rule.js';
import { TRACE_VERSION, type Trace, type TraceRow } from '#judge/trace.js';
import { HOSTILE_NAME } from './m1.js';

const UUID = '1d0c4f1e-9e7a-4f60-8a3b-5c2d6e7f8091';
const DPWS_UUID = '2e1d5a2f-0f8b-4a71-9b4c-6d3e7f809102';

function row(more: Partial<TraceRow> & Pick<TraceRow, 'place' | 'sent' | 'layer'>): TraceRow {
  const at: Location = {
    path: 'm1.uuidE',
    message: 'M1',
    frame: 7,
    messageOffset: 20,
    frameOffset: 52,
    lengthBytes: 16,
    hex: '',
  };
  return {
    way: null,
    uuid: more.sent.slice(-36).toLowerCase(),
    count: 1,
    timeMs: Date.UTC(2026, 8, 21, 13, 33, 21),
    at,
    agreement: 'agrees',
    how: '',
    owner: null,
    ...more,
  };
}

const IN_DOCUMENT: Location = {
  path: 'UDN',
  message: 'the answer to GET http://192.0.2.7/desc.xml',
  messageOffset: 586,
  lengthBytes: 45,
  hex: '',
  document: '006-description.xml',
  line: 12,
  column: 9,
};

/** A trace that parts by UPnP, where a device says markup of itself, and agrees by DPWS; replace what a test is about. */
export function exampleTrace(more: Partial<Trace> = {}): Trace {
  return {
    traceVersion: TRACE_VERSION,
    declares: 'transports',
    promises: [
      { way: 'upnp', transport: 'UPnP', expected: `uuid:${UUID}`, origin: 'uuid-e', problem: '', paths: ['vpi'] },
      {
        way: 'dpws',
        transport: 'DPWS',
        expected: `urn:uuid:${DPWS_UUID}`,
        origin: 'transport-uuid',
        problem: '',
        paths: ['vpi2', 'tuu'],
      },
    ],
    rows: [
      row({ layer: 'probe', place: 'UUID-E of Probe Requests', sent: UUID }),
      row({ layer: 'm1', place: 'UUID-E of M1, exchange 1', sent: UUID, agreement: 'given' }),
      row({
        layer: 'announcement',
        way: 'upnp',
        place: 'USN of ssdp:alive',
        sent: `uuid:${UUID.toUpperCase()}`,
        count: 6,
        agreement: 'parts',
        how: 'is in upper case',
        owner: 'RVP-UID-05',
      }),
      row({
        layer: 'document',
        way: 'upnp',
        place: 'UDN of the root device',
        sent: HOSTILE_NAME,
        uuid: null,
        at: IN_DOCUMENT,
        agreement: 'parts',
        how: 'does not begin with uuid:',
        owner: 'RVP-UID-03',
      }),
      row({ layer: 'm1', way: 'dpws', place: 'Transport UUID of DPWS (0x01)', sent: DPWS_UUID, agreement: 'given' }),
      row({ layer: 'announcement', way: 'dpws', place: 'Hello', sent: `urn:uuid:${DPWS_UUID}` }),
      row({ layer: 'container', way: 'dpws', place: 'Container id', sent: `{${UUID}}`, agreement: 'alone' }),
    ],
    unlisted: 0,
    ...more,
  };
}
