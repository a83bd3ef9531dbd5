import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { RallyError } from '#base/error.js';
import { checkpointOf, type Checkpoint } from './parts.js';
import { BUNDLE_FILES, parseEvents, parseRunJson, type RunJson } from './run-json.js';

/** What of a recording is through and sound. */
export interface RecordedParts {
  readonly run: RunJson;
  /** Checkpoints whose bytes are all there as they were written, in order. */
  readonly whole: readonly Checkpoint[];
  /** Parts that were through and are no longer what was written: they and what follows do not count. */
  readonly damaged: readonly string[];
  /** It ended by itself, however the bench fared. */
  readonly hasEnded: boolean;
  /** The bench failed in it or was aborted. */
  readonly hasFailed: boolean;
}

/** One line of `events.jsonl` with the bytes it ends at. */
interface Line {
  readonly startBytes: number;
  readonly endBytes: number;
  readonly checkpoint: Checkpoint | null;
}

/** Read how far a recording came. Throws RallyError ERR_FILE_UNREADABLE, ERR_BUNDLE_FORMAT. */
export async function recordedParts(dir: string): Promise<RecordedParts> {
  const run = parseRunJson((await bytesOf(path.join(dir, BUNDLE_FILES.run))).toString('utf8'));
  const events = await bytesOf(path.join(dir, BUNDLE_FILES.events)).catch(() => Buffer.alloc(0));
  const lines = linesOf(events).filter(hasCheckpoint);
  const captures = await digestsAt(
    path.join(dir, BUNDLE_FILES.capture),
    lines.map(({ checkpoint }) => checkpoint.captureBytes),
  );
  let sound = 0;
  for (const { startBytes, checkpoint } of lines) {
    const isSound =
      captures.get(checkpoint.captureBytes) === checkpoint.capture &&
      digest(events.subarray(0, startBytes)) === checkpoint.events &&
      (await hasDocuments(dir, checkpoint));
    if (!isSound) break;
    sound++;
  }
  const checkpoints = lines.map(({ checkpoint }) => checkpoint);
  const kinds = parseEvents(events.toString('utf8')).map(({ kind }) => kind);
  return {
    run,
    whole: checkpoints.slice(0, sound),
    damaged: checkpoints.slice(sound).map(({ part }) => part),
    hasEnded: kinds.includes('end'),
    hasFailed: kinds.includes('bench-failure'),
  };
}

/** The bytes of `events.jsonl` up to the end of a checkpoint's own line. */
export function eventsUpTo(events: Uint8Array, checkpoint: Checkpoint): Uint8Array {
  const line = linesOf(events).find((each) => each.checkpoint?.events === checkpoint.events);
  if (line === undefined) throw new RallyError('ERR_INTERNAL', `no event ends part ${checkpoint.part}`);
  return events.subarray(0, line.endBytes);
}

/** SHA-256 in hex of a file's first bytes, by how many; of lengths the file does not have there is none. */
async function digestsAt(file: string, lengths: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const digests = new Map<number, string>();
  const wanted = [...new Set(lengths)].sort((a, b) => a - b);
  const last = wanted.at(-1);
  if (last === undefined || last === 0) return digests;
  const hash = createHash('sha256');
  let at = 0;
  try {
    for await (const chunk of createReadStream(file, { end: last - 1 })) {
      let rest = chunk as Uint8Array;
      for (let next = wanted[0]; next !== undefined && next <= at + rest.length; next = wanted[0]) {
        hash.update(rest.subarray(0, next - at));
        rest = rest.subarray(next - at);
        at = next;
        digests.set(next, hash.copy().digest('hex'));
        wanted.shift();
      }
      hash.update(rest);
      at += rest.length;
    }
  } catch {
    // A capture that cannot be read holds no whole part.
  }
  return digests;
}

async function hasDocuments(dir: string, { documents }: Checkpoint): Promise<boolean> {
  for (const [name, expected] of Object.entries(documents)) {
    const file = path.join(dir, BUNDLE_FILES.documents, path.basename(name));
    const bytes = await readFile(file).catch(() => null);
    if (bytes === null || digest(bytes) !== expected) return false;
  }
  return true;
}

function linesOf(events: Uint8Array): Line[] {
  const lines: Line[] = [];
  const text = Buffer.from(events.buffer, events.byteOffset, events.length);
  let startBytes = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', startBytes)) {
    const [event] = parseEvents(text.toString('utf8', startBytes, end));
    const checkpoint = event === undefined ? null : checkpointOf(event);
    lines.push({ startBytes, endBytes: end + 1, checkpoint });
    startBytes = end + 1;
  }
  return lines;
}

function hasCheckpoint(line: Line): line is Line & { readonly checkpoint: Checkpoint } {
  return line.checkpoint !== null;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new RallyError('ERR_FILE_UNREADABLE', error instanceof Error ? error.message : file, { cause: error });
  }
}
