import { be, concat, fromHex } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, encodeAttribute, textAttribute } from '#wire/wps/build.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { buildExchange, REGISTRAR, wpsElementsOf } from './exchange.js';
import { dot11, management, radiotap } from './frames.js';

const RADIOTAP = fromHex('0000 1200 23000000 0000000000000000 10 c5');
const FCS = fromHex('00000000');
const ACCESS_POINTS = 20;
/** Of a hundred frames this many are Beacons; half of the access points have WPS. */
const BEACONS_PER_CENT = 98;
const FRAMES_PER_CYCLE = 1000;
const CHUNK_BYTES = 1 << 20;
/** Offsets within a block: block header, time stamp low half, and the Beacon's own time stamp. */
const BLOCK_TIME_LOW = 16;
const BEACON_TIME = 28 + RADIOTAP.length + 24;

/**
 * A monitor capture with radiotap, 98 % Beacons of 20 access points, as pcapng in chunks, without end: cycles of 1000
 * frames in which Beacons differ by their time stamp, data frames are noise, and one cycle in `exchangeEvery` holds a
 * whole registration.
 */
export function* monitorStream(exchangeEvery: number): Generator<Uint8Array> {
  yield concat(
    sectionHeader({ application: 'monitor' }),
    interfaceDescription({ linkType: 'dot11-radiotap', snapLengthBytes: 0 }),
  );
  const beacons = Array.from({ length: ACCESS_POINTS }, (_, index) => blockOf(beacon(index)));
  const noise = blockOf(
    concat(RADIOTAP, fromHex('8842 0000 020000000001020000000002020000000003 0000 0000'), new Uint8Array(1200), FCS),
  );
  const wrap = radiotap(dot11({ qos: true }));
  const exchange = buildExchange().sent.map((sent, index) => blockOf(wrap(sent, index)));
  const chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  let time = 0;
  for (let cycle = 0; ; cycle++) {
    const extra = cycle % exchangeEvery === 0 ? exchange : [];
    for (let index = 0; index < FRAMES_PER_CYCLE + extra.length; index++) {
      const isBeacon = index % 100 < BEACONS_PER_CENT;
      const block =
        index < FRAMES_PER_CYCLE
          ? isBeacon
            ? beacons[index % ACCESS_POINTS]
            : noise
          : extra[index - FRAMES_PER_CYCLE];
      if (block === undefined) continue;
      if (filled + block.length > CHUNK_BYTES) {
        yield chunk.subarray(0, filled);
        filled = 0;
      }
      chunk.set(block, filled);
      time = (time + 100_000) >>> 0;
      writeLe(chunk, filled + BLOCK_TIME_LOW, time);
      if (isBeacon && index < FRAMES_PER_CYCLE) writeLe(chunk, filled + BEACON_TIME, time);
      filled += block.length;
    }
  }
}

function beacon(index: number): Uint8Array {
  const transmitter = concat(REGISTRAR.subarray(0, 5), Uint8Array.of(index));
  const wps = concat(
    byteAttribute(ATTRIBUTE.Version, 0x10),
    byteAttribute(ATTRIBUTE.WPSState, 2),
    encodeAttribute(ATTRIBUTE.UuidE, new Uint8Array(16).fill(index)),
    textAttribute(ATTRIBUTE.DeviceName, `Access point ${index}`),
  );
  const fixed = fromHex('0000000000000000 6400 1104');
  const elements = concat(
    fromHex('000a'),
    new Uint8Array(10).fill(0x61),
    fromHex('01088284 8b960c12 1824 030106 0504 00010000 2a0100 32043048606c'),
    fromHex('2d1a'),
    new Uint8Array(26),
    fromHex('3d16'),
    new Uint8Array(22),
    fromHex('dd180050f202'),
    new Uint8Array(20),
    index % 2 === 0 ? wpsElementsOf(wps) : new Uint8Array(0),
    fromHex('dd09001018'),
    be(index, 4),
    new Uint8Array(2),
  );
  const broadcast = new Uint8Array(6).fill(0xff);
  return concat(RADIOTAP, management(8, transmitter, broadcast, concat(fixed, elements)), FCS);
}

function blockOf(bytes: Uint8Array): Uint8Array {
  return enhancedPacket({ interfaceId: 0, timeNs: 1_700_000_000_000_000_000n, bytes });
}

function writeLe(bytes: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = (value >>> (8 * i)) & 0xff;
}
