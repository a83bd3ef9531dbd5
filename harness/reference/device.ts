import { concat } from '#base/bytes.js';
import type { RandomBytes } from '#base/random.js';
import { forbiddenUuid, isRfc9562, mixedEndian, reversed } from '#base/uuid.js';
import { pinChecksumValid } from '#wire/wps/crypto.js';
import type { Model, PairingTransport } from './model.js';
import { streamOf } from './seed.js';

/** One device of a model: what is printed on it and stored in it. */
export interface Device {
  readonly model: Model;
  readonly seed: number;
  /** 6 bytes, locally administered. */
  readonly mac: Uint8Array;
  /** 8 digits with the right checksum. */
  readonly pin: string;
  readonly serialNumber: string;
  /** 16 bytes, network order. */
  readonly uuidE: Uint8Array;
  /** UUIDs of its own by transport, network order; only where the model has one. */
  readonly transportUuids: ReadonlyMap<PairingTransport, Uint8Array>;
  /** A further UUID of nobody: what a fault may send in the place of a right one. */
  readonly strangeUuid: Uint8Array;
}

/** The device of this model that a seed stands for. */
export function makeDevice(model: Model, seed: number): Device {
  const random = streamOf(seed, 'device', 0);
  const mac = concat(Uint8Array.of(0x02), random(5));
  const pin = drawPin(random);
  const serialNumber = drawDigits(random, 8);
  const uuidE = drawUuid(random);
  const strangeUuid = drawUuid(random);
  const own = model.transports.filter(({ identity }) => identity === 'own');
  return {
    model,
    seed,
    mac,
    pin,
    serialNumber,
    uuidE,
    strangeUuid,
    transportUuids: new Map(own.map(({ transport }) => [transport, drawUuid(random)])),
  };
}

/**
 * A UUID of version 4. One that would still look right with its bytes permuted is drawn again: whether a permuted one
 * shows an impossible version must not depend on the seed.
 */
export function drawUuid(random: RandomBytes): Uint8Array {
  for (;;) {
    const uuid = Uint8Array.from(random(16));
    uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x40;
    uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
    const ambiguous = isRfc9562(mixedEndian(uuid)) || isRfc9562(reversed(uuid));
    if (!ambiguous && forbiddenUuid(uuid) === null) return uuid;
  }
}

function drawDigits(random: RandomBytes, count: number): string {
  return Array.from(random(count), (byte) => String(byte % 10)).join('');
}

function drawPin(random: RandomBytes): string {
  const digits = drawDigits(random, 7);
  const checksum = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].find((digit) => pinChecksumValid(`${digits}${digit}`));
  return `${digits}${checksum ?? 0}`;
}
