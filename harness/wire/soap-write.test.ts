import { expect } from 'chai';
import { NAMESPACE } from './soap.js';
import { SoapWriter, type NamespaceKey, type SoapHeaders, type SoapWriting } from './soap-write.js';

const ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const DISCOVERY = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';
const SOAP = 'http://www.w3.org/2003/05/soap-envelope';

const written = (headers: SoapHeaders, content = '', writing: SoapWriting = {}): string =>
  new TextDecoder().decode(new SoapWriter(writing).envelope(headers, content));

const HEADERS: SoapHeaders = {
  to: 'urn:to',
  action: 'urn:action',
  messageId: 'urn:1',
  relatesTo: 'urn:0',
  replyTo: 'urn:back',
  appSequence: { instanceId: 1, messageNumber: 2, sequenceId: 'a"b' },
};

describe('SoapWriter', () => {
  it('knows namespaces and their usual prefixes', () => {
    const prefixes: Record<NamespaceKey, readonly [prefix: string, namespace: string]> = {
      soap12: ['soap', SOAP],
      soap11: ['soap11', 'http://schemas.xmlsoap.org/soap/envelope/'],
      addressing: ['wsa', ADDRESSING],
      addressing10: ['wsa10', 'http://www.w3.org/2005/08/addressing'],
      discovery: ['wsd', DISCOVERY],
      devprof: ['wsdp', 'http://schemas.xmlsoap.org/ws/2006/02/devprof'],
      mex: ['wsx', 'http://schemas.xmlsoap.org/ws/2004/09/mex'],
      transfer: ['wxf', 'http://schemas.xmlsoap.org/ws/2004/09/transfer'],
      discovery11: ['wsd11', 'http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01'],
      devprof11: ['dpws', 'http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01'],
      print: ['wprt', 'http://schemas.microsoft.com/windows/2006/08/wdp/print'],
      scan: ['wscn', 'http://schemas.microsoft.com/windows/2006/08/wdp/scan'],
      pnpxUpnp: ['pnpxu', 'http://schemas.microsoft.com/windows/pnpx/2005/11'],
      pnpxDpws: ['pnpx', 'http://schemas.microsoft.com/windows/pnpx/2005/10'],
      deviceFoundation: ['df', 'http://schemas.microsoft.com/windows/2008/09/devicefoundation'],
    };
    const writer = new SoapWriter({});
    const keys = Object.keys(NAMESPACE) as NamespaceKey[];
    const found = keys.map((key) => [key, [writer.name(key, 'x').replace(':x', ''), writer.namespace(key)]]);
    expect(Object.fromEntries(found)).to.deep.equal(prefixes);
  });

  it('writes nothing that was not asked for', () => {
    expect(written({ action: 'urn:a' })).to.equal(
      `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:wsa="${ADDRESSING}" xmlns:soap="${SOAP}">` +
        '<soap:Header><wsa:Action>urn:a</wsa:Action></soap:Header><soap:Body/></soap:Envelope>',
    );
  });

  it('writes headers in their order, then what is more', () => {
    const start = '<?xml version="1.0" encoding="utf-8"?><soap:Envelope';
    const namespaces = ` xmlns:wsa="${ADDRESSING}" xmlns:wsd="${DISCOVERY}" xmlns:soap="${SOAP}"`;
    const headers =
      '<soap:Header><wsa:To>urn:to</wsa:To><wsa:Action>urn:action</wsa:Action><wsa:MessageID>urn:1</wsa:MessageID>' +
      '<wsa:RelatesTo>urn:0</wsa:RelatesTo><wsa:ReplyTo><wsa:Address>urn:back</wsa:Address></wsa:ReplyTo>' +
      '<wsd:AppSequence InstanceId="1" SequenceId="a&quot;b" MessageNumber="2"/>';
    expect(written(HEADERS, '<b/>')).to.equal(
      `${start}${namespaces}>${headers}</soap:Header><soap:Body><b/></soap:Body></soap:Envelope>`,
    );
    const more = { extraHeaders: '<h/>', extraBody: '<c/>', prolog: '<!-- -->' };
    expect(written(HEADERS, '<b/>', more)).to.equal(
      `<!-- --><soap:Envelope${namespaces}>${headers}<h/></soap:Header><soap:Body><b/><c/></soap:Body></soap:Envelope>`,
    );
    expect(written(HEADERS, '', { undeclared: ['addressing'] })).to.contain(
      `<soap:Envelope xmlns:wsd="${DISCOVERY}" xmlns:soap="${SOAP}"><soap:Header>`,
    );
  });

  it('leaves out headers, or writes others', () => {
    const omitHeaders = ['To', 'MessageID', 'RelatesTo', 'ReplyTo', 'AppSequence'] as const;
    expect(written(HEADERS, '', { omitHeaders })).to.equal(written({ action: 'urn:action' }));
    const headers = { To: 'urn:x', ReplyTo: 'urn:y', AppSequence: 'a="b"' };
    expect(written({ action: 'urn:a' }, '', { headers })).to.contain(
      '<soap:Header><wsa:To>urn:x</wsa:To><wsa:Action>urn:a</wsa:Action>' +
        '<wsa:ReplyTo><wsa:Address>urn:y</wsa:Address></wsa:ReplyTo><wsd:AppSequence a="b"/></soap:Header>',
    );
    const appSequence = { instanceId: 'x&', messageNumber: '<' };
    expect(written({ action: 'urn:a', appSequence })).to.contain(
      '<wsd:AppSequence InstanceId="x&amp;" MessageNumber="&lt;"/>',
    );
  });

  it('writes texts where there are some', () => {
    const writer = new SoapWriter({ prefixes: { mex: '' } });
    expect(writer.text('devprof', 'a', undefined)).to.equal('');
    expect(writer.text('devprof', 'a', null)).to.equal('');
    expect(writer.text('devprof', 'a', '')).to.equal('<wsdp:a/>');
    expect(writer.text('devprof', 'a', 0)).to.equal('<wsdp:a>0</wsdp:a>');
    expect(writer.text('mex', 'a', '&')).to.equal('<a>&amp;</a>');
    expect(writer.element('mex', 'a', '', ' b="c"')).to.equal('<a b="c"/>');
    expect(writer.element('mex', 'a', '<d/>', ' b="c"')).to.equal('<a b="c"><d/></a>');
    expect([writer.extraContent, new SoapWriter({ extraContent: '<e/>' }).extraContent]).to.deep.equal(['', '<e/>']);
  });

  it('writes names by the prefixes it has, and by new ones for other namespaces', () => {
    const writer = new SoapWriter({ namespaces: { print: 'urn:print' } });
    const names = [
      '{urn:print}P',
      '{urn:b&}B',
      '{urn:c}C',
      '{urn:b&}D',
      'as:it',
      'x{urn:print}y',
      '{z',
      '{}E',
      '{\n}F',
    ];
    expect(writer.names('devprof', 'Types', names)).to.equal(
      '<wsdp:Types xmlns:n0="urn:b&amp;" xmlns:n1="urn:c" xmlns:n2="" xmlns:n3="\n">' +
        'wprt:P n0:B n1:C n0:D as:it x{urn:print}y {z n2:E n3:F</wsdp:Types>',
    );
    expect(writer.names('devprof', 'Types', [])).to.equal('<wsdp:Types/>');
  });
});
