import { expect } from 'chai';
import fc from 'fast-check';
import { be, concat, fromHex, toHex, u16be } from '#base/bytes.js';
import { checksum, decodeIp, encodeUdp, formatIp, isMulticastIp, parseIp, wholePacket, type UdpSource } from './ip.js';
import { ipFragments, withExtension } from './testing/ip-fragments.js';

const IPV4: UdpSource = {
  family: 'ipv4',
  source: '192.168.7.2',
  destination: '239.255.255.250',
  sourcePort: 50000,
  destinationPort: 1900,
  ttl: 2,
  payload: fromHex('616263'),
};
const IPV6: UdpSource = { ...IPV4, family: 'ipv6', source: 'fe80::1', destination: 'ff02::c', ttl: 255 };

/** Checksums worked out apart from this code. */
const IPV4_HEX = '4500001f000000000211012ac0a80702effffffac350076c000bb913616263';

describe('ip', () => {
  it('writes and reads UDP over IPv4', () => {
    const bytes = encodeUdp(IPV4);
    expect(toHex(bytes)).to.equal(IPV4_HEX);
    const packet = decodeIp(bytes);
    expect(packet?.ttl).to.equal(2);
    expect(formatIp(packet?.source ?? bytes)).to.equal('192.168.7.2');
    expect(packet?.udp?.payloadSpan).to.deep.equal({ start: 28, end: 31 });
    expect(packet?.issues).to.deep.equal([]);
  });

  it('gives back what was encoded, with right checksums', () => {
    const port = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.boolean(), port, port, fc.uint8Array({ maxLength: 99 }), (isIpv6, from, to, payload) => {
        const source = { ...(isIpv6 ? IPV6 : IPV4), sourcePort: from, destinationPort: to, payload };
        const bytes = encodeUdp(source);
        const packet = decodeIp(bytes);
        expect(packet?.family).to.equal(source.family);
        expect(formatIp(packet?.source ?? bytes)).to.equal(source.source);
        expect(formatIp(packet?.destination ?? bytes)).to.equal(source.destination);
        expect(packet?.ttl).to.equal(source.ttl);
        expect(packet?.issues).to.deep.equal([]);
        expect([packet?.udp?.sourcePort, packet?.udp?.destinationPort]).to.deep.equal([from, to]);
        expect(toHex(packet?.udp?.payload ?? bytes)).to.equal(toHex(payload));
        const udp = bytes.subarray(isIpv6 ? 40 : 20);
        const pseudo = concat(bytes.subarray(isIpv6 ? 8 : 12, isIpv6 ? 40 : 20), be(17, 2), be(udp.length, 2), udp);
        expect(checksum(pseudo), 'UDP checksum').to.equal(0);
        expect(u16be(udp, 6)).not.to.equal(0);
      }),
    );
  });

  it('leaves out padding, and counts from the start of the frame', () => {
    const frame = concat(new Uint8Array(14), encodeUdp(IPV4), new Uint8Array(15));
    const packet = decodeIp(frame, 14, frame.length);
    expect(packet?.payload).to.deep.equal({ start: 34, end: 45 });
    expect(packet?.udp?.payloadSpan).to.deep.equal({ start: 42, end: 45 });
    expect(packet?.issues).to.deep.equal([]);
  });

  it('skips options and extension headers', () => {
    const plain = encodeUdp(IPV4);
    const options = concat(fromHex('46'), plain.subarray(1, 2), be(35, 2), plain.subarray(4, 20), fromHex('94040000'));
    expect(decodeIp(concat(options, plain.subarray(20)))?.udp?.destinationPort).to.equal(1900);
    const extended = [0, 43, 60].reduce((bytes, protocol) => withExtension(bytes, protocol, 16), encodeUdp(IPV6));
    expect(decodeIp(extended)?.udp?.payloadSpan).to.deep.equal({ start: 96, end: 99 });
  });

  it('reads a packet that ends with its header', () => {
    const ipv4 = concat(fromHex('45000014'), new Uint8Array(4), fromHex('4001'), new Uint8Array(10));
    expect(decodeIp(ipv4)).to.deep.include({ protocol: 1, payload: { start: 20, end: 20 }, udp: null, issues: [] });
    const ipv6 = concat(fromHex('60000000 0000 3b40'), new Uint8Array(32));
    expect(decodeIp(ipv6)).to.deep.include({ protocol: 59, payload: { start: 40, end: 40 }, udp: null, issues: [] });
    const extended = concat(fromHex('60000000 0008 0040'), new Uint8Array(32), fromHex('3b00'), new Uint8Array(6));
    expect(decodeIp(extended)).to.deep.include({ protocol: 59, payload: { start: 48, end: 48 }, issues: [] });
  });

  it('takes what is there where the length was left to the network card', () => {
    const bytes = encodeUdp(IPV4);
    bytes.fill(0, 2, 4);
    const packet = decodeIp(concat(new Uint8Array(14), bytes), 14);
    expect(packet?.issues).to.deep.equal([]);
    expect(packet?.udp?.payloadSpan).to.deep.equal({ start: 42, end: 45 });
  });

  it('reads no UDP in a fragment', () => {
    for (const source of [IPV4, IPV6])
      for (const fragment of ipFragments(encodeUdp(source), 8))
        expect(decodeIp(fragment)).to.deep.include({ protocol: 17, udp: null, issues: [] });
  });

  it('has no length in the header of a fragment', () => {
    const [first = new Uint8Array(0)] = ipFragments(encodeUdp(IPV6), 8);
    first[41] = 1;
    expect(decodeIp(first)?.payload).to.deep.equal({ start: 48, end: 56 });
  });

  it('looks for extension headers in IPv6 only', () => {
    const head = decodeIp(ipFragments(encodeUdp(IPV4), 8)[0] ?? new Uint8Array(0));
    const payload = concat(fromHex('1100'), new Uint8Array(14));
    const whole = head === null ? null : wholePacket({ ...head, protocol: 60 }, payload);
    expect(whole).to.deep.include({ protocol: 60, payload: { start: 0, end: 16 }, udp: null, issues: [] });
  });

  it('says what a short capture or a wrong length leaves', () => {
    const bytes = encodeUdp(IPV4);
    const codesOf = (input: Uint8Array): string[] | undefined => decodeIp(input)?.issues.map(({ code }) => code);
    expect(codesOf(bytes.subarray(0, 30))).to.deep.equal(['ip-length-past-end', 'udp-length-wrong']);
    expect(codesOf(bytes.subarray(0, 26))).to.deep.equal(['ip-length-past-end', 'udp-header-cut']);
    const short = Uint8Array.from(bytes);
    short[25] = 9;
    expect(codesOf(short)).to.deep.equal(['udp-length-wrong']);
    expect(toHex(decodeIp(short)?.udp?.payload ?? bytes)).to.equal('61');
    const extended = withExtension(encodeUdp(IPV6), 0, 16);
    expect(codesOf(extended.subarray(0, 50))).to.deep.equal(['ip-length-past-end', 'ip-header-cut']);
  });

  it('says with what figures, at which bytes', () => {
    const frame = concat(new Uint8Array(14), encodeUdp(IPV4));
    expect(decodeIp(frame.subarray(0, 40), 14)?.issues).to.deep.equal([
      {
        code: 'ip-length-past-end',
        at: { start: 14, end: 40 },
        path: 'ip',
        text: 'the packet has 31 bytes, only 26 are there',
      },
      { code: 'udp-header-cut', at: { start: 34, end: 40 }, path: 'ip', text: 'UDP has 6 bytes' },
    ]);
    frame[39] = 12;
    expect(decodeIp(frame, 14)?.issues).to.deep.equal([
      {
        code: 'udp-length-wrong',
        at: { start: 38, end: 40 },
        path: 'ip',
        text: 'UDP says 12 bytes, 11 are there',
      },
    ]);
    for (const lengthBytes of [0, 1, 2, 7]) {
      const packet = concat(
        fromHex(`60000000 000${lengthBytes} 0040`),
        new Uint8Array(32),
        new Uint8Array(lengthBytes),
      );
      expect(decodeIp(concat(new Uint8Array(14), packet), 14), String(lengthBytes)).to.deep.include({
        protocol: 0,
        fragment: null,
        payload: { start: 54, end: 54 + lengthBytes },
        udp: null,
        issues: [
          {
            code: 'ip-header-cut',
            at: { start: 54, end: 54 + lengthBytes },
            path: 'ip',
            text: `an extension header has ${lengthBytes} bytes`,
          },
        ],
      });
    }
  });

  it('takes a length of UDP that is possible, and else what is there', () => {
    for (const [declared, end] of [
      [0, 31],
      [7, 31],
      [8, 28],
      [10, 30],
      [11, 31],
      [12, 31],
      [0xffff, 31],
    ] as const) {
      const bytes = encodeUdp(IPV4);
      bytes.set(be(declared, 2), 24);
      const { udp = null, issues = [] } = decodeIp(bytes) ?? {};
      expect(udp?.payloadSpan, String(declared)).to.deep.equal({ start: 28, end });
      expect(udp?.payload).to.have.length(end - 28);
      expect(issues.map(({ code }) => code)).to.deep.equal(declared === 11 ? [] : ['udp-length-wrong']);
    }
  });

  it('has nothing to say of other bytes', () => {
    expect(decodeIp(new Uint8Array(0))).to.equal(null);
    expect(decodeIp(encodeUdp(IPV4).subarray(0, 19))).to.equal(null);
    expect(decodeIp(encodeUdp(IPV6).subarray(0, 39))).to.equal(null);
    for (const source of [IPV4, IPV6]) {
      const headerBytes = source.family === 'ipv4' ? 20 : 40;
      const frame = concat(new Uint8Array(14), encodeUdp(source).subarray(0, headerBytes - 1));
      expect(decodeIp(frame, 14)).to.equal(null);
    }
    expect(decodeIp(fromHex('41'.repeat(20)))).to.equal(null);
    expect(decodeIp(fromHex('55'.repeat(60)))).to.equal(null);
  });

  it('stays inside the bytes, whatever they are', () => {
    const start = fc.constantFrom('45', '46', '4f', '60', '600000000040002c', '6000000000400000');
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 120 }), (hex, rest) => {
        const bytes = concat(fromHex(hex), rest);
        const packet = decodeIp(bytes);
        if (packet === null) return;
        const spans = [packet.payload, ...packet.issues.map(({ at }) => at)];
        if (packet.udp !== null) spans.push(packet.udp.payloadSpan);
        for (const span of spans) {
          expect(span.start).to.be.within(0, span.end);
          expect(span.end).to.be.at.most(bytes.length);
        }
      }),
    );
  });

  it('refuses an address of the other family', () => {
    expect(() => encodeUdp({ ...IPV4, source: 'fe80::1' })).to.throw(RangeError, 'not an address of ipv4: fe80::1');
    expect(() => encodeUdp({ ...IPV6, destination: 'nonsense' })).to.throw(RangeError);
    expect(() => encodeUdp({ ...IPV4, payload: new Uint8Array(65_508) })).to.throw(RangeError);
  });
});

describe('addresses', () => {
  it('may be given as bytes', () => {
    const source = parseIp('192.168.7.2') ?? new Uint8Array(0);
    const destination = parseIp('239.255.255.250') ?? new Uint8Array(0);
    expect(toHex(encodeUdp({ ...IPV4, source, destination }))).to.equal(IPV4_HEX);
  });

  it('are written as RFC 5952 wants them', () => {
    for (const [given, written] of [
      ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
      ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
      ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
      ['2001:0DB8::AAAA', '2001:db8::aaaa'],
      ['0:0:0:0:0:0:0:0', '::'],
      ['::1', '::1'],
      ['fe80::', 'fe80::'],
      ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
      ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
      ['192.0.2.1', '192.0.2.1'],
      ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
      ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ] as const)
      expect(formatIp(parseIp(given) ?? new Uint8Array(0)), given).to.equal(written);
  });

  it('are read back as the same bytes', () => {
    const groups = fc.array(fc.constantFrom(0, 0, 0, 1, 0xffff, 0xdb8), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, (values) => {
        const bytes = concat(...values.map((value) => be(value, 2)));
        expect(toHex(parseIp(formatIp(bytes)) ?? new Uint8Array(0))).to.equal(toHex(bytes));
      }),
    );
    expect(() => formatIp(new Uint8Array(5))).to.throw(RangeError, 'an IP address has 4 or 16 bytes, not 5');
  });

  it('are nothing else', () => {
    const wrong =
      '|1.2.3|1.2.3.4.5|1.2.3.256|01.2.3.4|1.2.3.+4|fe80::1%2|:|:::|1::2::3|1:2:3:4:5:6:7|1:2:3:4:5:6:7:8:9';
    const more = '12345::|g::|1:2:3:4:5:6:7:8::|::1.2.3|1.2.3.4::|[::1]|::1.2.3.4:5|1:::2|:1::2|a.b.c.d|::1 ';
    for (const text of `${wrong}|${more}`.split('|')) expect(parseIp(text), text).to.equal(null);
  });

  it('are multicast or not', () => {
    const addresses = ['239.255.255.250', '224.0.0.1', 'ff02::c', '223.255.255.255', '240.0.0.1', 'fe80::1', 'x'];
    expect(addresses.map(isMulticastIp)).to.deep.equal([true, true, true, false, false, false, false]);
    expect(isMulticastIp(fromHex('efffffff'))).to.equal(true);
  });
});
