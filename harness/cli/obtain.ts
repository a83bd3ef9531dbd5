import { basename } from 'node:path';
import { captureEvidence } from '#evidence/bundle-capture.js';
import { readBundle } from '#evidence/bundle-read.js';
import type { Evidence } from '#evidence/model.js';
import type { RunInfo } from '#judge/record.js';
import { BASE_SCOPES, type BaseScope } from '#judge/scope.js';
import { storedProfile } from '#profile/load.js';
import type { Profile } from '#profile/schema.js';
import { isFolder } from './files.js';
import { tool } from './version.js';

/** Evidence of one device, and how it was obtained. */
export interface Obtained {
  readonly evidence: Evidence;
  /** The profile in the bundle, without secrets; null for a capture. */
  readonly profile: Profile | null;
  readonly info: RunInfo;
  /** What it was recorded for, or `capture`. */
  readonly scope: BaseScope;
  /** Folder or file it lies in. */
  readonly path: string;
}

/**
 * Evidence in a run folder, a bundle or a capture: one item a device. Throws RallyError ERR_FILE_UNREADABLE,
 * ERR_BUNDLE_FORMAT, ERR_BUNDLE_DAMAGED, ERR_CAPTURE_FORMAT, ERR_LINK_TYPE.
 */
export async function obtain(path: string): Promise<Obtained[]> {
  if (!(await isFolder(path))) return obtainFromCapture(path);
  return [await obtainFromBundle(path)];
}

/** Evidence of a bundle, or of the bundle in a run folder. Throws RallyError like {@link obtain}. */
export async function obtainFromBundle(folder: string): Promise<Obtained> {
  const { evidence, run, profile, bundleDir } = await readBundle(folder);
  const scope = BASE_SCOPES.find((known) => known === run.plan.scope) ?? 'full';
  const { bundleVersion, tool: recorder, startedAt, bench, place, environment } = run;
  return {
    evidence,
    profile: storedProfile(profile),
    info: { bundleVersion, tool: recorder, startedAt, bench, place, environment },
    scope,
    path: bundleDir,
  };
}

async function obtainFromCapture(file: string): Promise<Obtained[]> {
  const { evidence: devices } = await captureEvidence(file);
  return devices.map((evidence) => ({
    evidence,
    profile: null,
    info: captureInfo(file, evidence),
    scope: 'capture',
    path: file,
  }));
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
