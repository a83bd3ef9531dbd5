import type { Datagram } from '#evidence/discovery-model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { WSD_GROUP_IPV4, WSD_GROUP_IPV6, WSD_PORT } from '#wire/wsd.js';
import { whenDeclared } from '../discovery.js';
import { blocked, fail, inconclusive, note, notRun, pass } from '../finding.js';
import { locateDatagram, locateElement } from '../locate-text.js';
import { seconds } from '../observe.js';
import { benchLate } from '../punctuality.js';
import { DPWS, WIN, WSD } from '../sources.js';
import {
  absent,
  DEVICE_TYPE,
  DISCOVERY_URN,
  eachHeard,
  firstOfEach,
  missingIn,
  toldIn,
  UNHEARD,
  type Told,
  type WsdView,
} from '../wsd-view.js';

const wsd001: Rule = {
  id: 'RVP-WSD-001',
  title: 'Say Hello to the multicast group of WS-Discovery after joining',
  source: [WSD],
  requirement: 'After it has joined a network the device multicasts a Hello to UDP port 3702 of the discovery group.',
  why: 'Windows listens at that address alone. Without a Hello it sees the device only when it happens to search.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Send Hello to 239.255.255.250 port 3702, and by IPv6 to ff02::c port 3702, each time an address is new.',
  blockedBy: ['RVP-DISC-04', UNHEARD],
  check: (evidence, profile) => eachHeard(evidence, profile, judgeHello),
};

function judgeHello(view: WsdView): readonly Finding[] {
  const newer = view.discovery.datagrams.find(
    ({ sender, wsd }) => sender === 'dut' && wsd !== null && wsd.isNewer && wsd.kind === 'hello',
  );
  const hellos = toldIn(view, 'hello');
  const [first] = hellos;
  if (first === undefined) {
    const reason = absent(view, 'a Hello');
    if (reason !== null) return [reason];
    if (newer === undefined) return [blocked('RVP-DISC-04', 'the device says no Hello')];
    return [
      fail('each Hello is of WS-Discovery 1.1', {
        expected: 'a Hello of the namespace 2005/04',
        actual: 'Hellos of the namespace 2009/01 alone',
        at: locateDatagram(newer),
        remedy: 'Send Hello in the namespaces of WS-Discovery 2005/04 as well: Windows knows no others.',
      }),
    ];
  }
  const byMulticast = hellos.filter(({ datagram }) => datagram.isMulticast);
  const judged = byMulticast.length > 0 ? byMulticast : hellos;
  const failures = judged
    .filter(({ datagram }) => !isToGroup(datagram))
    .map(({ datagram }) => {
      const { address, port } = datagram.destination;
      return fail('a Hello goes to the wrong place', {
        expected: `${datagram.family === 'ipv4' ? WSD_GROUP_IPV4 : WSD_GROUP_IPV6} port ${WSD_PORT}`,
        actual: `${address} port ${port}`,
        at: locateDatagram(datagram),
        remedy: `Send Hello to port ${WSD_PORT} of the discovery group, not to ${address} port ${port}.`,
      });
    });
  const again = failures.length > 0 ? null : withoutHelloAfterRestart(view, first);
  if (again !== null) return [again];
  const { address, port } = first.datagram.destination;
  return firstOfEach(
    failures,
    pass(`the device says Hello to ${address} port ${port}`, locateDatagram(first.datagram)),
  );
}

function isToGroup({ destination: { address, port } }: Datagram): boolean {
  return port === WSD_PORT && [WSD_GROUP_IPV4, WSD_GROUP_IPV6].includes(address);
}

/** After it was switched on again it has joined again. */
function withoutHelloAfterRestart(view: WsdView, first: Told): Finding | null {
  const restart = restartOf(view);
  if (restart === null || restart.failed !== null || toldIn(view, 'hello').some((each) => isAfter(each, restart)))
    return null;
  const { untilMs, limitMs } = view.discovery;
  const what = 'a Hello after the device was switched on again';
  const reason = absent(view, what);
  if (reason !== null) return reason;
  const waitedMs = Math.round(untilMs - restart.endMs);
  if (limitMs === null || waitedMs < limitMs) return inconclusive(`${what} was not seen within ${seconds(waitedMs)}`);
  const text = 'the device says no Hello after it was switched on again';
  const excuse = benchLate(view.evidence, text, { startMs: restart.endMs, endMs: untilMs });
  if (excuse !== null) return excuse;
  return fail(text, {
    expected: `${what} within ${seconds(limitMs)}`,
    actual: 'none; this is the last one before',
    at: locateDatagram((toldIn(view, 'hello').at(-1) ?? first).datagram),
    remedy: 'Send Hello each time the device joins a network, also one it knows from before.',
  });
}

const wsd002: Rule = {
  id: 'RVP-WSD-002',
  title: 'Send every Hello complete',
  source: [WSD, WIN],
  requirement:
    'Hello has To with the address of the discovery protocol, Action, MessageID and AppSequence in its header, and the address of the endpoint reference and MetadataVersion in its body.',
  why: 'Windows drops a Hello without one of them, and the device is not found.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Put all of To, Action, MessageID, AppSequence, EndpointReference/Address and MetadataVersion into Hello.',
  blockedBy: ['RVP-WSD-001', UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const hellos = toldIn(view, 'hello');
      const [first] = hellos;
      if (first === undefined) return [absent(view, 'a Hello') ?? blocked('RVP-WSD-001', 'there is no Hello')];
      const failures = hellos.flatMap((hello) => incomplete(hello));
      return firstOfEach(failures, pass('each Hello is complete', locateDatagram(first.datagram)));
    }),
};

function incomplete(hello: Told): Finding[] {
  const { datagram, message, target } = hello;
  const missing = missingIn(hello, ['To', 'MessageID', 'AppSequence'], ['Address', 'MetadataVersion']);
  const to = message.soap.to;
  if (missing.length > 0)
    return [
      fail(`Hello has no ${missing.join(', no ')}`, {
        expected: `${missing.join(', ')}, not empty and in its own namespace`,
        actual: 'missing or unreadable',
        at: locateElement(datagram, target.element, 'Hello'),
        remedy: `Add ${missing.join(', ')} to every Hello.`,
      }),
    ];
  if (to === null || to.value === DISCOVERY_URN) return [];
  return [
    fail('To of Hello is not the address of the discovery protocol', {
      expected: DISCOVERY_URN,
      actual: to.value,
      at: locateElement(datagram, to.element, 'Hello.To'),
      remedy: `Send ${DISCOVERY_URN} as To of every Hello.`,
    }),
  ];
}

const wsd003: Rule = {
  id: 'RVP-WSD-003',
  title: 'Name the DPWS type Device among the types',
  source: [DPWS, WIN],
  requirement:
    'Types in Hello, ProbeMatch and ResolveMatch has the name Device of the namespace of the devices profile 2006/02, under whatever prefix. Hello and ResolveMatch may do without Types, ProbeMatch not.',
  why: 'Windows looks for that type alone: a device without it is not one of DPWS.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Add Device of http://schemas.xmlsoap.org/ws/2006/02/devprof to Types, and bind its prefix.',
  blockedBy: [UNHEARD, 'RVP-WSD-010a'],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const told = toldIn(view, 'hello', 'probe-matches', 'resolve-matches');
      const [first] = told;
      if (first === undefined) return [inconclusive('the device was heard, but says nothing of its types')];
      const failures = told.flatMap(withoutDevice);
      if (failures.length === 0 && !told.some(({ target }) => target.types.length > 0))
        return [note('no message names types, which only a ProbeMatch has to', locateDatagram(first.datagram))];
      return firstOfEach(failures, pass('all types that are given have Device', locateDatagram(first.datagram)));
    }),
};

const ELEMENTS = { hello: 'Hello', 'probe-matches': 'ProbeMatch', 'resolve-matches': 'ResolveMatch' } as const;

function withoutDevice({ datagram, message, target }: Told): Finding[] {
  const { types, typesElement } = target;
  const mayLack = message.kind !== 'probe-matches';
  if (types.includes(DEVICE_TYPE) || (types.length === 0 && mayLack)) return [];
  const name = ELEMENTS[message.kind as keyof typeof ELEMENTS];
  return [
    fail(types.length === 0 ? `${name} has no Types` : `Types of ${name} have no Device of DPWS`, {
      expected: DEVICE_TYPE,
      actual: types.length === 0 ? 'no types' : types.join(' '),
      at: locateElement(datagram, typesElement ?? target.element, `${name}.Types`),
      remedy: `Add Device of the namespace of the devices profile to Types of ${name}.`,
    }),
  ];
}

const wsd004: Rule = {
  id: 'RVP-WSD-004',
  title: 'Say Bye when leaving in good order',
  source: [WSD, DPWS],
  requirement:
    'Told to leave the network, the device multicasts a Bye with To, Action, MessageID, AppSequence and the endpoint reference of its Hello.',
  why: 'Without a Bye Windows shows the device as there until it notices by itself that it is not.',
  level: 'SHOULD',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Before the network is left, multicast Bye twice under one MessageID, and wait until it has gone out.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const leave = view.discovery.stimuli.find(({ kind }) => kind === 'leave');
      if (leave === undefined) return [notRun('the device was not told to leave')];
      if (leave.failed !== null) return [notRun(`the device was not told to leave: ${leave.failed}`)];
      return judgeBye(view);
    }),
};

function judgeBye(view: WsdView): readonly Finding[] {
  const [bye] = toldIn(view, 'bye');
  const others = toldIn(view, 'hello', 'probe-matches', 'resolve-matches');
  const last = others.at(-1);
  if (bye === undefined) {
    const reason = absent(view, 'a Bye');
    if (reason !== null) return [reason];
    if (last === undefined) return [inconclusive('the device was not heard before it left')];
    return [
      fail('the device leaves without a Bye', {
        expected: 'a Bye when the device is told to leave',
        actual: 'none; this is the last message that speaks of the device',
        at: locateDatagram(last.datagram),
        remedy: 'Multicast Bye before the network is left.',
      }),
    ];
  }
  const missing = missingIn(bye, ['To', 'MessageID', 'AppSequence'], ['Address']);
  const at = locateElement(bye.datagram, bye.target.element, 'Bye');
  if (missing.length > 0)
    return [
      fail(`Bye has no ${missing.join(', no ')}`, {
        expected: missing.join(', '),
        actual: 'missing or unreadable',
        at,
        remedy: `Add ${missing.join(', ')} to Bye.`,
      }),
    ];
  // Another address than before is RVP-WSD-030's.
  return [pass('the device says Bye when it leaves', at)];
}

const wsd005: Rule = {
  id: 'RVP-WSD-005',
  title: 'Come back after a power cycle as the same device',
  source: [WSD, DPWS],
  requirement:
    'After a power cycle with nothing changed Hello has the same endpoint reference and MetadataVersion as before, and a larger InstanceId.',
  why: 'Windows takes another address for another device, another version for new metadata, and drops what has an old InstanceId.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Store the address and the version, and take InstanceId from a boot counter or the time of the start.',
  blockedBy: ['RVP-DISC-04', 'RVP-WSD-001', 'RVP-WSD-002', UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const restart = restartOf(view);
      if (restart === null) return [notRun('the device was not switched off and on')];
      if (restart.failed !== null) return [notRun(`the device was not switched off and on: ${restart.failed}`)];
      return judgeReturn(view, restart);
    }),
};

interface Restart {
  /** What is heard later was said after it; milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: string | null;
}

/** The power cycle. */
function restartOf({ discovery: { stimuli } }: WsdView): Restart | null {
  const restart = stimuli.find(({ kind }) => kind === 'power-cycle');
  return restart === undefined ? null : { startMs: restart.timeMs, endMs: restart.endMs, failed: restart.failed };
}

function isAfter({ datagram }: Told, { startMs }: Restart): boolean {
  return datagram.timeMs >= startMs;
}

function judgeReturn(view: WsdView, restart: Restart): readonly Finding[] {
  const hellos = toldIn(view, 'hello');
  if (hellos.length === 0) return [absent(view, 'a Hello') ?? blocked('RVP-DISC-04', 'the device says no Hello')];
  const before = hellos.findLast((each) => !isAfter(each, restart));
  const after = hellos.find((each) => isAfter(each, restart));
  if (before === undefined) return [inconclusive('no Hello was heard before the device was switched off')];
  if (after === undefined) return [inconclusive('no Hello was heard after the device was switched on')];
  const unreadable = [before, after].some(
    (each) => missingIn(each, ['AppSequence'], ['Address', 'MetadataVersion']).length > 0,
  );
  if (unreadable) return [blocked('RVP-WSD-002', 'a Hello lacks what is to be compared')];
  const [was, is] = [instanceOf(before), instanceOf(after)];
  const failures = [
    ...(after.address === before.address
      ? []
      : [changed('endpoint reference', before.address, after.address, after, 'Hello.EndpointReference')]),
    ...(after.target.metadataVersion === before.target.metadataVersion
      ? []
      : [
          changed(
            'MetadataVersion',
            String(before.target.metadataVersion),
            String(after.target.metadataVersion),
            after,
            'Hello.MetadataVersion',
          ),
        ]),
    ...(was === null || is === null || is > was
      ? []
      : [
          fail('InstanceId does not grow over a power cycle', {
            expected: `more than ${was}`,
            actual: String(is),
            at: locateElement(after.datagram, after.message.soap.appSequence?.element ?? after.target.element),
            remedy: 'Take InstanceId from a stored boot counter, or from the time where the device knows it.',
          }),
        ]),
  ];
  return firstOfEach(failures, pass('the device comes back as it was', locateDatagram(after.datagram)));
}

function instanceOf({ message }: Told): number | null {
  return message.soap.appSequence?.instanceId ?? null;
}

function changed(what: string, expected: string, actual: string, after: Told, path: string): Finding {
  const { target, datagram } = after;
  const element = what === 'MetadataVersion' ? target.metadataVersionElement : target.endpointReference;
  return fail(`the ${what} of Hello is another after a power cycle`, {
    expected: `${expected}, as before`,
    actual,
    at: locateElement(datagram, element ?? target.element, path),
    remedy: `Store the ${what} and change it only when what it stands for changes.`,
  });
}

export const wsdAnnouncementRules: readonly Rule[] = [wsd001, wsd002, wsd003, wsd004, wsd005];
