import { expect } from 'chai';
import { fromHex } from '#base/bytes.js';
import type { Frame, Part } from '#evidence/model.js';
import { decodeWsc } from '#wire/wps/message.js';
import { locate, locateEnd, placeText, type Seen } from './locate.js';

const frame = (number: number): Frame => ({
  number,
  timeNs: 0n,
  linkType: 'ethernet',
  bytes: new Uint8Array(100),
  wireLength: 100,
});
const part = (number: number, messageOffset: number, frameOffset: number, lengthBytes: number): Part => ({
  frame: frame(number),
  messageOffset,
  frameOffset,
  lengthBytes,
});

/** Message Type of M1 and a Device Name, in two fragments: 8 bytes in frame 7, the rest in frame 9. */
const FRAGMENTED: Seen = {
  label: 'M1',
  exchange: 2,
  wsc: decodeWsc(fromHex('1022000104 1011000341 4243')),
  parts: [part(7, 0, 34, 8), part(9, 8, 32, 4)],
};

describe('place of a finding', () => {
  it('is told in the message and in the frame of its first byte', () => {
    const at = locate(FRAGMENTED, { span: { start: 5, end: 12 }, path: 'm1.deviceName' });
    expect(at).to.deep.equal({
      path: 'm1.deviceName',
      message: 'M1',
      exchange: 2,
      frame: 7,
      frameOffset: 39,
      messageOffset: 5,
      lengthBytes: 7,
      hex: '10110003414243',
    });
    expect(placeText(at)).to.equal('offset 5 of M1 (frame 7, byte 39)');
  });

  it('begins with a fragment, whatever their order', () => {
    const span = { start: 8, end: 12 };
    expect(locate(FRAGMENTED, { span, path: 'x' })).to.include({ frame: 9, frameOffset: 32 });
    const turned = { ...FRAGMENTED, parts: FRAGMENTED.parts.toReversed() };
    expect(locate(turned, { span: { start: 0, end: 1 }, path: 'x' })).to.include({ frame: 7, frameOffset: 34 });
    expect(locate(turned, { span, path: 'x' })).to.include({ frame: 9, frameOffset: 32 });
  });

  it('is told in the message alone where no frame, or no place in it, is known', () => {
    const at = locate({ ...FRAGMENTED, parts: [] }, { span: { start: 5, end: 12 }, path: 'x' });
    expect(at).to.not.have.any.keys('frame', 'frameOffset');
    expect(placeText(at)).to.equal('offset 5 of M1');
    expect(placeText({ ...at, frame: 7 })).to.equal('offset 5 of M1');
    expect(placeText({ ...at, frameOffset: 7 })).to.equal('offset 5 of M1');
  });

  it('in a later fragment is counted from that fragment', () => {
    const at = locate(FRAGMENTED, { span: { start: 10, end: 12 }, path: 'm1.deviceName' });
    expect(at).to.include({ frame: 9, frameOffset: 34, hex: '4243' });
  });

  it('of something missing is the end of the message, with no bytes', () => {
    expect(locateEnd(FRAGMENTED, 'm1')).to.include({
      frame: 9,
      frameOffset: 36,
      messageOffset: 12,
      lengthBytes: 0,
      hex: '',
    });
  });

  it('shows at most 64 bytes and says that there are more', () => {
    const wsc = decodeWsc(new Uint8Array(100));
    const long: Seen = { label: 'M1', exchange: null, wsc, parts: [part(1, 0, 32, 100)] };
    const at = locate(long, { span: { start: 0, end: 65 }, path: 'wsc' });
    expect(at).to.include({ lengthBytes: 65, hexCut: true });
    expect(at.hex).to.have.length(128);
    expect(at).to.not.have.property('exchange');
    expect(locate(long, { span: { start: 0, end: 64 }, path: 'wsc' })).to.not.have.property('hexCut');
  });
});
