import type { Datagram, Discovery } from '#evidence/discovery-model.js';
import { NEWER_NAMESPACES } from '#wire/soap-write.js';
import { NAMESPACE } from '#wire/soap.js';
import { encodeHello, encodeProbe, encodeResolve } from '#wire/wsd-write.js';
import { every, later, networkCase, newer, only, target, without, writing, type NetworkCase } from './cases-wsd.js';
import { ADDRESS, asked, GROUP, PRINT_DEVICE, SCOPE, type Message, type WsdScript } from './wsd.js';

/** What the messages of the sample printer lack or have besides, and what was seen of them. */

const CUT = (usual: Discovery): Discovery => ({ ...usual, isComplete: false });
const SWITCHED_OFF_MS = 20_600;
const RESTARTED_MS = 21_500;
/** Answers to Probes for scopes come later. */
const ASKED_FOR_SCOPES_MS = 2400;
const DEVICE_TYPE = `{${NAMESPACE.devprof}}Device`;
const inconclusive = (...ids: readonly string[]): Record<string, string> =>
  Object.fromEntries(ids.map((each) => [each, 'inconclusive']));
const SEARCHER = { address: '192.0.2.1', port: 50_000 };
const noHello = without(({ kind }) => kind === 'hello');
const noHelloAgain = without(({ kind, atMs }) => kind === 'hello' && atMs > RESTARTED_MS);
const notRestarted = (usual: Discovery): Discovery => ({
  ...usual,
  stimuli: usual.stimuli.filter(({ kind }) => kind !== 'power-cycle'),
});
const first = (change: ReturnType<typeof target>): WsdScript => ({
  messages: ([one, ...others]) => (one === undefined ? others : [{ ...one, ...change(one) }, ...others]),
});
/** A Hello that is said once more, in a sequence of its own. */
const helloAgain = (hello: Message, end: string, afterMs: number): Message => {
  return { ...hello, id: hello.id.replace(/..$/, end), atMs: hello.atMs + afterMs, sequenceId: `urn:uuid:${end}` };
};
const datagrams = (change: (datagram: Datagram) => Datagram): NonNullable<WsdScript['discovery']> => {
  return (usual) => ({
    ...usual,
    datagrams: usual.datagrams.map((each) => change(each)),
  });
};

export const WSD_PART_CASES: readonly NetworkCase[] = [
  networkCase('Hello without an address', only('hello', target({ address: null })), {
    fails: ['WSD-002'],
    others: inconclusive('WSD-005'),
  }),
  networkCase('Hello without address and version', only('hello', target({ address: null, metadataVersion: null })), {
    fails: ['WSD-002'],
  }),
  networkCase('empty ReferenceProperties', every(target({ extraReference: '<wsa:ReferenceProperties/>' }))),
  networkCase(
    'two ReferenceParameters',
    every(target({ extraReference: '<wsa:ReferenceParameters><A/><B/></wsa:ReferenceParameters>' })),
    { warns: ['WSD-032'] },
  ),
  networkCase(
    'no Hello, and one of 1.1 of somebody else',
    {
      ...noHello,
      asked: (usual) => [
        ...usual,
        asked('af', 9000, (messageId) =>
          encodeHello({
            messageId,
            namespaces: NEWER_NAMESPACES,
            appSequence: { instanceId: 1, messageNumber: 1 },
            target: { address: 'urn:uuid:0' },
          }),
        ),
      ],
    },
    { others: inconclusive('WSD-001', 'WSD-002', 'WSD-005') },
  ),
  networkCase(
    'no Hello, and ProbeMatches of 1.1',
    {
      messages: (usual) =>
        usual.flatMap((each) =>
          each.kind === 'hello' ? [] : each.kind === 'probe-matches' ? [each, newer(each)] : [each],
        ),
    },
    { others: inconclusive('WSD-001', 'WSD-002', 'WSD-005') },
  ),
  networkCase(
    'no Hello, and nobody listened to the end',
    { ...noHello, discovery: CUT },
    {
      others: inconclusive('WSD-001', 'WSD-002', 'WSD-005'),
    },
  ),
  networkCase(
    'Hello by unicast alone',
    only('hello', () => ({ to: SEARCHER })),
    { fails: ['WSD-001'] },
  ),
  networkCase('a Hello by unicast besides', {
    messages: (usual) =>
      usual.flatMap((each) =>
        each.kind === 'hello' ? [each, { ...later(each), to: SEARCHER, sequenceId: 'urn:uuid:5' }] : [each],
      ),
  }),
  networkCase(
    'Hello by IPv6 to another port',
    {
      discovery: datagrams((each) =>
        each.wsd?.kind === 'hello'
          ? { ...each, family: 'ipv6', destination: { ...each.destination, port: 3701 } }
          : each,
      ),
    },
    { fails: ['WSD-001'] },
  ),
  networkCase(
    'one Hello alone, to another port',
    {
      messages: (usual) =>
        usual
          .filter(({ kind, atMs }) => kind !== 'hello' || atMs < RESTARTED_MS)
          .map((each) => (each.kind === 'hello' ? { ...each, to: { ...GROUP, port: 3701 } } : each)),
    },
    { fails: ['WSD-001'], others: inconclusive('WSD-005') },
  ),
  networkCase(
    'no Hello after a power cycle that failed',
    {
      ...noHelloAgain,
      discovery: (usual) => ({ ...usual, stimuli: usual.stimuli.map((each) => ({ ...each, failed: 'no operator' })) }),
    },
    { others: { 'WSD-004': 'not-run', 'WSD-005': 'not-run' } },
  ),
  networkCase(
    'no Hello after the power cycle, without a limit',
    { ...noHelloAgain, discovery: (usual) => ({ ...usual, limitMs: null }) },
    { others: inconclusive('WSD-001') },
  ),
  networkCase(
    'no Hello after the power cycle when the limit is just over',
    { ...noHelloAgain, discovery: (usual) => ({ ...usual, untilMs: RESTARTED_MS + 30_000 }) },
    { fails: ['WSD-001'] },
  ),
  networkCase(
    'two Hellos before the power cycle, and none after it',
    {
      messages: (usual) =>
        usual.flatMap((each) =>
          each.kind !== 'hello'
            ? [each]
            : each.atMs > RESTARTED_MS
              ? []
              : [each, { ...later(each), messageNumber: 1.5 }],
        ),
    },
    { fails: ['WSD-001', 'WSD-020'] },
  ),
  networkCase(
    'three Hellos before the power cycle, and none after it',
    {
      messages: (usual) =>
        usual.flatMap((each) =>
          each.kind !== 'hello'
            ? [each]
            : each.atMs > RESTARTED_MS
              ? []
              : [each, ...['e1', 'e2'].map((end, index) => helloAgain(each, end, 300 * (index + 1)))],
        ),
    },
    { fails: ['WSD-001'] },
  ),
  networkCase('no Types anywhere', every(target({ types: [] })), { fails: ['WSD-003'] }),
  networkCase(
    'no Types anywhere, and no Probe',
    {
      messages: (usual) =>
        usual
          .filter(({ kind }) => kind !== 'probe-matches')
          .map((each) => ({ ...each, target: { ...each.target, types: [] } })),
      asked: (usual) => usual.slice(6),
    },
    { others: { 'WSD-010a': 'not-run' } },
  ),
  networkCase(
    'the device was not told to leave, but switched off',
    { discovery: (usual) => ({ ...usual, stimuli: usual.stimuli.filter(({ kind }) => kind === 'power-cycle') }) },
    { others: { 'WSD-004': 'not-run' } },
  ),
  networkCase(
    'no Bye after the last answer',
    { ...without(({ kind, atMs }) => kind === 'bye' || atMs > RESTARTED_MS), discovery: notRestarted },
    { warns: ['WSD-004'] },
  ),
  networkCase(
    'no Bye, and nobody listened to the end',
    { ...without(({ kind }) => kind === 'bye'), discovery: CUT },
    { others: inconclusive('WSD-004') },
  ),
  networkCase('Hello without MessageID', only('hello', writing({ omitHeaders: ['MessageID'] })), {
    fails: ['WSD-002'],
  }),
  networkCase('Bye without To and MessageID', only('bye', writing({ omitHeaders: ['To', 'MessageID'] })), {
    warns: ['WSD-004'],
  }),
  networkCase(
    'Hello of another address after the power cycle',
    {
      messages: (usual) =>
        usual.map((each) =>
          each.instanceId === 8 ? { ...each, target: { ...each.target, address: ADDRESS.replace('8', '9') } } : each,
        ),
    },
    { fails: ['WSD-005', 'WSD-030'] },
  ),
  networkCase('Hello at the very time the device was switched off', {
    messages: (usual) => usual.map((each) => (each.instanceId === 8 ? { ...each, atMs: SWITCHED_OFF_MS } : each)),
  }),
  networkCase(
    'no Hello before the power cycle',
    { messages: (usual) => usual.slice(1) },
    { others: inconclusive('WSD-005') },
  ),
  networkCase('the first Hello without an address', first(target({ address: null })), {
    fails: ['WSD-002'],
    others: inconclusive('WSD-005'),
  }),
  networkCase(
    'InstanceId in hexadecimal before the power cycle, and 0 after it',
    every(({ instanceId }) => ({ instanceId: instanceId === 8 ? 0 : '0x7' })),
    { fails: ['WSD-020'] },
  ),
  networkCase(
    'InstanceId in hexadecimal after the power cycle',
    every(({ instanceId }) => (instanceId === 8 ? { instanceId: '0x8' } : {})),
    { fails: ['WSD-020'] },
  ),
  networkCase(
    'a Resolve for what is no UUID instead of another device',
    {
      asked: (usual) => [
        ...usual.slice(0, -1),
        asked('af', 9000, (messageId) => encodeResolve({ messageId, address: 'http://192.0.2.9/device' })),
      ],
    },
    { others: { 'WSD-014': 'not-run' } },
  ),
  networkCase(
    'Probes for more than Device, and for less',
    {
      messages: (usual) => usual.filter(({ kind, atMs }) => kind !== 'probe-matches' || atMs > ASKED_FOR_SCOPES_MS),
      asked: (usual) => [
        ...usual.slice(2),
        asked('ad', 9000, (messageId) => encodeProbe({ messageId, types: [DEVICE_TYPE], scopes: [SCOPE] })),
        asked('ae', 9100, (messageId) => encodeProbe({ messageId, types: [DEVICE_TYPE, PRINT_DEVICE] })),
        asked('af', 9200, (messageId) => encodeProbe({ messageId, types: [PRINT_DEVICE] })),
      ],
    },
    { others: { 'WSD-010a': 'not-run' } },
  ),
  networkCase(
    'Bye of another address with a lower InstanceId',
    only('bye', () => ({ instanceId: 5, target: { address: 'urn:uuid:0', metadataVersion: null } })),
    { fails: ['WSD-030'] },
  ),
  networkCase(
    'a lower MetadataVersion after the power cycle',
    every(({ instanceId, target: usual }) => (instanceId === 8 ? { target: { ...usual, metadataVersion: 2 } } : {})),
    { fails: ['WSD-005'] },
  ),
  networkCase(
    'MessageNumber in hexadecimal',
    every(() => ({ messageNumber: '0x1' })),
    { fails: ['WSD-020'] },
  ),
  networkCase(
    'MessageNumber that goes back behind one in hexadecimal',
    every(({ messageNumber }) => ({
      messageNumber: messageNumber === 3 ? '0x3' : messageNumber === 2 ? 9 : messageNumber,
    })),
    { fails: ['WSD-020', 'WSD-021'] },
  ),
  ...[3000, 3001].map((afterMs) =>
    networkCase(
      `a copy under another MessageID after ${afterMs} ms`,
      {
        messages: (usual) =>
          usual.flatMap((each) =>
            each.kind === 'bye'
              ? [
                  { ...each, copiesAfterMs: [] },
                  { ...each, copiesAfterMs: [], id: each.id.replace(/..$/, 'ee'), atMs: each.atMs + afterMs },
                ]
              : [each],
          ),
      },
      // After the device was switched on again its InstanceId is an old one too.
      { fails: afterMs === 3000 ? ['WSD-033'] : ['WSD-020', 'WSD-021'] },
    ),
  ),
  networkCase(
    'the same twice without a number, under two MessageIDs',
    {
      messages: (usual) =>
        usual.flatMap((each) =>
          each.kind === 'bye'
            ? ['e1', 'e2'].map((end, index) => ({
                ...each,
                id: each.id.replace(/..$/, end),
                atMs: each.atMs + index,
                writing: { omitHeaders: ['AppSequence'] as const },
              }))
            : [each],
        ),
    },
    { warns: ['WSD-004'] },
  ),
  networkCase(
    'ProbeMatches with two targets',
    only('probe-matches', ({ target: usual }) => ({ writing: { targets: [usual, usual] } })),
  ),
];
