import { expect } from 'chai';
import { concat } from '#base/bytes.js';
import { isRallyError } from '#base/error.js';
import { MAX_BLOCK_BYTES, MAX_PACKET_BYTES } from './blocks.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from './pcapng-write.js';
import { anInterface, block, pcapFile, pcapHeader, rawPacket, readAll, u16, u32 } from './testing/capture-files.js';

const FRAME = Uint8Array.of(1, 2, 3, 4, 5, 6);
const HEADER = sectionHeader({ application: 'test 1' });
const ETHERNET = interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0 });
const words = (...values: readonly number[]): Uint8Array => concat(...values.map((value) => u32(value, 'little')));

/** Code, message and context of what reading the file throws. */
function failure(file: Uint8Array): unknown[] {
  try {
    readAll(file);
  } catch (error) {
    if (isRallyError(error)) return [error.code, error.message.replace(` (${error.code})`, ''), error.context];
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a damaged pcapng file', () => {
  const offset = HEADER.length + ETHERNET.length;
  const wrongEnd = rawPacket({ interfaceId: 0, high: 0, low: 0, bytes: FRAME }, 'little');
  wrongEnd[wrongEnd.length - 4] = 44;
  const longPacket = concat(words(0, 0, 0, MAX_PACKET_BYTES + 1, 9), new Uint8Array(MAX_PACKET_BYTES + 4));
  const cases: readonly (readonly [bytes: Uint8Array, what: string])[] = [
    [words(6, 8, 0, 0), 'a block of 8 bytes'],
    [words(6, 33, ...new Array<number>(10).fill(33)), 'a block of 33 bytes'],
    [words(6, MAX_BLOCK_BYTES + 4, 0, 0), 'a block of 327684 bytes, more than the 327680 this tool takes'],
    [wrongEnd, 'a block that begins with length 40 and ends with length 44'],
    [block(6, new Uint8Array(16)), 'a block of 28 bytes, too short for its kind'],
    [block(2, new Uint8Array(16)), 'a block of 28 bytes, too short for its kind'],
    [block(1, new Uint8Array(4)), 'a block of 16 bytes, too short for its kind'],
    [block(3, new Uint8Array(0)), 'a block of 12 bytes, too short for its kind'],
    [block(5, new Uint8Array(8)), 'a block of 20 bytes, too short for its kind'],
    [block(6, words(0, 0, 0, 5, 5, 0)), 'a packet of 5 bytes in a block that has 4 for it'],
    [block(6, longPacket), 'a packet of 262145 bytes in a block that has 262148 for it'],
    [block(6, words(3, 0, 0, 0, 0)), 'a packet of interface 3, but 1 interfaces are described'],
    [block(0x0a0d0d0a, new Uint8Array(16)), 'a section header without byte order magic'],
  ];
  for (const [bytes, what] of cases) {
    it(`is refused with its place: ${what}`, () => {
      const expected = ['ERR_CAPTURE_FORMAT', `offset ${offset}: ${what}`, { offset }];
      expect(failure(concat(HEADER, ETHERNET, bytes))).to.deep.equal(expected);
    });
  }

  it('has the shortest and the longest block there can be, and the longest packet', () => {
    const longest = block(1, concat(u16(1, 'little'), u16(0, 'little'), new Uint8Array(MAX_BLOCK_BYTES - 16)));
    expect(longest).to.have.length(MAX_BLOCK_BYTES);
    const bytes = new Uint8Array(MAX_PACKET_BYTES);
    const packet = enhancedPacket({ interfaceId: 1, timeNs: 0n, bytes });
    const { packets, summary } = readAll(concat(HEADER, block(77, new Uint8Array(0)), ETHERNET, longest, packet));
    expect([packets[0]?.wireLength, summary.packets]).to.deep.equal([MAX_PACKET_BYTES, 1]);
  });

  it('may describe no interface at all', () => {
    expect(readAll(HEADER).summary).to.deep.equal({
      format: 'pcapng',
      packets: 0,
      skipped: 0,
      unknownLinkTypes: [],
      cut: null,
    });
  });

  it('is refused where no interface can be read, with the first of them', () => {
    const file = concat(HEADER, anInterface(187, 'little'), anInterface(250, 'little'), anInterface(187, 'little'));
    const at = HEADER.length;
    expect(failure(file)).to.deep.equal([
      'ERR_LINK_TYPE',
      `offset ${at}: link type 187, 250 on every interface`,
      { offset: at },
    ]);
  });
});

describe('a damaged pcap file', () => {
  it('is refused with its place', () => {
    const options = { order: 'little', unit: 'us' } as const;
    expect(failure(pcapHeader({ ...options, network: 187 }))).to.deep.equal([
      'ERR_LINK_TYPE',
      'offset 20: link type 187',
      { offset: 20 },
    ]);
    expect(failure(concat(pcapHeader({ ...options, network: 1 }), words(0, 0, MAX_PACKET_BYTES + 1, 0)))).to.deep.equal(
      ['ERR_CAPTURE_FORMAT', 'offset 24: a packet of 262145 bytes, more than the 262144 there can be', { offset: 24 }],
    );
  });

  it('has frame check sequences only where the header says so', () => {
    const fcsBytes = (network: number): number | undefined =>
      readAll(pcapFile({ order: 'big', unit: 'us', network }, [{ seconds: 0, fraction: 0, bytes: FRAME }])).packets[0]
        ?.fcsBytes;
    expect([0x2400_0069, 0x2000_0069, 0x0400_0069, 0x4400_0069].map(fcsBytes)).to.deep.equal([4, 0, 0, 8]);
  });
});

describe('what is no capture', () => {
  const kinds: readonly (readonly [hex: string, what: string])[] = [
    ['1f8b0800', 'gzip'],
    ['28b52ffd', 'zstd'],
    ['fd377a58', 'xz'],
    ['04224d18', 'lz4'],
    ['425a6839', 'bzip2'],
    ['504b0304', 'a ZIP archive'],
    ['736e6f6f', 'a snoop capture'],
    ['7f454c46', 'a file that begins with 7f 45 4c 46'],
  ];
  for (const [hex, what] of kinds) {
    it(`is named: ${what}`, () => {
      const [code, message] = failure(Uint8Array.from(Buffer.from(`${hex}00`, 'hex')));
      expect([code, message]).to.deep.equal(['ERR_CAPTURE_FORMAT', `offset 0: this is ${what}, not pcap or pcapng`]);
    });
  }

  it('is named where it is too short', () => {
    expect(failure(new Uint8Array(0)).slice(0, 2)).to.deep.equal(['ERR_CAPTURE_FORMAT', 'the file is empty']);
    expect(failure(new Uint8Array(3)).slice(0, 2)).to.deep.equal(['ERR_CAPTURE_FORMAT', 'the file has only 3 bytes']);
  });
});
