import { expect } from 'chai';
import { concat } from '#base/bytes.js';
import type { Location } from '#judge/rule.js';
import { decodeWsc } from '#wire/wps/message.js';
import { hexdumpHtml, hexdumpText, locationLine, offsetText } from './hexdump.js';
import { locate, type LocatedBytes } from './locate.js';
import { exampleEvidence, exampleM1, frameOf, HEADERS_BYTES } from './testing/m1.js';
import { VPI_OFFSET } from './testing/view.js';

const AT: Location = {
  path: 'm1.vendorExtension[0].tlv[0]',
  message: 'M1',
  exchange: 1,
  frame: 7,
  messageOffset: VPI_OFFSET + 2,
  frameOffset: VPI_OFFSET + 2 + HEADERS_BYTES,
  lengthBytes: 2,
  hex: '0004',
};

function located(at: Location = AT): LocatedBytes {
  const found = locate(at, exampleEvidence());
  if (found === null) throw new Error('the example location is not found');
  return found;
}

describe('annotated hex', () => {
  it('marks the wrong bytes and names what surrounds them', () => {
    expect(hexdumpText(located(), { bytesPerLine: 8, context: 1 })).to.equal(
      [
        'M1, 366 bytes, frame 7',
        '  message frame',
        '          … 313 bytes: Version to Device Password ID',
        '  0x0139  0x0159   10 2d 00 04              OS Version (0x102d), 4 bytes',
        '  0x013d  0x015d   80 00 00 01',
        '  0x0141  0x0161   10 49 00 1f              Vendor Extension (0x1049), 31 bytes',
        '  0x0145  0x0165   00 01 37                   vendor id 00 01 37: Microsoft',
        '> 0x0148  0x0168   10 01[00 04]               Vertical Pairing Identifier (0x1001), 4 bytes',
        '  0x014c  0x016c   01                           Transport: DPWS',
        '  0x014d  0x016d   01                           Profile Request',
        '  0x014e  0x016e   00 00                        more than the two fields',
        '  0x0150  0x0170   10 02 00 10                Transport UUID (0x1002), 16 bytes',
        '  0x0154  0x0174   8f 9d 1c 52 77 aa 4e 0b      8f9d1c52-77aa-4e0b-9c3d-2f1e5b6a7c8d',
        '  0x015c  0x017c   9c 3d 2f 1e 5b 6a 7c 8d',
        '  0x0164  0x0184   10 49 00 06              Vendor Extension (0x1049), 6 bytes',
        '  0x0168  0x0188   00 37 2a                   vendor id 00 37 2a: Wi-Fi Alliance',
        '  0x016b  0x018b   00 01                      Version2 (0x00), 1 byte',
        '  0x016d  0x018d   20',
      ].join('\n'),
    );
  });

  it('brackets a run on each of its lines', () => {
    const lines = hexdumpText({ ...located(), marked: { start: 0xa4, end: 0xb8 } }, { bytesPerLine: 16 }).split('\n');
    expect(lines.filter((line) => line.startsWith('>'))).to.deep.equal([
      '> 0x00a0  0x00c0   a1 a8 af b6[bd c4 cb d2 d9 e0 e7 ee f5 fc 03 0a]',
      '> 0x00b0  0x00d0  [11 18 1f 26 2d 34 3b 42]49 50 57 5e 65 6c 73 7a',
    ]);
  });

  it('shows where something is missing', () => {
    const gap = { ...located(), marked: { start: 0x164, end: 0x164 } };
    const lines = hexdumpText(gap, { bytesPerLine: 8, context: 0 }).split('\n');
    const at = lines.findIndex((line) => line.includes('[ missing here ]'));
    expect(lines[at]).to.equal('> 0x0164  0x0184  [ missing here ]');
    expect(lines[at + 1]).to.contain('0x0164');
  });

  it('shows a gap at the very end', () => {
    const gap = { ...located(), marked: { start: 366, end: 366 } };
    expect(hexdumpText(gap, { bytesPerLine: 8, context: 0 }).split('\n').at(-1)).to.contain('[ missing here ]');
  });

  it('shows every byte of the message once when nothing is folded', () => {
    const text = hexdumpText(located(), { bytesPerLine: 16 });
    const hex = text
      .split('\n')
      .slice(2)
      .map((line) => line.slice(18, 67).replace(/[[\]]/g, ' ').trim())
      .join(' ');
    expect(hex).to.equal(
      Buffer.from(exampleM1())
        .toString('hex')
        .replace(/(..)(?=.)/g, '$1 '),
    );
  });

  it('folds a long value but never its marked bytes', () => {
    const key = { ...located(), marked: { start: 0xe0, end: 0xe1 } };
    const text = hexdumpText(key, { bytesPerLine: 8, context: 0 });
    expect(text).to.contain('… 144 bytes: not shown').and.to.contain('> 0x00e0');
  });

  it('counts frame offsets in each fragment of a message', () => {
    const message = exampleM1();
    const first = frameOf(3, message.subarray(0, 100), 1n);
    const second = frameOf(5, message.subarray(100), 2n);
    const parts = [
      { frame: first, messageOffset: 0, frameOffset: 34, lengthBytes: 100 },
      { frame: second, messageOffset: 100, frameOffset: 32, lengthBytes: message.length - 100 },
    ];
    const text = hexdumpText({ ...located(), parts, wsc: decodeWsc(message) }, { bytesPerLine: 16 });
    expect(text).to.contain('M1, 366 bytes, frames 3, 5');
    expect(text).to.contain('\n  0x0060  0x0082   e1 e8 ef f6\n  0x0064  0x0020   fd');
  });

  it('cuts a bare EAP packet at its fields', () => {
    const at: Location = { ...AT, message: 'EAP-Response/WSC', messageOffset: 12, lengthBytes: 1, hex: '04' };
    expect(hexdumpText(located(at), { bytesPerLine: 8, context: 1 })).to.equal(
      [
        'EAP-Response/WSC, 380 bytes, frame 7',
        '  message frame',
        '          … 8 bytes: EAP code to vendor id',
        '  0x0008  0x001a   00 00 00 01              vendor type',
        '> 0x000c  0x001e  [04]                      WSC op-code',
        '  0x000d  0x001f   00                       WSC flags',
        '          … 366 bytes: WSC message data',
      ].join('\n'),
    );
  });

  it('keeps the strings of a device text in HTML', () => {
    const page = hexdumpHtml(located(), { bytesPerLine: 8 });
    expect(page).to.contain('10 01<b>[00 04]</b>');
    expect(page).to.contain('&quot;&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}gnp.exe\\u{7}&quot;');
    expect(page.replace(/<\/?b>/g, '')).not.to.match(/[<\u202E]/);
  });

  it('survives a message of nothing but rest bytes', () => {
    const bytes = concat(Uint8Array.of(0x10));
    const text = hexdumpText(
      { ...located(), bytes, wsc: decodeWsc(bytes), marked: { start: 0, end: 1 } },
      { bytesPerLine: 8, context: 1 },
    );
    expect(text).to.contain('[10]').and.to.contain('too few bytes for a header');
  });
});

describe('location of a finding', () => {
  it('is one line', () => {
    expect(locationLine(AT)).to.equal(
      'M1, m1.vendorExtension[0].tlv[0], offset 0x014a, frame 7 offset 0x016a, exchange 1, bytes 00 04',
    );
  });

  it('cuts long bytes', () => {
    expect(locationLine({ ...AT, hex: 'ab'.repeat(20), lengthBytes: 20 })).to.match(/bytes( ab){16} …$/);
  });

  it('prints offsets with four digits at least', () => {
    expect([offsetText(0), offsetText(0x12345)]).to.deep.equal(['0x0000', '0x12345']);
  });

  it('is not found when the bytes there are others', () => {
    expect(locate({ ...AT, hex: '0002' }, exampleEvidence())).to.equal(null);
  });

  it('is not found in another frame or exchange, or without evidence', () => {
    expect(locate({ ...AT, frame: 8 }, exampleEvidence())).to.equal(null);
    expect(locate({ ...AT, exchange: 2 }, exampleEvidence())).to.equal(null);
    expect(locate(AT, undefined)).to.equal(null);
  });

  it('is not found past the end of the message', () => {
    expect(locate({ ...AT, messageOffset: 366, lengthBytes: 1, hex: '00' }, exampleEvidence())).to.equal(null);
  });
});
