import { expect } from 'chai';
import { be, concat, fromHex } from '#base/bytes.js';
import { dissectEapol, dissectEthernet } from './dissect-frame.js';
import { dissectFrame } from './dissect-link.js';
import { formatDissection, type DissectLine } from './dissect.js';
import type { CaptureLinkType } from './pcap/blocks.js';
import { byteAttribute, encodeAttribute } from './wps/build.js';

/** Every field of a line: kind, depth, place, path, text. */
const whole = (lines: readonly DissectLine[]): string[] =>
  lines.map(({ kind, depth, at, inPlaintext, path, text }) => {
    expect(inPlaintext).to.equal(false);
    return `${kind} ${depth} ${at.start}-${at.end} ${path}: ${text}`;
  });
const eapol = (hex: string): string[] => whole(dissectEapol(fromHex(hex)));
const link = (linkType: CaptureLinkType, bytes: Uint8Array, fcsBytes = 0): string[] =>
  whole(dissectFrame(linkType, bytes, {}, fcsBytes));

const STATION = '020000000100';
const ACCESS_POINT = '020000000200';
const FAILURE = '02000004 04090004';
const SNAP = 'aaaa03 000000 888e';
const FRAME = `${STATION} ${ACCESS_POINT} 888e ${FAILURE}`;
const FAILURE_LINES = (at: number): string[] => [
  `layer 0 ${at}-${at + 4} eapol: EAPOL EapPacket, version 2, 4 bytes of body`,
  `layer 0 ${at + 4}-${at + 8} eap: EAP Failure, identifier 9, 4 bytes`,
];

describe('layers of a wired frame', () => {
  it('are shown with their places', () => {
    const ethernet = 'layer 0 0-14 ethernet: Ethernet 02:00:00:00:02:00 to 02:00:00:00:01:00, EtherType 888e';
    expect(whole(dissectEthernet(fromHex(FRAME)))).to.deep.equal([ethernet, ...FAILURE_LINES(14)]);
    expect(link('ethernet', fromHex(FRAME))).to.deep.equal([ethernet, ...FAILURE_LINES(14)]);
    expect(whole(dissectEthernet(fromHex(FRAME).subarray(0, 9)))).to.deep.equal([
      'layer 0 0-9 ethernet: Ethernet, cut after 9 bytes',
    ]);
    const tagged = fromHex(`${STATION} ${ACCESS_POINT} 88a80001 81000002 0006 ff`);
    expect(whole(dissectEthernet(tagged))).to.deep.equal([
      'layer 0 0-22 ethernet: Ethernet 02:00:00:00:02:00 to 02:00:00:00:01:00, ' +
        'VLAN tag 88 a8 00 01, VLAN tag 81 00 00 02, EtherType 0006',
    ]);
  });

  it('are shown as far as they go', () => {
    expect(eapol('0201')).to.deep.equal([
      'layer 0 0-2 eapol: EAPOL, cut',
      'issue 1 0-2 eapol: eapol-header-cut: expected 4 bytes of header, got 2',
    ]);
    expect(eapol('02000002 0101')).to.deep.equal([
      'layer 0 0-4 eapol: EAPOL EapPacket, version 2, 2 bytes of body',
      'layer 0 4-6 eap: EAP, cut',
      'issue 1 4-6 eap: eap-header-cut: expected 4 bytes of header, got 2',
    ]);
    expect(eapol('0200000d 0101000d fe00372a00000001 04')).to.deep.equal([
      'layer 0 0-4 eapol: EAPOL EapPacket, version 2, 13 bytes of body',
      'layer 0 4-16 eap: EAP Request, identifier 1, 13 bytes, Expanded',
      'layer 0 16-17 eapWsc: EAP-WSC, cut',
      'issue 1 16-17 eapWsc: wsc-header-cut: expected op-code and flags (2 bytes), got 1 bytes',
    ]);
    expect(eapol('02000005 0101000603')).to.deep.equal([
      'layer 0 0-4 eapol: EAPOL EapPacket, version 2, 5 bytes of body',
      'layer 0 4-9 eap: EAP Request, identifier 1, 6 bytes, Nak',
      'issue 1 6-8 eap.length: eap-length-past-end: expected 5 bytes, got 6 bytes',
    ]);
  });

  it('are numbers where they have no name', () => {
    expect(eapol('02090000')[0]).to.equal('layer 0 0-4 eapol: EAPOL 0x09, version 2, 0 bytes of body');
    expect(eapol('02000004 05010004')[1]).to.equal('layer 0 4-8 eap: EAP 0x05, identifier 1, 4 bytes');
    expect(eapol('02000005 0201000504')[1]).to.equal('layer 0 4-9 eap: EAP Response, identifier 1, 5 bytes, 0x04');
    expect(eapol('0200000e 0101000e fe00372a00000001 0700')[2]).to.equal(
      'layer 0 16-18 eapWsc: EAP-WSC 0x07, flags 0x00',
    );
  });

  it('name the remarks on an expanded method of another vendor', () => {
    expect(eapol('0200000c 0101000c fe00372b00000001').slice(1)).to.deep.equal([
      'layer 0 4-16 eap: EAP Request, identifier 1, 12 bytes, Expanded',
      'issue 1 9-12 eap.vendorId: vendor-id-wrong: expected 0x00372a, got 0x00372b',
    ]);
  });

  const wsc = (payload: string, isFragment?: boolean): string | undefined => {
    const data = fromHex(payload);
    const length = be(data.length + 12, 2);
    const head = concat(fromHex('0200'), length, fromHex('0101'), length, fromHex('fe00372a00000001'));
    const lines = dissectEapol(concat(head, data), isFragment === undefined ? {} : { isFragment });
    return whole(lines).find(
      (line) => line.includes('fragment') || line.includes('WSC message') || line.includes('M1'),
    );
  };

  it('tell fragments from messages, by what is known or by their bytes', () => {
    expect(wsc('0403 000a 104a')).to.equal('layer 1 20-22 eapWsc.data: fragment, 2 bytes');
    expect(wsc('0400 99990001 00')).to.equal('layer 1 18-23 eapWsc.data: last fragment or no message, 5 bytes');
    expect(wsc('0400 104a0001 10', true)).to.equal('layer 1 18-23 eapWsc.data: last fragment, 5 bytes');
    expect(wsc('0400 99990001 00', false)).to.equal('layer 0 18-23 wsc: WSC message of unknown type, 5 bytes');
    expect(wsc('0400 104a0001 10')).to.equal('layer 0 18-23 wsc: WSC message of unknown type, 5 bytes');
    expect(wsc('0400 99990000 10220001 04')).to.equal('layer 0 18-27 m1: M1, 9 bytes');
    expect(wsc('0401 104a0001 10', false)).to.equal('layer 0 18-23 wsc: WSC message of unknown type, 5 bytes');
  });
});

describe('layers of a cooked frame', () => {
  const v1 = (length: string, protocol: string): Uint8Array =>
    fromHex(`0000 0001 ${length} 0102030405060708 ${protocol}`);

  it('are shown from the last byte of their header on', () => {
    expect(link('linux-cooked', v1('0006', '0800'))).to.deep.equal([
      'layer 0 0-16 cooked: Linux cooked v1 from 01:02:03:04:05:06, protocol 0800',
    ]);
    expect(link('linux-cooked', v1('0006', '888e').subarray(1))).to.deep.equal([
      'layer 0 0-15 cooked: Linux cooked v1, cut after 15 bytes',
    ]);
    expect(link('linux-cooked', concat(v1('0006', '888e'), fromHex(FAILURE))).slice(1)).to.deep.equal(
      FAILURE_LINES(16),
    );
  });

  it('name as many bytes of the address as there are', () => {
    expect(link('linux-cooked', v1('0000', '0800'))[0]).to.include('from nobody,');
    expect(link('linux-cooked', v1('0014', '0800'))[0]).to.include('from 01:02:03:04:05:06:07:08,');
  });
});

describe('layers of a wireless frame', () => {
  const data = (body: string, flags = '02', sequence = '1000'): Uint8Array =>
    fromHex(`08${flags} 0000 ${STATION} ${ACCESS_POINT} ${ACCESS_POINT} ${sequence} ${body}`);
  const management = (subtype: string, body: Uint8Array, sequence = '1000'): Uint8Array =>
    concat(fromHex(`${subtype}00 0000 ${STATION} ${ACCESS_POINT} ${ACCESS_POINT} ${sequence}`), body);
  const element = (...attributes: readonly Uint8Array[]): Uint8Array => {
    const bytes = concat(...attributes);
    return concat(Uint8Array.of(0xdd, bytes.length + 4), fromHex('0050f204'), bytes);
  };
  const VERSION = byteAttribute(0x104a, 0x10);
  const ROUTE = '02:00:00:00:02:00 to 02:00:00:00:01:00';

  it('are shown with their places', () => {
    expect(link('dot11', concat(data(`${SNAP} ${FAILURE}`), fromHex('deadbeef')), 4)).to.deep.equal([
      `layer 0 0-24 dot11: 802.11 data ${ROUTE}`,
      'layer 0 24-32 snap: LLC/SNAP, EtherType 888e',
      ...FAILURE_LINES(32),
      'layer 0 40-44 fcs: frame check sequence de ad be ef',
    ]);
    expect(link('dot11', data('0102'))).to.deep.equal([
      `layer 0 0-24 dot11: 802.11 data ${ROUTE}`,
      'layer 0 24-26 body: body of 2 bytes, no LLC/SNAP header',
    ]);
    expect(link('dot11', data('aaaa03 000000 0000 45'))[1]).to.equal('layer 0 24-32 snap: LLC/SNAP, EtherType 0000');
    expect(link('dot11', data('aaaa03 000000 0800 45'))).to.have.length(2);
  });

  it('say what radiotap says', () => {
    const radiotap = (flags: string): Uint8Array => concat(fromHex(`0000 0900 02000000 ${flags}`), data('0102'));
    expect(link('dot11-radiotap', radiotap('00'))[0]).to.equal('layer 0 0-9 radiotap: radiotap, 9 bytes');
    expect(link('dot11-radiotap', radiotap('20'))[0]).to.equal(
      'layer 0 0-9 radiotap: radiotap, 9 bytes, header padded',
    );
    expect(link('dot11-radiotap', radiotap('60'))[0]).to.equal(
      'layer 0 0-9 radiotap: radiotap, 9 bytes, header padded, received damaged (bad FCS)',
    );
    expect(link('dot11-radiotap', fromHex('0000 0900'))).to.deep.equal([
      'layer 0 0-4 radiotap: radiotap, cut or with lengths that do not fit',
    ]);
  });

  it('say where a frame is cut', () => {
    expect(link('dot11', fromHex('08'))).to.deep.equal(['layer 0 0-1 dot11: 802.11, cut after 1 bytes']);
    expect(link('dot11', fromHex('0802'))).to.deep.equal([
      'layer 0 0-2 dot11: 802.11, control frame, no body, or a cut header',
    ]);
    expect(link('dot11-radiotap', fromHex('0000 0800 00000000 08'))).to.deep.equal([
      'layer 0 0-8 radiotap: radiotap, 8 bytes',
      'layer 0 8-9 dot11: 802.11, cut after 1 bytes',
    ]);
    expect(link('dot11', fromHex('0802'), 4)).to.deep.equal(['layer 0 0-2 dot11: 802.11, cut after 0 bytes']);
  });

  it('name the flags of the header', () => {
    expect(link('dot11', data(SNAP, '4e'))).to.deep.equal([
      `layer 0 0-24 dot11: 802.11 data ${ROUTE}, retry, encrypted, a fragment`,
    ]);
    expect(link('dot11', data(`${SNAP} 0200`, '02', '0100'))).to.deep.equal([
      `layer 0 0-24 dot11: 802.11 data ${ROUTE}, a fragment`,
      'layer 0 24-32 snap: LLC/SNAP, EtherType 888e',
      'layer 0 32-34 body: first piece of an EAPOL packet, 2 bytes',
    ]);
  });

  it('go into the subframes of an A-MSDU, and say what is left over', () => {
    const head = `8802 0000 ${STATION} ${ACCESS_POINT} ${ACCESS_POINT} 1000 8000`;
    const subframe = `${STATION} ${ACCESS_POINT} 0010 ${SNAP} ${FAILURE}`;
    const lines = [
      `layer 0 0-26 dot11: 802.11 data ${ROUTE}, A-MSDU`,
      `layer 0 26-40 subframe: A-MSDU subframe ${ROUTE}, 16 bytes`,
      'layer 0 40-48 snap: LLC/SNAP, EtherType 888e',
      ...FAILURE_LINES(48),
    ];
    expect(link('dot11', fromHex(`${head} ${subframe}`))).to.deep.equal(lines);
    expect(link('dot11', fromHex(`${head} ${subframe} 000000`))).to.deep.equal(lines);
    expect(link('dot11', fromHex(`${head} ${subframe} 00000000`))).to.deep.equal([
      ...lines,
      'issue 0 56-60 subframe: subframe-length-past-end: 4 bytes are left over behind the last whole subframe',
    ]);
  });

  it('name each kind of management frame, and look into those that carry elements', () => {
    const kinds: readonly (readonly [subtype: string, fixedBytes: number, name: string])[] = [
      ['00', 4, 'association request'],
      ['10', 6, 'association response'],
      ['20', 10, 'reassociation request'],
      ['30', 6, 'reassociation response'],
      ['40', 0, 'probe request'],
      ['50', 12, 'probe response'],
      ['80', 12, 'beacon'],
    ];
    for (const [subtype, fixedBytes, name] of kinds) {
      const at = 24 + fixedBytes;
      expect(
        link('dot11', management(subtype, concat(new Uint8Array(fixedBytes).fill(0xff), element(VERSION)))),
      ).to.deep.equal([
        `layer 0 0-24 dot11: 802.11 ${name} ${ROUTE}`,
        `layer 0 ${at}-${at + 11} wpsElement: WPS information element, 5 bytes`,
        `layer 0 ${at + 6}-${at + 11} wsc: WSC message of unknown type, 5 bytes`,
        `node 1 ${at + 6}-${at + 11} wsc.version: 104a Version (1): 0x10`,
      ]);
    }
    for (const [subtype, name] of [
      ['a0', 'disassociation'],
      ['c0', 'deauthentication'],
      ['d0', 'management (subtype 13)'],
    ] as const)
      expect(link('dot11', management(subtype, concat(fromHex('00'), element(VERSION)))), name).to.deep.equal([
        `layer 0 0-24 dot11: 802.11 ${name} ${ROUTE}`,
      ]);
    expect(link('dot11', management('40', element(VERSION), '0100'))).to.deep.equal([
      `layer 0 0-24 dot11: 802.11 probe request ${ROUTE}, a fragment`,
    ]);
  });

  it('give attributes that begin or end where an element does their places', () => {
    const name = encodeAttribute(0x1011, new Uint8Array(0));
    const frame = management('40', concat(element(VERSION, name), fromHex('2d00'), element(VERSION)));
    expect(link('dot11', frame).slice(1)).to.deep.equal([
      'layer 0 24-52 wpsElement: WPS information element, 14 bytes in 2 elements',
      'layer 0 30-52 wsc: WSC message of unknown type, 14 bytes',
      'node 1 30-35 wsc.version: 104a Version (1): 0x10',
      'node 1 35-39 wsc.deviceName: 1011 Device Name (0): ""',
      'issue 1 47-47 wsc.deviceName: RVP-WSC-16: expected text of 1 byte or more, got no bytes',
      'node 1 47-52 wsc.version[1]: 104a Version (1): 0x10',
    ]);
    expect(link('dot11', management('40', element())).slice(1)).to.deep.equal([
      'layer 0 24-30 wpsElement: WPS information element, 0 bytes',
      'layer 0 30-30 wsc: WSC message of unknown type, 0 bytes',
    ]);
  });

  it('are written with their depth', () => {
    const lines = dissectFrame('dot11', management('40', element(byteAttribute(0x104a, 0x11))));
    expect(formatDissection(lines).slice(-2)).to.deep.equal([
      ' 001e    104a Version (1): 0x11',
      ' 0022    ! RVP-WSC-06: expected 0x10, got 0x11',
    ]);
  });
});
