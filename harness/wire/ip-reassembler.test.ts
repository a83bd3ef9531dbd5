import { expect } from 'chai';
import fc from 'fast-check';
import { concat, toHex } from '#base/bytes.js';
import { decodeIp, encodeUdp, type IpPacket, type UdpSource } from './ip.js';
import { IpReassembler, type IpReassembly } from './ip-reassembler.js';
import { ipFragments, withExtension } from './testing/ip-fragments.js';

const PAYLOAD = Uint8Array.from({ length: 100 }, (_, index) => index);
const IPV4: UdpSource = {
  family: 'ipv4',
  source: '10.0.0.2',
  destination: '239.255.255.250',
  sourcePort: 40000,
  destinationPort: 3702,
  ttl: 1,
  payload: PAYLOAD,
};
const IPV6: UdpSource = { ...IPV4, family: 'ipv6', source: 'fe80::2', destination: 'ff02::c' };

function packetOf(bytes: Uint8Array): IpPacket {
  const packet = decodeIp(bytes);
  if (packet === null) throw new Error('no IP packet');
  return packet;
}

/** Push packets in this order; the number of each is its index. */
function pushAll(packets: readonly Uint8Array[], machine = new IpReassembler()): IpReassembly[] {
  return packets.map((bytes, index) => machine.push(packetOf(bytes), index, index));
}

const codesOf = (results: readonly IpReassembly[]): string[] =>
  results.flatMap(({ issues }) => issues.map(({ code }) => code));
const textsOf = (results: readonly IpReassembly[]): string[] =>
  results.flatMap(({ issues }) => issues.map(({ code, text }) => `${code}: ${text}`));
const payloads = (results: readonly IpReassembly[]): string[] =>
  results.flatMap(({ datagram }) => (datagram?.udp ? [toHex(datagram.udp.payload)] : []));

describe('IpReassembler', () => {
  it('hands on a whole packet', () => {
    const bytes = encodeUdp(IPV6);
    const [result] = pushAll([bytes]);
    expect(result?.datagram?.udp?.payloadSpan).to.deep.equal({ start: 48, end: 148 });
    expect(result?.parts).to.deep.equal([{ packet: 0, messageOffset: 0, packetOffset: 48, lengthBytes: 100 }]);
  });

  for (const source of [IPV4, IPV6]) {
    it(`puts fragments of ${source.family} together in any order`, () => {
      const bytes = encodeUdp(source);
      const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
      fc.assert(
        fc.property(order, (indices) => {
          const fragments = ipFragments(bytes, 24);
          const picked = indices.map((index) => fragments[index] ?? bytes);
          const results = pushAll(picked);
          expect(results.slice(0, -1).every(({ datagram }) => datagram === null)).to.equal(true);
          expect(payloads(results)).to.deep.equal([toHex(PAYLOAD)]);
          expect(codesOf(results)).to.deep.equal([]);
          const last = results.at(-1);
          expect(last?.datagram).to.deep.include({ ttl: 1, family: source.family, fragment: null, issues: [] });
          for (const { packet, messageOffset, packetOffset, lengthBytes } of last?.parts ?? []) {
            const inPacket = picked[packet]?.subarray(packetOffset, packetOffset + lengthBytes);
            expect(inPacket).to.deep.equal(PAYLOAD.subarray(messageOffset, messageOffset + lengthBytes));
          }
          expect(last?.parts.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0)).to.equal(100);
        }),
      );
    });
  }

  it('reads extension headers behind the fragment header', () => {
    const fragments = ipFragments(withExtension(encodeUdp(IPV6), 60, 8), 40);
    expect(payloads(pushAll(fragments))).to.deep.equal([toHex(PAYLOAD)]);
  });

  it('takes a fragment header that makes no fragment for what it is', () => {
    const [atomic] = ipFragments(encodeUdp(IPV6), 200);
    expect(packetOf(atomic ?? PAYLOAD).udp?.payloadSpan.start).to.equal(56);
  });

  it('keeps what came first where fragments overlap, and says so', () => {
    const [first, second, third] = ipFragments(encodeUdp(IPV4), 48);
    const other = ipFragments(encodeUdp({ ...IPV4, payload: new Uint8Array(100).fill(0xee) }), 48);
    const parts = [first, other[0], second, third].map((part) => part ?? PAYLOAD);
    const results = pushAll(parts);
    expect(payloads(results)).to.deep.equal([toHex(PAYLOAD)]);
    expect(results[1]?.issues.map(({ code, text }) => [code, text])).to.deep.equal([
      ['ip-fragment-overlap', '48 of 48 bytes were there or lie behind the end'],
    ]);
  });

  it('fills only the gap with a fragment that overlaps on both sides', () => {
    const small = ipFragments(encodeUdp(IPV4), 16);
    const large = ipFragments(encodeUdp({ ...IPV4, payload: new Uint8Array(100).fill(0xee) }), 48);
    const parts = [small[0], small[2], large[0], ...small.slice(3)].map((part) => part ?? PAYLOAD);
    const expected = Uint8Array.from(PAYLOAD).fill(0xee, 8, 24);
    expect(payloads(pushAll(parts))).to.deep.equal([toHex(expected)]);
  });

  it('does not mix datagrams of other addresses or identifications', () => {
    const one = ipFragments(encodeUdp(IPV4), 56, 1);
    const two = ipFragments(encodeUdp({ ...IPV4, payload: PAYLOAD.toReversed() }), 56, 2);
    const three = ipFragments(encodeUdp({ ...IPV4, source: '10.0.0.3' }), 56, 1);
    const results = pushAll([one[0], two[1], three[1], two[0], one[1], three[0]].map((part) => part ?? PAYLOAD));
    expect(payloads(results)).to.deep.equal([toHex(PAYLOAD.toReversed()), toHex(PAYLOAD), toHex(PAYLOAD)]);
  });

  it('waits for what is missing, however much lies behind the end', () => {
    const long = ipFragments(encodeUdp({ ...IPV4, payload: new Uint8Array(200) }), 64)[1] ?? PAYLOAD;
    const [first] = ipFragments(encodeUdp(IPV4), 48);
    const small = ipFragments(encodeUdp(IPV4), 16);
    const results = pushAll([first, long, small[6], small[3]].map((part) => part ?? PAYLOAD));
    expect(results.map(({ datagram }) => datagram?.udp?.payload.length ?? null)).to.deep.equal([null, null, null, 100]);
  });

  it('refuses fragments of a bad length', () => {
    const [first] = ipFragments(encodeUdp(IPV4), 56);
    const odd = Uint8Array.from(first ?? PAYLOAD);
    odd[3] = 20 + 55;
    const far = Uint8Array.from(first ?? PAYLOAD);
    far.set([0x3f, 0xff], 6);
    const empty = Uint8Array.from(first ?? PAYLOAD);
    empty[3] = 20;
    expect(textsOf(pushAll([odd, far, empty]))).to.deep.equal([
      'ip-fragment-refused: 55 bytes, though others follow: no multiple of 8',
      'ip-fragment-refused: it would reach to byte 65584',
      'ip-fragment-refused: 0 bytes, though others follow: no multiple of 8',
    ]);
  });

  it('takes a fragment that reaches to the largest length, and none behind it', () => {
    const last = ipFragments(encodeUdp({ ...IPV4, payload: new Uint8Array(7) }), 8)[1] ?? PAYLOAD;
    last.set([0x1f, 0xff], 6);
    const longer = concat(last, Uint8Array.of(0));
    longer[3] = 28;
    expect(textsOf(pushAll([last, longer]))).to.deep.equal(['ip-fragment-refused: it would reach to byte 65536']);
  });

  it('takes the header of the fragment that begins the datagram', () => {
    const fragments = ipFragments(encodeUdp(IPV4), 48).map((bytes, index) => {
      bytes[8] = 10 + index;
      return bytes;
    });
    expect(pushAll(fragments.toReversed()).at(-1)?.datagram?.ttl).to.equal(10);
    const ipv6 = ipFragments(encodeUdp(IPV6), 48).map((bytes, index) => {
      if (index > 0) bytes[40] = 59;
      return bytes;
    });
    expect(payloads(pushAll(ipv6.toReversed()))).to.deep.equal([toHex(PAYLOAD)]);
  });

  it('does not mix datagrams of other protocols over IPv4', () => {
    const udp = ipFragments(encodeUdp(IPV4), 56, 1);
    const of = (protocol: number, identification: number): Uint8Array[] =>
      ipFragments(encodeUdp({ ...IPV4, payload: PAYLOAD.toReversed() }), 56, identification).map((bytes) => {
        bytes[9] = protocol;
        return bytes;
      });
    const [other, third] = [of(1, 71), of(6, 1)];
    const results = pushAll([udp[0], other[1], third[1], udp[1], other[0], third[0]].map((part) => part ?? PAYLOAD));
    expect(payloads(results)).to.deep.equal([toHex(PAYLOAD)]);
    expect(codesOf(results)).to.deep.equal([]);
    for (const [index, protocol] of [
      [4, 1],
      [5, 6],
    ] as const) {
      expect(results[index]?.datagram).to.deep.include({ protocol, payload: { start: 0, end: 108 }, udp: null });
      expect(results[index]?.parts).to.deep.equal([]);
    }
  });

  it('has no part of a fragment that holds nothing of the payload', () => {
    const results = pushAll(ipFragments(encodeUdp({ ...IPV4, payload: PAYLOAD.subarray(0, 12) }), 8));
    expect(results.at(-1)?.parts).to.deep.equal([
      { packet: 1, messageOffset: 0, packetOffset: 20, lengthBytes: 8 },
      { packet: 2, messageOffset: 8, packetOffset: 20, lengthBytes: 4 },
    ]);
  });

  it('cuts a fragment on both sides, and leaves out what lies behind the end', () => {
    const [small, large] = [16, 48].map((dataBytes) => ipFragments(encodeUdp(IPV4), dataBytes));
    const long = ipFragments(encodeUdp({ ...IPV4, payload: new Uint8Array(200).fill(0xee) }), 64)[1] ?? PAYLOAD;
    const parts = [large?.[0], small?.[3], small?.[5], large?.[1]].map((part) => part ?? PAYLOAD);
    const results = pushAll([...parts, small?.[6] ?? PAYLOAD, long]);
    expect(textsOf(results)).to.deep.equal(['ip-fragment-overlap: 32 of 48 bytes were there or lie behind the end']);
    expect(results[4]?.parts.slice(2, 3)).to.deep.equal([
      { packet: 3, messageOffset: 56, packetOffset: 36, lengthBytes: 16 },
    ]);
    expect(payloads(results)).to.deep.equal([toHex(PAYLOAD)]);
    const behind = pushAll([small?.[6] ?? PAYLOAD, long]);
    expect(textsOf(behind)).to.deep.equal(['ip-fragment-overlap: 32 of 64 bytes were there or lie behind the end']);
  });

  it('holds no more than it may', () => {
    const machine = new IpReassembler({ maxDatagrams: 2, maxFragments: 2, maxBytes: 200, maxAgeMs: 1000 });
    const begin = (identification: number): Uint8Array =>
      ipFragments(encodeUdp(IPV4), 56, identification)[0] ?? PAYLOAD;
    expect(textsOf(pushAll([begin(1), begin(2), begin(3)], machine))).to.deep.equal([
      'ip-reassembly-dropped: a datagram of 56 bytes so far was dropped: too many',
    ]);
    const old = machine.push(packetOf(encodeUdp(IPV4)), 9, 5000);
    expect(old.issues.map(({ text }) => text)).to.deep.equal([
      'a datagram of 56 bytes so far was dropped: too old',
      'a datagram of 56 bytes so far was dropped: too old',
    ]);
    const many = pushAll(ipFragments(encodeUdp(IPV4), 8), machine);
    expect(textsOf(many)).to.deep.equal(Array(many.length - 2).fill('ip-fragment-refused: more than 2 fragments'));
    const large = encodeUdp({ ...IPV4, payload: new Uint8Array(1000) });
    expect(codesOf(pushAll(ipFragments(large, 504, 7).slice(0, 1), machine))).to.include('ip-reassembly-dropped');
  });

  it('holds as much as it may, and what was finished no longer', () => {
    const fragments = [1, 2, 3].map((identification) => ipFragments(encodeUdp(IPV4), 56, identification));
    const machine = new IpReassembler({ maxFragments: 2, maxBytes: 112, maxAgeMs: 1000 });
    const push = (datagram: number, index: number, timeMs: number): string[] =>
      textsOf([machine.push(packetOf(fragments[datagram]?.[index] ?? PAYLOAD), 0, timeMs)]);
    expect(push(0, 0, 5000)).to.deep.equal([]);
    expect(push(0, 0, 5001)).to.deep.equal(['ip-fragment-overlap: 56 of 56 bytes were there or lie behind the end']);
    expect(push(0, 1, 6000)).to.deep.equal([]);
    expect(push(1, 0, 6001)).to.deep.equal([]);
    expect(push(2, 0, 6002)).to.deep.equal([]);
    expect(push(1, 1, 7001)).to.deep.equal([]);
    expect(push(0, 0, 7003)).to.deep.equal([
      'ip-reassembly-dropped: a datagram of 56 bytes so far was dropped: too old',
    ]);
  });

  it('never makes a payload longer than what was pushed', () => {
    const edit = fc.record({ index: fc.nat(9), at: fc.nat(30), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        const fragments = ipFragments(encodeUdp(IPV4), 16).map((bytes) => Uint8Array.from(bytes));
        for (const { index, at, value } of edits) fragments[index % fragments.length]?.fill(value, at, at + 1);
        const machine = new IpReassembler();
        let pushed = 0;
        fragments.forEach((bytes, index) => {
          const packet = decodeIp(bytes);
          if (packet === null) return;
          pushed += bytes.length;
          const { datagram, parts } = machine.push(packet, index, index);
          const lengthBytes = parts.reduce((sum, part) => sum + part.lengthBytes, 0);
          expect(lengthBytes).to.equal(datagram?.udp?.payload.length ?? 0);
          expect(lengthBytes).to.be.at.most(pushed);
        });
      }),
    );
  });
});
