import { expect } from 'chai';
import fc from 'fast-check';
import { ascii, be, concat, fromHex, toHex } from '#base/bytes.js';
import { isRallyError } from '#base/error.js';
import { enhancedPacket, interfaceDescription, interfaceStatistics, sectionHeader } from './pcapng-write.js';
import {
  anInterface,
  block,
  option,
  pcapFile,
  pcapHeader,
  pcapRecord,
  rawPacket,
  readAll,
  section,
  u16,
  u32,
} from './testing/capture-files.js';

const FRAME = fromHex('0180c2000003 020000000100 888e 01010000');
const HEX = toHex(FRAME);
const HEADER = sectionHeader({ application: 'test 1' });
const ETHERNET = interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0, name: 'veth0', filter: 'ether' });

function failure(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    if (isRallyError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('CaptureReader on pcap', () => {
  for (const order of ['little', 'big'] as const) {
    for (const unit of ['us', 'ns'] as const) {
      it(`reads ${order}-endian files in ${unit}`, () => {
        const fraction = unit === 'us' ? 123_456 : 123_456_789;
        const file = pcapFile({ order, unit, network: 1 }, [
          { seconds: 1_700_000_000, fraction, bytes: FRAME },
          { seconds: 4_000_000_000, fraction: 0, bytes: FRAME, wireLength: 1500 },
        ]);
        const { packets, summary } = readAll(file);
        expect(packets.map((packet) => packet.timeNs)).to.deep.equal([
          unit === 'us' ? 1_700_000_000_123_456_000n : 1_700_000_000_123_456_789n,
          4_000_000_000_000_000_000n,
        ]);
        expect(packets.map((packet) => [packet.number, packet.hex, packet.wireLength])).to.deep.equal([
          [1, HEX, 18],
          [2, HEX, 1500],
        ]);
        expect(summary).to.deep.equal({ format: 'pcap', packets: 2, skipped: 0, unknownLinkTypes: [], cut: null });
      });
    }
  }

  it('reads a file without packets', () => {
    expect(readAll(pcapHeader({ order: 'big', unit: 'ns', network: 127 })).summary.packets).to.equal(0);
  });

  it('knows each link type, and the FCS length beside it', () => {
    const seen = [1, 105, 113, 127, 276, 0x2400_0069].map((network) => {
      const file = pcapFile({ order: 'little', unit: 'us', network }, [{ seconds: 0, fraction: 0, bytes: FRAME }]);
      return readAll(file).packets.map((packet) => [packet.linkType, packet.fcsBytes])[0];
    });
    expect(seen).to.deep.equal([
      ['ethernet', 0],
      ['dot11', 0],
      ['linux-cooked', 0],
      ['dot11-radiotap', 0],
      ['linux-cooked2', 0],
      ['dot11', 4],
    ]);
  });

  it('refuses an unknown link type with its offset', () => {
    const error = failure(() => readAll(pcapHeader({ order: 'little', unit: 'us', network: 187 })));
    expect(error.code).to.equal('ERR_LINK_TYPE');
    expect(error.message).to.include('offset 20').and.include('187');
  });

  it('takes a packet of 256 KB and refuses a longer one with its offset', () => {
    const header = pcapHeader({ order: 'little', unit: 'us', network: 1 });
    const big = { seconds: 0, fraction: 0, bytes: new Uint8Array(262_144) };
    expect(readAll(concat(header, pcapRecord(big, 'little')), [100, 70_000]).packets[0]?.wireLength).to.equal(262_144);
    const longer = concat(header, u32(0, 'little'), u32(0, 'little'), u32(262_145, 'little'), u32(262_145, 'little'));
    const error = failure(() => readAll(longer));
    expect(error.code).to.equal('ERR_CAPTURE_FORMAT');
    expect(error.message).to.include('offset 24').and.include('262145');
  });
});

describe('CaptureReader on pcapng', () => {
  it('reads what the writer writes', () => {
    const file = concat(
      HEADER,
      ETHERNET,
      enhancedPacket({ interfaceId: 0, timeNs: 1_700_000_000_123_456_789n, bytes: FRAME }),
      enhancedPacket({
        interfaceId: 0,
        timeNs: 0xffff_ffff_ffff_ffffn,
        bytes: FRAME.subarray(1),
        wireLength: 99,
        direction: 'outbound',
        comment: 'M2 wíth ß',
        dropCount: 7,
      }),
      interfaceStatistics({ interfaceId: 0, timeNs: 5n, interfaceDrop: 3, systemDrop: 4 }),
    );
    const { packets, drops, summary } = readAll(file);
    const common = { linkType: 'ethernet', fcsBytes: 0 };
    expect(packets).to.deep.equal([
      {
        ...common,
        number: 1,
        timeNs: 1_700_000_000_123_456_789n,
        hex: HEX,
        wireLength: 18,
        dropCount: 0,
        comment: null,
        direction: null,
      },
      {
        ...common,
        number: 2,
        timeNs: 0xffff_ffff_ffff_ffffn,
        hex: HEX.slice(2),
        wireLength: 99,
        dropCount: 7,
        comment: 'M2 wíth ß',
        direction: 'outbound',
      },
    ]);
    expect(drops).to.deep.equal([[0, 7]]);
    expect(summary).to.deep.equal({ format: 'pcapng', packets: 2, skipped: 0, unknownLinkTypes: [], cut: null });
  });

  it('reads several sections in either byte order, with their own interfaces and clocks', () => {
    const milliseconds = option(9, Uint8Array.of(3), 'big');
    const offset = option(14, concat(be(0, 4), be(10, 4)), 'big');
    const binary = option(9, Uint8Array.of(0x80 | 10));
    const early = option(14, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
    const picoseconds = option(9, Uint8Array.of(12));
    const packet = { interfaceId: 0, high: 0, bytes: FRAME };
    const file = concat(
      section('big'),
      anInterface(1, 'big', milliseconds, offset),
      rawPacket({ ...packet, low: 1500 }, 'big'),
      section('little'),
      anInterface(127, 'little', binary),
      anInterface(1, 'little', early),
      anInterface(1, 'little', picoseconds),
      rawPacket({ ...packet, low: 512 }, 'little'),
      rawPacket({ ...packet, interfaceId: 1, low: 2_000_000 }, 'little'),
      rawPacket({ ...packet, interfaceId: 2, high: 1, low: 0 }, 'little'),
    );
    expect(readAll(file).packets.map((seen) => [seen.linkType, seen.timeNs])).to.deep.equal([
      ['ethernet', 11_500_000_000n],
      ['dot11-radiotap', 500_000_000n],
      ['ethernet', 1_000_000_000n],
      ['ethernet', 4_294_967n],
    ]);
  });

  it('reads simple packets and old packet blocks, and skips blocks it does not know', () => {
    const secret = block(10, new Uint8Array(100_000));
    const names = block(4, new Uint8Array(17));
    const custom = block(0x0bad, new Uint8Array(8));
    const simple = block(3, concat(u32(FRAME.length, 'little'), FRAME));
    const old = block(
      2,
      concat(u16(0, 'little'), u16(5, 'little'), ...[0, 1_000_000, 18, 60].map((value) => u32(value, 'little')), FRAME),
    );
    const file = concat(HEADER, secret, anInterface(1, 'little'), names, simple, custom, old);
    const { packets } = readAll(file, [50, 1000]);
    const seen = packets.map((packet) => [packet.hex, packet.timeNs, packet.wireLength, packet.dropCount]);
    expect(seen).to.deep.equal([
      [HEX, 0n, 18, 0],
      [HEX, 1_000_000_000n, 60, 5],
    ]);
  });

  it('cuts a simple packet at the snap length', () => {
    const iface = block(1, concat(u16(1, 'little'), u16(0, 'little'), u32(6, 'little')));
    const simple = block(3, concat(u32(100, 'little'), FRAME.subarray(0, 6)));
    const [packet] = readAll(concat(HEADER, iface, simple)).packets;
    expect(packet).to.deep.include({ hex: HEX.slice(0, 12), wireLength: 100 });
  });

  it('skips and counts the packets of an unknown link type, and keeps their numbers', () => {
    const unknown = rawPacket({ interfaceId: 0, high: 0, low: 0, bytes: FRAME }, 'little');
    const known = rawPacket({ interfaceId: 1, high: 0, low: 0, bytes: FRAME }, 'little');
    const { packets, summary } = readAll(
      concat(HEADER, anInterface(187, 'little'), anInterface(1, 'little'), unknown, known, unknown),
    );
    expect(packets.map((packet) => packet.number)).to.deep.equal([2]);
    expect(summary).to.deep.include({ packets: 1, skipped: 2, unknownLinkTypes: [187] });
  });

  it('refuses a file in which no interface is readable', () => {
    const error = failure(() => readAll(concat(HEADER, anInterface(187, 'little'))));
    expect(error.code).to.equal('ERR_LINK_TYPE');
    expect(error.message).to.include(`offset ${HEADER.length}`);
  });

  it('names the offset of what is damaged', () => {
    const at = HEADER.length + ETHERNET.length;
    const good = enhancedPacket({ interfaceId: 0, timeNs: 0n, bytes: FRAME });
    const wrongEnd = good.slice();
    wrongEnd[wrongEnd.length - 4] = 0;
    const foreign = enhancedPacket({ interfaceId: 1, timeNs: 0n, bytes: FRAME });
    const lying = good.slice();
    lying[20] = 0xff;
    const zeros = new Uint8Array(64);
    const odd = concat(u32(6, 'little'), u32(33, 'little'), new Uint8Array(40));
    const huge = concat(u32(6, 'little'), u32(0x10000000, 'little'), new Uint8Array(40));
    const short = block(6, new Uint8Array(8));
    for (const bad of [wrongEnd, foreign, lying, zeros, odd, huge, short]) {
      const error = failure(() => readAll(concat(HEADER, ETHERNET, bad)));
      expect(error.code).to.equal('ERR_CAPTURE_FORMAT');
      expect(error.message).to.include(`offset ${at}:`);
    }
    expect(failure(() => readAll(concat(HEADER, good))).message).to.include('0 interfaces are described');
    expect(failure(() => readAll(block(0x0a0d0d0a, new Uint8Array(16)))).message).to.include('byte order magic');
  });
});

describe('CaptureReader on anything', () => {
  it('names what is no capture', () => {
    for (const [bytes, name] of [
      [fromHex('1f8b0800 00000000'), 'gzip'],
      [fromHex('28b52ffd 00'), 'zstd'],
      [ascii('PK\x03\x04'), 'ZIP'],
      [ascii('hello'), '68 65 6c 6c'],
      [ascii('hi'), 'only 2 bytes'],
      [new Uint8Array(0), 'empty'],
    ] as const) {
      const error = failure(() => readAll(bytes));
      expect(error.code).to.equal('ERR_CAPTURE_FORMAT');
      expect(error.message).to.include(name);
    }
  });

  const packets = fc.array(
    fc.record({
      timeNs: fc.bigInt(0n, 0xffff_ffff_ffff_ffffn),
      bytes: fc.uint8Array({ maxLength: 300 }),
      cut: fc.nat(5),
      comment: fc.option(
        fc.string({ maxLength: 20 }).filter((text) => !text.endsWith('\0')),
        { nil: undefined },
      ),
      direction: fc.constantFrom('inbound', 'outbound', undefined),
      dropCount: fc.option(fc.nat(), { nil: undefined }),
    }),
    { maxLength: 12 },
  );
  type Given = (typeof packets extends fc.Arbitrary<infer T> ? T : never)[number];
  const write = (given: readonly Given[]): Uint8Array =>
    concat(
      HEADER,
      ETHERNET,
      ...given.map(({ timeNs, bytes, cut, comment, direction, dropCount }) =>
        enhancedPacket({
          interfaceId: 0,
          timeNs,
          bytes,
          wireLength: bytes.length + cut,
          ...(comment === undefined ? {} : { comment }),
          ...(direction === undefined ? {} : { direction }),
          ...(dropCount === undefined ? {} : { dropCount }),
        }),
      ),
    );

  it('gives back everything that was written', () => {
    fc.assert(
      fc.property(packets, (given) => {
        const seen = readAll(write(given)).packets;
        expect(seen).to.deep.equal(
          given.map(({ timeNs, bytes, cut, comment, direction, dropCount }, index) => ({
            number: index + 1,
            timeNs,
            linkType: 'ethernet',
            hex: toHex(bytes),
            wireLength: bytes.length + cut,
            fcsBytes: 0,
            dropCount: dropCount ?? 0,
            comment: comment ?? null,
            direction: direction ?? null,
          })),
        );
      }),
    );
  });

  it('does not care where chunks end', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 60 });
    fc.assert(
      fc.property(packets, sizes, (given, chunks) => {
        const file = write(given);
        expect(readAll(file, chunks)).to.deep.equal(readAll(file));
      }),
    );
    const file = write([
      { timeNs: 5n, bytes: Uint8Array.from(FRAME), cut: 0, comment: 'x', direction: undefined, dropCount: 1 },
    ]);
    expect(readAll(file, Array<number>(file.length).fill(1))).to.deep.equal(readAll(file));
  });

  it('reports a file cut in any byte of its last record, and delivers what stands before', () => {
    const first = enhancedPacket({ interfaceId: 0, timeNs: 1n, bytes: FRAME });
    const last = enhancedPacket({ interfaceId: 0, timeNs: 2n, bytes: FRAME, comment: 'last' });
    const unknown = block(99, new Uint8Array(40));
    const options = { order: 'little', unit: 'us', network: 1 } as const;
    const record = pcapRecord({ seconds: 1, fraction: 2, bytes: FRAME }, 'little');
    const cases: [Uint8Array, Uint8Array][] = [
      [concat(HEADER, ETHERNET, first), last],
      [concat(HEADER, ETHERNET, first), unknown],
      [concat(pcapHeader(options), record), record],
    ];
    for (const [before, tail] of cases) {
      for (let length = 1; length < tail.length; length++) {
        const { packets: seen, summary } = readAll(concat(before, tail.subarray(0, length)), [before.length + 3]);
        expect(seen).to.have.length(1);
        expect(summary.cut).to.deep.equal({ offset: before.length, haveBytes: length });
      }
    }
  });

  it('throws nothing but its own errors', () => {
    const begins = fc.constantFrom<Uint8Array>(HEADER, concat(HEADER, ETHERNET), section('big'), new Uint8Array(0));
    fc.assert(
      fc.property(begins, fc.uint8Array({ maxLength: 120 }), (begin, bytes) => {
        try {
          readAll(concat(begin, bytes));
        } catch (error) {
          if (!isRallyError(error, 'ERR_CAPTURE_FORMAT') && !isRallyError(error, 'ERR_LINK_TYPE')) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
