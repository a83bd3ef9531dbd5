import { expect } from 'chai';
import fc from 'fast-check';
import { be, concat, fromHex, toHex } from '#base/bytes.js';
import { dissectFrame, isOfInterest } from './dissect-link.js';
import { formatDissection } from './dissect.js';
import { EAP_CODE, eapPacket } from './eap/eap.js';
import { eapolPacket } from './eap/eapol.js';
import type { CaptureLinkType } from './pcap/blocks.js';
import { byteAttribute, textAttribute } from './wps/build.js';
import { MESSAGE_TYPE } from './wps/message.js';

const STATION = '020000000100';
const ACCESS_POINT = '020000000200';
const FAILURE = eapolPacket(0, eapPacket(EAP_CODE.Failure, 9));
const SNAP = fromHex('aaaa03 000000 888e');

const textOf = (linkType: CaptureLinkType, frame: Uint8Array, fcsBytes = 0): string[] =>
  formatDissection(dissectFrame(linkType, frame, {}, fcsBytes));
/** 802.11 QoS data from the access point to the station. */
const qosData = (body: Uint8Array, qos = '0000', flags = '02'): Uint8Array =>
  concat(fromHex(`88${flags} 0000 ${STATION} ${ACCESS_POINT} ${ACCESS_POINT} 1000 ${qos}`), body);
const element = (data: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(0xdd, data.length + 4), fromHex('0050f204'), data);
const beacon = (...elements: readonly Uint8Array[]): Uint8Array =>
  concat(
    fromHex(`8000 0000 ffffffffffff ${ACCESS_POINT} ${ACCESS_POINT} 1000`),
    new Uint8Array(12),
    fromHex('0003 6e6574'),
    ...elements,
  );

describe('dissectFrame', () => {
  it('goes through radiotap, 802.11 and LLC/SNAP, and shows the frame check sequence', () => {
    const radiotap = fromHex('0000 0900 02000000 10');
    const frame = concat(radiotap, qosData(concat(SNAP, FAILURE)), fromHex('deadbeef'));
    expect(textOf('dot11-radiotap', frame)).to.deep.equal([
      ' 0000  radiotap, 9 bytes',
      ' 0009  802.11 data 02:00:00:00:02:00 to 02:00:00:00:01:00',
      ' 0023  LLC/SNAP, EtherType 888e',
      ' 002b  EAPOL EapPacket, version 2, 4 bytes of body',
      ' 002f  EAP Failure, identifier 9, 4 bytes',
      ' 0033  frame check sequence de ad be ef',
    ]);
  });

  it('takes the frame check sequence from the capture where there is no radiotap', () => {
    const frame = concat(qosData(concat(SNAP, FAILURE)), fromHex('deadbeef'));
    expect(textOf('dot11', frame, 4).at(-1)).to.equal(' 002a  frame check sequence de ad be ef');
    expect(textOf('dot11', frame).join('\n')).to.not.include('frame check');
  });

  it('names what cannot be looked into', () => {
    expect(textOf('dot11', qosData(concat(SNAP, FAILURE), '0000', '42'))).to.deep.equal([
      ' 0000  802.11 data 02:00:00:00:02:00 to 02:00:00:00:01:00, encrypted',
    ]);
    expect(textOf('dot11', qosData(concat(SNAP, FAILURE), '0000', '06')).slice(-1)).to.deep.equal([
      ' 0022  first piece of an EAPOL packet, 8 bytes',
    ]);
    expect(textOf('dot11', fromHex('d400 0000 020000000100'))).to.deep.equal([
      ' 0000  802.11, control frame, no body, or a cut header',
    ]);
    expect(textOf('dot11-radiotap', fromHex('0000 ff00 00000000'))).to.deep.equal([
      ' 0000  radiotap, cut or with lengths that do not fit',
    ]);
    expect(textOf('dot11', qosData(fromHex('0102')))).to.include(' 001a  body of 2 bytes, no LLC/SNAP header');
    expect(textOf('linux-cooked', new Uint8Array(3))).to.deep.equal([' 0000  Linux cooked v1, cut after 3 bytes']);
  });

  it('opens the subframes of an A-MSDU', () => {
    const inner = concat(SNAP, FAILURE);
    const subframe = concat(fromHex(`${STATION} ${ACCESS_POINT}`), be(inner.length, 2), inner);
    expect(textOf('dot11', qosData(concat(subframe, fromHex('0000'), subframe), '8000')).slice(1, 4)).to.deep.equal([
      ' 001a  A-MSDU subframe 02:00:00:00:02:00 to 02:00:00:00:01:00, 16 bytes',
      ' 0028  LLC/SNAP, EtherType 888e',
      ' 0030  EAPOL EapPacket, version 2, 4 bytes of body',
    ]);
  });

  it('remarks what is left over of an A-MSDU', () => {
    const inner = concat(SNAP, FAILURE);
    const lying = concat(fromHex(`${STATION} ${ACCESS_POINT}`), be(inner.length + 1, 2), inner);
    expect(textOf('dot11', qosData(lying, '8000')).slice(1)).to.deep.equal([
      ' 001a  ! subframe-length-past-end: 30 bytes are left over behind the last whole subframe',
    ]);
  });

  it('reads a WPS element that is continued in a second one, with offsets in the frame', () => {
    const data = concat(byteAttribute(0x104a, 0x10), textAttribute(0x1011, 'Shelf'), byteAttribute(0x103c, 3));
    const frame = beacon(element(data.subarray(0, 11)), fromHex('2d00'), element(data.subarray(11)));
    const lines = dissectFrame('dot11', frame);
    expect(formatDissection(lines)).to.deep.equal([
      ' 0000  802.11 beacon 02:00:00:00:02:00 to ff:ff:ff:ff:ff:ff',
      ' 0029  WPS information element, 19 bytes in 2 elements',
      ' 002f  WSC message of unknown type, 19 bytes',
      ' 002f    104a Version (1): 0x10',
      ' 0034    1011 Device Name (5): "Shelf"',
      ' 0045    103c RF Bands (1): 0x03 (2.4 GHz, 5 GHz)',
    ]);
    for (const { at, path } of lines.slice(3).filter((line) => !line.path.endsWith('deviceName')))
      expect(toHex(frame.subarray(at.start, at.end)), path).to.match(/^10/);
  });

  it('remarks an element that runs past the frame', () => {
    const whole = beacon(element(byteAttribute(0x104a, 0x10)));
    expect(textOf('dot11', whole.subarray(0, whole.length - 1))).to.deep.equal([
      ' 0000  802.11 beacon 02:00:00:00:02:00 to ff:ff:ff:ff:ff:ff',
      ' 0029  WPS information element, 4 bytes',
      ' 0029    ! element-length-past-end: 1 bytes of the last element are beyond the end of the frame',
      ' 002f  WSC message of unknown type, 4 bytes',
      ' 002f    104a Version (1):',
      ' 002f    ! tlv-length-past-end: Length says 1 bytes, only 0 are there',
    ]);
  });

  it('reads both cooked headers', () => {
    expect(
      textOf('linux-cooked', concat(fromHex(`0000 0001 0006 ${STATION} 0000 888e`), FAILURE)).slice(0, 2),
    ).to.deep.equal([
      ' 0000  Linux cooked v1 from 02:00:00:00:01:00, protocol 888e',
      ' 0010  EAPOL EapPacket, version 2, 4 bytes of body',
    ]);
    const head = fromHex(`888e 0000 00000002 0001 00 06 ${STATION} 0000`);
    expect(textOf('linux-cooked2', concat(head, FAILURE)).slice(0, 2)).to.deep.equal([
      ' 0000  Linux cooked v2 from 02:00:00:00:01:00, protocol 888e',
      ' 0014  EAPOL EapPacket, version 2, 4 bytes of body',
    ]);
  });

  it('tells frames with EAPOL or a WPS element from the others', () => {
    const of = (frame: Uint8Array): boolean => isOfInterest(dissectFrame('dot11', frame));
    expect(of(qosData(concat(SNAP, FAILURE)))).to.equal(true);
    expect(of(beacon(element(byteAttribute(0x104a, 0x10))))).to.equal(true);
    expect(of(beacon())).to.equal(false);
    expect(of(qosData(fromHex('aaaa03 000000 0800 45')))).to.equal(false);
  });

  it('never throws, stays in the frame, and on one line each', () => {
    const linkTypes = ['ethernet', 'dot11', 'dot11-radiotap', 'linux-cooked', 'linux-cooked2'] as const;
    const begins = [
      new Uint8Array(0),
      fromHex('0000 0900 02000000 10'),
      qosData(SNAP),
      qosData(SNAP, '8000'),
      beacon(fromHex('dd20 0050f204 104a')),
      beacon(element(byteAttribute(0x1022, MESSAGE_TYPE.Beacon)), fromHex('dd08 0050f204 1049')),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...linkTypes),
        fc.constantFrom(...begins),
        fc.uint8Array({ maxLength: 60 }),
        fc.integer({ min: 0, max: 8 }),
        (linkType, begin, rest, fcsBytes) => {
          const frame = concat(begin, rest);
          const lines = dissectFrame(linkType, frame, {}, fcsBytes);
          for (const { at } of lines) {
            expect(at.start).to.be.within(0, frame.length);
            expect(at.end).to.be.within(at.start, frame.length);
          }
          for (const line of formatDissection(lines)) expect(line).to.match(/^\P{C}*$/u);
        },
      ),
      { numRuns: 500 },
    );
  });
});
