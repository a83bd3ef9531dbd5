import { expect } from 'chai';
import type { Frame } from '#evidence/model.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import { captureSlice, MAX_SLICE_BYTES } from './slice.js';

const FRAME_BYTES = 64 * 1024;
const FITTING = MAX_SLICE_BYTES / FRAME_BYTES;

const frames = (count: number): Frame[] =>
  Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    timeNs: BigInt(index) * 1_000_000n,
    linkType: 'ethernet',
    bytes: new Uint8Array(FRAME_BYTES),
    wireLength: FRAME_BYTES,
  }));

/** Times of the frames in a file, which here tell their numbers, and its text. */
function read(file: Uint8Array): { numbers: number[]; text: string } {
  const numbers: number[] = [];
  const reader = new CaptureReader({ packet: ({ timeNs }) => numbers.push(Number(timeNs / 1_000_000n) + 1) });
  reader.push(file);
  reader.finish();
  return { numbers, text: new TextDecoder().decode(file) };
}

describe('frames of a case as a capture', () => {
  it('are all there, in their order, each once', () => {
    const [first, second, third] = frames(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error('no frames');
    const { numbers, text } = read(captureSlice([third, first, second, first], 'test', new Map([[2, 'wrong byte']])));
    expect(numbers).to.deep.equal([1, 2, 3]);
    expect(text).to.include('frame 2 of the capture: wrong byte').and.not.to.include('left out');
  });

  it('are no more than a report can hold: those that a finding names, then the earliest, and how many are missing', () => {
    const file = captureSlice(frames(FITTING + 50), 'test', new Map([[FITTING + 40, 'wrong byte']]));
    const { numbers, text } = read(file);
    expect(numbers).to.deep.equal([...Array.from({ length: FITTING - 1 }, (_, index) => index + 1), FITTING + 40]);
    expect(text).to.include(`frame ${FITTING + 40} of the capture: wrong byte; 50 frames are left out here`);
    expect(file.length).to.be.below(MAX_SLICE_BYTES * 1.1);
  });
});
