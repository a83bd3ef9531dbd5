import { expect } from 'chai';
import fc from 'fast-check';
import { decodeSoap, NAMESPACE } from './soap.js';
import { NEWER_NAMESPACES } from './soap-write.js';
import { decodeWsd } from './wsd.js';
import {
  encodeBye,
  encodeFault,
  encodeGet,
  encodeGetResponse,
  encodeHello,
  encodeProbe,
  encodeProbeMatches,
  encodeResolve,
  encodeResolveMatches,
  type AnnouncementSource,
  type WsdTargetSource,
} from './wsd-write.js';

const ADDRESS = 'urn:uuid:4d8c7308-173d-48ad-b2f9-a687d967caa9';
const DEVICE = `{${NAMESPACE.devprof}}Device`;
const TARGET: WsdTargetSource = {
  address: ADDRESS,
  types: [DEVICE, '{urn:maker}Lamp', '{urn:maker}Other'],
  scopes: ['ldap:///a', 'http://b'],
  xAddrs: ['http://192.168.7.2:5357/a?b&c'],
  metadataVersion: 7,
};
const HELLO: AnnouncementSource = {
  messageId: 'urn:uuid:m1',
  appSequence: { instanceId: 4_000_000_000, messageNumber: 1, sequenceId: 'urn:s' },
  target: TARGET,
};

function bodyOf(bytes: Uint8Array): string {
  return /<soap:Body>(.*)<\/soap:Body>/s.exec(new TextDecoder().decode(bytes))?.[1] ?? '';
}

describe('messages of WS-Discovery', () => {
  it('are read back as they were written', () => {
    for (const [bytes, kind] of [
      [encodeHello(HELLO), 'hello'],
      [encodeBye(HELLO), 'bye'],
    ] as const) {
      const message = decodeWsd(bytes);
      expect(message.soap.xml.issues).to.deep.equal([]);
      expect(message).to.include({ kind, isNewer: false });
      expect(message.soap.to?.value).to.equal('urn:schemas-xmlsoap-org:ws:2005:04:discovery');
      expect(message.soap.messageId?.value).to.equal('urn:uuid:m1');
      expect(message.soap.appSequence).to.include({ instanceId: 4e9, messageNumber: 1, sequenceId: 'urn:s' });
      expect(message.targets[0]).to.deep.include({ types: TARGET.types, scopes: TARGET.scopes, metadataVersion: 7 });
      expect(message.targets[0]?.xAddrs).to.deep.equal(TARGET.xAddrs);
      expect(message.targets[0]?.address?.value).to.equal(ADDRESS);
    }
  });

  it('ask and answer', () => {
    const probe = decodeWsd(
      encodeProbe({ messageId: 'urn:1', types: [DEVICE, 'raw:Name'], scopes: ['a', 'b'], matchBy: 'urn:rule' }),
    );
    expect(probe.kind).to.equal('probe');
    expect(probe.targets[0]).to.deep.include({
      types: [DEVICE, '{?raw}Name'],
      scopes: ['a', 'b'],
      matchBy: 'urn:rule',
    });
    const wildcard = decodeWsd(encodeProbe({ messageId: 'urn:1', to: ADDRESS, replyTo: 'urn:x' }));
    expect(wildcard.targets[0]).to.include({ typesElement: null, scopesElement: null });
    expect([wildcard.soap.to?.value, wildcard.soap.replyTo?.value]).to.deep.equal([ADDRESS, 'urn:x']);
    const resolve = decodeWsd(encodeResolve({ messageId: 'urn:2', address: ADDRESS }));
    expect([resolve.kind, resolve.targets[0]?.address?.value]).to.deep.equal(['resolve', ADDRESS]);
    const answer = { messageId: 'urn:3', relatesTo: 'urn:1', targets: [TARGET, TARGET] };
    const matches = decodeWsd(encodeProbeMatches(answer));
    expect([matches.kind, matches.targets.length, matches.soap.appSequence]).to.deep.equal(['probe-matches', 2, null]);
    expect(matches.soap.relatesTo?.value).to.equal('urn:1');
    expect(matches.soap.to?.value).to.equal('http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous');
    expect(decodeWsd(encodeProbeMatches({ ...answer, targets: [] }))).to.deep.include({
      kind: 'probe-matches',
      targets: [],
    });
    expect(decodeWsd(encodeResolveMatches(answer)).kind).to.equal('resolve-matches');
  });

  it('may be of 2009/01', () => {
    const message = decodeWsd(encodeHello({ ...HELLO, namespaces: NEWER_NAMESPACES }));
    expect(message).to.include({ kind: 'hello', isNewer: true });
    expect(message.targets[0]?.address?.value).to.equal(ADDRESS);
    expect(message.soap.to?.value).to.equal('urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01');
    const answer = encodeProbeMatches({ messageId: '', relatesTo: '', targets: [], namespaces: NEWER_NAMESPACES });
    expect(decodeWsd(answer).soap.to?.value).to.equal('http://www.w3.org/2005/08/addressing/anonymous');
  });

  it('may be wrong on purpose', () => {
    const prefixed = decodeWsd(
      encodeHello({ ...HELLO, prefixes: { soap12: '', addressing: 'ns1', discovery: 'ns2' } }),
    );
    expect([prefixed.kind, prefixed.soap.xml.root?.name]).to.deep.equal(['hello', 'Envelope']);
    const omitted = decodeWsd(encodeHello({ ...HELLO, omitHeaders: ['AppSequence', 'To', 'ReplyTo'] }));
    expect([omitted.soap.to, omitted.soap.appSequence]).to.deep.equal([null, null]);
    const headers = { Action: 'urn:other', AppSequence: 'InstanceId="x"' };
    const replaced = decodeWsd(encodeHello({ ...HELLO, headers }));
    expect([replaced.kind, replaced.soap.action?.value]).to.deep.equal(['other', 'urn:other']);
    expect(replaced.soap.appSequence).to.include({ instanceId: null, messageNumber: null });
    const extras = { extraHeaders: '<x xmlns="u"/>', extraBody: '<y/>', extraContent: '<z/>', prolog: '' };
    const extended = decodeWsd(encodeHello({ ...HELLO, ...extras }));
    expect(extended.soap.header?.children.at(-1)?.namespace).to.equal('u');
    expect(extended.soap.body?.children.map(({ local }) => local)).to.deep.equal(['Hello', 'y']);
    expect(extended.targets[0]?.element.children.at(-1)?.local).to.equal('z');
    expect(extended.soap.xml.root?.at.offset).to.equal(0);
    const broken = decodeWsd(encodeHello({ ...HELLO, undeclared: ['addressing'] }));
    expect(broken.soap.xml.issues.map(({ code }) => code)).to.deep.equal(['xml-malformed']);
    const target = { address: null, metadataVersion: 'x', extra: '<e/>' };
    const [bare] = decodeWsd(encodeHello({ ...HELLO, target })).targets;
    expect(bare).to.include({ address: null, metadataVersion: null });
    const referenced = { ...TARGET, extraReference: '<p/>' };
    const [properties] = decodeWsd(encodeHello({ ...HELLO, target: referenced })).targets;
    expect(properties?.endpointReference?.children).to.have.length(2);
  });

  it('hold what was given, and nothing else', () => {
    const reference = `<wsa:EndpointReference><wsa:Address>${ADDRESS}</wsa:Address></wsa:EndpointReference>`;
    const search = { messageId: 'urn:1' };
    expect(bodyOf(encodeProbe(search))).to.equal('<wsd:Probe/>');
    expect(bodyOf(encodeProbe({ ...search, types: [DEVICE], scopes: ['a', 'b&'] }))).to.equal(
      '<wsd:Probe><wsd:Types>wsdp:Device</wsd:Types><wsd:Scopes>a b&amp;</wsd:Scopes></wsd:Probe>',
    );
    expect(bodyOf(encodeProbe({ ...search, scopes: [], matchBy: '"' }))).to.equal(
      '<wsd:Probe><wsd:Scopes MatchBy="&quot;"/></wsd:Probe>',
    );
    expect(bodyOf(encodeResolve({ ...search, address: ADDRESS }))).to.equal(`<wsd:Resolve>${reference}</wsd:Resolve>`);
    const { messageId, appSequence } = HELLO;
    const bye = (target: WsdTargetSource): string => bodyOf(encodeBye({ messageId, appSequence, target }));
    expect(bye({ address: null })).to.equal('<wsd:Bye/>');
    expect(bye({ address: ADDRESS })).to.equal(`<wsd:Bye>${reference}</wsd:Bye>`);
    expect(bye({ ...TARGET, types: [DEVICE], extraReference: '<p/>', extra: '<e/>' })).to.equal(
      `<wsd:Bye>${reference.replace('</wsa:End', '<p/></wsa:End')}<wsd:Types>wsdp:Device</wsd:Types>` +
        '<wsd:Scopes>ldap:///a http://b</wsd:Scopes><wsd:XAddrs>http://192.168.7.2:5357/a?b&amp;c</wsd:XAddrs>' +
        '<wsd:MetadataVersion>7</wsd:MetadataVersion><e/></wsd:Bye>',
    );
    const matches = encodeResolveMatches({ messageId, relatesTo: 'urn:0', targets: [{ address: ADDRESS }] });
    expect(bodyOf(matches)).to.equal(
      `<wsd:ResolveMatches><wsd:ResolveMatch>${reference}</wsd:ResolveMatch></wsd:ResolveMatches>`,
    );
    expect(bodyOf(encodeProbeMatches({ messageId, relatesTo: 'urn:0', targets: [] }))).to.equal('<wsd:ProbeMatches/>');
    const two = [{ address: null }, { address: null, extra: '<e/>' }];
    expect(bodyOf(encodeProbeMatches({ messageId, relatesTo: 'urn:0', targets: two, extraContent: '<f/>' }))).to.equal(
      '<wsd:ProbeMatches><wsd:ProbeMatch/><wsd:ProbeMatch><e/></wsd:ProbeMatch><f/></wsd:ProbeMatches>',
    );
  });

  it('carry any text', () => {
    const text = fc.stringMatching(/^(?:[!-~é𝄞](?:[ -~é𝄞]{0,12}[!-~é𝄞])?)?$/u);
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(fc.stringMatching(/^[!-~é]{1,9}$/u), { maxLength: 4 }),
        (id, address, xAddrs) => {
          const message = decodeWsd(encodeHello({ ...HELLO, messageId: id, target: { address, xAddrs } }));
          expect(message.soap.messageId?.value).to.equal(id);
          expect(message.targets[0]?.address?.value).to.equal(address);
          expect(message.targets[0]?.xAddrs).to.deep.equal(xAddrs);
        },
      ),
    );
  });
});

describe('messages of metadata exchange', () => {
  it('ask for metadata, and refuse', () => {
    const get = decodeSoap(encodeGet({ messageId: 'urn:1', to: ADDRESS }));
    expect(get.action?.value).to.equal('http://schemas.xmlsoap.org/ws/2004/09/transfer/Get');
    expect(get.replyTo?.value).to.equal('http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous');
    expect(get.body?.children).to.deep.equal([]);
    const metadata = { thisModel: null, thisDevice: null, host: null, hosted: [] };
    const response = decodeSoap(encodeGetResponse({ messageId: 'urn:2', relatesTo: 'urn:1', metadata }));
    expect(response.action?.value).to.equal('http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse');
    expect(response.body?.children.map(({ namespace, local }) => `${namespace} ${local}`)).to.deep.equal([
      `${NAMESPACE.mex} Metadata`,
    ]);
    const fault = { messageId: 'urn:3', relatesTo: 'urn:1', code: 'Sender', reason: 'no' } as const;
    expect(decodeSoap(encodeFault(fault)).faultCode).to.equal(`{${NAMESPACE.soap12}}Sender`);
    const subcode = `{${NAMESPACE.addressing}}ActionNotSupported`;
    expect(decodeSoap(encodeFault({ ...fault, subcode })).faultCode).to.equal(subcode);
    expect(decodeSoap(encodeFault({ ...fault, subcode: '{urn:x}Y' })).faultCode).to.equal('{urn:x}Y');
    expect(bodyOf(encodeFault(fault))).to.equal(
      '<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code>' +
        '<soap:Reason><soap:Text xml:lang="en">no</soap:Text></soap:Reason></soap:Fault>',
    );
    expect(bodyOf(encodeFault({ ...fault, subcode, extraContent: '<d/>' }))).to.equal(
      '<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value>' +
        '<soap:Subcode><soap:Value>wsa:ActionNotSupported</soap:Value></soap:Subcode></soap:Code>' +
        '<soap:Reason><soap:Text xml:lang="en">no</soap:Text></soap:Reason><d/></soap:Fault>',
    );
    const { to, action, messageId, relatesTo } = decodeSoap(encodeFault(fault));
    expect([to, action, messageId, relatesTo].map((header) => header?.value)).to.deep.equal([
      'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous',
      'http://schemas.xmlsoap.org/ws/2004/08/addressing/fault',
      'urn:3',
      'urn:1',
    ]);
  });
});
