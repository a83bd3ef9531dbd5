import { expect } from 'chai';
import fc from 'fast-check';
import { ascii, concat, fromHex } from '#base/bytes.js';
import { dissectEapol, dissectEthernet } from './dissect-frame.js';
import { formatDissection } from './dissect.js';
import { EAP_CODE, eapPacket, expandedBody, typedBody } from './eap/eap.js';
import { eapolPacket } from './eap/eapol.js';
import { WSC_METHOD } from './eap/wsc-carrier.js';
import { decodeWsc } from './wps/message.js';
import { sampleM1 } from './testing/sample-m1.js';

const ADDRESSES = fromHex('0180c2000003 020000000100');
const frameOf = (eapol: Uint8Array): Uint8Array => concat(ADDRESSES, fromHex('888e'), eapol);
const wsc = (payload: Uint8Array): Uint8Array =>
  eapolPacket(0, eapPacket(EAP_CODE.Response, 7, expandedBody(WSC_METHOD, payload)));
const textsOf = (eapol: Uint8Array): string[] => dissectEapol(eapol).map(({ text }) => text);

describe('dissectEthernet', () => {
  it('goes down to the attributes, with offsets in the frame', () => {
    const m1 = sampleM1();
    const lines = dissectEthernet(frameOf(wsc(concat(fromHex('0400'), m1))));
    expect(formatDissection(lines).slice(0, 6)).to.deep.equal([
      ' 0000  Ethernet 02:00:00:00:01:00 to 01:80:c2:00:00:03, EtherType 888e',
      ` 000e  EAPOL EapPacket, version 2, ${m1.length + 14} bytes of body`,
      ` 0012  EAP Response, identifier 7, ${m1.length + 14} bytes, Expanded`,
      ' 001e  EAP-WSC Msg, flags 0x00',
      ` 0020  M1, ${m1.length} bytes`,
      ' 0020    104a Version (1): 0x10',
    ]);
    const first = 32;
    const spans = decodeWsc(m1).attributes.map(({ span }) => ({ start: span.start + first, end: span.end + first }));
    expect(lines.filter(({ kind, depth }) => kind === 'node' && depth === 1).map(({ at }) => at)).to.deep.equal(spans);
  });

  it('names other frames and cut ones', () => {
    expect(dissectEthernet(concat(ADDRESSES, fromHex('0800 45'))).map(({ text }) => text)).to.deep.equal([
      'Ethernet 02:00:00:00:01:00 to 01:80:c2:00:00:03, EtherType 0800',
    ]);
    expect(dissectEthernet(concat(ADDRESSES, fromHex('8100 0005 888e 02')))[0]?.text).to.equal(
      'Ethernet 02:00:00:00:01:00 to 01:80:c2:00:00:03, VLAN tag 81 00 00 05, EtherType 888e',
    );
    expect(dissectEthernet(new Uint8Array(9)).map(({ text }) => text)).to.deep.equal(['Ethernet, cut after 9 bytes']);
  });

  it('never throws and stays in the frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, isWsc) => {
        const frame = frameOf(isWsc ? wsc(bytes) : bytes);
        for (const { at } of dissectEthernet(frame)) expect(at.end).to.be.at.most(frame.length);
      }),
    );
  });
});

describe('dissectEapol', () => {
  it('names each kind of packet', () => {
    expect(textsOf(eapolPacket(1))).to.deep.equal(['EAPOL Start, version 2, 0 bytes of body']);
    const identity = typedBody(1, ascii('WFA-SimpleConfig-Enrollee-1-0'));
    expect(textsOf(eapolPacket(0, eapPacket(EAP_CODE.Response, 1, identity))).at(-1)).to.equal(
      'EAP Response, identifier 1, 34 bytes, Identity "WFA-SimpleConfig-Enrollee-1-0"',
    );
    expect(textsOf(eapolPacket(0, eapPacket(EAP_CODE.Failure, 9))).at(-1)).to.equal(
      'EAP Failure, identifier 9, 4 bytes',
    );
    expect(textsOf(wsc(fromHex('0100'))).at(-1)).to.equal('EAP-WSC Start, flags 0x00');
    expect(textsOf(wsc(fromHex('0600'))).at(-1)).to.equal('EAP-WSC FragAck, flags 0x00');
  });

  it('names fragments instead of taking them for messages', () => {
    const m1 = sampleM1();
    expect(textsOf(wsc(concat(fromHex('0403 01ac'), m1.subarray(0, 100)))).slice(-2)).to.deep.equal([
      'EAP-WSC Msg, flags 0x03, message of 428 bytes announced',
      'fragment, 100 bytes',
    ]);
    expect(textsOf(wsc(concat(fromHex('0400'), m1.subarray(100)))).at(-1)).to.match(/^last fragment/);
  });

  it('opens a message that says no type, unless it is known to be a fragment', () => {
    const untyped = wsc(fromHex('0400 104a 0001 10 9999 0001'));
    expect(textsOf(untyped).slice(-4)).to.deep.equal([
      'WSC message of unknown type, 9 bytes',
      '104a Version (1): 0x10',
      '9999 0x9999 (1):',
      'tlv-length-past-end: Length says 1 bytes, only 0 are there',
    ]);
    const known = (isFragment: boolean): string | undefined => dissectEapol(untyped, { isFragment }).at(-1)?.text;
    expect(known(true)).to.equal('last fragment, 9 bytes');
    expect(known(false)).to.match(/^tlv-length-past-end/);
  });

  it('puts what the decoders remark below their layer', () => {
    const texts = textsOf(concat(wsc(fromHex('0980')), new Uint8Array(60)));
    expect(texts.filter((text) => /^[a-z]+(-[a-z]+)+: /.test(text)).map((text) => text.split(':')[0])).to.deep.equal([
      'eapol-trailing-bytes',
      'unknown-opcode',
      'unknown-flags',
    ]);
  });
});
