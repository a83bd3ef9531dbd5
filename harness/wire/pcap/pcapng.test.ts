import { expect } from 'chai';
import { concat, toHex } from '#base/bytes.js';
import { enhancedPacket, interfaceDescription, interfaceStatistics, sectionHeader } from './pcapng-write.js';
import { CaptureReader } from './reader.js';
import { anInterface, block, option, rawPacket, readAll, section, u16, u32 } from './testing/capture-files.js';

const FRAME = Uint8Array.of(1, 2, 3, 4, 5, 6);
const HEADER = sectionHeader({ application: 'test 1' });
const ETHERNET = interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0 });
const words = (...values: readonly number[]): Uint8Array => concat(...values.map((value) => u32(value, 'little')));

describe('pcapng blocks', () => {
  it('say how long the frame check sequence is, in bits or in bytes', () => {
    for (const [value, fcsBytes] of [
      [0, 0],
      [4, 4],
      [7, 7],
      [8, 1],
      [32, 4],
    ] as const) {
      const iface = anInterface(1, 'little', option(13, Uint8Array.of(value)));
      const file = concat(HEADER, iface, rawPacket({ interfaceId: 0, high: 0, low: 0, bytes: FRAME }, 'little'));
      expect(readAll(file).packets[0]?.fcsBytes, `${value}`).to.equal(fcsBytes);
    }
  });

  it('of the old kind name their interface and what was lost before them', () => {
    const old = (drops: number): Uint8Array =>
      block(2, concat(u16(1, 'little'), u16(drops, 'little'), words(0, 0, FRAME.length, 6), FRAME));
    const { packets } = readAll(concat(HEADER, ETHERNET, anInterface(127, 'little'), old(0xfffe), old(0xffff)));
    expect(packets.map(({ linkType, dropCount }) => [linkType, dropCount])).to.deep.equal([
      ['dot11-radiotap', 0xfffe],
      ['dot11-radiotap', 0],
    ]);
  });

  it('of the simple kind hold what their block has room for, and no options', () => {
    const simple = block(3, concat(words(100), FRAME));
    const [packet] = readAll(concat(HEADER, ETHERNET, simple)).packets;
    expect(packet).to.deep.include({ hex: `${toHex(FRAME)}0000`, wireLength: 100, comment: null, dropCount: 0 });
    const short = block(3, concat(words(2), FRAME));
    expect(readAll(concat(HEADER, ETHERNET, short)).packets[0]).to.deep.include({ hex: '0102', wireLength: 2 });
  });

  it('of statistics may come without counts, for any interface, to who does not ask', () => {
    const bytes = concat(
      HEADER,
      ETHERNET,
      interfaceStatistics({ interfaceId: 2, timeNs: 1n }),
      interfaceStatistics({ interfaceId: 1, timeNs: 1n, interfaceDrop: 3 }),
      interfaceStatistics({ interfaceId: 3, timeNs: 1n, systemDrop: 2 ** 32 + 4 }),
    );
    expect(readAll(bytes).drops).to.deep.equal([
      [2, 0],
      [1, 3],
      [3, 2 ** 32 + 4],
    ]);
    const reader = new CaptureReader({ packet: () => undefined });
    reader.push(bytes);
    expect(reader.finish().packets).to.equal(0);
  });

  it('are read and skipped wherever a chunk ends', () => {
    const packet = enhancedPacket({ interfaceId: 0, timeNs: 3n, bytes: FRAME, comment: 'c', direction: 'inbound' });
    const file = concat(HEADER, ETHERNET, packet, block(99, new Uint8Array(40)), packet, section('big'));
    const whole = readAll(file);
    expect(whole.packets).to.have.length(2);
    for (let first = 1; first < file.length; first++) {
      for (const second of [1, 7, 30]) expect(readAll(file, [first, second]), `${first}`).to.deep.equal(whole);
    }
  });
});

describe('pcapng writer', () => {
  it('refuses times that do not fit', () => {
    const at = (timeNs: bigint) => (): Uint8Array => enhancedPacket({ interfaceId: 0, timeNs, bytes: FRAME });
    expect(at(-1n)).to.throw(RangeError, 'time -1 does not fit 64 bits');
    expect(at(2n ** 64n)).to.throw(RangeError, 'time 18446744073709551616 does not fit 64 bits');
    expect(at(0n)).to.not.throw();
    expect(at(2n ** 64n - 1n)).to.not.throw();
  });

  it('closes a list of options and writes none where there is none', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const plain = enhancedPacket({ interfaceId: 1, timeNs: 0n, bytes });
    expect(toHex(plain)).to.equal(
      ['06000000', '24000000', '01000000', '0000000000000000', '04000000', '04000000', '01020304', '24000000'].join(''),
    );
    const inbound = enhancedPacket({ interfaceId: 1, timeNs: 0n, bytes, direction: 'inbound' });
    expect(toHex(inbound.subarray(32))).to.equal(['0200', '0400', '01000000', '00000000', '30000000'].join(''));
  });

  it('says with which filter an interface was recorded, in the language of libpcap', () => {
    const written = interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0, filter: 'udp' });
    const resolution = ['09000100', '09000000'];
    expect(toHex(written)).to.equal(
      [
        '01000000',
        '28000000',
        '01000000',
        '00000000',
        ...resolution,
        '0b000400',
        '00756470',
        '00000000',
        '28000000',
      ].join(''),
    );
    expect(toHex(ETHERNET)).to.equal(
      ['01000000', '20000000', '01000000', '00000000', ...resolution, '00000000', '20000000'].join(''),
    );
  });

  it('cuts a text at the last character an option can hold', () => {
    const commentOf = (comment: string): string | null | undefined =>
      readAll(concat(HEADER, ETHERNET, enhancedPacket({ interfaceId: 0, timeNs: 0n, bytes: FRAME, comment })))
        .packets[0]?.comment;
    expect(commentOf('x'.repeat(70_000))).to.equal('x'.repeat(65_534));
    expect(commentOf(`x${'ß'.repeat(40_000)}`)).to.equal(`x${'ß'.repeat(32_766)}`);
  });
});
