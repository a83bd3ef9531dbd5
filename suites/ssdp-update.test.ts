import { expect } from 'chai';
import { Assembler } from '#evidence/assemble.js';
import { judge } from '#judge/judge.js';
import { fromHex } from '#base/bytes.js';
import { encodeEthernet } from '#wire/ethernet.js';
import { encodeUdp, ETHERTYPE_IPV4 } from '#wire/ip.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import { encodeSsdp } from '#wire/ssdp.js';
import { CATALOGUE } from './catalogue.js';

const GROUP = '239.255.255.250';
const UPDATE: readonly (readonly [string, string])[] = [
  ['HOST', `${GROUP}:1900`],
  ['LOCATION', 'http://192.0.2.20/d.xml'],
  ['NT', 'upnp:rootdevice'],
  ['NTS', 'ssdp:update'],
  ['USN', 'uuid:4d8c7308-173d-48ad-b2f9-a687d967caa9::upnp:rootdevice'],
  ['SERVER', 'Linux/6 UPnP/1.1 printer/1'],
  ['BOOTID.UPNP.ORG', '7'],
  ['CONFIGID.UPNP.ORG', '1'],
  ['NEXTBOOTID.UPNP.ORG', '8'],
];

/** RVP-SSDP-033 on a capture of one device that says these messages. */
function verdictOn(...messages: readonly (readonly (readonly [string, string])[])[]): string | undefined {
  const assembler = new Assembler();
  const reader = new CaptureReader(assembler);
  reader.push(sectionHeader({ application: 'test' }));
  reader.push(interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0 }));
  for (const headers of messages) {
    const payload = encodeUdp({
      family: 'ipv4',
      source: '192.0.2.20',
      destination: GROUP,
      sourcePort: 1900,
      destinationPort: 1900,
      ttl: 2,
      payload: encodeSsdp('NOTIFY * HTTP/1.1', headers),
    });
    const bytes = encodeEthernet({
      destination: fromHex('01005e7ffffa'),
      source: fromHex('020000000020'),
      etherType: ETHERTYPE_IPV4,
      payload,
    });
    reader.push(enhancedPacket({ interfaceId: 0, timeNs: 1n, bytes }));
  }
  const [evidence] = assembler.finish(reader.finish());
  if (evidence === undefined) throw new Error('no evidence');
  const { results } = judge(CATALOGUE, null, evidence, { scope: 'capture', strict: false });
  return results.find(({ id }) => id === 'RVP-SSDP-033')?.verdict;
}

describe('ssdp:update', () => {
  it('passes with its three headers', () => {
    expect(verdictOn(UPDATE)).to.equal('pass');
  });

  for (const missing of ['LOCATION', 'BOOTID.UPNP.ORG', 'NEXTBOOTID.UPNP.ORG'])
    it(`fails without ${missing}`, () => {
      expect(verdictOn(UPDATE.filter(([name]) => name !== missing))).to.equal('fail');
    });

  it('is not asked of a UPnP 1.0 device', () => {
    const older = UPDATE.map(([name, value]) => [name, value.replace('UPnP/1.1', 'UPnP/1.0')] as const);
    expect(verdictOn(older)).to.equal('not-applicable');
  });
});
