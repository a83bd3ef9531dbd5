import { expect } from 'chai';
import { concat, fromHex } from '#base/bytes.js';
import { dissectDiscovery } from './dissect-discovery.js';
import { dissectFrame, isOfInterest } from './dissect-link.js';
import { encodeUdp } from './ip.js';
import { encodeSsdp } from './ssdp.js';
import { encodeHello } from './wsd-write.js';

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

  it('says nothing of other frames', () => {
    expect(dissectDiscovery(frameOf(53, new Uint8Array(4)))).to.deep.equal([]);
    expect(dissectDiscovery(fromHex('0180c2000003 020000000100 888e 01010000'))).to.deep.equal([]);
    expect(dissectDiscovery(new Uint8Array(3))).to.deep.equal([]);
    expect(isOfInterest(dissectFrame('ethernet', frameOf(53, new Uint8Array(4))))).to.equal(false);
  });
});
