import type { Fetch } from '#evidence/discovery-model.js';
import { NAMESPACE } from '#wire/soap.js';
import { encodeProbe, encodeProbeMatches, encodeResolve } from '#wire/wsd-write.js';
import { every, networkCase, only, target, without, writing, type NetworkCase } from './cases-wsd.js';
import {
  ADDRESS,
  answer,
  metadataBody,
  PRINT_DEVICE,
  probeForScope,
  SCOPE,
  type Message,
  type WsdScript,
} from './wsd.js';

/** What the sample printer is asked by WS-Discovery, and how it answers, at the boundaries of the rules. */

const MAKER_TYPE = '{http://maker.example/a}Thing';
const OTHER_UUID = '0f0e0d0c-0b0a-4908-8706-050403020100';
const HOSTED_ADDRESS = `urn:uuid:${OTHER_UUID.toUpperCase()}`;

/** One question in place of another, under its MessageID unless it is to be a new one. */
const instead = (last: string, build: (messageId: string) => Uint8Array): WsdScript => ({
  asked: (usual) => usual.map((each) => (each.id.endsWith(last) ? { ...each, bytes: build(each.id) } : each)),
});
const resolveInstead = (address: string): WsdScript =>
  instead('a8', (messageId) => encodeResolve({ messageId, address }));
const answers = (change: (answer: Message) => Partial<Message>): WsdScript =>
  every((each) => (each.relatesTo === null ? {} : change(each)));
const directed = (change: Partial<Fetch>): WsdScript => ({
  fetches: (usual) => usual.map((each) => (each.purpose === 'directed-probe' ? { ...each, ...change } : each)),
});
const EMPTY_MATCHES = encodeProbeMatches({ messageId: 'urn:uuid:1', relatesTo: 'urn:uuid:2', targets: [] });
const ofMaker: WsdScript = instead('a3', (messageId) =>
  encodeProbe({ messageId, types: ['{http://maker.example/a}Other'] }),
);
const missing = (...omitHeaders: readonly ('To' | 'MessageID' | 'AppSequence' | 'RelatesTo')[]): WsdScript =>
  only('probe-matches', writing({ omitHeaders }));

export const WSD_ANSWER_CASES: readonly NetworkCase[] = [
  networkCase(
    'a Probe for a type in a namespace that only the metadata name',
    {
      ...ofMaker,
      fetches: (usual) =>
        usual.map((fetch) => {
          const body = metadataBody('d1', {
            hosted: [{ addresses: ['http://192.0.2.20/a'], types: [MAKER_TYPE], serviceId: 'urn:a' }],
          });
          return fetch.purpose === 'metadata' ? { ...fetch, body, bodyBytes: body.length } : fetch;
        }),
    },
    { others: { 'WSD-010b': 'not-run' } },
  ),
  networkCase(
    'a Probe for a type in a namespace that the device names',
    {
      ...ofMaker,
      messages: (usual) =>
        usual.map((each) =>
          each.kind === 'bye'
            ? each
            : { ...each, target: { ...each.target, types: [...(each.target.types ?? []), MAKER_TYPE] } },
        ),
    },
    { others: { 'WSD-010b': 'not-run' } },
  ),
  networkCase(
    'a Probe for a scope in other letter case under rfc2396 alone',
    instead('a6', (messageId) => probeForScope(messageId, SCOPE.toUpperCase(), 'rfc2396')),
    { others: { 'WSD-010c': 'not-run' } },
  ),
  networkCase(
    'a Probe for a scope in other letter case and another',
    instead('a6', (messageId) =>
      encodeProbe({
        messageId,
        scopes: [SCOPE.toUpperCase(), 'urn:somewhere'],
        matchBy: `${NAMESPACE.discovery}/strcmp0`,
      }),
    ),
  ),
  networkCase(
    'a Probe for a scope of the device and another',
    {
      ...instead('a5', (messageId) => encodeProbe({ messageId, scopes: [SCOPE, 'urn:somewhere'] })),
      ...without(({ relatesTo }) => relatesTo?.endsWith('a5') === true),
    },
    { others: { 'WSD-017': 'not-run' } },
  ),
  networkCase(
    'a Probe for a scope of the device and a type it does not have',
    {
      ...instead('a5', (messageId) => encodeProbe({ messageId, scopes: [SCOPE], types: [MAKER_TYPE] })),
      ...without(({ relatesTo }) => relatesTo?.endsWith('a5') === true),
    },
    { others: { 'WSD-017': 'not-run' } },
  ),
  networkCase(
    'no answer to a Probe for a scope and a type of the device',
    {
      ...instead('a5', (messageId) => encodeProbe({ messageId, scopes: [SCOPE], types: [PRINT_DEVICE] })),
      ...without(({ relatesTo }) => relatesTo?.endsWith('a5') === true),
    },
    { warns: ['WSD-017'] },
  ),
  networkCase(
    'a Probe for a scope without MatchBy',
    instead('a5', (messageId) => encodeProbe({ messageId, scopes: [SCOPE] })),
  ),
  networkCase(
    'no scopes, and nobody listened to the end',
    { ...every(target({ scopes: [] })), discovery: (usual) => ({ ...usual, isComplete: false }) },
    { others: { 'WSD-010c': 'inconclusive', 'WSD-017': 'inconclusive' } },
  ),
  networkCase(
    'no answer to a Probe for anything, and no other Probe',
    {
      ...without(({ kind }) => kind === 'probe-matches'),
      asked: (usual) => usual.filter(({ id }) => id.endsWith('a1') || id.endsWith('a7')),
    },
    { fails: ['WSD-010a'], others: { 'WSD-011': 'inconclusive' } },
  ),
  networkCase(
    'ProbeMatches for a Probe without MessageID',
    {
      ...instead('a1', (messageId) => encodeProbe({ messageId, omitHeaders: ['MessageID'] })),
      ...only('probe-matches', ({ relatesTo }) =>
        relatesTo?.endsWith('a1') === true ? { relatesTo: 'urn:uuid:0' } : {},
      ),
    },
    { fails: ['WSD-011'] },
  ),
  networkCase('ProbeMatches without RelatesTo', missing('RelatesTo'), { fails: ['WSD-011'] }),
  networkCase('ProbeMatches without To', missing('To'), { fails: ['WSD-011'] }),
  networkCase('ProbeMatches without MessageID', missing('MessageID'), { fails: ['WSD-011'] }),
  networkCase('ProbeMatches without AppSequence', missing('AppSequence'), { fails: ['WSD-011'] }),
  networkCase('ProbeMatches without To and MessageID', missing('To', 'MessageID'), { fails: ['WSD-011'] }),
  networkCase('ProbeMatches without an address', only('probe-matches', target({ address: null })), {
    fails: ['WSD-011'],
  }),
  networkCase(
    'answers at the time of the second copy of their questions',
    answers(({ atMs }) => ({ atMs: atMs - 50 })),
  ),
  networkCase(
    'an answer after exactly 2.5 s',
    only('resolve-matches', ({ atMs }) => ({ atMs: atMs + 2450, messageNumber: 6 })),
  ),
  networkCase(
    'an answer after more than four seconds, under the MessageID of its question',
    only('resolve-matches', ({ atMs, relatesTo, id }) => ({
      ...{ atMs: atMs + 4000, messageNumber: 6, id: relatesTo ?? id },
    })),
    { fails: ['WSD-012'] },
  ),
  networkCase('a message of another protocol beside each answer', {
    discovery: (usual) => ({
      ...usual,
      datagrams: usual.datagrams.flatMap((each) => [
        each,
        { ...each, sender: 'other' as const, protocol: 'ssdp' as const, wsd: null },
      ]),
    }),
  }),
  networkCase(
    'no address anywhere, no M1, and a Resolve for a device',
    {
      ...resolveInstead(`urn:uuid:${OTHER_UUID}`),
      messages: (usual) => usual.map((each) => ({ ...each, target: { ...each.target, address: null } })),
      evidence: { exchanges: [] },
    },
    { fails: ['WSD-002', 'WSD-011'], warns: ['WSD-004'], others: { 'WSD-014': 'not-run' } },
  ),
  networkCase(
    'no address anywhere, no M1, and an answer to the Resolve for nobody',
    {
      messages: (usual) =>
        [...usual, answer('a8', 6, { sequenceId: 'urn:uuid:5' })].map((each) => ({
          ...each,
          target: { ...each.target, address: null },
        })),
      evidence: { exchanges: [] },
    },
    { fails: ['WSD-002', 'WSD-011', 'WSD-014'], warns: ['WSD-004'] },
  ),
  networkCase(
    'a Resolve without an address',
    instead('a8', (messageId) => {
      const text = new TextDecoder().decode(encodeResolve({ messageId, address: ADDRESS }));
      return new TextEncoder().encode(text.replace(/<(\w+:EndpointReference)>.*<\/\1>/s, ''));
    }),
    { others: { 'WSD-014': 'not-run' } },
  ),
  networkCase('a Resolve for another device by its UUID', resolveInstead(`urn:uuid:${OTHER_UUID}`)),
  networkCase('a Resolve for what only begins as a UUID', resolveInstead(`urn:uuid:${OTHER_UUID}/a`), {
    others: { 'WSD-014': 'not-run' },
  }),
  networkCase('a Resolve for a short UUID', resolveInstead('urn:uuid:1-0b0a-4908-8706-050403020100'), {
    others: { 'WSD-014': 'not-run' },
  }),
  networkCase(
    'a Resolve for what is no UUID',
    resolveInstead(`http://192.0.2.20/00000000-0000-0000-0000-000000000000/a`),
    { others: { 'WSD-014': 'not-run' } },
  ),
  networkCase(
    'a Resolve for a hosted service that is found by itself',
    {
      ...resolveInstead(HOSTED_ADDRESS),
      messages: (usual) => [
        ...usual,
        ...usual.slice(0, 1).map((each) => ({
          ...each,
          id: each.id.replace(/..$/, 'ed'),
          sequenceId: 'urn:uuid:5',
          target: { address: HOSTED_ADDRESS, metadataVersion: 3, types: [MAKER_TYPE] },
        })),
        ...usual.slice(5, 6).map((each) => ({
          ...each,
          id: each.id.replace(/..$/, 'ec'),
          relatesTo: each.relatesTo?.replace(/..$/, 'a8') ?? null,
          to: { ...each.to, port: 50_168 },
          sequenceId: 'urn:uuid:6',
          target: { address: HOSTED_ADDRESS, metadataVersion: 3, types: [MAKER_TYPE], xAddrs: ['http://192.0.2.20/a'] },
        })),
      ],
      fetches: (usual) =>
        usual.map((fetch) => {
          const body = metadataBody('d1', {
            hosted: [{ addresses: [HOSTED_ADDRESS], types: [MAKER_TYPE], serviceId: 'urn:a' }],
          });
          return fetch.purpose === 'metadata' ? { ...fetch, body, bodyBytes: body.length } : fetch;
        }),
    },
    { warns: ['MEX-014'] },
  ),
  networkCase('a Probe by HTTP that gets an empty ProbeMatches', directed({ body: EMPTY_MATCHES }), {
    warns: ['WSD-015'],
  }),
  networkCase('a Probe by HTTP that gets a ProbeMatches with status 500', directed({ status: 500 }), {
    warns: ['WSD-015'],
  }),
  networkCase('a Probe by HTTP that gets no body', directed({ body: null, document: null }), { warns: ['WSD-015'] }),
  networkCase('a Probe by HTTP that gets no status', directed({ status: null, body: null, document: null }), {
    warns: ['WSD-015'],
  }),
];
