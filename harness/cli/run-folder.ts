import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { RallyError } from '#base/error.js';
import { reasonOf } from './files.js';

/** Everything a run or its seal writes, by name: only these are replaced when a folder is used again. */
const CONTENTS = [
  'plan.json',
  'running.json',
  'bundle',
  'bundle.more',
  'bundle.new',
  'cut',
  'golden',
  'verdicts.json',
  'record.json',
  'allure-results',
  'report.html',
  'junit.xml',
  'statement.html',
  'statement.json',
  'manifest.json',
  'manifest.sig',
  'trace.svg',
  'sequences',
] as const;

/** Those of them that say what was recorded; the rest follows from it. */
const RECORDED: readonly string[] = [
  'plan.json',
  'running.json',
  'bundle',
  'bundle.more',
  'bundle.new',
  'cut',
  'golden',
];

export interface RunFolder {
  readonly path: string;
  /** What the run set out to do. */
  readonly plan: string;
  /** The process that records into it now. */
  readonly lock: string;
  readonly bundle: string;
  /** A recording that goes on where the bundle was cut, or repeats parts of it, until it is joined to it. */
  readonly more: string;
  /** Both, while they are being joined. */
  readonly joined: string;
  /** Recordings that were cut, a folder each: whatever of them is whole is in the bundle. */
  readonly cut: string;
  /** Health check of the bench with a device that is known to be good. */
  readonly golden: string;
  readonly verdicts: string;
  readonly record: string;
  readonly allureResults: string;
  readonly html: string;
  readonly junit: string;
  readonly statementHtml: string;
  readonly statementJson: string;
  readonly manifest: string;
  readonly signature: string;
  readonly trace: string;
  /** Folder. */
  readonly sequences: string;
}

/** Names inside a run folder. */
export function runFolder(path: string): RunFolder {
  return {
    path,
    plan: join(path, 'plan.json'),
    lock: join(path, 'running.json'),
    bundle: join(path, 'bundle'),
    more: join(path, 'bundle.more'),
    joined: join(path, 'bundle.new'),
    cut: join(path, 'cut'),
    golden: join(path, 'golden'),
    verdicts: join(path, 'verdicts.json'),
    record: join(path, 'record.json'),
    allureResults: join(path, 'allure-results'),
    html: join(path, 'report.html'),
    junit: join(path, 'junit.xml'),
    statementHtml: join(path, 'statement.html'),
    statementJson: join(path, 'statement.json'),
    manifest: join(path, 'manifest.json'),
    signature: join(path, 'manifest.sig'),
    trace: join(path, 'trace.svg'),
    sequences: join(path, 'sequences'),
  };
}

/** True for a name directly inside a run folder that this tool writes. */
export function isOfRun(name: string): boolean {
  return CONTENTS.some((known) => known === name);
}

/** `runs/<device>-<UTC time>` below the current folder. `startedMs` is wall time. */
export function defaultRunFolder(deviceName: string, startedMs: number): string {
  const time = new Date(startedMs).toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z');
  return join('runs', `${folderName(deviceName)}-${time}`);
}

/** A device's name as that of a folder: at most 40 letters, digits and hyphens. */
export function folderName(deviceName: string): string {
  const name = deviceName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return name === '' ? 'device' : name;
}

/**
 * Make the folder, or take away the earlier run that is in it. Throws RallyError ERR_OUTPUT_EXISTS when it holds
 * anything a run does not write, ERR_DISK when it cannot be made.
 */
export async function prepareRunFolder(path: string): Promise<RunFolder> {
  return prepare(path, CONTENTS);
}

/**
 * Make the folder, or take away the results that are in it, for another judgement of `evidence`. Its bundle stays; so
 * one that is not that evidence is refused. Errors as {@link prepareRunFolder}.
 */
export async function prepareResultsFolder(path: string, evidence: string): Promise<RunFolder> {
  const { bundle } = runFolder(resolve(path));
  if (existsSync(bundle) && bundle !== resolve(evidence)) {
    throw new RallyError('ERR_OUTPUT_EXISTS', `${path} holds the evidence of another run`);
  }
  return prepare(
    path,
    CONTENTS.filter((name) => !RECORDED.includes(name)),
  );
}

async function prepare(path: string, replaced: readonly string[]): Promise<RunFolder> {
  const folder = runFolder(resolve(path));
  try {
    await mkdir(folder.path, { recursive: true });
    await refuseForeign(folder, path);
    for (const name of replaced) await rm(join(folder.path, name), { recursive: true, force: true });
  } catch (cause) {
    if (cause instanceof RallyError) throw cause;
    throw new RallyError('ERR_DISK', `The folder ${path} cannot be used: ${reasonOf(cause)}`, { cause });
  }
  return folder;
}

async function refuseForeign(folder: RunFolder, path: string): Promise<void> {
  const names = await readdir(folder.path);
  const strange = names.find((name) => !isOfRun(name));
  if (strange !== undefined) {
    throw new RallyError('ERR_OUTPUT_EXISTS', `${path} holds ${strange}, which is not part of a run`);
  }
  const ofRun = [folder.record, folder.plan, join(folder.bundle, 'run.json')].some((file) => existsSync(file));
  if (ofRun || (await holdsNothing(folder, names))) return;
  throw new RallyError('ERR_OUTPUT_EXISTS', `${path} is not empty and holds no run`);
}

/** No more than the folder of a bundle that a bench was made ready for and recorded nothing in. */
async function holdsNothing({ bundle }: RunFolder, names: readonly string[]): Promise<boolean> {
  if (names.length === 0) return true;
  return names.length === 1 && names[0] === basename(bundle) && (await readdir(bundle)).length === 0;
}
