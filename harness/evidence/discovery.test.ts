import { expect } from 'chai';
import { ascii, fromHex } from '#base/bytes.js';
import { encodeEthernet } from '#wire/ethernet.js';
import { encodeUdp, ETHERTYPE_IPV4, parseIp } from '#wire/ip.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import { Assembler, type AssemblerOptions } from './assemble.js';
import type { Evidence } from './model.js';

const DEVICE = { mac: fromHex('020000000020'), address: '192.0.2.20' };
const US = { mac: fromHex('020000000002'), address: '192.0.2.1' };
const GROUP = '239.255.255.250';

interface Sent {
  readonly from?: typeof DEVICE;
  readonly port?: number;
  readonly to?: string;
  readonly toPort?: number;
  readonly text: string;
  readonly atMs?: number;
}

const bytesOf = (address: string): Uint8Array => parseIp(address) ?? new Uint8Array(4);

function frameOf({ from = DEVICE, port = 1900, to = GROUP, toPort = 1900, text }: Sent): Uint8Array {
  const payload = encodeUdp({
    family: 'ipv4',
    source: bytesOf(from.address),
    destination: bytesOf(to),
    sourcePort: port,
    destinationPort: toPort,
    ttl: 4,
    payload: ascii(text),
  });
  return encodeEthernet({
    destination: fromHex('01005e7ffffa'),
    source: from.mac,
    etherType: ETHERTYPE_IPV4,
    payload,
  });
}

function evidencesOf(sent: readonly Sent[], options: AssemblerOptions = {}): Evidence[] {
  const assembler = new Assembler(options);
  const reader = new CaptureReader(assembler);
  reader.push(sectionHeader({ application: 'test' }));
  reader.push(interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0 }));
  for (const each of sent)
    reader.push(enhancedPacket({ interfaceId: 0, timeNs: BigInt(each.atMs ?? 0) * 1_000_000n, bytes: frameOf(each) }));
  return assembler.finish(reader.finish());
}

const notify = (usn: string): string =>
  `NOTIFY * HTTP/1.1\r\nHOST: ${GROUP}:1900\r\nNTS: ssdp:alive\r\nUSN: ${usn}\r\n\r\n`;
const search = (target: string): string =>
  `M-SEARCH * HTTP/1.1\r\nHOST: ${GROUP}:1900\r\nMAN: "ssdp:discover"\r\nMX: 3\r\nST: ${target}\r\n\r\n`;
const answer = (target: string): string => `HTTP/1.1 200 OK\r\nST: ${target}\r\nUSN: uuid:x\r\n\r\n`;

describe('Discovery in a capture', () => {
  it('belongs to who announces itself where nobody registers', () => {
    const [evidence, ...others] = evidencesOf([
      { text: notify('uuid:a') },
      { from: US, port: 5000, text: search('ssdp:all') },
    ]);
    expect(others).to.have.length(0);
    expect(evidence?.dutMac).to.deep.equal(DEVICE.mac);
    expect(evidence?.ability.kinds).to.deep.equal(['ssdp']);
    expect(evidence?.discovery?.addresses).to.deep.equal([DEVICE.address]);
    const [first, second] = evidence?.discovery?.datagrams ?? [];
    expect([first?.sender, first?.isMulticast, first?.ttl, first?.ssdp?.kind]).to.deep.equal([
      'dut',
      true,
      4,
      'notify',
    ]);
    expect(second?.sender).to.equal('other');
    expect(first?.parts).to.deep.equal([
      { frame: first?.frame, messageOffset: 0, frameOffset: 42, lengthBytes: first?.bytes.length },
    ]);
  });

  it('tells repeats from refreshments', () => {
    const [evidence] = evidencesOf([
      { text: notify('uuid:a'), atMs: 0 },
      { text: notify('uuid:b'), atMs: 1 },
      { text: notify('uuid:a'), atMs: 200 },
      { text: notify('uuid:a'), atMs: 60_000 },
    ]);
    expect(evidence?.discovery?.datagrams.map(({ isRepeat }) => isRepeat)).to.deep.equal([false, false, true, false]);
  });

  it('gives each answer to the question it was sent to', () => {
    const [evidence] = evidencesOf([
      { from: US, port: 5000, text: search('ssdp:all'), atMs: 0 },
      { from: US, port: 5001, text: search('upnp:rootdevice'), atMs: 1 },
      { text: answer('late'), to: US.address, toPort: 5001, atMs: 900 },
      { text: answer('first'), port: 40_000, to: US.address, toPort: 5000, atMs: 1000 },
      { text: answer('to nobody'), to: US.address, toPort: 5002, atMs: 1001 },
    ]);
    const found = evidence?.discovery?.searches.map(({ answers, untilMs }) => [
      answers.map(({ ssdp }) => ssdp?.headers[0]?.value),
      untilMs,
    ]);
    expect(found).to.deep.equal([
      [['first'], 1001],
      [['late'], 1001],
    ]);
  });

  it('is kept where it goes to a wrong port of the group', () => {
    const [evidence] = evidencesOf([{ text: notify('uuid:a'), port: 4000, toPort: 1901 }]);
    expect(evidence?.discovery?.datagrams[0]?.destination.port).to.equal(1901);
  });
});

describe('Discovery of a run', () => {
  const detail = (
    kind: string,
    more: Record<string, unknown>,
  ): { monotonicMs: number; kind: string; detail: Record<string, unknown> } => ({
    monotonicMs: 0,
    kind,
    detail: more,
  });
  const run = (events: ReturnType<typeof detail>[], documents = new Map<string, Uint8Array>()): AssemblerOptions => ({
    run: { dutMac: DEVICE.mac, ability: { kinds: ['ssdp'], sessions: 1 }, events, documents },
  });

  it('knows what the bench fetched, and how long it listened', () => {
    const body = ascii('<root/>');
    const fetched = {
      ...{
        wallMs: 5,
        endMs: 9,
        purpose: 'description',
        method: 'GET',
        url: 'http://192.0.2.20/d.xml',
        messageId: null,
      },
      ...{ requestHeaders: [['accept-language', 'en']], status: 200, httpVersion: '1.1', headers: [['A', 'b']] },
      ...{ document: '001-description.xml', bodyBytes: 7, problem: null },
    };
    const [evidence] = evidencesOf(
      [{ from: US, port: 5000, text: search('ssdp:all') }],
      run(
        [
          detail('discovery-start', { wallMs: 1, addresses: [DEVICE.address], limitMs: 30 }),
          detail('search', { protocol: 'ssdp', port: 5000, untilMs: 77, name: 'ssdp:all' }),
          detail('fetch', fetched),
          detail('fetch', { purpose: 'nonsense' }),
          detail('stimulus', { wallMs: 8, beganMs: 7, name: 'leave', failed: null }),
          detail('bench-late', { wallMs: 60, startMs: 50, lateMs: 3 }),
          detail('bench-late', { wallMs: 60 }),
          detail('discovery-end', { wallMs: 99, outcome: 'all-seen' }),
        ],
        new Map([['001-description.xml', body]]),
      ),
    );
    const discovery = evidence?.discovery;
    expect([discovery?.sinceMs, discovery?.untilMs, discovery?.limitMs, discovery?.isComplete]).to.deep.equal([
      1,
      99,
      30,
      true,
    ]);
    expect(discovery?.lateness).to.deep.equal([{ startMs: 50, endMs: 60, lateMs: 3 }]);
    expect(discovery?.searches[0]?.untilMs).to.equal(77);
    expect(discovery?.stimuli).to.deep.equal([{ kind: 'leave', name: 'leave', timeMs: 7, endMs: 8, failed: null }]);
    expect(discovery?.fetches).to.have.length(1);
    expect(discovery?.fetches[0]).to.include({
      purpose: 'description',
      status: 200,
      startMs: 5,
      endMs: 9,
      bodyBytes: 7,
    });
    expect(discovery?.fetches[0]?.body).to.deep.equal(body);
  });

  it('is complete only when it came to its own end', () => {
    const begun = detail('discovery-start', { wallMs: 1, addresses: [], limitMs: 30 });
    const isComplete = (...events: ReturnType<typeof detail>[]): boolean | undefined =>
      evidencesOf([], run([begun, ...events]))[0]?.discovery?.isComplete;
    const ended = (outcome: string): ReturnType<typeof detail> => detail('discovery-end', { wallMs: 2, outcome });
    expect([isComplete(), isComplete(ended('aborted')), isComplete(ended('limit'))]).to.deep.equal([
      false,
      false,
      true,
    ]);
  });
});
