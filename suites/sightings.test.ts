import { expect } from 'chai';
import type { Datagram, Fetch } from '#evidence/discovery-model.js';
import type { Evidence, EvidenceKind } from '#evidence/model.js';
import { NAMESPACE } from '#wire/soap.js';
import { encodeFault, encodeHello, encodeProbeMatches, type WsdTargetSource } from '#wire/wsd-write.js';
import type { FoundBy } from './discovery.js';
import { descriptionsOf, embeddedUdns, metadataOf, sightings } from './sightings.js';
import { described, description, evidenceWith, notify, response, said, UDN } from './testing/upnp.js';
import { ADDRESS, fetched, metadataBody, PRINT_DEVICE, URL_OF_DEVICE } from './testing/wsd.js';
import { payload } from './testing/wsd-view.js';

const OTHER = 'uuid:9c1f6f0e-2f7a-4d53-8a2e-0d1f7f3f0a11';
const EMBEDDED = 'uuid:5b0de8f4-7c41-4a59-b0a3-6f5e7a1c2d90';
const KINDS: readonly EvidenceKind[] = ['ssdp', 'wsd'];

const heard = (datagrams: readonly Datagram[], fetches: readonly Fetch[] = [], kinds = KINDS): Evidence =>
  evidenceWith({ datagrams, fetches }, { ability: { kinds, sessions: 1 } });

/** `place: text` of each identity. */
const seen = (evidence: Evidence, by: FoundBy): string[] =>
  sightings(evidence, by).map(({ place, text }) => `${place}: ${text}`);

const withEmbedded = (...udns: readonly string[]): string => {
  const devices = udns.map((udn) => `<device>${udn}</device>`).join('');
  return description().replace('</serviceList>', `</serviceList><deviceList>${devices}</deviceList>`);
};

describe('identities by UPnP', () => {
  const alive = (usn: string): Datagram => notify('alive', 7, { USN: usn });

  it('are those of the messages of the root device, and of its description', () => {
    const datagrams = [
      alive(`${UDN}::upnp:rootdevice`),
      alive(OTHER),
      response(9, { USN: `${UDN}::upnp:rootdevice` }),
      response(9, { USN: OTHER }),
    ];
    expect(seen(heard(datagrams, [described(description())]), 'upnp')).to.deep.equal([
      `USN of ssdp:alive: ${UDN}`,
      `USN of the answer to M-SEARCH: ${UDN}`,
      `UDN of the root device: ${UDN}`,
    ]);
    expect(sightings(heard(datagrams), 'upnp').map(({ timeMs }) => timeMs)).to.deep.equal([7, 9]);
  });

  it('are of any message where there is but one and nothing tells the root device', () => {
    const [one, same, other] = [alive(UDN), alive(`${UDN}::urn:service`), alive(OTHER)];
    expect(seen(heard([one, same]), 'upnp')).to.deep.equal([`USN of ssdp:alive: ${UDN}`, `USN of ssdp:alive: ${UDN}`]);
    expect(seen(heard([one, other]), 'upnp')).to.deep.equal([]);
    expect(seen(heard([one], [described(description())]), 'upnp')).to.deep.equal([`UDN of the root device: ${UDN}`]);
    expect(seen(heard([one, other], [described(description())]), 'upnp')).to.deep.equal([
      `UDN of the root device: ${UDN}`,
    ]);
  });

  it('are not in what says goodbye, asks, or is no message at all', () => {
    const USN = `${UDN}::upnp:rootdevice`;
    const silent = [
      notify('byebye', 0, { USN }),
      said('NOTIFY * HTTP/1.1', { USN }),
      said('M-SEARCH * HTTP/1.1', { USN, NTS: 'ssdp:alive' }),
      said('GET / HTTP/1.1', { USN, NTS: 'ssdp:alive' }),
      notify('alive', 0),
    ];
    expect(seen(heard(silent), 'upnp')).to.deep.equal([]);
    expect(seen(heard([said('NOTIFY * HTTP/1.1', { USN, NTS: 'SSDP:ALIVE' })]), 'upnp')).to.have.length(1);
  });

  it('are also in what looks like a repeat', () => {
    const again = { ...alive(`${UDN}::upnp:rootdevice`), isRepeat: true };
    expect(seen(heard([again]), 'upnp')).to.have.length(1);
  });

  it('are not known where nobody could hear them', () => {
    const datagrams = [alive(`${UDN}::upnp:rootdevice`)];
    expect(seen(heard(datagrams, [], ['wsd']), 'upnp')).to.deep.equal([]);
    expect(seen(evidenceWith({ datagrams }, { ability: { kinds: [], sessions: 1 } }), 'upnp')).to.deep.equal([]);
  });

  it('are of embedded devices apart, where those say one', () => {
    const text = withEmbedded(`<UDN>${EMBEDDED}</UDN>`, '<UDN> </UDN>', '<deviceType>urn:x</deviceType>');
    const embedded = embeddedUdns(heard([], [described(text, { endMs: 77 })]));
    expect(embedded.map(({ place, text: udn, timeMs }) => [place, udn, timeMs])).to.deep.equal([
      ['UDN of an embedded device', EMBEDDED, 77],
    ]);
    expect(embedded[0]?.at.document).to.equal('001-description.xml');
    expect(embeddedUdns(heard([], [described(description())]))).to.deep.equal([]);
  });
});

describe('a description', () => {
  it('is one that was answered well and has a device', () => {
    const isOne = (more: Partial<Fetch>, text = description()): boolean =>
      descriptionsOf(heard([], [described(text, more)])).length === 1;
    for (const status of [200, 204, 299]) expect(isOne({ status }), String(status)).to.equal(true);
    for (const status of [null, 100, 199, 300, 404]) expect(isOne({ status }), String(status)).to.equal(false);
    expect(isOne({ body: null })).to.equal(false);
    expect(isOne({ purpose: 'connect' })).to.equal(false);
    expect(isOne({}, '<root xmlns="urn:schemas-upnp-org:device-1-0"/>')).to.equal(false);
  });

  it('shows no identity where its UDN is missing or blank', () => {
    const roots = [description().replace(/<UDN>.*<\/UDN>/, ''), description().replace(UDN, ' ')];
    for (const text of roots) expect(seen(heard([], [described(text)]), 'upnp')).to.deep.equal([]);
  });
});

describe('identities by DPWS', () => {
  const DEVICE = `{${NAMESPACE.devprof}}Device`;
  const appSequence = { instanceId: 1, messageNumber: 1 };
  const hello = (target: Partial<WsdTargetSource>): Datagram =>
    payload(
      encodeHello({
        messageId: 'urn:uuid:1',
        appSequence,
        target: { address: ADDRESS, metadataVersion: 1, ...target },
      }),
    );
  const [own, hosted] = ['urn:uuid:own', 'urn:uuid:hosted'];
  const got = (body: Uint8Array | null, more: Partial<Fetch> = {}): Fetch => fetched('metadata', 'd1', body, more);
  const FAULT = encodeFault({ messageId: 'urn:uuid:1', relatesTo: 'urn:uuid:2', code: 'Receiver', reason: 'no' });

  it('are those of each target of Hello and matches, and of the Host', () => {
    const matches = encodeProbeMatches({
      ...{ messageId: 'urn:uuid:2', relatesTo: 'urn:uuid:3' },
      targets: [{ address: own }, { address: hosted }],
    });
    expect(seen(heard([hello({}), payload(matches)], [got(metadataBody('d1'))]), 'dpws')).to.deep.equal([
      `Hello: ${ADDRESS}`,
      `ProbeMatch: ${own}`,
      `ProbeMatch: ${hosted}`,
      `Host of the metadata: ${ADDRESS}`,
    ]);
  });

  it('are those of devices, where types tell some', () => {
    const printer = hello({ address: own, types: [DEVICE, PRINT_DEVICE] });
    const newer = hello({ address: own, types: [`{${NAMESPACE.devprof11}}Device`] });
    const service = hello({ address: hosted, types: ['{http://printer.example}Service'] });
    const untyped = hello({ address: own, types: [] });
    for (const each of [printer, newer, untyped])
      expect(seen(heard([service, each]), 'dpws')).to.deep.equal([`Hello: ${own}`]);
    expect(seen(heard([service]), 'dpws')).to.deep.equal([`Hello: ${hosted}`]);
  });

  it('are not those of hosted services, nor of a message that gives no address', () => {
    const service = hello({ address: `${URL_OF_DEVICE}/print` });
    expect(seen(heard([service, hello({ address: null })], [got(metadataBody('d1'))]), 'dpws')).to.deep.equal([
      `Host of the metadata: ${ADDRESS}`,
    ]);
    expect(seen(heard([service]), 'dpws')).to.deep.equal([`Hello: ${URL_OF_DEVICE}/print`]);
  });

  it('are not known where nobody could hear them', () => {
    expect(seen(heard([hello({})], [], ['ssdp']), 'dpws')).to.deep.equal([]);
  });

  it('come from the plain metadata, else from those that were asked for otherwise', () => {
    const readFrom = (...fetches: readonly Fetch[]): string[] =>
      metadataOf(heard([], fetches)).map(({ fetch: { purpose } }) => purpose);
    const chunked = fetched('metadata-chunked', 'd2', metadataBody('d2'));
    const extended = fetched('metadata-extended', 'd3', metadataBody('d3'));
    expect(readFrom(extended, chunked, got(metadataBody('d1')))).to.deep.equal(['metadata']);
    expect(readFrom(extended, chunked, got(null))).to.deep.equal(['metadata-chunked']);
    expect(readFrom(extended, got(FAULT))).to.deep.equal(['metadata-extended']);
    expect(readFrom(got(metadataBody('d1'), { status: 500 }))).to.deep.equal([]);
    expect(readFrom()).to.deep.equal([]);
  });
});
