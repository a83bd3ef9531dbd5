import { expect } from 'chai';
import { seededRandom } from '#base/random.js';
import { decodeWsd } from '#wire/wsd.js';
import { encodeHello, encodeProbeMatches } from '#wire/wsd-write.js';
import { decodeSsdp, encodeSsdp, ssdpHeader } from '#wire/ssdp.js';
import type { FetchOutput, FollowUpOutput, ReceivedDatagram } from './engine.js';
import { createFollowUp, type FollowUpOptions } from './follow-up.js';

const DEVICE = '192.0.2.20';
const UUID = '11111111-2222-4333-8444-555555555555';

const OPTIONS: FollowUpOptions = {
  declared: { upnp: true, dpws: false },
  promised: { upnp: UUID, dpws: null },
  families: ['ipv4'],
  addresses: [DEVICE],
  ownAddress: '192.0.2.1',
  limitMs: 30_000,
  refreshWaitMs: 0,
  abilities: { leave: false, powerCycle: false },
  random: seededRandom(1),
};

/** Drives a follow-up in simulated time: wakes it when it asks for it, and keeps what it says. */
class Driver {
  nowMs = 1000;
  readonly outputs: FollowUpOutput[] = [];
  private wakeMs = Infinity;
  private readonly engine;

  constructor(options: Partial<FollowUpOptions> = {}) {
    this.engine = createFollowUp({ ...OPTIONS, ...options });
    this.take(this.engine.start(this.nowMs));
  }

  datagram(received: Partial<ReceivedDatagram> & Pick<ReceivedDatagram, 'protocol' | 'bytes'>): void {
    const from = { address: DEVICE, port: 1900 };
    this.take(this.engine.datagram({ from, isMulticast: true, ...received }, this.nowMs));
  }

  addressed(address: string): void {
    this.take(this.engine.addressed(address, this.nowMs));
  }

  fetched(id: number, body: string): void {
    const result = {
      id,
      status: 200,
      httpVersion: '1.1',
      headers: [],
      body: new TextEncoder().encode(body),
      problem: null,
    };
    this.take(this.engine.fetched(result, this.nowMs));
  }

  stimulated(name: 'leave' | 'power-cycle', failed: string | null): void {
    this.take(this.engine.stimulated(name, failed, this.nowMs));
  }

  /** Let time pass, with every wake on its way. */
  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    while (this.wakeMs <= untilMs) {
      this.nowMs = Math.max(this.nowMs, this.wakeMs);
      this.wakeMs = Infinity;
      this.take(this.engine.tick(this.nowMs));
    }
    this.nowMs = untilMs;
  }

  of<K extends FollowUpOutput['kind']>(kind: K): (FollowUpOutput & { kind: K })[] {
    return this.outputs.filter((output): output is FollowUpOutput & { kind: K } => output.kind === kind);
  }

  get end(): string | undefined {
    return this.of('end')[0]?.outcome;
  }

  private take(outputs: readonly FollowUpOutput[]): void {
    this.outputs.push(...outputs);
    const wake = outputs.findLast((output) => output.kind === 'wake');
    if (wake !== undefined) this.wakeMs = wake.atMs;
  }
}

const alive = (type: string, location = `http://${DEVICE}/d.xml`): Uint8Array =>
  encodeSsdp('NOTIFY * HTTP/1.1', [
    ['HOST', '239.255.255.250:1900'],
    ['NTS', 'ssdp:alive'],
    ['NT', type],
    ['USN', `uuid:${UUID}::${type}`],
    ['LOCATION', location],
  ]);

const description =
  '<root xmlns="urn:schemas-upnp-org:device-1-0"><device>' +
  `<deviceType>urn:x:device:A:1</deviceType><UDN>uuid:${UUID}</UDN></device></root>`;

const names = (driver: Driver): string[] => driver.of('search').map(({ name }) => name);

describe('Follow-up', () => {
  it('asks everything it can at once, and only what is declared', () => {
    expect(names(new Driver())).to.have.members([
      ...['ssdp:all', 'upnp:rootdevice', 'uuid', 'no-match', 'no-mx', 'bad-mx'],
      ...['notify', 'notify to the device'],
      'probe-wildcard',
    ]);
    expect(names(new Driver({ promised: { upnp: null, dpws: null } }))).to.not.include('uuid');
    const neither = new Driver({ declared: { upnp: false, dpws: false } });
    expect(names(neither)).to.deep.equal(['ssdp:all', 'probe-wildcard']);
  });

  it('lets somebody come by: announced to all and to the device, taken back before it would be forgotten', () => {
    const driver = new Driver();
    driver.pass(3000);
    const said = driver.of('search').filter(({ name }) => name.startsWith('notify'));
    const told = said.map(({ bytes, to }) => {
      const message = decodeSsdp(bytes);
      return [to?.address, message.kind, ssdpHeader(message, 'NTS')?.value, message.issues.length];
    });
    expect(told).to.deep.equal([
      [undefined, 'notify', 'ssdp:alive', 0],
      [DEVICE, 'notify', 'ssdp:alive', 0],
      [undefined, 'notify', 'ssdp:byebye', 0],
      [DEVICE, 'notify', 'ssdp:byebye', 0],
    ]);
    driver.pass(3000);
    expect(driver.of('close').map(({ name }) => name)).to.include.members(['notify', 'notify to the device']);
  });

  it('takes a LOCATION for the device on any address it is seen to use, and asks by its family from then on', () => {
    const address = 'fd82:5650:1:1:0:ff:fe00:1';
    const driver = new Driver();
    driver.datagram({ protocol: 'ssdp', bytes: alive('upnp:rootdevice', `http://[${address}]/early.xml`) });
    expect(driver.of('fetch')).to.deep.equal([]);
    driver.addressed(address);
    driver.addressed(address);
    driver.datagram({ protocol: 'ssdp', bytes: alive('upnp:rootdevice', `http://[${address}]/late.xml`) });
    expect(driver.of('fetch').map(({ url }) => url)).to.deep.equal([`http://[${address}]/late.xml`]);
    const told = driver.of('event').filter(({ name }) => name === 'discovery-address');
    expect(told.map(({ detail }) => detail)).to.deep.equal([{ address }]);
    const asked = driver.of('search').filter(({ family }) => family === 'ipv6');
    expect(asked.map(({ name }) => name)).to.deep.equal(['ssdp:all by IPv6', 'probe-wildcard by IPv6']);
  });

  it('knows no more addresses than a device has', () => {
    const driver = new Driver();
    for (let index = 0; index < 1000; index++) driver.addressed(`fe80::${index.toString(16)}`);
    expect(driver.of('event').filter(({ name }) => name === 'discovery-address').length).to.be.within(8, 31);
  });

  it('asks by IPv6 too where the device has such an address', () => {
    expect(names(new Driver({ families: ['ipv4', 'ipv6'] }))).to.include.members([
      'ssdp:all by IPv6',
      'probe-wildcard by IPv6',
    ]);
  });

  it('waits for a device that is not there until the limit, and no longer', () => {
    const driver = new Driver();
    driver.pass(29_999);
    expect(driver.end).to.equal(undefined);
    driver.pass(1);
    expect(driver.end).to.equal('limit');
    driver.pass(600_000);
    expect(driver.of('end')).to.have.length(1);
  });

  it('closes every search it opened', () => {
    const driver = new Driver();
    driver.pass(10_000);
    expect(driver.of('close').map(({ name }) => name)).to.have.members(
      names(driver).filter((name, at, all) => all.indexOf(name) === at),
    );
  });

  it('ends when the whole set was announced, the description read, and nobody speaks any more', () => {
    const driver = new Driver();
    const all = ['upnp:rootdevice', 'urn:x:device:A:1'];
    for (const type of all) driver.datagram({ protocol: 'ssdp', bytes: alive(type) });
    const root = encodeSsdp('NOTIFY * HTTP/1.1', [
      ['NTS', 'ssdp:alive'],
      ['NT', `uuid:${UUID}`],
      ['USN', `uuid:${UUID}`],
    ]);
    driver.datagram({ protocol: 'ssdp', bytes: root });
    const [fetch, ...others] = driver.of('fetch');
    expect([fetch?.url, fetch?.purpose, others]).to.deep.equal([`http://${DEVICE}/d.xml`, 'description', []]);
    driver.pass(10_000);
    expect(driver.end, 'while the description is fetched').to.equal(undefined);
    driver.fetched(fetch?.id ?? 0, description);
    expect(driver.end).to.equal('all-seen');
    expect(names(driver)).to.include('device-type');
    expect(driver.of('event').map(({ detail }) => detail['failed'])).to.deep.equal([
      'this bench cannot tell the device to leave',
      'this bench cannot switch the device off and on',
    ]);
  });

  it('waits for the rest of an incomplete set', () => {
    const driver = new Driver();
    driver.datagram({ protocol: 'ssdp', bytes: alive('upnp:rootdevice') });
    driver.fetched(driver.of('fetch')[0]?.id ?? 0, description);
    driver.pass(29_000);
    expect(driver.end).to.equal(undefined);
    driver.pass(1000);
    expect(driver.end).to.equal('limit');
  });

  it('never fetches from another host, says so, and fetches each place once', () => {
    const driver = new Driver();
    for (const location of [
      'http://198.51.100.7/d.xml',
      'http://198.51.100.7/d.xml',
      `http://${DEVICE}/a.xml`,
      `http://${DEVICE}/a.xml`,
    ])
      driver.datagram({ protocol: 'ssdp', bytes: alive('upnp:rootdevice', location) });
    expect(driver.of('fetch').map(({ url }) => url)).to.deep.equal([`http://${DEVICE}/a.xml`]);
    const told = driver.of('event').map(({ detail }) => [detail['url'], (detail['problem'] as { code: string }).code]);
    expect(told).to.deep.equal([['http://198.51.100.7/d.xml', 'foreign-address']]);
  });

  it('fetches at most four descriptions, however many are named', () => {
    const driver = new Driver();
    for (let count = 0; count < 50; count++)
      driver.datagram({ protocol: 'ssdp', bytes: alive('upnp:rootdevice', `http://${DEVICE}/${count}.xml`) });
    expect(driver.of('fetch')).to.have.length(4);
  });

  it('keeps pace with ten thousand announcements', () => {
    const driver = new Driver();
    for (let count = 0; count < 10_000; count++) {
      driver.nowMs += 0.1;
      driver.datagram({ protocol: 'ssdp', bytes: alive(`urn:x:service:S${count}:1`) });
    }
    driver.pass(60_000);
    expect(driver.end).to.equal('limit');
  });
});

describe('Follow-up by WS-Discovery', () => {
  const ADDRESS = `urn:uuid:${UUID}`;
  const dpws = { declared: { upnp: false, dpws: true }, promised: { upnp: null, dpws: UUID } };
  const appSequence = { instanceId: 1, messageNumber: 1 };
  const hello = (target: Partial<Parameters<typeof encodeHello>[0]['target']> = {}): Uint8Array =>
    encodeHello({
      messageId: 'urn:uuid:a',
      appSequence,
      target: { address: ADDRESS, xAddrs: [`http://${DEVICE}:5357/x`], metadataVersion: 1, ...target },
    });

  it('sends each question twice, the same both times', () => {
    const driver = new Driver(dpws);
    driver.pass(1000);
    for (const name of ['probe-device', 'probe-foreign-type', 'resolve', 'resolve-foreign']) {
      const sent = driver.of('search').filter((search) => search.name === name);
      expect(sent, name).to.have.length(2);
      expect(sent[0]?.bytes).to.deep.equal(sent[1]?.bytes);
    }
    const resolve = driver.of('search').find(({ name }) => name === 'resolve');
    expect(decodeWsd(resolve?.bytes ?? new Uint8Array(0)).targets[0]?.address?.value).to.equal(ADDRESS);
  });

  it('asks the device one request after the other, once', () => {
    const driver = new Driver(dpws);
    driver.datagram({ protocol: 'wsd', bytes: hello() });
    driver.datagram({ protocol: 'wsd', bytes: hello() });
    const purposes = [
      'connect',
      'metadata',
      'metadata-chunked',
      'metadata-extended',
      'metadata-reply-to',
      'directed-probe',
    ];
    for (const [index, purpose] of purposes.entries()) {
      const fetches: FetchOutput[] = driver.of('fetch');
      expect(fetches).to.have.length(index + 1);
      const last = fetches.at(-1);
      expect([last?.purpose, last?.isChunked, last?.url]).to.deep.equal([
        purpose,
        purpose === 'metadata-chunked',
        `http://${DEVICE}:5357/x`,
      ]);
      driver.fetched(last?.id ?? 0, '');
    }
    driver.pass(6000);
    expect(driver.end).to.equal('all-seen');
  });

  it('resolves an address that came without a place', () => {
    const driver = new Driver(dpws);
    driver.datagram({ protocol: 'wsd', bytes: hello({ address: 'urn:uuid:other', xAddrs: [] }) });
    const found = driver.of('search').find(({ name }) => name === 'resolve-found');
    expect(decodeWsd(found?.bytes ?? new Uint8Array(0)).targets[0]?.address?.value).to.equal('urn:uuid:other');
  });

  it('asks for scopes the device has, in both ways and with the letters in the other case', () => {
    const driver = new Driver(dpws);
    const target = { address: ADDRESS, scopes: ['ldap:///ou=Floor2'], metadataVersion: 1 };
    driver.datagram({
      protocol: 'wsd',
      isMulticast: false,
      bytes: encodeProbeMatches({ messageId: 'urn:uuid:b', relatesTo: 'urn:uuid:c', appSequence, targets: [target] }),
    });
    const scopes = driver
      .of('search')
      .filter(({ name }) => /scope|strcmp0|rfc2396/.test(name))
      .map(({ name, bytes }) => [name, decodeWsd(bytes).targets[0]?.scopes[0]]);
    expect(scopes).to.deep.equal([
      ['probe-strcmp0', 'ldap:///ou=Floor2'],
      ['probe-rfc2396', 'ldap:///ou=Floor2'],
      ['probe-scope-case', 'LDAP:///OU=fLOOR2'],
    ]);
  });

  it('lets the device leave and come back where the bench can, and waits for what it then says', () => {
    const driver = new Driver({ ...dpws, abilities: { leave: true, powerCycle: true } });
    driver.datagram({ protocol: 'wsd', bytes: hello({ xAddrs: ['http://198.51.100.7/'] }) });
    driver.pass(6000);
    expect(driver.of('stimulate').map(({ name }) => name)).to.deep.equal(['leave']);
    driver.stimulated('leave', null);
    driver.pass(3000);
    expect(driver.of('stimulate').map(({ name }) => name)).to.deep.equal(['leave', 'power-cycle']);
    driver.stimulated('power-cycle', null);
    driver.pass(1000);
    expect(driver.end).to.equal(undefined);
    driver.datagram({ protocol: 'wsd', bytes: hello() });
    expect(driver.end).to.equal('all-seen');
  });

  it('ends without what the bench could not do', () => {
    const driver = new Driver({ ...dpws, abilities: { leave: true, powerCycle: true } });
    driver.datagram({ protocol: 'wsd', bytes: hello({ xAddrs: ['http://198.51.100.7/'] }) });
    driver.pass(6000);
    driver.stimulated('leave', 'the relay is stuck');
    driver.stimulated('power-cycle', 'the relay is stuck');
    expect(driver.end).to.equal('all-seen');
    const failed = driver.of('event').flatMap(({ name, detail }) => (name === 'stimulus' ? [detail['failed']] : []));
    expect(failed).to.deep.equal(['the relay is stuck', 'the relay is stuck']);
  });
});
