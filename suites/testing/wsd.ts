import type { Datagram, Discovery, Endpoint, Fetch, Search } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { fromHex } from '#base/bytes.js';
import { NAMESPACE } from '#wire/soap.js';
import { decodeWsd, type WsdKind } from '#wire/wsd.js';
import {
  encodeBye,
  encodeFault,
  encodeGetResponse,
  encodeHello,
  encodeProbe,
  encodeProbeMatches,
  encodeResolve,
  encodeResolveMatches,
  type GetResponseSource,
  type MatchesSource,
  type WsdTargetSource,
} from '#wire/wsd-write.js';
import { DPWS_PRINTER, DPWS_UUID } from './devices.js';
import { twoSessions } from './evidence.js';

/** What the sample printer says by WS-Discovery in a run, and the parts a test changes of it. */

export const DEVICE: Endpoint = { address: '192.0.2.20', port: 3702 };
export const GROUP: Endpoint = { address: '239.255.255.250', port: 3702 };
export const URL_OF_DEVICE = `http://${DEVICE.address}:5357/device`;
export const ADDRESS = `urn:uuid:${DPWS_UUID}`;
export const PRINT_DEVICE = `{${NAMESPACE.print}}PrintDeviceType`;
const TYPES = [`{${NAMESPACE.devprof}}Device`, PRINT_DEVICE];
export const SCOPE = 'http://printer.example/Floor-2';

/** One message of the device: what it says and when, how often and to whom. */
export interface Message {
  readonly kind: 'hello' | 'bye' | 'probe-matches' | 'resolve-matches';
  readonly atMs: number;
  /** Times of further copies after the first. */
  readonly copiesAfterMs: readonly number[];
  readonly id: string;
  readonly relatesTo: string | null;
  readonly instanceId: number | string;
  readonly messageNumber: number | string;
  readonly sequenceId?: string;
  readonly target: WsdTargetSource;
  readonly to: Endpoint;
  readonly writing?: Partial<MatchesSource>;
}

/** One question of the bench. */
export interface Asked {
  readonly id: string;
  readonly atMs: number;
  readonly port: number;
  readonly bytes: Uint8Array;
}

export interface WsdScript {
  readonly messages?: (usual: readonly Message[]) => readonly Message[];
  readonly asked?: (usual: readonly Asked[]) => readonly Asked[];
  readonly fetches?: (usual: readonly Fetch[]) => readonly Fetch[];
  readonly discovery?: (usual: Discovery) => Discovery;
  readonly evidence?: Partial<Evidence>;
}

const TARGET: WsdTargetSource = {
  address: ADDRESS,
  types: TYPES,
  scopes: [SCOPE],
  xAddrs: [URL_OF_DEVICE],
  metadataVersion: 3,
};
const BYE: WsdTargetSource = { address: ADDRESS, metadataVersion: null };
const LISTENED_MS = 5500;
const id = (last: string): string => `urn:uuid:11111111-2222-4333-8444-${last.padStart(12, '0')}`;

const ASKED: readonly Asked[] = [
  asked('a1', 2000, (messageId) => encodeProbe({ messageId })),
  asked('a2', 2100, (messageId) => encodeProbe({ messageId, types: [`{${NAMESPACE.devprof}}Device`] })),
  asked('a3', 2200, (messageId) => encodeProbe({ messageId, types: ['{http://nobody.invalid/type}Thing'] })),
  asked('a4', 2300, (messageId) => probeForScope(messageId, SCOPE, 'strcmp0')),
  asked('a5', 2400, (messageId) => probeForScope(messageId, SCOPE, 'rfc2396')),
  asked('a6', 2500, (messageId) => probeForScope(messageId, SCOPE.toUpperCase(), 'strcmp0')),
  asked('a7', 2600, (messageId) => encodeResolve({ messageId, address: ADDRESS })),
  asked('a8', 2700, (messageId) =>
    encodeResolve({ messageId, address: 'urn:uuid:00000000-0000-0000-0000-000000000000' }),
  ),
];

export function probeForScope(messageId: string, scope: string, rule: string): Uint8Array {
  return encodeProbe({ messageId, scopes: [scope], matchBy: `${NAMESPACE.discovery}/${rule}` });
}

export function asked(last: string, atMs: number, build: (messageId: string) => Uint8Array): Asked {
  return { id: id(last), atMs, port: 50_000 + Number.parseInt(last, 16), bytes: build(id(last)) };
}

function message(kind: Message['kind'], last: string, atMs: number, more: Partial<Message> = {}): Message {
  const common = { copiesAfterMs: [120], relatesTo: null, instanceId: 7, messageNumber: 1, to: GROUP };
  return { kind, atMs, id: id(last), target: kind === 'bye' ? BYE : TARGET, ...common, ...more };
}

/** An answer to one of the questions, 200 ms after it. */
export function answer(last: string, messageNumber: number, more: Partial<Message> = {}): Message {
  const question = ASKED.find((each) => each.id === id(last));
  if (question === undefined) throw new RangeError(`no question ${last}`);
  const kind = last === 'a7' || last === 'a8' ? 'resolve-matches' : 'probe-matches';
  const to = { address: '192.0.2.1', port: question.port };
  return message(kind, `b${last}`, question.atMs + 200, { relatesTo: question.id, messageNumber, to, ...more });
}

/** Hello, answers to all but the foreign questions, Bye, and Hello again after a power cycle. */
const MESSAGES: readonly Message[] = [
  message('hello', 'c1', 1000),
  answer('a1', 2),
  answer('a2', 3),
  answer('a4', 4),
  answer('a5', 5),
  answer('a7', 6),
  message('bye', 'c2', 20_000, { messageNumber: 7 }),
  message('hello', 'c3', 22_000, { instanceId: 8 }),
];

const METADATA: GetResponseSource = {
  messageId: id('d9'),
  relatesTo: id('d1'),
  metadata: {
    thisModel: { manufacturers: ['Maker'], modelNames: ['Printer'], deviceCategory: 'Printers' },
    thisDevice: { friendlyNames: ['A printer'], serialNumber: '1' },
    host: { addresses: [ADDRESS], types: TYPES, serviceId: 'http://printer.example/device' },
    hosted: [
      {
        addresses: [`${URL_OF_DEVICE}/print`],
        types: [`{${NAMESPACE.print}}PrinterServiceType`],
        serviceId: 'http://printer.example/print',
        hardwareIds: 'VEN_0137&DEV_0101',
        compatibleIds: 'VEN_0137',
      },
    ],
  },
};

/** The metadata with something of them changed. */
export function metadataBody(last: string, change: Partial<GetResponseSource['metadata']> = {}): Uint8Array {
  return encodeGetResponse({ ...METADATA, relatesTo: id(last), metadata: { ...METADATA.metadata, ...change } });
}

export function fetched(
  purpose: Fetch['purpose'],
  last: string,
  body: Uint8Array | null,
  more: Partial<Fetch> = {},
): Fetch {
  return {
    ...{ purpose, method: purpose === 'connect' ? 'CONNECT' : 'POST', url: URL_OF_DEVICE, requestHeaders: [] },
    ...{ messageId: purpose === 'connect' ? null : id(last), startMs: 3000, endMs: 3010 },
    ...{ status: purpose === 'connect' ? null : 200, httpVersion: '1.1', body, bodyBytes: body?.length ?? 0 },
    headers: [['Content-Type', 'application/soap+xml; charset=utf-8']],
    document: body === null ? null : `001-${purpose}.xml`,
    problem: null,
    ...more,
  };
}

const fault = { messageId: id('da'), relatesTo: id('d4'), code: 'Sender', reason: 'no' } as const;
const FETCHES: readonly Fetch[] = [
  fetched('connect', 'd0', null),
  fetched('metadata', 'd1', metadataBody('d1')),
  fetched('metadata-chunked', 'd2', metadataBody('d2')),
  fetched('metadata-extended', 'd3', metadataBody('d3')),
  fetched(
    'metadata-reply-to',
    'd4',
    encodeFault({ ...fault, subcode: `{${NAMESPACE.addressing}}InvalidMessageInformationHeader` }),
    { status: 400 },
  ),
  fetched(
    'directed-probe',
    'd5',
    encodeProbeMatches({
      messageId: id('db'),
      relatesTo: id('d5'),
      appSequence: { instanceId: 7, messageNumber: 6 },
      targets: [TARGET],
    }),
  ),
];

/** A run with the sample printer in which it says and serves this. */
export function onNetwork(script: WsdScript = {}): Evidence {
  const questions = (script.asked ?? same)(ASKED);
  const sent = [...questions.flatMap(requestFrames), ...(script.messages ?? same)(MESSAGES).flatMap(messageFrames)];
  const datagrams = markRepeats(
    [...sent].sort((one, other) => one.timeMs - other.timeMs).map((each, index) => numbered(each, index + 1)),
  );
  const usual: Discovery = {
    addresses: [DEVICE.address],
    sinceMs: 900,
    untilMs: 60_000,
    limitMs: 30_000,
    isComplete: true,
    datagrams,
    searches: searchesIn(datagrams),
    fetches: (script.fetches ?? same)(FETCHES),
    stimuli: [
      { kind: 'leave', name: 'leave', timeMs: 20_500, endMs: 20_500, failed: null },
      { kind: 'power-cycle', name: 'power-cycle', timeMs: 20_600, endMs: 21_500, failed: null },
    ],
    lateness: [],
  };
  const base = twoSessions(DPWS_PRINTER);
  const kinds = [...base.ability.kinds, 'wsd', 'metadata'] as const;
  const discovery = (script.discovery ?? same)(usual);
  return { ...base, ability: { kinds, sessions: 2 }, discovery, ...script.evidence };
}

/** The bench was late by so much, whenever one looks. */
export function lateBy(lateMs: number): NonNullable<WsdScript['discovery']> {
  return (usual) => ({ ...usual, lateness: [{ startMs: 0, endMs: usual.untilMs, lateMs }] });
}

function same<Value>(value: Value): Value {
  return value;
}

interface Sent {
  readonly timeMs: number;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly bytes: Uint8Array;
}

function requestFrames({ atMs, port, bytes }: Asked): Sent[] {
  const source = { address: '192.0.2.1', port };
  return [0, 150].map((afterMs) => ({ timeMs: atMs + afterMs, source, destination: GROUP, bytes }));
}

function messageFrames(said: Message): Sent[] {
  const bytes = encode(said);
  return [0, ...said.copiesAfterMs].map((afterMs) => ({
    timeMs: said.atMs + afterMs,
    source: DEVICE,
    destination: said.to,
    bytes,
  }));
}

function encode({ kind, id: messageId, relatesTo, target, writing, ...numbers }: Message): Uint8Array {
  const { instanceId, messageNumber, sequenceId } = numbers;
  const appSequence = { instanceId, messageNumber, ...(sequenceId === undefined ? {} : { sequenceId }) };
  const common = { messageId, appSequence, ...writing };
  if (kind === 'hello') return encodeHello({ ...common, target });
  if (kind === 'bye') return encodeBye({ ...common, target });
  const matches = { relatesTo: relatesTo ?? '', targets: [target], ...common };
  return kind === 'probe-matches' ? encodeProbeMatches(matches) : encodeResolveMatches(matches);
}

type Unmarked = Omit<Datagram, 'isRepeat'>;

function numbered({ timeMs, source, destination, bytes }: Sent, number: number): Unmarked {
  const timeNs = BigInt(Math.round(timeMs * 1e6));
  const frame = { number, timeNs, linkType: 'ethernet', bytes, wireLength: bytes.length } as const;
  return {
    ...{ protocol: 'wsd', timeMs, frame, source, destination, bytes, ssdp: null, ttl: 1 },
    sender: source.address === DEVICE.address ? 'dut' : 'other',
    family: source.address.includes(':') ? 'ipv6' : 'ipv4',
    sourceMac: fromHex('020000000100'),
    isMulticast: destination.address === GROUP.address,
    parts: [{ frame, messageOffset: 0, frameOffset: 42, lengthBytes: bytes.length }],
    wsd: decodeWsd(bytes),
  };
}

function markRepeats(datagrams: readonly Unmarked[]): Datagram[] {
  const seen = new Set<string>();
  return datagrams.map((each) => {
    const key = `${each.source.address} ${each.wsd?.soap.messageId?.value ?? ''}`;
    const isRepeat = each.wsd?.soap.messageId !== null && seen.has(key);
    seen.add(key);
    return { ...each, isRepeat };
  });
}

const QUESTIONS: readonly WsdKind[] = ['probe', 'resolve'];

function searchesIn(datagrams: readonly Datagram[]): Search[] {
  return datagrams
    .filter(({ sender, isRepeat, wsd }) => sender === 'other' && !isRepeat && QUESTIONS.includes(wsd?.kind ?? 'other'))
    .map((request) => ({
      request,
      answers: datagrams.filter(
        ({ sender, wsd }) => sender === 'dut' && wsd?.soap.relatesTo?.value === request.wsd?.soap.messageId?.value,
      ),
      untilMs: request.timeMs + LISTENED_MS,
    }));
}
