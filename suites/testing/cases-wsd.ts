import { encodeProbe } from '#wire/wsd-write.js';
import { NEWER_NAMESPACES } from '#wire/soap-write.js';
import { NAMESPACE } from '#wire/soap.js';
import { DPWS_UUID } from './devices.js';
import {
  ADDRESS,
  answer,
  asked,
  GROUP,
  lateBy,
  PRINT_DEVICE,
  URL_OF_DEVICE,
  type Message,
  type WsdScript,
} from './wsd.js';

/** What a device on the network says and serves, and everything of WSD and MEX that has to fail for it. */
export interface NetworkCase {
  readonly name: string;
  readonly script: WsdScript;
  /** MUST rules that fail, SHOULD rules that are not met; without `RVP-`, sorted. */
  readonly fails: readonly string[];
  readonly warns: readonly string[];
  /** Verdicts of others that are not passes, by id. */
  readonly others?: Readonly<Record<string, string>>;
}

type Expected = Partial<Pick<NetworkCase, 'fails' | 'warns' | 'others'>>;

export function networkCase(name: string, script: WsdScript, expected: Expected = {}): NetworkCase {
  return { name, script, fails: [], warns: [], ...expected };
}

type Change = (message: Message) => Partial<Message>;

/** Each message with something else. */
export const every = (change: Change): WsdScript => ({
  messages: (usual) => usual.map((each) => ({ ...each, ...change(each) })),
});
/** Each message of a kind with something else. */
export const only = (kind: Message['kind'], change: Change): WsdScript =>
  every((each) => (each.kind === kind ? change(each) : {}));
export const target =
  (change: Partial<Message['target']>): Change =>
  (each) => ({ target: { ...each.target, ...change } });
export const writing =
  (more: NonNullable<Message['writing']>): Change =>
  () => ({ writing: more });
const xAddrs = (...urls: readonly string[]): WsdScript =>
  every((each) => (each.kind === 'bye' ? {} : target({ xAddrs: urls })(each)));
export const without = (drop: (message: Message) => boolean): WsdScript => ({
  messages: (usual) => usual.filter((each) => !drop(each)),
});

let sequences = 0;
const RESTARTED_MS = 21_500;
/** The answer to the Resolve takes 4000 ms. */
const RESOLVED_LATE = only('resolve-matches', ({ atMs }) => ({ atMs: atMs + 3950, messageNumber: 6 }));

/** Lawful oddities, on which nothing fails, and boundaries of each rule of WS-Discovery. */
export const WSD_CASES: readonly NetworkCase[] = [
  networkCase('everything as it should be', {}),
  networkCase('other prefixes', every(writing({ prefixes: { discovery: 'q', addressing: 'zz', devprof: 'wprt' } }))),
  networkCase(
    'a SequenceId of its own for each message',
    every(() => ({ sequenceId: `urn:uuid:${++sequences}`, messageNumber: 1 })),
  ),
  networkCase(
    'numbers with gaps',
    every(({ messageNumber }) => ({ messageNumber: Number(messageNumber) * 100 })),
  ),
  networkCase(
    'each message three times',
    every(() => ({ copiesAfterMs: [60, 180] })),
  ),
  networkCase(
    'each message once',
    every(() => ({ copiesAfterMs: [] })),
  ),
  networkCase(
    'ProbeMatches without XAddrs, which a Resolve gives',
    only('probe-matches', ({ target: usual }) => ({ target: omitXAddrs(usual) })),
  ),
  networkCase(
    'Hello with address and version alone',
    only('hello', () => ({ target: { address: ADDRESS, metadataVersion: 3 } })),
  ),
  networkCase('a Hello again later, as a message of its own', {
    messages: (usual) =>
      [usual[0], usual[0]]
        .flatMap((each, index) => (each === undefined ? [] : index === 0 ? [each] : [later(each)]))
        .concat(renumbered(usual.slice(1))),
  }),
  networkCase('messages of 1.1 besides', {
    messages: (usual) => [...usual, ...usual.filter(({ kind }) => kind === 'hello').map(newer)],
  }),
  networkCase(
    'messages of 1.1 alone',
    { messages: (usual) => usual.filter(({ kind }) => kind === 'hello').map(newer) },
    {
      fails: ['WSD-001', 'WSD-010a'],
      others: { 'WSD-002': 'inconclusive', 'WSD-020': 'inconclusive', 'WSD-013': 'not-run' },
    },
  ),
  networkCase(
    'Hello to port 3701',
    only('hello', () => ({ to: { ...GROUP, port: 3701 } })),
    { fails: ['WSD-001'] },
  ),
  networkCase(
    'no Hello after the power cycle',
    without(({ kind, atMs }) => kind === 'hello' && atMs > RESTARTED_MS),
    { fails: ['WSD-001'], others: { 'WSD-005': 'inconclusive' } },
  ),
  networkCase(
    'no Hello after the power cycle, and nobody waited for it',
    {
      ...without(({ kind, atMs }) => kind === 'hello' && atMs > RESTARTED_MS),
      discovery: (usual) => ({ ...usual, untilMs: RESTARTED_MS + 5000 }),
    },
    { others: { 'WSD-001': 'inconclusive', 'WSD-005': 'inconclusive' } },
  ),
  networkCase('Hello to somebody', only('hello', writing({ headers: { To: 'urn:somebody' } })), {
    fails: ['WSD-002'],
  }),
  networkCase('Device of another namespace', every(target({ types: ['{urn:other}Device', PRINT_DEVICE] })), {
    fails: ['WSD-003'],
  }),
  networkCase(
    'ProbeMatches without Types',
    only('probe-matches', ({ target: usual }) => ({ target: omitTypes(usual) })),
    {
      fails: ['WSD-003'],
    },
  ),
  networkCase(
    'the device was not told to leave',
    { discovery: (usual) => ({ ...usual, stimuli: [] }) },
    {
      others: { 'WSD-004': 'not-run', 'WSD-005': 'not-run' },
    },
  ),
  networkCase(
    'InstanceId as before after the power cycle',
    every(() => ({ instanceId: 7 })),
    {
      fails: ['WSD-005', 'WSD-020', 'WSD-021'],
    },
  ),
  networkCase(
    'a lower InstanceId after the power cycle',
    every(({ instanceId }) => (instanceId === 8 ? { instanceId: 6 } : {})),
    {
      fails: ['WSD-005', 'WSD-021'],
    },
  ),
  networkCase(
    'InstanceId in hexadecimal',
    every(() => ({ instanceId: '0x7' })),
    {
      fails: ['WSD-020'],
    },
  ),
  networkCase(
    'an answer that overtakes another',
    every(({ messageNumber }) => ({
      messageNumber: messageNumber === 3 ? 4 : messageNumber === 4 ? 3 : messageNumber,
    })),
    { fails: ['WSD-020', 'WSD-021'] },
  ),
  networkCase('an answer after exactly four seconds', RESOLVED_LATE, {
    fails: ['WSD-012'],
  }),
  networkCase(
    'an answer after four seconds on a late bench',
    { ...RESOLVED_LATE, discovery: lateBy(400) },
    { others: { 'WSD-012': 'inconclusive' } },
  ),
  networkCase(
    'an answer after four seconds on a punctual bench',
    { ...RESOLVED_LATE, discovery: lateBy(399) },
    { fails: ['WSD-012'] },
  ),
  networkCase(
    'a Resolve without answer on a late bench',
    { ...without(({ kind }) => kind === 'resolve-matches'), discovery: lateBy(5800) },
    { others: { 'WSD-013': 'inconclusive' } },
  ),
  networkCase(
    'no Hello after a restart on a late bench',
    { ...without(({ kind, atMs }) => kind === 'hello' && atMs > RESTARTED_MS), discovery: lateBy(4000) },
    { others: { 'WSD-001': 'inconclusive' } },
  ),
  networkCase(
    'an answer just in time',
    only('resolve-matches', ({ atMs }) => ({ atMs: atMs + 3940 })),
  ),
  networkCase(
    'ProbeMatches by multicast',
    only('probe-matches', () => ({ to: GROUP })),
    { fails: ['WSD-011'] },
  ),
  networkCase(
    'ProbeMatches that relate to nothing',
    only('probe-matches', () => ({ relatesTo: 'urn:uuid:0' })),
    {
      fails: ['WSD-011'],
    },
  ),
  networkCase(
    'an empty answer to a foreign type',
    {
      messages: (usual) => [
        ...usual.slice(0, 3),
        { ...answer('a3', 4), writing: { targets: [] } },
        ...renumbered(usual.slice(3)),
      ],
    },
    { fails: ['WSD-010b'] },
  ),
  networkCase(
    'not listened long enough',
    {
      ...without(({ kind }) => kind === 'probe-matches'),
      discovery: (usual) => ({
        ...usual,
        searches: usual.searches.map((each) => ({ ...each, untilMs: each.request.timeMs + 1000 })),
      }),
    },
    {
      others: {
        'WSD-010a': 'inconclusive',
        'WSD-010b': 'inconclusive',
        'WSD-011': 'inconclusive',
        'WSD-017': 'inconclusive',
      },
    },
  ),
  networkCase(
    'no answer in a capture',
    {
      ...without(({ kind }) => kind !== 'hello'),
      discovery: (usual) => ({ ...usual, isComplete: false, sinceMs: null, fetches: [], stimuli: [] }),
      evidence: { source: 'capture' },
    },
    { others: { 'WSD-010a': 'inconclusive', 'WSD-013': 'inconclusive', 'MEX-002': 'inconclusive' } },
  ),
  networkCase(
    'frames are missing, and an answer',
    {
      ...without(({ kind }) => kind === 'resolve-matches'),
      evidence: { losses: [{ source: 'sequence', count: 1, text: 'one frame' }] },
    },
    { others: { 'WSD-013': 'inconclusive', 'WSD-014': 'inconclusive' } },
  ),
  networkCase(
    'no questions',
    { asked: () => [], messages: (usual) => usual.filter(({ relatesTo }) => relatesTo === null) },
    {
      others: {
        'WSD-010a': 'not-run',
        'WSD-010b': 'not-run',
        'WSD-011': 'not-run',
        'WSD-013': 'not-run',
        'WSD-017': 'not-run',
      },
    },
  ),
  networkCase('a Probe of somebody that is answered elsewhere', {
    asked: (usual) => [
      ...usual,
      asked('af', 9000, (messageId) => encodeProbe({ messageId, replyTo: 'http://192.0.2.9/there' })),
    ],
  }),
  networkCase('a Probe for a type that only the metadata name', {
    asked: (usual) => [
      ...usual,
      asked('af', 9000, (messageId) => encodeProbe({ messageId, types: [`{${NAMESPACE.print}}PrinterServiceType`] })),
    ],
  }),
  networkCase('a first XAddr with a name', xAddrs('http://printer.local:5357/device')),
  networkCase('an IPv6 XAddr behind the first', xAddrs(URL_OF_DEVICE, 'http://[fe80::1]:5357/device')),
  networkCase('a scope id in an XAddr', xAddrs('http://[fe80::1%25eth0]:5357/device'), { fails: ['WSD-022'] }),
  networkCase('an XAddr of another network', xAddrs('http://10.0.0.1:5357/device'), { fails: ['WSD-022'] }),
  networkCase('an XAddr of loopback', xAddrs('http://127.0.0.1:5357/device'), { fails: ['WSD-022'] }),
  networkCase('http and https', xAddrs(URL_OF_DEVICE, 'https://192.0.2.20:5358/device'), { fails: ['WSD-022'] }),
  networkCase('a relative XAddr', xAddrs('/device'), { fails: ['WSD-022'] }),
  networkCase('white space around the address', every(target({ address: `\n ${ADDRESS} ` }))),
  networkCase('Bye of another address', only('bye', target({ address: `urn:uuid:${DPWS_UUID.replace('8', '9')}` })), {
    fails: ['WSD-030'],
  }),
  networkCase(
    'copies under other MessageIDs',
    {
      messages: (usual) =>
        usual.flatMap((each) =>
          each.kind === 'hello' ? [each, { ...each, id: each.id.replace(/..$/, 'ee'), atMs: each.atMs + 100 }] : [each],
        ),
    },
    { fails: ['WSD-033'] },
  ),
];

function omitXAddrs({
  address,
  types = [],
  scopes = [],
  metadataVersion = null,
}: Message['target']): Message['target'] {
  return { address, types, scopes, metadataVersion };
}

function omitTypes({
  address,
  scopes = [],
  xAddrs: urls = [],
  metadataVersion = null,
}: Message['target']): Message['target'] {
  return { address, scopes, xAddrs: urls, metadataVersion };
}

export function later(hello: Message): Message {
  return { ...hello, id: hello.id.replace(/..$/, 'ef'), atMs: hello.atMs + 500, messageNumber: 2 };
}

export function newer(hello: Message): Message {
  return {
    ...hello,
    id: hello.id.replace(/..$/, 'f1'),
    atMs: hello.atMs + 30,
    writing: { namespaces: NEWER_NAMESPACES },
  };
}

function renumbered(messages: readonly Message[]): Message[] {
  return messages.map((each) =>
    each.instanceId === 7 ? { ...each, messageNumber: Number(each.messageNumber) + 1 } : each,
  );
}
