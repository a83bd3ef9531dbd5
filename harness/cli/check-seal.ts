import type { KeyObject } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { RallyError } from '#base/error.js';
import {
  manifestContradictions,
  parseManifest,
  partDifferences,
  type Manifest,
  type PartDifference,
} from '#judge/manifest.js';
import { checkSignature, type SignatureState } from '#judge/signature.js';
import { readTextFile } from './files.js';
import { readRecord } from './record-read.js';
import type { RunFolder } from './run-folder.js';
import { findParts, LEFT_OUT } from './sealed-parts.js';

/** What a seal says of the folder it lies in. */
export interface SealCheck {
  readonly manifest: Manifest;
  readonly differences: readonly PartDifference[];
  readonly signature: SignatureState;
  /** Files that are there and not vouched for. */
  readonly leftOut: readonly string[];
}

/** Far more than the manifest of any run. */
const MAX_MANIFEST_BYTES = 256 * 1024 * 1024;

/**
 * Hold a run folder against its manifest, and that against its signature. No path is taken from the manifest: it is
 * compared with what lies in the folder. Throws ERR_SEAL_FORMAT, ERR_FILE_UNREADABLE.
 *
 * @param key public key to check the signature with; null: it is not checked
 */
export async function checkSeal(folder: RunFolder, key: KeyObject | null): Promise<SealCheck> {
  const text = await manifestText(folder);
  const manifest = parseManifest(text, LEFT_OUT);
  const signed = manifest.signedBy !== null;
  const found = await findParts(folder.path, ['manifest.json', ...(signed ? ['manifest.sig'] : [])]);
  // A link in the place of a file that is left out is told like any other.
  const leftOut = manifest.leftOut.filter((name) => found.has(name) && !('notAFile' in (found.get(name) ?? {})));
  for (const name of leftOut) found.delete(name);
  const signature = signed && !found.has('manifest.sig') ? await signatureIn(folder) : null;
  const differences = partDifferences(manifest.parts, found);
  if (differences.length === 0) {
    const contradicted = manifestContradictions(manifest, await readRecord(folder.record));
    for (const member of contradicted)
      differences.push({ name: 'manifest.json', kind: 'changed', detail: `says another ${member} than record.json` });
  }
  return {
    manifest,
    differences,
    leftOut,
    signature: checkSignature(Buffer.from(text), manifest.signedBy, signature, key),
  };
}

async function manifestText(folder: RunFolder): Promise<string> {
  const stats = await lstat(folder.manifest).catch(() => null);
  if (stats === null) {
    throw new RallyError('ERR_SEAL_FORMAT', `${folder.path} is not sealed: it holds no manifest.json`);
  }
  if (!stats.isFile()) throw new RallyError('ERR_SEAL_FORMAT', `${folder.manifest} is no file`);
  return readTextFile(folder.manifest, MAX_MANIFEST_BYTES);
}

async function signatureIn({ signature }: RunFolder): Promise<Uint8Array | null> {
  const stats = await lstat(signature).catch(() => null);
  if (stats === null) return null;
  // Whatever is not 64 bytes is no signature: there is no need to read it.
  return stats.isFile() && stats.size <= 1024 ? readFile(signature) : new Uint8Array(0);
}
