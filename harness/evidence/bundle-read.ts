import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fromHex } from '#base/bytes.js';
import { isRallyError, RallyError } from '#base/error.js';
import type { CaptureSink, CaptureSummary } from '#wire/pcap/reader.js';
import { Assembler } from './assemble.js';
import type { RunFacts } from './build-evidence.js';
import { readCapture } from './bundle-capture.js';
import { documentNames } from './discovery-events.js';
import { fromSecrets, joinKeys, NO_KEYS, type KeyRing } from './keys.js';
import type { BenchEvent, Evidence } from './model.js';
import { stretchesOf, type RepeatMark, type Stretch } from './parts.js';
import { abilityOf, BUNDLE_FILES, parseEvents, parseRunJson, type RunJson } from './run-json.js';

/** What was recorded for the sake of some rules after the run was through: judged by itself. */
export interface Repeat extends RepeatMark {
  readonly evidence: Evidence;
}

export interface Bundle {
  readonly evidence: Evidence;
  /** In order; frames and exchanges are numbered behind those of the run. */
  readonly repeats: readonly Repeat[];
  readonly run: RunJson;
  /** The profile without secrets, as `run.json` has it. */
  readonly profile: unknown;
  /** The bundle folder itself. */
  readonly bundleDir: string;
}

/** Shortest file that can hold a Section Header Block: a recording cut before that has no frames. */
const SECTION_HEADER_BYTES = 28;

/** Far more than is read from a device. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** The bundle folder at `dir`, which is it or holds it as `bundle/`; null when there is none. */
export async function findBundle(dir: string): Promise<string | null> {
  for (const folder of [dir, path.join(dir, 'bundle')])
    if ((await sizeOf(path.join(folder, BUNDLE_FILES.run))) !== null) return folder;
  return null;
}

/**
 * Read an evidence bundle; `dir` is the bundle or a run folder. A recording that was cut short is read as far as it
 * goes. Throws ERR_BUNDLE_FORMAT (no bundle, or of a newer version), ERR_BUNDLE_DAMAGED (a digest differs, a part of a
 * complete recording is missing or is no capture), ERR_FILE_UNREADABLE.
 *
 * @param extraKeys keys that are known from elsewhere, e.g. for a redacted bundle
 */
export async function readBundle(dir: string, extraKeys: KeyRing = NO_KEYS): Promise<Bundle> {
  const bundleDir = await findBundle(dir);
  if (bundleDir === null) throw new RallyError('ERR_BUNDLE_FORMAT', `${dir}: there is no ${BUNDLE_FILES.run}`);
  const run = parseRunJson(await text(path.join(bundleDir, BUNDLE_FILES.run)));
  const events = await readEvents(bundleDir, run);
  const documents = await readDocuments(bundleDir, run, documentNames(events));
  const keys = joinKeys(await readSecrets(bundleDir), extraKeys);
  const stretches = stretchesOf(events).map((stretch) => ({
    ...stretch,
    assembler: new Assembler({ keys, run: { ...factsOf(run), events: stretch.events, documents } }),
  }));
  const summary = await readFrames(bundleDir, run, sinkOf(stretches));
  let exchanges = 0;
  const [first, ...repeats] = stretches.map(({ repeat, assembler }) => {
    const [evidence] = assembler.finish(summary, exchanges);
    if (evidence === undefined) throw new RallyError('ERR_INTERNAL', 'a run without evidence');
    exchanges += evidence.exchanges.length;
    return { repeat, evidence };
  });
  if (first === undefined) throw new RallyError('ERR_INTERNAL', 'a bundle without a run');
  return {
    evidence: first.evidence,
    repeats: repeats.flatMap(({ repeat, evidence }) => (repeat === null ? [] : [{ ...repeat, evidence }])),
    run,
    profile: run.profile,
    bundleDir,
  };
}

function factsOf({ plan }: RunJson): Pick<RunFacts, 'dutMac' | 'ability' | 'observed'> {
  const { dutMac, observed = false } = plan;
  return { dutMac: dutMac === null ? null : fromHex(dutMac), ability: abilityOf(plan), observed };
}

/** Gives each frame to the stretch it was recorded in. */
function sinkOf(stretches: readonly (Pick<Stretch, 'repeat'> & { readonly assembler: Assembler })[]): CaptureSink {
  const [first, ...repeats] = stretches;
  if (first !== undefined && repeats.length === 0) return first.assembler;
  return {
    packet: (packet) => {
      stretches.findLast(({ repeat }) => packet.number > (repeat?.framesBefore ?? 0))?.assembler.packet(packet);
    },
  };
}

async function readFrames(bundleDir: string, run: RunJson, sink: CaptureSink): Promise<CaptureSummary | null> {
  const file = path.join(bundleDir, BUNDLE_FILES.capture);
  const expected = run.digests?.[BUNDLE_FILES.capture];
  const size = await sizeOf(file);
  if (size === null || size < SECTION_HEADER_BYTES) {
    if (expected !== undefined) throw damaged(BUNDLE_FILES.capture, 'is missing or cut');
    return null;
  }
  const hash = createHash('sha256');
  try {
    const summary = await readCapture(file, sink, (chunk) => hash.update(chunk));
    checkDigest(BUNDLE_FILES.capture, hash.digest('hex'), expected);
    return summary;
  } catch (error) {
    if (isRallyError(error, 'ERR_CAPTURE_FORMAT') || isRallyError(error, 'ERR_LINK_TYPE'))
      throw damaged(BUNDLE_FILES.capture, `cannot be read: ${error.message}`);
    throw error;
  }
}

async function readEvents(bundleDir: string, run: RunJson): Promise<BenchEvent[]> {
  const file = path.join(bundleDir, BUNDLE_FILES.events);
  const expected = run.digests?.[BUNDLE_FILES.events];
  if ((await sizeOf(file)) === null) {
    if (expected !== undefined) throw damaged(BUNDLE_FILES.events, 'is missing');
    return [];
  }
  const content = await text(file);
  checkDigest(BUNDLE_FILES.events, createHash('sha256').update(content).digest('hex'), expected);
  return parseEvents(content);
}

/** A document that a complete recording has not kept whole is damage; one a cut recording lacks is missing evidence. */
async function readDocuments(
  bundleDir: string,
  run: RunJson,
  names: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const documents = new Map<string, Uint8Array>();
  for (const name of names) {
    const inBundle = `${BUNDLE_FILES.documents}/${name}`;
    const expected = run.digests?.[inBundle];
    const file = path.join(bundleDir, BUNDLE_FILES.documents, path.basename(name));
    const size = await sizeOf(file);
    if (size === null && expected !== undefined) throw damaged(inBundle, 'is missing');
    if (size === null || size > MAX_DOCUMENT_BYTES) continue;
    const bytes = await readFile(file);
    checkDigest(inBundle, createHash('sha256').update(bytes).digest('hex'), expected);
    documents.set(name, bytes);
  }
  return documents;
}

async function readSecrets(bundleDir: string): Promise<KeyRing> {
  const file = path.join(bundleDir, BUNDLE_FILES.secrets);
  if ((await sizeOf(file)) === null) return NO_KEYS;
  try {
    const json: unknown = JSON.parse(await text(file));
    return fromSecrets(json);
  } catch (error) {
    if (isRallyError(error, 'ERR_FILE_UNREADABLE')) throw error;
    throw damaged(BUNDLE_FILES.secrets, 'is not what the recorder wrote');
  }
}

function checkDigest(name: string, actual: string, expected: string | undefined): void {
  if (expected !== undefined && actual !== expected) throw damaged(name, 'is not what the recorder wrote');
}

function damaged(name: string, what: string): RallyError {
  return new RallyError('ERR_BUNDLE_DAMAGED', `${name} ${what}`);
}

async function text(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RallyError('ERR_FILE_UNREADABLE', error instanceof Error ? error.message : file, { cause: error });
  }
}

/** Size of a file in bytes; null when there is none. */
async function sizeOf(file: string): Promise<number | null> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : null;
  } catch {
    return null;
  }
}
