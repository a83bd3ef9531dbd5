import { RallyError } from '#base/error.js';
import { canonicalJson } from './canonical.js';
import type { RunInfo, Verdicts } from './record.js';

/** Version of the manifest's shape. A higher one is refused. */
export const MANIFEST_VERSION = 1;

/** One file of a run folder as it was sealed. */
export interface Part {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What a seal says of a run. Drawn from the run folder alone, so sealing it again gives the same bytes. */
export interface Manifest {
  readonly manifestVersion: typeof MANIFEST_VERSION;
  /** As the record has them. */
  readonly tool: RunInfo['tool'];
  readonly catalogueDigest: string;
  readonly profileDigest: string | null;
  /** Files that were there and are not vouched for, sorted: a run stays sealed when its secrets are taken out. */
  readonly leftOut: readonly string[];
  /** SHA-256 of the public key that signs, see `keyId`; null when the seal is not signed. */
  readonly signedBy: string | null;
  /** Every other file, by its path in the run folder with `/` between names. */
  readonly parts: Readonly<Record<string, Part>>;
}

/** What lies at a place of a run folder now. */
export type Found = Part | { readonly notAFile: string };

export interface PartDifference {
  readonly name: string;
  readonly kind: 'missing' | 'changed' | 'added';
  /** What is so, e.g. `12 bytes, sealed with 14`. */
  readonly detail: string;
}

const DIGEST = /^[0-9a-f]{64}$/;
const MEMBERS = ['catalogueDigest', 'leftOut', 'manifestVersion', 'parts', 'profileDigest', 'signedBy', 'tool'];

/** The manifest of a run whose record says `info` and `verdicts`. */
export function manifestOf(
  { info, verdicts }: { readonly info: RunInfo; readonly verdicts: Verdicts },
  sealed: Pick<Manifest, 'parts' | 'leftOut' | 'signedBy'>,
): Manifest {
  return {
    manifestVersion: MANIFEST_VERSION,
    tool: { name: info.tool.name, version: info.tool.version },
    catalogueDigest: verdicts.catalogueDigest,
    profileDigest: verdicts.profileDigest,
    leftOut: [...sealed.leftOut].sort(),
    signedBy: sealed.signedBy,
    parts: sealed.parts,
  };
}

/**
 * Read a manifest. `mayBeLeftOut` are the only names it may leave out. Throws ERR_SEAL_FORMAT for a newer version,
 * another shape, a name that leads out of the run folder, and for any text that is not the canonical one: so no byte
 * of it can change unseen.
 */
export function parseManifest(text: string, mayBeLeftOut: readonly string[]): Manifest {
  const value = parsed(text);
  const version = isObject(value) ? value['manifestVersion'] : undefined;
  if (!isObject(value) || typeof version !== 'number') throw damaged('is not a manifest');
  if (version > MANIFEST_VERSION) {
    throw new RallyError(
      'ERR_SEAL_FORMAT',
      `The manifest has version ${version}; this tool knows ${MANIFEST_VERSION}`,
      {
        remedy: 'Verify the run with the version of the tool that sealed it, or a newer one.',
      },
    );
  }
  if (!hasShape(value, mayBeLeftOut)) throw damaged(`lacks what version ${MANIFEST_VERSION} has, or has more`);
  const bad = Object.keys(value.parts).find((name) => !isPartName(name));
  if (bad !== undefined) throw damaged(`names ${JSON.stringify(bad)}, which is no file of a run folder`);
  if (canonicalJson(value) !== text) throw damaged('is not in the form it was written in');
  return value;
}

/** True for a path below the run folder: names with `/` between them, none of them empty, `.` or `..`. */
export function isPartName(name: string): boolean {
  if (/[\p{Cc}\\:]/u.test(name)) return false;
  return name.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

/** How what lies in the run folder differs from what was sealed, by name. */
export function partDifferences(sealed: Manifest['parts'], found: ReadonlyMap<string, Found>): PartDifference[] {
  const differences: PartDifference[] = [];
  for (const [name, part] of Object.entries(sealed)) {
    const now = found.get(name);
    if (now === undefined) differences.push({ name, kind: 'missing', detail: 'is not there' });
    else {
      const detail = changeOf(part, now);
      if (detail !== null) differences.push({ name, kind: 'changed', detail });
    }
  }
  for (const [name, now] of found) {
    if (Object.hasOwn(sealed, name)) continue;
    differences.push({ name, kind: 'added', detail: 'notAFile' in now ? `is ${now.notAFile}` : 'was not sealed' });
  }
  return differences.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Members of the manifest that the record contradicts. */
export function manifestContradictions(
  { tool, catalogueDigest, profileDigest }: Manifest,
  { info, verdicts }: { readonly info: RunInfo; readonly verdicts: Verdicts },
): string[] {
  return [
    ...(tool.name === info.tool.name && tool.version === info.tool.version ? [] : ['tool']),
    ...(catalogueDigest === verdicts.catalogueDigest ? [] : ['catalogueDigest']),
    ...(profileDigest === verdicts.profileDigest ? [] : ['profileDigest']),
  ];
}

function changeOf(part: Part, now: Found): string | null {
  if ('notAFile' in now) return `is ${now.notAFile}`;
  if (now.sizeBytes !== part.sizeBytes) return `has ${now.sizeBytes} bytes, was sealed with ${part.sizeBytes}`;
  return now.sha256 === part.sha256 ? null : 'has another content';
}

function hasShape(
  value: Record<string, unknown>,
  mayBeLeftOut: readonly string[],
): value is Record<string, unknown> & Manifest {
  const { manifestVersion, tool, catalogueDigest, profileDigest, leftOut, signedBy, parts } = value;
  return (
    Object.keys(value).sort().join() === MEMBERS.join() &&
    manifestVersion === MANIFEST_VERSION &&
    isObject(tool) &&
    typeof tool['name'] === 'string' &&
    typeof tool['version'] === 'string' &&
    Object.keys(tool).length === 2 &&
    isDigest(catalogueDigest) &&
    (profileDigest === null || isDigest(profileDigest)) &&
    Array.isArray(leftOut) &&
    leftOut.every((name, index) => mayBeLeftOut.includes(name as string) && leftOut.indexOf(name) === index) &&
    (signedBy === null || isDigest(signedBy)) &&
    isObject(parts) &&
    Object.values(parts).every(isPart)
  );
}

function isPart(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).length !== 2) return false;
  const { sha256, sizeBytes } = value;
  return isDigest(sha256) && Number.isSafeInteger(sizeBytes) && (sizeBytes as number) >= 0;
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && DIGEST.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged('is not JSON, or is cut');
  }
}

function damaged(what: string): RallyError {
  return new RallyError('ERR_SEAL_FORMAT', `The manifest ${what}`);
}
