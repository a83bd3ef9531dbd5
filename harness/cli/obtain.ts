import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { RallyError } from '#base/error.js';
import { Assembler } from '#evidence/assemble.js';
import { readCapture } from '#evidence/bundle-capture.js';
import { findBundle, readBundle, type Repeat } from '#evidence/bundle-read.js';
import { NO_KEYS, type KeyRing } from '#evidence/keys.js';
import type { Evidence } from '#evidence/model.js';
import type { RunInfo } from '#judge/record.js';
import { BASE_SCOPES, type BaseScope } from '#judge/scope.js';
import type { Profile } from '#profile/schema.js';
import { isFolder } from './files.js';
import { timesEnvironment, timesOf } from './times.js';
import { tool } from './version.js';

/** Evidence of one device, and how it was obtained. */
export interface Obtained {
  readonly evidence: Evidence;
  /** What was recorded again after the run, for the sake of some rules; of a capture none. */
  readonly repeats: readonly Repeat[];
  /** The profile in the bundle, without secrets; null for a capture. */
  readonly profile: Profile | null;
  readonly info: RunInfo;
  /** What it was recorded for, or `capture`. */
  readonly scope: BaseScope;
  /** Folder or file it lies in. */
  readonly path: string;
}

/** How standard input is named among paths. */
export const STANDARD_INPUT = '-';

/** What evidence is read with. */
export interface ObtainOptions {
  /** Keys besides those of a bundle. */
  readonly keys?: KeyRing;
  /** What {@link STANDARD_INPUT} stands for. */
  readonly stdin?: Readable;
}

/**
 * Evidence in a run folder, a bundle or a capture: one item a device. Throws RallyError ERR_FILE_UNREADABLE,
 * ERR_BUNDLE_FORMAT, ERR_BUNDLE_DAMAGED, ERR_CAPTURE_FORMAT, ERR_LINK_TYPE.
 */
export async function obtain(path: string, options: ObtainOptions = {}): Promise<Obtained[]> {
  const all: Obtained[] = [];
  for await (const obtained of obtainEach(path, options)) all.push(obtained);
  return all;
}

/**
 * The same one by one: only the device at hand is decoded, so that an archive of devices needs no memory for all at
 * once. Throws ERR_NO_EVIDENCE too, when there is no device at all.
 */
export async function* obtainEach(path: string, options: ObtainOptions = {}): AsyncGenerator<Obtained, void> {
  if (path !== STANDARD_INPUT && (await isFolder(path))) {
    yield await obtainFromBundle(await bundleIn(path), options.keys);
    return;
  }
  const assembler = new Assembler({ keys: options.keys ?? NO_KEYS });
  const name = path === STANDARD_INPUT ? 'standard input' : path;
  const source = path === STANDARD_INPUT ? (options.stdin ?? process.stdin) : path;
  const summary = await readCapture(source, assembler);
  let devices = 0;
  for (const evidence of assembler.evidences(summary)) {
    devices++;
    yield { evidence, repeats: [], profile: null, info: captureInfo(name, evidence), scope: 'capture', path: name };
  }
  if (devices === 0) throw new RallyError('ERR_NO_EVIDENCE', `${name} holds no WPS exchange and no WPS element`);
}

/**
 * Evidence of a bundle, or of the bundle in a run folder. Throws RallyError like {@link obtain}.
 *
 * @param keys keys besides those of the bundle
 */
export async function obtainFromBundle(folder: string, keys?: KeyRing): Promise<Obtained> {
  const { evidence, repeats, run, profile, bundleDir } = await readBundle(folder, keys);
  // Loading what reads profiles takes longer than judging a capture, which has none.
  const { storedProfile } = await import('#profile/load.js');
  const scope = BASE_SCOPES.find((known) => known === run.plan.scope) ?? 'full';
  const { bundleVersion, tool: recorder, startedAt, bench, place, environment } = run;
  return {
    evidence,
    repeats,
    profile: storedProfile(profile),
    info: {
      ...{ bundleVersion, tool: recorder, startedAt, bench, place },
      environment: { ...environment, ...timesEnvironment(timesOf(evidence)) },
    },
    scope,
    path: bundleDir,
  };
}

async function bundleIn(folder: string): Promise<string> {
  const found = await findBundle(folder);
  if (found !== null) return found;
  const text = `${folder} is a folder, but neither a run folder nor a bundle: no run.json is in it or in its bundle/`;
  throw new RallyError('ERR_BUNDLE_FORMAT', text, {
    remedy: 'Name a run folder or a bundle; name captures themselves, e.g. folder/*.pcapng.',
  });
}

function captureInfo(file: string, evidence: Evidence): RunInfo {
  const first = evidence.exchanges[0]?.packets[0]?.frame ?? evidence.management[0]?.frame;
  const startedMs = first === undefined ? 0 : Number(first.timeNs / 1_000_000n);
  return {
    bundleVersion: 1,
    tool: tool(),
    startedAt: new Date(startedMs).toISOString(),
    bench: 'capture',
    place: basename(file),
    environment: {},
  };
}
