import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { RallyError } from '#base/error.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import { eventsUpTo } from './bundle-parts.js';
import { documentNames } from './discovery-events.js';
import type { SecretsJson } from './keys.js';
import type { BenchEvent } from './model.js';
import { checkpointOf, documentNameIn, followingEvents, type Checkpoint, type RepeatMark } from './parts.js';
import { BUNDLE_FILES, formatEvent, parseEvents, parseRunJson } from './run-json.js';

/** A recording, and how much of it counts. */
export interface Recording {
  readonly dir: string;
  /** Its last whole part; null: all of it. */
  readonly upTo: Checkpoint | null;
}

/**
 * Write a bundle of two recordings of one run into `target`, the second behind the first. The captures become sections
 * of one file, so frames are numbered through. What is in `target` is replaced. Throws RallyError ERR_DISK.
 *
 * @param repeat set where the second repeats parts of the first; null: it goes on where the first was cut
 */
export async function joinBundles(
  target: string,
  first: Recording,
  second: Recording,
  repeat: Omit<RepeatMark, 'framesBefore'> | null = null,
): Promise<void> {
  try {
    await join(target, first, second, repeat);
  } catch (cause) {
    if (cause instanceof RallyError) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new RallyError('ERR_DISK', `cannot join the recordings of the run: ${text}`, { cause });
  }
}

async function join(
  target: string,
  first: Recording,
  second: Recording,
  repeat: Omit<RepeatMark, 'framesBefore'> | null,
): Promise<void> {
  const before = await eventBytes(first);
  const after = parseEvents(textOf(await eventBytes(second)));
  await rm(target, { recursive: true, force: true });
  for (const name of ['', BUNDLE_FILES.documents, BUNDLE_FILES.logs])
    await mkdir(path.join(target, name), { recursive: true });
  const capture = await joinCaptures(path.join(target, BUNDLE_FILES.capture), first, second, after);
  const mark = repeat === null ? null : { ...repeat, framesBefore: capture.framesBefore };
  const own = await copyDocuments(target, first.dir, parseEvents(textOf(before)), null);
  const documents = { ...own, ...(await copyDocuments(target, second.dir, after, mark)) };
  await joinLogs(target, [first.dir, second.dir]);
  await joinSecrets(target, [first.dir, second.dir]);
  const following = followingEvents(parseEvents(textOf(before)), after, mark);
  const events = joinedEvents(before, following, (own) => ({
    ...own,
    frames: own.frames + capture.framesBefore,
    captureBytes: own.captureBytes + capture.bytesBefore,
    capture: capture.digests.get(own.captureBytes) ?? '',
    documents,
  }));
  await writeSynced(path.join(target, BUNDLE_FILES.events), events, 0o644);
  const run = parseRunJson(textOf(await readFile(path.join(first.dir, BUNDLE_FILES.run))));
  const digests = {
    [BUNDLE_FILES.capture]: capture.digest,
    [BUNDLE_FILES.events]: sha256(events),
    ...documents,
  };
  const hasEnded = after.some(({ kind }) => kind === 'end');
  // Last: a folder without it is no bundle.
  const text = `${JSON.stringify({ ...run, digests: hasEnded ? digests : undefined }, null, 2)}\n`;
  await writeSynced(path.join(target, BUNDLE_FILES.run), new TextEncoder().encode(text), 0o644);
}

/** Those of the first as they are, those of the second behind them, with the ends of its parts counted anew. */
function joinedEvents(
  before: Uint8Array,
  following: readonly BenchEvent[],
  recounted: (own: Checkpoint) => Omit<Checkpoint, 'events'>,
): Uint8Array {
  const hash = createHash('sha256').update(before);
  const lines = [before];
  for (const event of following) {
    const own = checkpointOf(event);
    const detail = own === null ? event.detail : { ...recounted(own), events: hash.copy().digest('hex') };
    const line = new TextEncoder().encode(formatEvent({ ...event, detail }));
    hash.update(line);
    lines.push(line);
  }
  return Buffer.concat(lines);
}

interface JoinedCapture {
  readonly framesBefore: number;
  readonly bytesBefore: number;
  readonly digest: string;
  /** Digests of the whole so far at the ends of the second's parts, by their place in its own capture. */
  readonly digests: ReadonlyMap<number, string>;
}

async function joinCaptures(
  file: string,
  first: Recording,
  second: Recording,
  after: readonly BenchEvent[],
): Promise<JoinedCapture> {
  const places = after.flatMap((event) => checkpointOf(event)?.captureBytes ?? []);
  const digests = new Map<number, string>();
  const hash = createHash('sha256');
  const counter = new CaptureReader({ packet: () => undefined });
  const target = await open(file, 'wx');
  try {
    const write = async (bytes: Uint8Array): Promise<void> => {
      await target.appendFile(bytes);
      hash.update(bytes);
    };
    let bytesBefore = 0;
    for await (const chunk of captureChunks(first, [])) {
      counter.push(chunk);
      bytesBefore += chunk.length;
      await write(chunk);
    }
    const { packets, skipped } = counter.finish();
    let at = 0;
    for await (const chunk of captureChunks(second, places)) {
      at += chunk.length;
      await write(chunk);
      if (places.includes(at)) digests.set(at, hash.copy().digest('hex'));
    }
    await target.sync();
    return { framesBefore: packets + skipped, bytesBefore, digest: hash.digest('hex'), digests };
  } finally {
    await target.close();
  }
}

/** What counts of a capture, cut at some places too. */
async function* captureChunks({ dir, upTo }: Recording, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const end = upTo === null ? {} : { end: upTo.captureBytes - 1 };
  let at = 0;
  for await (const chunk of createReadStream(path.join(dir, BUNDLE_FILES.capture), end)) {
    let rest = chunk as Uint8Array;
    for (const place of places) {
      if (place <= at || place > at + rest.length) continue;
      yield rest.subarray(0, place - at);
      rest = rest.subarray(place - at);
      at = place;
    }
    if (rest.length > 0) yield rest;
    at += rest.length;
  }
}

/** Copies the documents the events speak of. Returns their digests by name in the joined bundle. */
async function copyDocuments(
  target: string,
  dir: string,
  events: readonly BenchEvent[],
  mark: RepeatMark | null,
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  const there = await readdir(path.join(dir, BUNDLE_FILES.documents)).catch((): string[] => []);
  for (const name of documentNames(events)) {
    const base = path.basename(name);
    if (!there.includes(base)) continue;
    const bytes = await readFile(path.join(dir, BUNDLE_FILES.documents, base));
    const copy = documentNameIn(mark, base);
    await writeSynced(path.join(target, BUNDLE_FILES.documents, copy), bytes, 0o644);
    digests[`${BUNDLE_FILES.documents}/${copy}`] = sha256(bytes);
  }
  return digests;
}

async function joinLogs(target: string, dirs: readonly string[]): Promise<void> {
  for (const dir of dirs) {
    for (const name of await readdir(path.join(dir, BUNDLE_FILES.logs)).catch((): string[] => []))
      await appendFile(
        path.join(target, BUNDLE_FILES.logs, name),
        await readFile(path.join(dir, BUNDLE_FILES.logs, name)),
      );
  }
}

/** The session keys of both; PIN and network key of the first that has one. None where they were taken out. */
async function joinSecrets(target: string, dirs: readonly string[]): Promise<void> {
  const found: SecretsJson[] = [];
  for (const dir of dirs) {
    const bytes = await readFile(path.join(dir, BUNDLE_FILES.secrets)).catch(() => null);
    if (bytes !== null) found.push(JSON.parse(textOf(bytes)) as SecretsJson);
  }
  if (found.length === 0) return;
  const secrets = found.reduceRight((later, earlier) => ({
    ...later,
    ...earlier,
    sessions: [...earlier.sessions, ...later.sessions],
  }));
  const text = `${JSON.stringify(secrets, null, 2)}\n`;
  await writeSynced(path.join(target, BUNDLE_FILES.secrets), new TextEncoder().encode(text), 0o600);
}

async function eventBytes({ dir, upTo }: Recording): Promise<Uint8Array> {
  const bytes = await readFile(path.join(dir, BUNDLE_FILES.events));
  return upTo === null ? bytes : eventsUpTo(bytes, upTo);
}

async function writeSynced(file: string, bytes: Uint8Array, mode: number): Promise<void> {
  const target = await open(file, 'wx', mode);
  try {
    await target.writeFile(bytes);
    await target.sync();
  } finally {
    await target.close();
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
