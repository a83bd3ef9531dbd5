import type { KeyObject } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { EXIT } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import { findBundle } from '#evidence/bundle-read.js';
import { canonicalJson } from '#judge/canonical.js';
import { isPartName, manifestOf, type Part } from '#judge/manifest.js';
import { keyId, readSigningKey, signatureOf } from '#judge/signature.js';
import { visible } from '#reports/text.js';
import { readTextFile, writeWhole } from './files.js';
import type { RunRecord } from './record-files.js';
import { MAX_RECORD_BYTES, readRecord } from './record-read.js';
import { shownPath } from './reports.js';
import { isOfRun, runFolder, type RunFolder } from './run-folder.js';
import { findParts, LEFT_OUT } from './sealed-parts.js';
import type { Terminal } from './terminal.js';

export interface SealOptions {
  /** File with the private key to sign with. */
  readonly key?: string;
}

/** A key is a few lines of PEM. */
export const MAX_KEY_BYTES = 64 * 1024;

/** Bits of a file's mode that let anybody but its owner read or write it. */
const OTHERS = 0o066;

/** `seal`: write the digest of every part of a run folder into a manifest, and sign that where a key is given. */
export async function seal(path: string, options: SealOptions, terminal: Terminal): Promise<number> {
  const folder = runFolder(path);
  const record = await sealableRecord(folder);
  const key = options.key === undefined ? null : await signingKey(options.key);
  const { parts, leftOut } = await sealableParts(folder);
  const manifest = manifestOf(record, { parts, leftOut, signedBy: key === null ? null : keyId(key) });
  const text = canonicalJson(manifest);
  // First: a signature of another manifest must not lie beside the new one.
  await rm(folder.signature, { force: true });
  await writeWhole(folder.manifest, text);
  terminal.out(`Sealed: ${visible(shownPath(folder.manifest))}, ${Object.keys(parts).length} files\n`);
  if (leftOut.length > 0) terminal.out(`Left out: ${leftOut.join(', ')} (may be taken out, the run stays sealed)\n`);
  if (key !== null) {
    await writeWhole(folder.signature, signatureOf(Buffer.from(text), key));
    terminal.out(`Signed: ${visible(shownPath(folder.signature))}, by key ${manifest.signedBy ?? ''}\n`);
  }
  return EXIT.passed;
}

/** The record of a run that is whole enough to be sealed: with its evidence, and with the verdicts it speaks of. */
async function sealableRecord(folder: RunFolder): Promise<RunRecord> {
  if ((await findBundle(folder.path)) !== folder.bundle) {
    throw new RallyError('ERR_BUNDLE_FORMAT', `${folder.path} holds no bundle, so there is no evidence to seal`, {
      remedy: 'Name the folder of a run: the one that holds bundle/ and record.json.',
    });
  }
  const record = await readRecord(folder.record);
  if ((await readTextFile(folder.verdicts, MAX_RECORD_BYTES)) !== canonicalJson(record.verdicts)) {
    throw new RallyError('ERR_NOT_SEALABLE', `${folder.verdicts} and ${folder.record} hold different verdicts`, {
      remedy: 'Judge the run again: rally-conformance judge <run folder> --out <run folder>.',
    });
  }
  return record;
}

async function sealableParts({ path }: RunFolder): Promise<{ parts: Record<string, Part>; leftOut: string[] }> {
  const parts: Record<string, Part> = Object.create(null) as Record<string, Part>;
  const leftOut: string[] = [];
  for (const [name, found] of await findParts(path, ['manifest.json', 'manifest.sig'])) {
    const [top = ''] = name.split('/');
    if (!isOfRun(top)) throw new RallyError('ERR_NOT_SEALABLE', `${path} holds ${top}, which is not part of a run`);
    if ('notAFile' in found) throw new RallyError('ERR_NOT_SEALABLE', `${name} in ${path} is ${found.notAFile}`);
    if (!isPartName(name)) {
      throw new RallyError('ERR_NOT_SEALABLE', `${JSON.stringify(name)} in ${path} is no name a manifest can hold`);
    }
    if (LEFT_OUT.includes(name)) leftOut.push(name);
    else parts[name] = found;
  }
  return { parts, leftOut };
}

/** Like ssh: a signature says little when others on the machine can make it too. */
async function signingKey(file: string): Promise<KeyObject> {
  const pem = await readTextFile(file, MAX_KEY_BYTES);
  const { mode } = await stat(file);
  // Windows keeps who may read a file elsewhere.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    throw new RallyError('ERR_SIGNING_KEY', `${file} can be read or written by others than its owner`, {
      remedy: `Take that away: chmod 600 ${file}.`,
    });
  }
  return readSigningKey(pem);
}
