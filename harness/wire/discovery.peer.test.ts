import { expect } from 'chai';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { concat, fromHex, toHex } from '#base/bytes.js';
import { decodeIp, encodeUdp, formatIp, type UdpSource } from './ip.js';
import { IpReassembler } from './ip-reassembler.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from './pcap/pcapng-write.js';
import { decodeSsdp, encodeSsdp } from './ssdp.js';
import { ipFragments, withExtension } from './testing/ip-fragments.js';
import { XML_DOCUMENTS } from './testing/xml-documents.js';
import { parseXml } from './xml.js';

/** Second opinions: what tshark and xmllint make of the bytes that these decoders read. */
describe('Discovery decoders, and tshark and xmllint', () => {
  let dir: string;
  const file = (name: string): string => path.join(dir, name);

  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'discovery-'));
  });
  after(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  /** One row of fields for each packet, values of one field separated by `|`. */
  function rowsOf(packets: readonly Uint8Array[], fields: readonly string[], ...more: readonly string[]): string[][] {
    const frames = packets.map((bytes, index) => {
      const etherType = (bytes[0] ?? 0) >> 4 === 6 ? '86dd' : '0800';
      const frame = concat(fromHex(`01005e7ffffa 020000000100 ${etherType}`), bytes);
      return enhancedPacket({ interfaceId: 0, timeNs: BigInt(index), bytes: frame });
    });
    const description = interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0, name: 'network' });
    writeFileSync(
      file('a.pcapng'),
      concat(sectionHeader({ application: 'test', os: 'Linux' }), description, ...frames),
    );
    const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
    const format = ['-T', 'fields', '-E', 'aggregator=|', ...fields.flatMap((field) => ['-e', field])];
    const args = ['-n', '-r', file('a.pcapng'), ...checks, ...more, ...format];
    const text = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return text
      .replace(/\n$/, '')
      .split('\n')
      .map((row) => row.split('\t'));
  }

  const IPV4: UdpSource = {
    family: 'ipv4',
    source: '192.168.7.2',
    destination: '239.255.255.250',
    sourcePort: 50_000,
    destinationPort: 40_001,
    ttl: 2,
    payload: Uint8Array.from({ length: 301 }, (_, index) => index & 0xff),
  };
  const IPV6: UdpSource = { ...IPV4, family: 'ipv6', source: 'fe80::1:0:0:2', destination: 'ff02::c', ttl: 255 };

  it('agree on addresses, ports, checksums and payloads, whole and in fragments', () => {
    const extended = withExtension(withExtension(encodeUdp(IPV6), 60, 8), 0, 16);
    const packets = [
      encodeUdp(IPV4),
      encodeUdp(IPV6),
      extended,
      encodeUdp({ ...IPV4, payload: new Uint8Array(0) }),
      ...ipFragments(encodeUdp(IPV4), 128, 1),
      ...ipFragments(encodeUdp(IPV6), 64, 2).toReversed(),
    ];
    const fields = ['ip.src', 'ipv6.src', 'ip.dst', 'ipv6.dst', 'ip.ttl', 'ipv6.hlim', 'udp.srcport', 'udp.dstport'];
    const rows = rowsOf(packets, [...fields, 'udp.checksum.status', 'ip.checksum.status', 'data.data']);
    const machine = new IpReassembler();
    const ours = packets.map((bytes, index) => {
      const packet = decodeIp(bytes);
      const datagram = packet === null ? null : machine.push(packet, index, index).datagram;
      if (packet === null || datagram === null) return null;
      const { udp } = datagram;
      if (udp === null) return null;
      const of4 = (text: string): string[] => (packet.family === 'ipv4' ? [text, ''] : ['', text]);
      return [
        ...of4(formatIp(packet.source)),
        ...of4(formatIp(packet.destination)),
        ...of4(String(packet.ttl)),
        String(udp.sourcePort),
        String(udp.destinationPort),
        '1',
        packet.family === 'ipv4' ? '1' : '',
        toHex(udp.payload),
      ];
    });
    const pairs = ours.map((row, index) => ({ ours: row, tshark: rows[index] }));
    const disagreeing = pairs.filter(({ ours: row, tshark }) =>
      row === null ? tshark?.[6] !== '' : row.join() !== tshark?.join(),
    );
    expect(disagreeing).to.deep.equal([]);
    expect(ours.filter((row) => row !== null)).to.have.length(6);
  });

  it('agree on start lines and headers of SSDP', () => {
    const headers: (readonly [string, string])[] = [
      ['HOST', '239.255.255.250:1900'],
      ['Cache-Control', 'max-age = 1800'],
      ['EXT', ''],
      ['x-vendor.example.com', 'a: b'],
    ];
    const startLines = ['NOTIFY * HTTP/1.1', 'M-SEARCH * HTTP/1.1', 'HTTP/1.1 200 OK'];
    const datagrams = startLines.flatMap((line) => [
      encodeSsdp(line, headers),
      encodeSsdp(line, headers, { lineEnd: '\n' }),
    ]);
    const packets = datagrams.map((payload) => encodeUdp({ ...IPV4, destinationPort: 1900, payload }));
    const fields = [
      'http.request.method',
      'http.response.code',
      'http.request.line',
      'http.response.line',
      'http.host',
    ];
    const rows = rowsOf(packets, fields, '-d', 'udp.port==1900,ssdp');
    rows.forEach(([method = '', code = '', requestLines = '', responseLines = '', host = ''], index) => {
      const message = decodeSsdp(datagrams[index] ?? new Uint8Array(0));
      const [first = ''] = message.startLine.text.replace('HTTP/1.1 ', '').split(' ');
      expect(method + code).to.equal(first);
      expect(host).to.equal(message.headers[0]?.value);
      // tshark has no field for the lines of a NOTIFY.
      if (first === 'NOTIFY') return;
      const lines = (requestLines + responseLines).split('|').map((line) => line.replace(/(\\r)?(\\n)?$/, '').trim());
      expect(lines).to.deep.equal(message.headers.map(({ name, value }) => `${name}: ${value}`.trim()));
    });
    expect(rows).to.have.length(6);
  });

  it('agree on what is well-formed', function () {
    this.timeout(60_000);
    const isRefused = (bytes: Uint8Array): boolean =>
      parseXml(bytes).issues.some(({ code }) => code !== 'xml-byte-order-mark');
    const disagreeing = XML_DOCUMENTS.flatMap((bytes, index) => {
      const name = file(`${index}.xml`);
      writeFileSync(name, bytes);
      const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', name], { encoding: 'utf8' });
      const isBad = status !== 0 || stderr.includes('error :');
      // xmllint wants names of namespaces without characters that a URI of RFC 2396 lacks; they are names all the same.
      if (isBad === isRefused(bytes) || stderr.includes('is not a valid URI')) return [];
      return [{ document: new TextDecoder().decode(bytes), xmllint: stderr, ours: parseXml(bytes).issues }];
    });
    expect(disagreeing).to.deep.equal([]);
    expect(XML_DOCUMENTS.filter(isRefused).length).to.be.within(50, XML_DOCUMENTS.length - 30);
  });
});
