import { expect } from 'chai';
import { canonicalJson } from '#judge/canonical.js';
import { isTelling, partingOf, type Trace, type TraceRow, type TraceWay } from '#judge/trace.js';
import { traceOf } from '#suites/trace.js';
import { toldDevice } from './testing/told-device.js';

const places = ({ rows }: Trace, matches: (row: TraceRow) => boolean): string[] =>
  rows.filter(matches).map(({ place }) => place);

describe('UUID trace', function () {
  this.timeout(30_000);

  it('follows the identities of a conformant device from Probe Request to container id', () => {
    const { trace } = toldDevice('all-in-one');
    expect(trace).to.include({ declares: 'transports', isLookedFor: true });
    expect(trace.promises.map(({ transport, origin }) => `${transport} ${origin ?? ''}`)).to.deep.equal([
      'UPnP transport-uuid',
      'DPWS transport-uuid',
    ]);
    expect(places(trace, () => true)).to.deep.equal([
      'UUID-E of Probe Requests',
      'UUID-E of M1, exchanges 1 and 2',
      'Transport UUID of UPnP (0x02), exchanges 1 and 2',
      'USN of ssdp:alive',
      'NT of ssdp:alive',
      'USN of the answer to M-SEARCH',
      'UDN of the root device',
      'UDN of an embedded device',
      'Container id of the root device',
      'Transport UUID of DPWS (0x01), exchanges 1 and 2',
      'Hello',
      'ProbeMatch',
      'ResolveMatch',
      'Host of the metadata',
      'Container id of ThisDevice',
    ]);
    expect(places(trace, ({ agreement }) => agreement === 'parts')).to.deep.equal([]);
    expect(places(trace, ({ agreement }) => agreement === 'alone')).to.deep.equal(['UDN of an embedded device']);
    expect(partingOf(trace, 'upnp')).to.equal(null);
    expect(isTelling(trace)).to.equal(true);
  });

  it('says where each identity came from', () => {
    const { trace, evidence } = toldDevice('all-in-one');
    for (const { place, at, timeMs, count, sent, uuid } of trace.rows) {
      if (at.document === undefined) expect(at.frameOffset, place).to.be.a('number');
      else
        expect([at.line, at.column], place).to.satisfy((each: unknown[]) => each.every((n) => typeof n === 'number'));
      expect(count, place).to.be.at.least(1);
      expect(timeMs, place).to.be.at.least(0);
      expect(sent.toLowerCase(), place).to.contain(uuid);
      const frame = [...evidence.exchanges.flatMap(({ messages }) => messages.flatMap(({ parts }) => parts))].find(
        (part) => part.frame.number === at.frame,
      )?.frame;
      // The bytes at that place of the frame are those of the UUID.
      if (frame !== undefined && at.frameOffset !== undefined)
        expect(Buffer.from(frame.bytes.subarray(at.frameOffset, at.frameOffset + 16)).toString('hex'), place).to.equal(
          uuid?.replaceAll('-', ''),
        );
    }
  });

  const PARTINGS: readonly (readonly [fault: string, way: TraceWay, place: string, owner: string, how: RegExp])[] = [
    ['mixed-endian-guid', 'upnp', 'USN of ssdp:alive', 'RVP-TUU-05', /GUID in memory order/],
    ['mixed-endian-guid', 'dpws', 'Hello', 'RVP-TUU-05', /GUID in memory order/],
    ['reversed-uuid', 'upnp', 'USN of ssdp:alive', 'RVP-TUU-05', /back to front/],
    ['upper-case-udn', 'upnp', 'USN of ssdp:alive', 'RVP-UID-05', /in upper case/],
    ['upper-case-epr', 'dpws', 'Hello', 'RVP-UID-08', /in upper case/],
    ['epr-uuid-scheme', 'dpws', 'Hello', 'RVP-UID-07', /begins with uuid: instead of urn:uuid:/],
    ['upnp-under-strange-uuid', 'upnp', 'USN of ssdp:alive', 'RVP-UID-03', /is another UUID/],
    ['shared-uuid-for-one-transport', 'dpws', 'Hello', 'RVP-TUU-07', /is the UUID of UPnP/],
    ['other-epr-in-resolve-matches', 'dpws', 'ResolveMatch', 'RVP-UID-06', /is another UUID/],
    ['other-uuid-on-host', 'dpws', 'Host of the metadata', 'RVP-UID-06', /is another UUID/],
  ];
  for (const [fault, way, place, owner, how] of PARTINGS) {
    it(`${fault}: parts at ${place}`, () => {
      const { trace, verdicts } = toldDevice('all-in-one', fault);
      const parting = partingOf(trace, way);
      expect(parting).to.include({ place, owner });
      expect(parting?.how).to.match(how);
      // The trace blames no rule that the judge does not.
      for (const each of trace.rows.filter(({ agreement }) => agreement === 'parts'))
        expect(verdicts.results.find(({ id }) => id === each.owner)?.verdict, each.place).to.equal('fail');
    });
  }

  for (const [fault, owner] of [
    ['transport-uuid-zero', 'RVP-TUU-09'],
    ['transport-uuid-of-documentation-as-guid', 'RVP-TUU-09'],
    ['embedded-device-with-udn-of-root', 'RVP-DESC-017'],
    ['two-transport-uuids', null],
    ['vpi-of-4-bytes', null],
    ['reserved-transport', null],
  ] as const) {
    it(`${fault}: blames ${owner ?? 'nothing'} where identities part`, () => {
      const { trace, verdicts } = toldDevice('all-in-one', fault);
      const owners = trace.rows.filter(({ agreement }) => agreement === 'parts').map((row) => row.owner);
      expect([...new Set(owners)]).to.deep.equal(owner === null ? [] : [owner]);
      if (owner !== null) expect(verdicts.results.find(({ id }) => id === owner)?.verdict).to.equal('fail');
    });
  }

  it('compares a Transport UUID with that of the same transport in the first M1', () => {
    const { trace } = toldDevice('all-in-one', 'two-transport-uuids');
    const uuids = trace.rows.filter(({ place }) => place.startsWith('Transport UUID of UPnP'));
    expect(uuids.map(({ agreement, count }) => [agreement, count])).to.deep.equal([
      ['given', 2],
      ['alone', 2],
    ]);
  });

  it('names the embedded device that has the identity of the root', () => {
    const { trace } = toldDevice('all-in-one', 'identity-on-embedded-device');
    const embedded = trace.rows.find(({ place }) => place === 'UDN of an embedded device');
    expect(embedded).to.include({ agreement: 'parts', owner: 'RVP-UID-04' });
    expect(partingOf(trace, 'upnp')).to.include({ place: 'USN of ssdp:alive', owner: 'RVP-UID-04' });
  });

  it('tells a UUID-E that changes', () => {
    for (const fault of ['uuid-e-changes-with-session', 'other-uuid-e-in-probe-request']) {
      const { trace } = toldDevice('all-in-one', fault);
      const parting = trace.rows.filter(({ agreement }) => agreement === 'parts');
      expect(
        parting.map(({ owner }) => owner),
        fault,
      ).to.include('RVP-UID-02');
    }
  });

  it('tells container ids that differ, and does not take that for the identity', () => {
    const { trace } = toldDevice('all-in-one', 'container-id-of-each-transport');
    expect(trace.rows.filter(({ agreement }) => agreement === 'parts')).to.have.length(1);
    expect(partingOf(trace, 'dpws')).to.equal(null);
  });

  it('says that nothing is promised where nothing is declared, and why where it cannot be read', () => {
    const none = toldDevice('sensor').trace;
    expect([none.declares, none.promises.length, isTelling(none)]).to.deep.equal(['none', 0, false]);
    const [open] = toldDevice('all-in-one', 'transport-uuid-as-text').trace.promises;
    expect(open).to.include({ expected: null, origin: null });
    expect(open?.problem).to.contain('cannot be read');
  });

  it('is bounded, however many identities a device makes up', () => {
    const { evidence } = toldDevice('upnp-renderer');
    const { discovery } = evidence;
    const [alive] =
      discovery?.datagrams.filter(({ sender, ssdp }) => sender === 'dut' && ssdp?.kind === 'notify') ?? [];
    const ssdp = alive?.ssdp ?? null;
    if (discovery === undefined || alive === undefined || ssdp === null) throw new Error('the device says nothing');
    const many = Array.from({ length: 2000 }, (_, index) => ({
      ...alive,
      ssdp: {
        ...ssdp,
        headers: ssdp.headers.map((header) =>
          header.name === 'USN' ? { ...header, value: `${'x'.repeat(5000)}${index}::upnp:rootdevice` } : header,
        ),
      },
    }));
    const trace = traceOf({ ...evidence, discovery: { ...discovery, datagrams: [...discovery.datagrams, ...many] } });
    expect(trace.rows.length).to.be.below(30);
    expect(trace.unlisted).to.be.at.least(1990);
    expect(canonicalJson(trace).length).to.be.below(30_000);
  });
});
