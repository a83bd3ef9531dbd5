import { beaconsCapture } from './captures.js';
import { rounded, type Figure } from './figure.js';
import { ours } from './judging.js';
import { measure, type Measured } from './measured.js';

export interface StreamSizes {
  readonly shortMegabytes: number;
  readonly longMegabytes: number;
}

/** A registration in a million frames: what is kept for judging is some kilobytes each. */
const CYCLES_PER_REGISTRATION = 1000;
const MEGABYTE = 2 ** 20;
const ALLOWED_GROWTH_BYTES = 32 * MEGABYTE;

/** Memory of `rally-conformance judge -` for a short and for a long capture that is made while it is read. */
export async function streamFigures(
  { shortMegabytes, longMegabytes }: StreamSizes,
  progress: (step: string) => void,
): Promise<Figure[]> {
  const judged = async (megabytes: number): Promise<Measured> => {
    progress(`${megabytes} MB through standard input`);
    return measure(ours(['-'], stream(megabytes * 1e6)));
  };
  const short = await judged(shortMegabytes);
  const long = await judged(longMegabytes);
  const alone = { peer: null, ratio: null, aim: null, met: null };
  const growth = long.peakBytes - short.peakBytes;
  return [
    {
      ...alone,
      name: `${shortMegabytes} MB from standard input: peak memory`,
      ours: rounded(short.peakBytes / MEGABYTE),
      unit: 'MiB',
    },
    {
      ...alone,
      name: `${longMegabytes} MB from standard input: peak memory`,
      ours: rounded(long.peakBytes / MEGABYTE),
      unit: 'MiB',
      aim: `at most ${ALLOWED_GROWTH_BYTES / MEGABYTE} more`,
      met: growth <= ALLOWED_GROWTH_BYTES,
    },
    {
      ...alone,
      name: `${longMegabytes} MB from standard input: making and judging`,
      ours: rounded(longMegabytes / long.seconds),
      unit: 'MB/s',
    },
  ];
}

function* stream(bytes: number): Generator<Uint8Array> {
  let left = bytes;
  for (const chunk of beaconsCapture(Infinity, CYCLES_PER_REGISTRATION)) {
    yield chunk;
    left -= chunk.length;
    if (left <= 0) return;
  }
}
