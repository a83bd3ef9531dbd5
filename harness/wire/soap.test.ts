import { expect } from 'chai';
import { decodeSoap, unsignedOf } from './soap.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const S12 = 'http://www.w3.org/2003/05/soap-envelope';
const A04 = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';

/** As a printer writes it: prefixes of its own, declarations on inner elements, white space around values. */
const HELLO = `<?xml version="1.0" encoding="utf-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="${S12}" xmlns:ns1="${A04}">
 <SOAP-ENV:Header>
  <ns1:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</ns1:To>
  <ns1:Action>
    http://schemas.xmlsoap.org/ws/2005/04/discovery/Hello
  </ns1:Action>
  <ns1:MessageID>urn:uuid:1</ns1:MessageID>
  <ns1:MessageID>urn:uuid:2</ns1:MessageID>
  <ns1:RelatesTo>urn:uuid:0</ns1:RelatesTo>
  <ns1:ReplyTo><ns1:Address>urn:here</ns1:Address></ns1:ReplyTo>
  <d:AppSequence xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" InstanceId=" 17 " MessageNumber="2" SequenceId="urn:s"/>
 </SOAP-ENV:Header>
 <SOAP-ENV:Body/>
</SOAP-ENV:Envelope>`;

describe('decodeSoap', () => {
  it('finds the headers by namespace, the first of each', () => {
    const soap = decodeSoap(utf8(HELLO));
    expect(soap.version).to.equal('1.2');
    expect(soap.to?.value).to.equal('urn:schemas-xmlsoap-org:ws:2005:04:discovery');
    expect(soap.action?.value).to.equal('http://schemas.xmlsoap.org/ws/2005/04/discovery/Hello');
    expect(soap.action?.element.at.line).to.equal(5);
    expect(soap.messageId?.value).to.equal('urn:uuid:1');
    expect(soap.replyTo?.value).to.equal('urn:here');
    expect(soap.relatesTo?.value).to.equal('urn:uuid:0');
    expect(soap.appSequence).to.include({ instanceId: 17, messageNumber: 2, sequenceId: 'urn:s' });
    expect(soap.body?.children).to.deep.equal([]);
    expect(soap.faultCode).to.equal(null);
  });

  it('knows the addressing of 2005/08, and no other', () => {
    const newer = decodeSoap(utf8(HELLO.replace(A04, 'http://www.w3.org/2005/08/addressing')));
    expect(newer.messageId?.value).to.equal('urn:uuid:1');
    expect(
      decodeSoap(utf8(HELLO.replace(A04, 'https://schemas.xmlsoap.org/ws/2004/08/addressing'))).messageId,
    ).to.equal(null);
  });

  it('has null for headers that are not there', () => {
    const text = `<s:Envelope xmlns:s="${S12}"><s:Header/><s:Body/></s:Envelope>`;
    const nothing = { to: null, action: null, messageId: null, relatesTo: null, replyTo: null };
    expect(decodeSoap(utf8(text))).to.deep.include({ version: '1.2', ...nothing, appSequence: null, faultCode: null });
  });

  it('has null for numbers that are none', () => {
    for (const text of ['', '-1', '+1', '1.0', '0x1', '4294967296', '99999999999', 'x'])
      expect(decodeSoap(utf8(HELLO.replace(' 17 ', text))).appSequence?.instanceId, text).to.equal(null);
    expect(decodeSoap(utf8(HELLO.replace('InstanceId=" 17 "', ''))).appSequence?.instanceId).to.equal(null);
    expect([unsignedOf('4294967295'), unsignedOf('007'), unsignedOf(null)]).to.deep.equal([4294967295, 7, null]);
  });

  it('tells a fault by its innermost code', () => {
    const sub = '<s:Subcode><s:Value xmlns:a="urn:a">a:Inner</s:Value></s:Subcode>';
    const fault = (inner: string): string =>
      `<s:Envelope xmlns:s="${S12}"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>${inner}</s:Code></s:Fault></s:Body></s:Envelope>`;
    expect(decodeSoap(utf8(fault(''))).faultCode).to.equal(`{${S12}}Sender`);
    expect(decodeSoap(utf8(fault(sub))).faultCode).to.equal('{urn:a}Inner');
    const old = 'http://schemas.xmlsoap.org/soap/envelope/';
    const soap11 = `<s:Envelope xmlns:s="${old}"><s:Body><s:Fault><faultcode>s:Client</faultcode></s:Fault></s:Body></s:Envelope>`;
    expect(decodeSoap(utf8(soap11))).to.include({ version: '1.1', faultCode: `{${old}}Client` });
    const empty = `<s:Envelope xmlns:s="${S12}"><s:Body><s:Fault/></s:Body></s:Envelope>`;
    expect(decodeSoap(utf8(empty)).faultCode).to.equal(null);
  });

  it('has nothing but the document of what is no envelope', () => {
    for (const text of [
      '',
      '<a/>',
      '<Envelope/>',
      'M-SEARCH * HTTP/1.1\r\n\r\n',
      '<Envelope xmlns="urn:x"><Header/><Body/></Envelope>',
      `<Letter xmlns="${S12}"><Header/><Body/></Letter>`,
    ])
      expect(decodeSoap(utf8(text)), text).to.include({ version: null, header: null, body: null, action: null });
  });
});
