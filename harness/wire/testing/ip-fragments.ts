import { be, concat, u8, u16be } from '#base/bytes.js';
import { checksum } from '../ip.js';

/** An IP packet in fragments of `dataBytes` (a multiple of 8) each. */
export function ipFragments(packet: Uint8Array, dataBytes: number, identification = 0x1234): Uint8Array[] {
  const isIpv6 = u8(packet, 0) >> 4 === 6;
  const headerBytes = isIpv6 ? 40 : 20;
  const header = packet.subarray(0, headerBytes);
  const payload = packet.subarray(headerBytes);
  const fragments: Uint8Array[] = [];
  for (let offset = 0; offset < payload.length; offset += dataBytes) {
    const data = payload.subarray(offset, offset + dataBytes);
    const isLast = offset + dataBytes >= payload.length;
    const make = isIpv6 ? ipv6Fragment : ipv4Fragment;
    fragments.push(make(header, data, offset, isLast, identification));
  }
  return fragments;
}

type MakeFragment = (
  header: Uint8Array,
  data: Uint8Array,
  offset: number,
  isLast: boolean,
  identification: number,
) => Uint8Array;

const ipv4Fragment: MakeFragment = (header, data, offset, isLast, identification) => {
  const start = concat(
    header.subarray(0, 2),
    be(20 + data.length, 2),
    be(identification, 2),
    be((isLast ? 0 : 0x2000) | (offset / 8), 2),
    header.subarray(8, 10),
  );
  const addresses = header.subarray(12, 20);
  return concat(start, be(checksum(concat(start, addresses)), 2), addresses, data);
};

const ipv6Fragment: MakeFragment = (header, data, offset, isLast, identification) =>
  concat(
    header.subarray(0, 4),
    be(8 + data.length, 2),
    be(44, 1),
    header.subarray(7, 40),
    header.subarray(6, 7),
    be(0, 1),
    be(offset | (isLast ? 0 : 1), 2),
    be(identification, 4),
    data,
  );

/** The packet with one extension header more in front of its payload, `body` bytes long (a multiple of 8). */
export function withExtension(packet: Uint8Array, protocol: number, bodyBytes: number): Uint8Array {
  return concat(
    packet.subarray(0, 4),
    be(u16be(packet, 4) + bodyBytes, 2),
    be(protocol, 1),
    packet.subarray(7, 40),
    packet.subarray(6, 7),
    be(bodyBytes / 8 - 1, 1),
    new Uint8Array(bodyBytes - 2),
    packet.subarray(40),
  );
}
