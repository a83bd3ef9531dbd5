import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '#base/bytes.js';
import { EXIT } from '#base/error-codes.js';
import { beaconsCapture, denseCapture, keyedCapture } from './captures.js';
import { median, rounded, type Figure } from './figure.js';
import { measure, type Measured, type MeasuredProgram } from './measured.js';
import { PIN, registerMany } from './registration.js';

export interface JudgingSizes {
  readonly frames: number;
  /** Exchanges that are judged with their keys. */
  readonly keyedExchanges: number;
  /** Each program runs so often; the median counts. */
  readonly rounds: number;
}

/** Every device of the captures fails nothing, or lacks what a capture cannot show. */
const JUDGED = [EXIT.passed, EXIT.failed, EXIT.incomplete];
const FRAMES_PER_REGISTRATION = 1000;
const CYCLES_PER_REGISTRATION = 100;
const MEGABYTE = 2 ** 20;
const FLAT_MEGABYTES = 32;

/** Where a capture's figures come from. */
interface Subject {
  readonly name: string;
  readonly capture: (frames: number) => Iterable<Uint8Array>;
  /** Times tshark's frames per second. */
  readonly aim: number;
}

const SUBJECTS: readonly Subject[] = [
  { name: 'WPS-dense capture', capture: (frames) => denseCapture(frames, FRAMES_PER_REGISTRATION), aim: 5 },
  { name: '98 % Beacons', capture: (frames) => beaconsCapture(frames, CYCLES_PER_REGISTRATION), aim: 30 },
];

/** tshark with a filter that every frame of WPS passes: once it reads the fields out, once it prints its usual lines. */
const TSHARK_FIELDS = ['-T', 'fields', '-e', 'frame.number', '-e', 'wlan.sa', '-e', 'wps.message_type'];

/** Judging captures without keys beside tshark, and with keys. Files are written to `folder` and left there. */
export async function judgingFigures(
  folder: string,
  sizes: JudgingSizes,
  progress: (step: string) => void,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const subject of SUBJECTS) figures.push(...(await captureFigures(subject, folder, sizes, progress)));
  progress(`${sizes.keyedExchanges} exchanges with keys`);
  figures.push(await keyedFigure(folder, sizes));
  return figures;
}

async function captureFigures(
  subject: Subject,
  folder: string,
  { frames, rounds }: JudgingSizes,
  progress: (step: string) => void,
): Promise<Figure[]> {
  const file = join(folder, 'capture.pcapng');
  const quarterFile = join(folder, 'quarter.pcapng');
  writeCapture(file, subject.capture(frames));
  writeCapture(quarterFile, subject.capture(frames / 4));
  const runs = { ours: [] as Measured[], fields: [] as Measured[], lines: [] as Measured[], quarter: [] as Measured[] };
  for (let round = 1; round <= rounds; round++) {
    progress(`${subject.name}, ${frames} frames, round ${round} of ${rounds}`);
    // One after the other, so that what else the machine does meets all alike.
    runs.ours.push(await measure(ours([file])));
    runs.fields.push(await measure(tshark(file, TSHARK_FIELDS)));
    runs.quarter.push(await measure(ours([quarterFile])));
    runs.lines.push(await measure(tshark(file, [])));
  }
  const speed = (of: readonly Measured[]): number => frames / median(of.map(({ seconds }) => seconds));
  const memory = (of: readonly Measured[]): number => median(of.map(({ peakBytes }) => peakBytes)) / MEGABYTE;
  const [oursSpeed, fieldsSpeed, linesSpeed] = [speed(runs.ours), speed(runs.fields), speed(runs.lines)];
  const [oursMemory, peerMemory] = [memory(runs.ours), memory(runs.fields)];
  return [
    {
      name: `${subject.name}: judged, tshark reads fields`,
      ours: rounded(oursSpeed),
      peer: rounded(fieldsSpeed),
      ratio: rounded(oursSpeed / fieldsSpeed),
      unit: 'frames/s',
      aim: `${subject.aim} times`,
      met: oursSpeed >= subject.aim * fieldsSpeed,
    },
    {
      name: `${subject.name}: judged, tshark only filters`,
      ours: rounded(oursSpeed),
      peer: rounded(linesSpeed),
      ratio: rounded(oursSpeed / linesSpeed),
      unit: 'frames/s',
      aim: `${subject.aim} times`,
      met: oursSpeed >= subject.aim * linesSpeed,
    },
    {
      name: `${subject.name}: peak memory`,
      ours: rounded(oursMemory),
      peer: rounded(peerMemory),
      ratio: rounded(oursMemory / peerMemory),
      unit: 'MiB',
      aim: `flat: at most ${FLAT_MEGABYTES} more than for a quarter of it`,
      met: oursMemory - memory(runs.quarter) <= FLAT_MEGABYTES,
    },
  ];
}

async function keyedFigure(folder: string, { keyedExchanges, rounds }: JudgingSizes): Promise<Figure> {
  const file = join(folder, 'keyed.pcapng');
  const keysFile = join(folder, 'keys.json');
  const registrations = registerMany(keyedExchanges);
  writeCapture(file, keyedCapture(registrations));
  const sessions = registrations.map(({ keys }) =>
    Object.fromEntries(Object.entries(keys).map(([name, value]: [string, Uint8Array]) => [name, toHex(value)])),
  );
  writeFileSync(keysFile, JSON.stringify({ version: 1, pin: PIN, sessions }), { mode: 0o600 });
  const seconds: number[] = [];
  for (let round = 1; round <= rounds; round++) seconds.push((await measure(ours(['--keys', keysFile, file]))).seconds);
  return {
    name: 'exchanges judged with keys',
    ours: rounded(keyedExchanges / median(seconds)),
    peer: null,
    ratio: null,
    unit: 'exchanges/s',
    aim: null,
    met: null,
  };
}

/** `rally-conformance judge` as it is installed: compiled, in a process of its own. */
export function ours(args: readonly string[], input?: Iterable<Uint8Array>): MeasuredProgram {
  const main = fileURLToPath(new URL('../cli/main.js', import.meta.url));
  return {
    file: process.execPath,
    args: [main, 'judge', ...args],
    exits: JUDGED,
    ...(input === undefined ? {} : { input }),
  };
}

function tshark(file: string, output: readonly string[]): MeasuredProgram {
  return { file: 'tshark', args: ['-n', '-r', file, '-Y', 'wps.type', ...output], exits: [0] };
}

function writeCapture(file: string, chunks: Iterable<Uint8Array>): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const chunk of chunks) writeSync(descriptor, chunk);
  } finally {
    closeSync(descriptor);
  }
}
