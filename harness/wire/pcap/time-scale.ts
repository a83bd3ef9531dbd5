import { read32, type ByteOrder } from './order.js';

const NS_PER_SECOND = 1_000_000_000n;
const MICROSECONDS = 6;

/** Last time that 64 bits of nanoseconds hold, in the year 2554: what a capture can be written with again. */
const LAST_NS = 0xffff_ffff_ffff_ffffn;

/**
 * How time stamps of a pcapng interface become nanoseconds since 1970. A time before that or after the year 2554 is
 * none: it becomes 0, as where the capture has no time.
 *
 * @param resolution value of if_tsresol (1 byte: negative power of 10, or of 2 with the top bit); null: microseconds
 * @param offset value of if_tsoffset (8 bytes, signed seconds); null: none
 */
export function timeScale(
  resolution: Uint8Array | null,
  offset: Uint8Array | null,
  order: ByteOrder,
): (high: number, low: number) => bigint {
  const scale = exactScale(resolution, offset, order);
  return (high, low) => {
    const timeNs = scale(high, low);
    return timeNs < 0n || timeNs > LAST_NS ? 0n : timeNs;
  };
}

function exactScale(
  resolution: Uint8Array | null,
  offset: Uint8Array | null,
  order: ByteOrder,
): (high: number, low: number) => bigint {
  const exponent = resolution?.[0] ?? MICROSECONDS;
  const offsetNs = offset?.length === 8 ? BigInt.asIntN(64, read64(offset, order)) * NS_PER_SECOND : 0n;
  const perSecond = (exponent & 0x80) !== 0 ? 2n ** BigInt(exponent & 0x7f) : 10n ** BigInt(exponent);
  if (NS_PER_SECOND % perSecond === 0n) {
    const factor = NS_PER_SECOND / perSecond;
    return (high, low) => units(high, low) * factor + offsetNs;
  }
  return (high, low) => (units(high, low) * NS_PER_SECOND) / perSecond + offsetNs;
}

function units(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function read64(bytes: Uint8Array, order: ByteOrder): bigint {
  const [high, low] = order === 'little' ? [4, 0] : [0, 4];
  return units(read32(bytes, high, order), read32(bytes, low, order));
}
