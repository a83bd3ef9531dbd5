/** The compiled tree in dist/: whether it is older than its sources, and building it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMainModule, projectRoot, runQuietly } from './machine.js';

const SOURCE_FOLDERS = ['harness', 'suites', 'reports'];
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json'];
const dist = path.join(projectRoot, 'dist');
/** Holds the fingerprint of the sources that dist/ was built from. */
const stamp = path.join(dist, '.built-from');

function sourceFiles() {
  return SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(folder, file)),
  );
}

/** Name, size and time of every source: cheap, and a deleted file shows too. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of [...sourceFiles(), ...SETTINGS].sort()) {
    const { size, mtimeMs } = statSync(path.join(projectRoot, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Was dist/ built from other sources than those that are there now? */
export function buildIsStale() {
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint();
}

/** Compiled files whose source was deleted or renamed would still be loaded: take them out. */
function removeOrphans() {
  const wanted = new Set(sourceFiles().map((file) => file.replace(/\.ts$/, '')));
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const source = /^(.*)\.js(?:\.map)?$/.exec(file)?.[1];
    if (source !== undefined && !wanted.has(source)) rmSync(path.join(dist, file));
  }
}

/** Bring dist/ up to its sources. @returns {{ok: boolean, output: string}} */
export function build() {
  const before = fingerprint();
  const tsc = path.join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const done = runQuietly(process.execPath, [tsc, '-p', 'tsconfig.build.json']);
  if (!done.ok) return done;
  removeOrphans();
  writeFileSync(stamp, before);
  return done;
}

if (isMainModule(import.meta.url)) {
  const done = build();
  process.stdout.write(done.output);
  process.exitCode = done.ok ? 0 : 1;
}
