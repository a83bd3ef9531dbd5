import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RallyError } from '#base/error.js';
import { diskError } from './allure-disk.js';

/**
 * Allure's history: files that each report leaves for the next, so that it can show trends and what a rule came to
 * before. They are kept in a folder outside of any run.
 */

/** Its files, and whether each is a list or an object. */
const FILES: ReadonlyMap<string, 'list' | 'object'> = new Map([
  ['history.json', 'object'],
  ['history-trend.json', 'list'],
  ['categories-trend.json', 'list'],
  ['duration-trend.json', 'list'],
  ['retry-trend.json', 'list'],
] as const);
/** Which run the newest point is of. */
const LATEST = 'latest.json';
/** What there was before that run: its report can be written again without a second point. */
const BEFORE = 'before';
const MAX_BYTES = 64 * 1024 * 1024;

export interface RunHistory {
  /** Content by file name; empty for the first run. */
  readonly files: ReadonlyMap<string, string>;
  /** Place of the run among all that were kept, from 1. */
  readonly order: number;
}

/**
 * What was kept before a run; nothing when the folder is empty or missing. `run` names the run: one that is the newest
 * already finds what was there before it. Throws RallyError ERR_FILE_UNREADABLE for a file that is not what Allure
 * writes.
 */
export function readHistory(folder: string, run: string): RunHistory {
  const latest = latestOf(folder);
  if (latest === null) return { files: new Map(), order: 1 };
  const isAgain = latest.run === run;
  const from = isAgain ? path.join(folder, BEFORE) : folder;
  const files = new Map<string, string>();
  for (const [name, shape] of FILES) {
    const text = readKept(path.join(from, name));
    if (text === null) continue;
    const value = parsed(text, path.join(from, name));
    if (typeof value !== 'object' || value === null || Array.isArray(value) !== (shape === 'list')) {
      throw noHistory(path.join(from, name));
    }
    files.set(name, text);
  }
  return { files, order: isAgain ? latest.order : latest.order + 1 };
}

/** Give a results folder the history before it. Throws RallyError ERR_DISK. */
export function offerHistory(resultsDir: string, { files }: RunHistory): void {
  const folder = path.join(resultsDir, 'history');
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [name, text] of files) writeFileSync(path.join(folder, name), text);
  } catch (cause) {
    throw diskError(cause, `The history cannot be written to ${folder}`);
  }
}

/**
 * Keep what the report of `run` leaves for the next one. Nothing else in the folder is touched. Throws RallyError
 * ERR_DISK; what was kept before is then still there.
 */
export function keepHistory(folder: string, run: string, before: RunHistory, left: ReadonlyMap<string, string>): void {
  try {
    const earlier = path.join(folder, BEFORE);
    mkdirSync(earlier, { recursive: true });
    for (const name of readdirSync(earlier))
      if (FILES.has(name) && !before.files.has(name)) rmSync(path.join(earlier, name));
    for (const [name, text] of before.files) replace(path.join(earlier, name), text);
    for (const [name, text] of left) replace(path.join(folder, name), text);
    replace(path.join(folder, LATEST), `${JSON.stringify({ run, order: before.order })}\n`);
  } catch (cause) {
    throw diskError(cause, `The history cannot be kept in ${folder}`);
  }
}

/** The history that a single-file report holds: data by file name, as base64 in its scripts. */
export function historyIn(page: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', data = ''] of page.matchAll(/d\('history\/([\w-]+\.json)','([A-Za-z0-9+/=]*)'\)/g)) {
    if (FILES.has(name)) found.set(name, Buffer.from(data, 'base64').toString('utf8'));
  }
  return found;
}

function latestOf(folder: string): { readonly run: string; readonly order: number } | null {
  const file = path.join(folder, LATEST);
  const text = readKept(file);
  if (text === null) return null;
  const value = parsed(text, file);
  if (typeof value !== 'object' || value === null || !('run' in value) || !('order' in value)) throw noHistory(file);
  const { run, order } = value;
  if (typeof run !== 'string' || typeof order !== 'number' || !Number.isSafeInteger(order) || order < 1)
    throw noHistory(file);
  return { run, order };
}

function readKept(file: string): string | null {
  try {
    if (!existsSync(file)) return null;
    if (statSync(file).size > MAX_BYTES) throw noHistory(file);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof RallyError) throw cause;
    throw new RallyError('ERR_FILE_UNREADABLE', `${file} cannot be read`, { cause });
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw noHistory(file);
  }
}

function noHistory(file: string): RallyError {
  return new RallyError('ERR_FILE_UNREADABLE', `${file} is no history of an Allure report`, {
    remedy: 'Name a folder of its own for the history; take away a file that is damaged to begin anew.',
  });
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
