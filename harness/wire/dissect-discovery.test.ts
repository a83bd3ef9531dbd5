import { expect } from 'chai';
import { concat, fromHex } from '#base/bytes.js';
import { DISCOVERY_LAYERS, dissectDiscovery } from './dissect-discovery.js';
import { dissectFrame, isOfInterest } from './dissect-link.js';
import { encodeUdp } from './ip.js';
import { encodeSsdp } from './ssdp.js';
import { encodeHello } from './wsd-write.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function frameOf(destinationPort: number, payload: Uint8Array): Uint8Array {
  const addresses = { family: 'ipv4', source: '10.0.0.2', destination: '239.255.255.250' } as const;
  const packet = encodeUdp({ ...addresses, sourcePort: 40_000, destinationPort, ttl: 2, payload });
  return concat(fromHex('01005e7ffffa 020000000100 0800'), packet);
}

describe('dissectDiscovery', () => {
  it('shows start line, headers and remarks of SSDP at their bytes', () => {
    const payload = encodeSsdp('NOTIFY * HTTP/1.1', [['NT', 'a\u001b[0m']], { noBlankLine: true });
    const lines = dissectFrame('ethernet', frameOf(1900, payload));
    expect(isOfInterest(lines)).to.equal(true);
    expect(lines.slice(1).map(({ kind, at, text }) => [kind, at.start, at.end, text])).to.deep.equal([
      ['layer', 14, 42, 'UDP from 10.0.0.2 port 40000 to 239.255.255.250 port 1900, TTL 2'],
      ['layer', 42, 72, 'SSDP, 30 bytes'],
      ['node', 42, 59, '"NOTIFY * HTTP/1.1"'],
      ['node', 61, 70, '"NT: a\\u{1b}[0m"'],
      ['issue', 72, 72, 'ssdp-no-blank-line: no blank line after 2 lines'],
    ]);
  });

  it('shows the elements of WS-Discovery with their texts', () => {
    const appSequence = { instanceId: 1, messageNumber: 2 };
    const payload = encodeHello({ messageId: 'urn:1', appSequence, target: { address: 'urn:x', metadataVersion: 3 } });
    const lines = dissectDiscovery(frameOf(3702, payload));
    const texts = lines.map(({ text }) => text);
    expect(texts[1]).to.equal(`WS-Discovery hello, ${payload.length} bytes`);
    expect(texts).to.include.members(['wsd:AppSequence "InstanceId=1" "MessageNumber=2"', 'wsa:Address: "urn:x"']);
    expect(lines.find(({ path }) => path === 'wsd.MetadataVersion')?.depth).to.equal(4);
    const cut = dissectDiscovery(frameOf(3702, payload.subarray(0, 60)));
    expect(cut.map(({ kind }) => kind)).to.include('issue');
  });

  it('shows UDP over IPv6, what is wrong with it, and what stands behind the headers', () => {
    const payload = utf8('HTTP/1.1 200 OK\r\nST: a\r\n\r\nabc');
    const addresses = { family: 'ipv6', source: 'fe80::2', destination: 'fe80::3' } as const;
    const packet = encodeUdp({ ...addresses, sourcePort: 1900, destinationPort: 4000, ttl: 64, payload });
    const frame = concat(fromHex('020000000200 020000000100 86dd'), packet);
    frame[59] = 36;
    const line = { inPlaintext: false };
    expect(dissectDiscovery(frame)).to.deep.equal([
      {
        ...line,
        kind: 'layer',
        depth: 0,
        at: { start: 14, end: 62 },
        path: 'udp',
        text: 'UDP from fe80::2 port 1900 to fe80::3 port 4000, TTL 64',
      },
      {
        ...line,
        kind: 'issue',
        depth: 1,
        at: { start: 58, end: 60 },
        path: 'udp',
        text: 'udp-length-wrong: UDP says 36 bytes, 37 are there',
      },
      { ...line, kind: 'layer', depth: 0, at: { start: 62, end: 90 }, path: 'ssdp', text: 'SSDP, 28 bytes' },
      {
        ...line,
        kind: 'node',
        depth: 1,
        at: { start: 62, end: 77 },
        path: 'ssdp.startLine',
        text: '"HTTP/1.1 200 OK"',
      },
      { ...line, kind: 'node', depth: 1, at: { start: 79, end: 84 }, path: 'ssdp.ST', text: '"ST: a"' },
      {
        ...line,
        kind: 'node',
        depth: 1,
        at: { start: 88, end: 90 },
        path: 'ssdp.body',
        text: '2 bytes behind the headers',
      },
    ]);
  });

  it('shows where in a document of WS-Discovery something is wrong', () => {
    const head = '<a:b xmlns:a="urn:\u202e" c="d\u2028"> \u200f <f> </f>\n';
    const payload = utf8(`${head}</a:b`);
    const lines = dissectDiscovery(frameOf(3702, payload));
    const line = { inPlaintext: false };
    expect(lines.slice(1)).to.deep.equal([
      {
        ...line,
        kind: 'layer',
        depth: 0,
        at: { start: 42, end: 42 + payload.length },
        path: 'wsd',
        text: `WS-Discovery other, ${payload.length} bytes`,
      },
      {
        ...line,
        kind: 'node',
        depth: 1,
        at: { start: 42, end: 42 + payload.length },
        path: 'wsd.b',
        text: 'a:b "c=d\\u{2028}": "\\u{200f}"',
      },
      { ...line, kind: 'node', depth: 2, at: { start: 79, end: 87 }, path: 'wsd.f', text: 'f' },
      {
        ...line,
        kind: 'issue',
        depth: 1,
        at: { start: 92, end: 93 },
        path: 'wsd',
        text: 'xml-malformed: unclosed tag: a:b (line 2, column 5)',
      },
    ]);
  });

  it('shows what is no document', () => {
    const [, layer, issue, ...more] = dissectDiscovery(frameOf(3702, new Uint8Array(0)));
    expect(layer?.text).to.equal('WS-Discovery other, 0 bytes');
    expect([issue?.kind, issue?.at, more]).to.deep.equal(['issue', { start: 42, end: 42 }, []]);
  });

  it('says nothing of other frames', () => {
    expect(DISCOVERY_LAYERS).to.deep.equal(['ssdp', 'wsd']);
    expect(dissectDiscovery(frameOf(53, new Uint8Array(4)))).to.deep.equal([]);
    const whole = frameOf(1900, utf8('NOTIFY * HTTP/1.1\r\n\r\n'));
    const [untagged] = dissectDiscovery(whole);
    expect(untagged?.at).to.deep.equal({ start: 14, end: 42 });
    expect(dissectDiscovery(concat(whole.subarray(0, 12), fromHex('0806'), whole.subarray(14)))).to.deep.equal([]);
    expect(dissectDiscovery(whole.subarray(0, 30))).to.deep.equal([]);
    const tcp = Uint8Array.from(whole);
    tcp[23] = 6;
    expect(dissectDiscovery(tcp)).to.deep.equal([]);
    expect(dissectDiscovery(fromHex('0180c2000003 020000000100 888e 01010000'))).to.deep.equal([]);
    expect(dissectDiscovery(new Uint8Array(3))).to.deep.equal([]);
    expect(isOfInterest(dissectFrame('ethernet', frameOf(53, new Uint8Array(4))))).to.equal(false);
  });
});
