import { read32, type ByteOrder } from './order.js';

const NS_PER_SECOND = 1_000_000_000n;
const MICROSECONDS = 6;

/**
 * How time stamps of a pcapng interface become nanoseconds since 1970.
 *
 * @param resolution value of if_tsresol (1 byte: negative power of 10, or of 2 with the top bit); null: microseconds
 * @param offset value of if_tsoffset (8 bytes, signed seconds); null: none
 */
export function timeScale(
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
