import { expect } from 'chai';
import { ascii } from '#base/bytes.js';
import { encodeEthernet } from '#wire/ethernet.js';
import { encodeUdp, ETHERTYPE_IPV4 } from '#wire/ip.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import { Assembler, type AssemblerOptions } from './assemble.js';
import type { Evidence } from './model.js';

interface Sent {
  /** Which device it is from: its address and MAC address are made of it. */
  readonly from: number;
  readonly port?: number;
  /** Null: the group. */
  readonly to?: number | null;
  readonly toPort?: number;
  readonly atMs: number;
  readonly text: string;
}

const SEARCHER = 60_000;
const address = (device: number): Uint8Array => Uint8Array.of(10, 0, device >> 8, device & 0xff);
const mac = (device: number): Uint8Array => Uint8Array.of(2, 0, 0, 0, device >> 8, device & 0xff);
const textOf = (device: number): string => address(device).join('.');

function frameOf({ from, port = 1900, to = null, toPort = 1900, text }: Sent): Uint8Array {
  const payload = encodeUdp({
    family: 'ipv4',
    source: address(from),
    destination: to === null ? Uint8Array.of(239, 255, 255, 250) : address(to),
    sourcePort: port,
    destinationPort: toPort,
    ttl: 4,
    payload: ascii(text),
  });
  return encodeEthernet({ destination: mac(0), source: mac(from), etherType: ETHERTYPE_IPV4, payload });
}

interface Assembled {
  /** How many there are, and what the wanted ones are. */
  readonly count: number;
  readonly evidence: readonly Evidence[];
  readonly heapBytes: number;
  readonly tookMs: number;
}

function assemble(sent: Iterable<Sent>, options: AssemblerOptions, wanted: readonly number[] = [0]): Assembled {
  const assembler = new Assembler(options);
  const reader = new CaptureReader(assembler);
  const atStart = process.memoryUsage().heapUsed;
  const startMs = performance.now();
  reader.push(sectionHeader({ application: 'test' }));
  reader.push(interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0 }));
  for (const each of sent) {
    const timeNs = BigInt(Math.round(each.atMs * 1000)) * 1000n;
    reader.push(enhancedPacket({ interfaceId: 0, timeNs, bytes: frameOf(each) }));
  }
  const evidence: Evidence[] = [];
  let count = 0;
  let most = process.memoryUsage().heapUsed;
  for (const each of assembler.evidences(reader.finish())) {
    most = Math.max(most, process.memoryUsage().heapUsed);
    if (wanted.includes(count++)) evidence.push(each);
  }
  return { count, evidence, heapBytes: most - atStart, tookMs: performance.now() - startMs };
}

const notify = (usn: string): string => `NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nUSN: ${usn}\r\n\r\n`;
const search = 'M-SEARCH * HTTP/1.1\r\nMAN: "ssdp:discover"\r\nMX: 3\r\nST: ssdp:all\r\n\r\n';
const answer = 'HTTP/1.1 200 OK\r\nST: x\r\nUSN: uuid:x\r\n\r\n';

const range = (length: number): number[] => Array.from({ length }, (_each, index) => index);

const runOf = (device: number): AssemblerOptions => ({
  run: {
    dutMac: mac(device),
    ability: { kinds: ['ssdp', 'wsd'], sessions: 0 },
    events: [
      { monotonicMs: 0, kind: 'discovery-start', detail: { wallMs: 0, addresses: [textOf(device)], limitMs: 30 } },
      { monotonicMs: 9, kind: 'discovery-end', detail: { wallMs: 9000, outcome: 'limit' } },
    ],
    documents: new Map(),
  },
});

const MEGABYTE = 2 ** 20;

describe('Evidence of a crowded network', function () {
  this.timeout(60_000);

  it('holds all of the device where others shout 10,000 NOTIFYs a second', () => {
    const shouted = range(50_000).map((index) => ({
      from: 100 + (index % 5),
      atMs: index / 10,
      text: notify(`uuid:${index}`),
    }));
    const own = range(200).map((index) => ({ from: 7, atMs: 5000 + index, text: notify(`uuid:own-${index}`) }));
    const asked = [{ from: SEARCHER, port: 5000, atMs: 5300, text: search }];
    const answered = [{ from: 7, to: SEARCHER, toPort: 5000, atMs: 5400, text: answer }];
    const { evidence, heapBytes, tookMs } = assemble([...shouted, ...own, ...asked, ...answered], runOf(7));
    const discovery = evidence[0]?.discovery;
    expect(discovery?.datagrams.filter(({ sender }) => sender === 'dut')).to.have.length(201);
    expect(discovery?.isComplete).to.equal(true);
    expect(discovery?.searches.map(({ answers }) => answers.length)).to.deep.equal([1]);
    expect(discovery?.datagrams.length).to.be.at.most(41_000);
    expect(heapBytes).to.be.at.most(300 * MEGABYTE);
    expect(tookMs).to.be.at.most(20_000);
  });

  it('is bounded, and says that it is not whole, where the device itself shouts', () => {
    const shouted = range(30_000).map((index) => ({ from: 7, atMs: index / 10, text: notify(`uuid:${index % 50}`) }));
    const { evidence, tookMs } = assemble(shouted, runOf(7));
    const discovery = evidence[0]?.discovery;
    expect(discovery?.datagrams).to.have.length(10_000);
    expect(discovery?.datagrams.filter(({ isRepeat }) => !isRepeat)).to.have.length(50);
    expect(discovery?.isComplete).to.equal(false);
    expect(tookMs).to.be.at.most(15_000);
  });

  it('tells 2,000 devices apart, also those that share a UUID', () => {
    const sent = [...range(5)].flatMap((round) =>
      range(2000).map((device) => ({ from: device + 1, atMs: round * 5000 + device, text: notify('uuid:same') })),
    );
    const { count, evidence, heapBytes, tookMs } = assemble(sent, {}, [0, 1999]);
    expect(count).to.equal(2000);
    const [first, last] = evidence.map(({ discovery }) =>
      discovery?.datagrams.filter(({ sender }) => sender === 'dut').map(({ source }) => source.address),
    );
    expect(first).to.deep.equal(Array(5).fill(textOf(1)));
    expect(last).to.deep.equal(Array(5).fill(textOf(2000)));
    expect(heapBytes).to.be.at.most(300 * MEGABYTE);
    expect(tookMs).to.be.at.most(20_000);
  });

  it('gives 5,000 answers to 5,000 questions in a moment', () => {
    const asked = range(5000).map((index) => ({
      from: SEARCHER,
      port: 10_000 + index,
      atMs: index / 10,
      text: search,
    }));
    const answered = range(5000).map((index) => ({
      from: 7,
      port: 1901,
      to: SEARCHER,
      toPort: 10_000 + index,
      atMs: 600 + index / 10,
      text: answer,
    }));
    const { evidence, tookMs } = assemble([...asked, ...answered], runOf(7));
    const searches = evidence[0]?.discovery?.searches ?? [];
    expect(searches).to.have.length(5000);
    // The ports of so many searches are known; of more, answers are not looked for.
    expect(searches.filter(({ answers }) => answers.length === 1)).to.have.length(4096);
    expect(tookMs).to.be.at.most(8000);
  });

  it('takes no more memory for elements without number', () => {
    const text = `<a>${'<a/>'.repeat(345)}`;
    const sent = range(8000).map((index) => ({ from: 7, port: 3702, toPort: 3702, atMs: index, text }));
    const { evidence, heapBytes } = assemble(sent, runOf(7));
    expect(evidence[0]?.discovery?.isComplete).to.equal(false);
    expect(evidence[0]?.discovery?.datagrams.length).to.be.within(500, 1000);
    expect(heapBytes).to.be.at.most(600 * MEGABYTE);
  });
});
