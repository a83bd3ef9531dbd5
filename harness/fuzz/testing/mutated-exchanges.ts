import { concat } from '#base/bytes.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { Dice, inputSeed } from '../dice.js';
import { editFrame } from '../mutate/frame.js';
import { MODELS } from '#reference/models.js';
import { NO_FAULT, recordingOf } from '../seeds.js';

/**
 * Ethernet frames of registrations of reference devices without a fault, one to three frames of each changed: the same
 * frames, however many faults there are.
 */
export function mutatedExchanges(count: number, seed: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const dice = new Dice(inputSeed(seed, 'exchange', index));
    const frames = recordingOf({ model: dice.below(MODELS.length), fault: NO_FAULT }).frames.filter(
      ({ linkType }) => linkType === 'ethernet',
    );
    const bytes = frames.map((frame) => frame.bytes);
    for (let edits = 1 + dice.below(3); edits > 0; edits--) {
      const at = dice.below(bytes.length);
      bytes[at] = editFrame('ethernet', bytes[at] ?? new Uint8Array(0), dice);
    }
    return bytes;
  }).flat();
}

/** The frames as a capture file, a millisecond apart. */
export function captureOf(frames: readonly Uint8Array[]): Uint8Array {
  return concat(
    sectionHeader({ application: 'mutated exchanges' }),
    interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0 }),
    ...frames.map((bytes, index) => enhancedPacket({ interfaceId: 0, timeNs: BigInt(index) * 1_000_000n, bytes })),
  );
}
