import { formatUuid } from '#base/uuid.js';
import type { Fault } from '../fault.js';
import { DEVPROF_DEVICE } from './build.js';
import { byDpws, byPlainDpws, bySecureDpws } from './conditions.js';
import { answers, dpws, says, wsd } from './edits.js';
import { emptyResponse } from './http.js';
import { matchesProbe } from './wsd-match.js';

const ANNOUNCED = ['Hello', 'ProbeMatches', 'ResolveMatches'] as const;

const ALL = ['Hello', 'Bye', 'ProbeMatches', 'ResolveMatches'] as const;
const each = (names: readonly string[], part: string): string[] => names.map((name) => `${name}.${part}`);

/** What Windows waits, and half a second more. */
const TOO_LATE_MS = 4500;
const SCOPED_ADDRESS = '[fe80::1%25wlan0]';

/** Faults of what a DPWS device says by WS-Discovery. */
export const WSD_FAULTS: readonly Fault[] = [
  {
    id: 'hello-to-wrong-port',
    change: 'sends its Hello to port 3703 of the multicast group',
    refuses: byDpws,
    fails: ['RVP-WSD-001'],
    warns: [],
    changes: ['Hello.destination', 'Hello.ttl'],
    behaviour: wsd(['Hello'], (draft) => ({
      ...draft,
      to: { address: draft.family === 'ipv4' ? '239.255.255.250' : 'ff02::c', port: 3703 },
    })),
  },
  {
    id: 'hello-without-metadata-version',
    change: 'leaves MetadataVersion out of its Hello',
    refuses: byDpws,
    fails: ['RVP-WSD-002'],
    warns: [],
    changes: ['Hello.MetadataVersion'],
    behaviour: says(['Hello'], () => ({ metadataVersion: null })),
  },
  {
    id: 'hello-without-app-sequence',
    change: 'leaves AppSequence out of its Hello',
    refuses: byDpws,
    fails: ['RVP-WSD-002'],
    warns: [],
    changes: ['Hello.AppSequence'],
    behaviour: wsd(['Hello'], (draft) => ({ ...draft, instanceId: null, messageNumber: null })),
  },
  {
    id: 'types-without-device',
    change: 'names its own types, and not that it is a DPWS device',
    refuses: byDpws,
    fails: ['RVP-WSD-003'],
    warns: [],
    changes: each([...ANNOUNCED, 'directed-probe'], 'Types'),
    behaviour: says(ANNOUNCED, ({ types }) => ({ types: types?.filter((type) => type !== DEVPROF_DEVICE) ?? null })),
  },
  {
    id: 'no-bye',
    change: 'leaves without a Bye',
    refuses: byDpws,
    fails: [],
    warns: ['RVP-WSD-004'],
    changes: ['Bye.missing'],
    behaviour: dpws(() => ({ saysBye: false })),
  },
  {
    id: 'metadata-version-of-each-start',
    change: 'raises its MetadataVersion each time it is switched on',
    refuses: byDpws,
    fails: ['RVP-WSD-005'],
    warns: [],
    changes: each(ANNOUNCED, 'MetadataVersion'),
    behaviour: dpws((_, { boot }) => ({ metadataVersion: boot })),
  },
  {
    id: 'instance-id-restarts',
    change: 'begins with InstanceId 1 each time it is switched on',
    refuses: byDpws,
    // The message numbers begin again with it: they go back in one and the same instance.
    fails: ['RVP-WSD-005', 'RVP-WSD-020', 'RVP-WSD-021'],
    warns: [],
    changes: each([...ALL, 'directed-probe'], 'AppSequence'),
    behaviour: dpws(() => ({ instanceId: 1 })),
  },
  {
    id: 'ignores-wildcard-probe',
    change: 'does not answer a Probe that asks for nothing in particular',
    refuses: byDpws,
    fails: ['RVP-WSD-010a'],
    warns: [],
    changes: ['ProbeMatches.missing'],
    behaviour: dpws(({ matchesProbe: matches }) => ({
      matchesProbe: (probe, own) => probe.types.length + probe.scopes.length > 0 && matches(probe, own),
    })),
  },
  {
    id: 'answers-foreign-type',
    change: 'answers a Probe for types that it does not have',
    refuses: byDpws,
    fails: ['RVP-WSD-010b'],
    warns: [],
    changes: ['ProbeMatches.added'],
    behaviour: dpws(() => ({ matchesProbe: (probe, own) => matchesProbe({ ...probe, types: [] }, own) })),
  },
  {
    id: 'scopes-in-any-case',
    change: 'matches scopes whatever the case of their letters',
    refuses: byDpws,
    fails: [],
    warns: ['RVP-WSD-010c'],
    changes: ['ProbeMatches.added'],
    behaviour: dpws(() => ({
      matchesProbe: (probe, own) =>
        matchesProbe({ ...probe, scopes: lowered(probe.scopes) }, { ...own, scopes: lowered(own.scopes) }),
    })),
  },
  {
    id: 'probe-matches-without-metadata-version',
    change: 'leaves MetadataVersion out of its ProbeMatches',
    refuses: byDpws,
    fails: ['RVP-WSD-011'],
    warns: [],
    changes: each(['ProbeMatches', 'directed-probe'], 'MetadataVersion'),
    behaviour: says(['ProbeMatches'], () => ({ metadataVersion: null })),
  },
  {
    id: 'probe-matches-after-4-seconds',
    change: 'answers a Probe after four and a half seconds',
    refuses: byDpws,
    fails: ['RVP-WSD-012'],
    warns: [],
    changes: ['ProbeMatches.time'],
    behaviour: dpws(({ answerMs }) => ({
      answerMs: (question, random) => (question === 'probe' ? TOO_LATE_MS : answerMs(question, random)),
    })),
  },
  {
    id: 'resolve-matches-without-xaddrs',
    change: 'answers a Resolve without saying where it is',
    refuses: byDpws,
    fails: ['RVP-WSD-013'],
    warns: [],
    changes: ['ResolveMatches.XAddrs'],
    behaviour: says(['ResolveMatches'], () => ({ xAddrs: null })),
  },
  {
    id: 'answers-foreign-resolve',
    change: 'answers a Resolve for another device',
    refuses: byDpws,
    fails: ['RVP-WSD-014'],
    warns: [],
    changes: ['ResolveMatches.added'],
    behaviour: dpws(() => ({ matchesResolve: () => true })),
  },
  {
    id: 'no-directed-probe',
    change: 'answers a Probe by HTTP with 404',
    refuses: byDpws,
    fails: [],
    warns: ['RVP-WSD-015'],
    changes: ['directed-probe.status', 'directed-probe.headers', 'directed-probe.missing'],
    behaviour: answers('directed-probe', () => emptyResponse(404)),
  },
  {
    id: 'knows-no-match-by',
    change: 'is silent on any Probe that names a rule for scopes',
    refuses: byDpws,
    fails: [],
    warns: ['RVP-WSD-017'],
    changes: ['ProbeMatches.missing'],
    behaviour: dpws(() => ({ matchesProbe: (probe, own) => probe.matchBy === null && matchesProbe(probe, own) })),
  },
  {
    id: 'message-number-stands-still',
    change: 'sends each message with MessageNumber 1',
    refuses: byDpws,
    fails: ['RVP-WSD-020'],
    warns: [],
    changes: each([...ALL, 'directed-probe'], 'AppSequence'),
    behaviour: wsd(ALL, (draft) => ({ ...draft, messageNumber: 1 })),
  },
  {
    id: 'metadata-version-goes-back',
    change: 'sends a lower MetadataVersion in its answers than in its Hello',
    refuses: byDpws,
    fails: ['RVP-WSD-021'],
    warns: [],
    changes: ['Hello.MetadataVersion'],
    behaviour: says(['Hello'], ({ metadataVersion }) => ({ metadataVersion: (metadataVersion ?? 0) + 1 })),
  },
  {
    id: 'xaddr-with-scope-id',
    change: 'also gives its link-local address, with the name of its own interface',
    refuses: byDpws,
    fails: ['RVP-WSD-022'],
    warns: [],
    changes: each([...ANNOUNCED, 'directed-probe'], 'XAddrs'),
    behaviour: says(ANNOUNCED, ({ xAddrs }) => ({
      xAddrs: xAddrs?.flatMap((url) => [url, url.replace(/\/\/[^/]*(?=:[0-9]+\/)/, `//${SCOPED_ADDRESS}`)]) ?? null,
    })),
  },
  {
    id: 'http-and-https',
    change: 'mixes http and https in its XAddrs',
    refuses: byDpws,
    fails: ['RVP-WSD-022'],
    warns: [],
    changes: each([...ANNOUNCED, 'directed-probe'], 'XAddrs'),
    behaviour: says(ANNOUNCED, ({ xAddrs }) => ({ xAddrs: xAddrs?.flatMap((url) => [url, otherScheme(url)]) ?? null })),
  },
  {
    id: 'xaddr-by-ftp',
    change: 'also offers ftp in its XAddrs',
    refuses: byDpws,
    fails: ['RVP-WSD-022'],
    warns: [],
    changes: each([...ANNOUNCED, 'directed-probe'], 'XAddrs'),
    behaviour: says(ANNOUNCED, ({ xAddrs }) => ({
      xAddrs: xAddrs?.flatMap((url) => [url, url.replace(/^https?:/, 'ftp:')]) ?? null,
    })),
  },
  {
    id: 'other-epr-in-resolve-matches',
    change: 'answers a Resolve with an endpoint reference of another UUID',
    refuses: byPlainDpws,
    fails: ['RVP-UID-06', 'RVP-WSD-030'],
    warns: [],
    changes: ['ResolveMatches.Address'],
    behaviour: (device) =>
      says(['ResolveMatches'], () => ({ address: `urn:uuid:${formatUuid(device.strangeUuid)}` }))(device),
  },
  {
    id: 'reference-properties',
    change: 'adds reference properties to its endpoint reference',
    refuses: byDpws,
    fails: [],
    warns: ['RVP-WSD-032'],
    changes: each([...ALL, 'directed-probe'], 'ReferenceProperties'),
    behaviour: says(ALL, () => ({
      references:
        '<wsa:ReferenceProperties><r:Unit xmlns:r="http://rally-reference.example/ns">1</r:Unit></wsa:ReferenceProperties>',
    })),
  },
  {
    id: 'new-message-id-for-each-copy',
    change: 'sends its Hello again under another MessageID',
    refuses: byDpws,
    fails: ['RVP-WSD-033'],
    warns: [],
    changes: ['Hello.MessageID', 'Hello.added', 'Hello.copies'],
    behaviour: wsd(['Hello'], (draft) => ({
      ...draft,
      messageIds: draft.messageIds.map((id, copy) => id.slice(0, -1) + String(copy)),
    })),
  },
  {
    id: 'hosted-service-says-hello',
    change: 'lets a hosted service say Hello for itself',
    refuses: byDpws,
    fails: [],
    warns: ['RVP-MEX-014'],
    changes: ['Hello.added'],
    behaviour: wsd(['Hello'], (draft, own) => {
      const [service] = own.hosted;
      const [xAddr] = draft.said?.xAddrs ?? [];
      if (service === undefined || xAddr === undefined || draft.said === null) return draft;
      const address = `${xAddr}/${service.name}`;
      const hosted = { ...draft.said, address, types: service.types, xAddrs: [address] };
      const messageIds = draft.messageIds.map((id) => `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`);
      return [draft, { ...draft, messageIds, said: hosted }];
    }),
  },
  {
    id: 'ignores-resolve',
    change: 'does not answer a Resolve',
    refuses: byPlainDpws,
    fails: ['RVP-DISC-03', 'RVP-WSD-013'],
    warns: [],
    changes: ['ResolveMatches.missing'],
    behaviour: dpws(() => ({ matchesResolve: () => false })),
  },
  {
    id: 'secure-device-ignores-resolve',
    change: 'does not answer a Resolve, as a Secure DPWS device',
    refuses: bySecureDpws,
    fails: ['RVP-WSD-013'],
    warns: ['RVP-DISC-03'],
    changes: ['ResolveMatches.missing'],
    behaviour: dpws(() => ({ matchesResolve: () => false })),
  },
];

function lowered(texts: readonly string[]): string[] {
  return texts.map((text) => text.toLowerCase());
}

function otherScheme(url: string): string {
  return url.startsWith('https:') ? url.replace('https:', 'http:') : url.replace('http:', 'https:');
}
