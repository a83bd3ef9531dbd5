import { expect } from 'chai';
import { decodeWsd, WSD_GROUP_IPV4, WSD_GROUP_IPV6, WSD_PORT, type WsdMessage } from './wsd.js';

const decode = (text: string): WsdMessage => decodeWsd(new TextEncoder().encode(text));
const D05 = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';
const D09 = 'http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01';
const A04 = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const A05 = 'http://www.w3.org/2005/08/addressing';
const DEVPROF = 'http://schemas.xmlsoap.org/ws/2006/02/devprof';

function envelope(discovery: string, addressing: string, action: string, body: string): string {
  const soap = 'http://www.w3.org/2003/05/soap-envelope';
  return `<s:Envelope xmlns:s="${soap}" xmlns:a="${addressing}" xmlns:d="${discovery}"><s:Header><a:Action>${action}</a:Action></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

const MATCH = `<d:ProbeMatches><d:ProbeMatch>
  <a:EndpointReference><a:Address> urn:uuid:4d8c7308-173d-48ad-b2f9-a687d967caa9\n</a:Address></a:EndpointReference>
  <d:Types xmlns:wsdp="${DEVPROF}" xmlns="urn:default">wsdp:Device
     none:Thing\tPlain</d:Types>
  <d:Scopes MatchBy=" urn:rule ">http://a/b ldap:///x</d:Scopes>
  <d:XAddrs>http://192.168.7.2:5357/a
  http://[fe80::1]:5357/a</d:XAddrs>
  <d:MetadataVersion> 3 </d:MetadataVersion>
</d:ProbeMatch><d:ProbeMatch/></d:ProbeMatches>`;

describe('decodeWsd', () => {
  it('reads what is sent to these addresses', () => {
    expect([WSD_GROUP_IPV4, WSD_GROUP_IPV6, WSD_PORT]).to.deep.equal(['239.255.255.250', 'ff02::c', 3702]);
  });

  it('reads every match, with names by the prefixes at their element', () => {
    const message = decode(envelope(D05, A04, `${D05}/ProbeMatches`, MATCH));
    expect([message.kind, message.isNewer, message.targets.length]).to.deep.equal(['probe-matches', false, 2]);
    const [first, second] = message.targets;
    expect(first?.address?.value).to.equal('urn:uuid:4d8c7308-173d-48ad-b2f9-a687d967caa9');
    expect(first?.types).to.deep.equal([`{${DEVPROF}}Device`, '{?none}Thing', '{urn:default}Plain']);
    expect(first?.scopes).to.deep.equal(['http://a/b', 'ldap:///x']);
    expect(first?.matchBy).to.equal('urn:rule');
    expect(first?.xAddrs).to.deep.equal(['http://192.168.7.2:5357/a', 'http://[fe80::1]:5357/a']);
    expect(first?.metadataVersion).to.equal(3);
    expect(first?.xAddrsElement?.at.line).to.equal(7);
    expect(second).to.deep.include({ address: null, types: [], xAddrs: [], matchBy: null, metadataVersion: null });
  });

  it('knows the kinds in both namespaces', () => {
    for (const [local, kind] of [
      ['Hello', 'hello'],
      ['Bye', 'bye'],
      ['Probe', 'probe'],
      ['Resolve', 'resolve'],
      ['ProbeMatches', 'probe-matches'],
      ['ResolveMatches', 'resolve-matches'],
    ] as const) {
      const older = decode(envelope(D05, A04, `${D05}/${local}`, `<d:${local}/>`));
      expect([older.kind, older.isNewer], local).to.deep.equal([kind, false]);
      expect(older.targets).to.have.length(local.endsWith('Matches') ? 0 : 1);
      const newer = decode(envelope(D09, A05, `${D09}/${local}`, `<d:${local}/>`));
      expect([newer.kind, newer.isNewer], local).to.deep.equal([kind, true]);
    }
  });

  it('reads the endpoint reference by the addressing of the same age', () => {
    const reference = '<d:Hello><a:EndpointReference><a:Address>urn:x</a:Address></a:EndpointReference></d:Hello>';
    expect(decode(envelope(D09, A05, `${D09}/Hello`, reference)).targets[0]?.address?.value).to.equal('urn:x');
    expect(decode(envelope(D05, A05, `${D05}/Hello`, reference)).targets[0]?.address).to.equal(null);
  });

  it('is of no kind when action and body do not agree', () => {
    for (const text of [
      envelope(D05, A04, `${D05}/Hello`, '<d:Bye/>'),
      envelope(D09, A05, `${D05}/Hello`, '<d:Hello/>'),
      envelope(D05, A04, 'Hello', '<d:Hello/>'),
      envelope(D05, A04, `${D05}/Hello`, ''),
      '<a/>',
    ])
      expect(decode(text)).to.deep.include({ kind: 'other', isNewer: false, targets: [] });
    expect(decode(envelope(D09, A05, `${D09}/Hello`, '')).isNewer).to.equal(true);
  });
});
