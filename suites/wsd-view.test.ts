import { expect } from 'chai';
import type { Datagram, Search } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { NEWER_NAMESPACES } from '#wire/soap-write.js';
import { NAMESPACE } from '#wire/soap.js';
import { encodeBye, encodeProbe, encodeResolve } from '#wire/wsd-write.js';
import { fail, pass, type Failure } from './finding.js';
import { locateDatagram } from './locate-text.js';
import { DPWS_PRINTER, UPNP_RENDERER } from './testing/devices.js';
import { ADDRESS, fetched, metadataBody, onNetwork, PRINT_DEVICE, URL_OF_DEVICE } from './testing/wsd.js';
import { hello, payload, usualDiscovery, viewOf, viewOfRun } from './testing/wsd-view.js';
import {
  absent,
  DEVICE_TYPE,
  DISCOVERY_URN,
  eachHeard,
  firstOfEach,
  localOf,
  missingIn,
  namespaceOf,
  toldIn,
  UNHEARD,
  type Header,
  type Told,
} from './wsd-view.js';

const PRINT_SERVICE = `{${NAMESPACE.print}}PrinterServiceType`;
const SERVICE_ADDRESS = `${URL_OF_DEVICE}/print`;
const OTHER_ADDRESS = 'urn:uuid:22222222-0000-0000-0000-000000000000';
const messageId = 'urn:uuid:1';
const appSequence = { instanceId: 7, messageNumber: 1 };

describe('a device that was heard', () => {
  const USUAL = onNetwork();
  const judged = (
    datagrams: readonly Datagram[],
    more: Partial<Evidence> = {},
    profile = DPWS_PRINTER.profile,
  ): string =>
    eachHeard({ ...USUAL, discovery: { ...usualDiscovery(), datagrams }, ...more }, profile, () => [pass('heard')])
      .map(({ text, blockedBy }) => [...(blockedBy === undefined ? [] : [blockedBy]), text].join(' '))
      .join();

  it('said Hello or answered, of the namespace of 2005 or the next', () => {
    for (const kind of ['hello', 'probe-matches', 'resolve-matches'])
      expect(judged(usualDiscovery().datagrams.filter(({ wsd }) => wsd?.kind === kind)), kind).to.equal('heard');
    expect(judged([hello({}, { namespaces: NEWER_NAMESPACES })])).to.equal('heard');
  });

  it('is none that only left, or said nothing that can be read', () => {
    const bye = payload(encodeBye({ messageId, appSequence, target: { address: ADDRESS } }));
    const unread = payload(Uint8Array.of(1), { wsd: null });
    for (const datagrams of [[], [bye], [unread], [payload(Uint8Array.of(1))]])
      expect(judged(datagrams)).to.equal(`${UNHEARD} the device was not heard by WS-Discovery at all`);
    expect(UNHEARD).to.equal('RVP-DISC-01');
    expect(judged([unread, hello({})])).to.equal('heard');
  });

  it('is not told of where nobody listened to the end or it does not declare DPWS', () => {
    const discovery = { ...usualDiscovery(), datagrams: [], isComplete: false };
    expect(judged([], { discovery })).to.equal('the device was not seen, and nobody listened to the end');
    expect(judged([], { exchanges: [] }, UPNP_RENDERER.profile)).to.equal('no WPS exchange in the evidence');
  });
});

describe('what is told of a device', () => {
  it('is each target of Hello, Bye and matches of 2005, each message once', () => {
    const view = viewOfRun();
    expect(view.told.map(({ message }) => message.kind)).to.deep.equal([
      'hello',
      ...['probe-matches', 'probe-matches', 'probe-matches', 'probe-matches', 'resolve-matches'],
      'bye',
      'hello',
    ]);
    expect(view.hosted).to.deep.equal([]);
    expect([...view.addresses]).to.deep.equal([ADDRESS]);
    expect(view.profile).to.equal(DPWS_PRINTER.profile);
    expect(view.discovery).to.equal(view.evidence.discovery);
    expect(view.told[0]?.message.soap.to?.value).to.equal(DISCOVERY_URN);
    expect(absent(view, 'it')).to.equal(null);
    expect(toldIn(view, 'hello', 'bye').map(({ message }) => message.kind)).to.deep.equal(['hello', 'bye', 'hello']);
  });

  it('is nothing of what is newer, a question, or cannot be read', () => {
    const datagrams = [
      payload(Uint8Array.of(1), { wsd: null }),
      payload(encodeProbe({ messageId })),
      hello({}, { namespaces: NEWER_NAMESPACES }),
      hello({ address: null }),
    ];
    const { told, addresses } = viewOf({ datagrams });
    expect(told.map(({ datagram, address }) => [datagram, address])).to.deep.equal([[datagrams[3], '']]);
    expect([...addresses]).to.deep.equal([]);
  });
});

describe('a hosted service', () => {
  const FETCHES = [fetched('metadata', 'd1', metadataBody('d1'))];
  const device = hello({ types: [DEVICE_TYPE, PRINT_DEVICE] });
  const split = (...datagrams: readonly Datagram[]): { told: string[]; hosted: string[] } => {
    const { told, hosted } = viewOf({ datagrams, fetches: FETCHES });
    const nameOf = ({ address, message }: Told): string => `${message.kind} ${address}`;
    return { told: told.map(nameOf), hosted: hosted.map(nameOf) };
  };

  it('is known by the address that the metadata give it', () => {
    expect(split(device, hello({ address: SERVICE_ADDRESS }))).to.deep.equal({
      told: [`hello ${ADDRESS}`],
      hosted: [`hello ${SERVICE_ADDRESS}`],
    });
    expect(split(hello({ address: SERVICE_ADDRESS })).hosted).to.have.length(1);
  });

  it('is known by a type that the metadata give it, in whatever it says', () => {
    const service = hello({ address: OTHER_ADDRESS, types: ['{urn:a}B', PRINT_SERVICE] });
    const bye = payload(encodeBye({ messageId, appSequence, target: { address: OTHER_ADDRESS } }));
    expect(split(device, service, bye)).to.deep.equal({
      told: [`hello ${ADDRESS}`],
      hosted: [`hello ${OTHER_ADDRESS}`, `bye ${OTHER_ADDRESS}`],
    });
  });

  it('is none by its type where nothing says it is a device', () => {
    const service = hello({ address: OTHER_ADDRESS, types: [PRINT_SERVICE] });
    expect(split(service)).to.deep.equal({ told: [`hello ${OTHER_ADDRESS}`], hosted: [] });
    expect(split(hello({ types: [PRINT_DEVICE] }), service).hosted).to.deep.equal([]);
  });

  it('is never what says it is a device, and nothing the metadata do not know', () => {
    const types = [DEVICE_TYPE, PRINT_SERVICE];
    expect(
      split(hello({ address: SERVICE_ADDRESS, types }), hello({ address: OTHER_ADDRESS, types })).told,
    ).to.deep.equal([`hello ${SERVICE_ADDRESS}`, `hello ${OTHER_ADDRESS}`]);
    expect(split(device, hello({ address: OTHER_ADDRESS, types: [PRINT_DEVICE] })).hosted).to.deep.equal([]);
    expect(split(device, hello({ address: OTHER_ADDRESS })).hosted).to.deep.equal([]);
  });
});

describe('a question to the device', () => {
  const searchOf = (bytes: Uint8Array, more: Partial<Datagram> = {}): Search => {
    const source = { address: '192.0.2.1', port: 50_000 };
    return { request: payload(bytes, { sender: 'other', source, ...more }), answers: [], untilMs: 60_000 };
  };
  const PROBE = encodeProbe({ messageId });
  const isAsked = (search: Search, datagrams = [hello({})]): boolean => {
    const { questions } = viewOf({ datagrams, searches: [search] });
    return questions.includes(search);
  };

  it('is a Probe or Resolve by multicast of 2005', () => {
    expect(isAsked(searchOf(PROBE))).to.equal(true);
    expect(isAsked(searchOf(encodeResolve({ messageId, address: ADDRESS })))).to.equal(true);
    expect(isAsked(searchOf(PROBE, { isMulticast: false }))).to.equal(false);
    expect(isAsked(searchOf(PROBE, { wsd: null }))).to.equal(false);
    expect(isAsked(searchOf(encodeProbe({ messageId, namespaces: NEWER_NAMESPACES })))).to.equal(false);
    expect(isAsked(searchOf(hello({}).bytes))).to.equal(false);
  });

  it('wants its answer sent to where it came from', () => {
    const replying = (replyTo: string): Uint8Array => encodeProbe({ messageId, replyTo });
    expect(isAsked(searchOf(replying(`${NAMESPACE.addressing}/role/anonymous`)))).to.equal(true);
    expect(isAsked(searchOf(replying('http://192.0.2.1/here')))).to.equal(false);
    expect(isAsked(searchOf(replying('')))).to.equal(false);
  });

  it('by IPv6 is one to a device that speaks it at all', () => {
    const six = { family: 'ipv6' } as const;
    expect(isAsked(searchOf(PROBE, six))).to.equal(false);
    expect(isAsked(searchOf(PROBE, six), [hello({}), { ...hello({}), ...six }])).to.equal(true);
    expect(isAsked(searchOf(PROBE), [{ ...hello({}), ...six }])).to.equal(true);
  });
});

describe('a type in words', () => {
  it('is of a namespace, and has a local name', () => {
    expect(namespaceOf('{urn:a}B')).to.equal('urn:a');
    expect(localOf('{urn:a}B')).to.equal('B');
    expect([namespaceOf('{urn:{a}}B'), localOf('{urn:{a}}B')]).to.deep.equal(['urn:{a}', 'B']);
    expect([namespaceOf('{}B'), localOf('{}B')]).to.deep.equal(['', 'B']);
  });
});

describe('what is wrong', () => {
  it('is told of where it was first seen, in order; without any what holds', () => {
    const place = (path: string): Failure => {
      const at = locateDatagram(hello({}), { span: { start: 0, end: 1 }, path });
      return { expected: 'one', actual: 'another', at, remedy: 'Do it.' };
    };
    const failures = [fail('b', place('1')), fail('a', place('2')), fail('b', place('3'))];
    expect(firstOfEach(failures, pass('right'))).to.deep.equal(failures.slice(0, 2));
    expect(firstOfEach([], pass('right'))).to.deep.equal([pass('right')]);
  });
});

describe('what a message lacks', () => {
  const HEADERS: readonly Header[] = ['To', 'MessageID', 'RelatesTo', 'AppSequence'];
  const lacks = (...[target, writing]: Parameters<typeof hello>): string[] => {
    const [told] = viewOf({ datagrams: [hello(target, writing)] }).told;
    if (told === undefined) throw new Error('nothing told');
    return missingIn(told, HEADERS, ['Address', 'MetadataVersion']);
  };
  const relates = { extraHeaders: `<wsa:RelatesTo>${messageId}</wsa:RelatesTo>` };
  const other = (name: string, text: string): string =>
    `<a:${name} xmlns:a="${NAMESPACE.addressing10}">${text}</a:${name}>`;

  it('is nothing of one that has it all', () => {
    expect(lacks({}, relates)).to.deep.equal([]);
  });

  it('is each header that is not there, empty, or of another namespace', () => {
    expect(lacks({}, { omitHeaders: HEADERS })).to.deep.equal([...HEADERS]);
    const empty = { headers: { To: '', MessageID: '' }, extraHeaders: '<wsa:RelatesTo> </wsa:RelatesTo>' };
    expect(lacks({}, empty)).to.deep.equal(['To', 'MessageID', 'RelatesTo']);
    const newer = ['To', 'MessageID', 'RelatesTo'].map((name) => other(name, messageId)).join('');
    const sequence = `<a:AppSequence xmlns:a="${NAMESPACE.discovery11}" InstanceId="1" MessageNumber="1"/>`;
    expect(lacks({}, { omitHeaders: HEADERS, extraHeaders: newer + sequence })).to.deep.equal([...HEADERS]);
  });

  it('is its address, or version, that is not there or empty', () => {
    expect(lacks({ address: null, metadataVersion: null }, relates)).to.deep.equal([
      'EndpointReference/Address',
      'MetadataVersion',
    ]);
    expect(lacks({ address: ' ', metadataVersion: 'one' }, relates)).to.deep.equal([
      'EndpointReference/Address',
      'MetadataVersion',
    ]);
    expect(lacks({ metadataVersion: 0 }, relates)).to.deep.equal([]);
  });

  it('is only what is asked for', () => {
    const [told] = viewOf({ datagrams: [hello({ address: null, metadataVersion: null })] }).told;
    if (told === undefined) throw new Error('nothing told');
    expect(missingIn(told, [], [])).to.deep.equal([]);
    expect(missingIn(told, ['RelatesTo'], ['Address'])).to.deep.equal(['RelatesTo', 'EndpointReference/Address']);
  });
});
