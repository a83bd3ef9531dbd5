import { expect } from 'chai';
import fc from 'fast-check';
import { be, concat, fromHex, toHex, u16be } from '#base/bytes.js';
import { checksum, decodeIp, encodeUdp, formatIp, isMulticastIp, parseIp, type UdpSource } from './ip.js';
import { withExtension } from './testing/ip-fragments.js';

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

  it('has nothing to say of other bytes', () => {
    expect(decodeIp(new Uint8Array(0))).to.equal(null);
    expect(decodeIp(encodeUdp(IPV4).subarray(0, 19))).to.equal(null);
    expect(decodeIp(encodeUdp(IPV6).subarray(0, 39))).to.equal(null);
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
    expect(() => encodeUdp({ ...IPV4, source: 'fe80::1' })).to.throw(RangeError);
    expect(() => encodeUdp({ ...IPV6, destination: 'nonsense' })).to.throw(RangeError);
    expect(() => encodeUdp({ ...IPV4, payload: new Uint8Array(65_508) })).to.throw(RangeError);
  });
});

describe('addresses', () => {
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
    expect(() => formatIp(new Uint8Array(5))).to.throw(RangeError);
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
