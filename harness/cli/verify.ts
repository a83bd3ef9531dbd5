import { EXIT } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import { canonicalJson } from '#judge/canonical.js';
import { NOT_SELECTED, uncoveredKinds } from '#judge/judge.js';
import type { Verdicts } from '#judge/record.js';
import { judgeRun } from '#judge/repeats.js';
import { rejudgementOf, type Rejudgement } from '#judge/rejudgement.js';
import { BASE_SCOPES, type BaseScope } from '#judge/scope.js';
import { readVerificationKey } from '#judge/signature.js';
import type { Profile } from '#profile/schema.js';
import {
  formatVerification,
  verificationResult,
  type Verification,
  type VerificationResult,
} from '#reports/verification.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { checkSeal, type SealCheck } from './check-seal.js';
import { readTextFile } from './files.js';
import { obtainFromBundle, type Obtained } from './obtain.js';
import { loadProfile } from './profile-file.js';
import { MAX_RECORD_BYTES, readRecord } from './record-read.js';
import { runFolder, type RunFolder } from './run-folder.js';
import { MAX_KEY_BYTES } from './seal.js';
import type { Terminal } from './terminal.js';

export interface VerifyOptions {
  /** File with the public key to check the signature with. */
  readonly key?: string;
  /** Profile the run was judged with, where that is not the one in its bundle. */
  readonly profile?: string;
  readonly json?: boolean;
}

/**
 * `verify`: is a run what was sealed, and do its verdicts follow from its evidence? Exit 0 yes; 1 no; 2 it is what was
 * sealed, but the rules of this version, or a profile that is not at hand, leave the verdicts unconfirmed.
 */
export async function verify(path: string, options: VerifyOptions, terminal: Terminal): Promise<number> {
  const folder = runFolder(path);
  const key = options.key === undefined ? null : readVerificationKey(await readTextFile(options.key, MAX_KEY_BYTES));
  const profile = options.profile === undefined ? null : await loadProfile(options.profile, terminal);
  const seal = await checkSeal(folder, key);
  const { differences, signature, manifest } = seal;
  const verification: Verification = {
    files: Object.keys(manifest.parts).length,
    leftOut: seal.leftOut,
    differences,
    signature,
    signedBy: manifest.signedBy,
    keyGiven: key !== null,
    // Evidence that is not what was sealed says nothing of the verdicts, and is not worth opening.
    rejudgement: differences.length > 0 ? null : await judgedAgain(folder, seal, profile),
  };
  const result = verificationResult(verification);
  if (options.json === true) terminal.out(canonicalJson({ result, ...verification }));
  else terminal.out(formatVerification(verification, terminal));
  return EXITS[result];
}

const EXITS: Readonly<Record<VerificationResult, number>> = {
  verified: EXIT.passed,
  refused: EXIT.failed,
  unconfirmed: EXIT.incomplete,
};

/** Judge the evidence as it was judged, and hold the verdicts against the stored ones. */
async function judgedAgain(folder: RunFolder, { leftOut }: SealCheck, profile: Profile | null): Promise<Rejudgement> {
  const { verdicts: stored } = await readRecord(folder.record);
  if ((await readTextFile(folder.verdicts, MAX_RECORD_BYTES)) !== canonicalJson(stored)) {
    throw new RallyError('ERR_BUNDLE_DAMAGED', `${folder.verdicts} and ${folder.record} hold different verdicts`);
  }
  const obtained = await obtainFromBundle(folder.bundle);
  const looksAtKeys = CATALOGUE.filter(({ rule }) => [...rule.needs, ...(rule.uses ?? [])].includes('keys'));
  const circumstances = {
    benchFailure: obtained.evidence.benchFailure,
    uncovered: uncoveredKinds(CATALOGUE),
    keyless: new Set(leftOut.length > 0 ? [] : looksAtKeys.map(({ rule }) => rule.id)),
  };
  const [first, ...others] = scopesOf(stored, obtained).map((scope) =>
    rejudgementOf(stored, asStored(stored, obtained, profile ?? obtained.profile, scope), circumstances),
  );
  if (first === undefined) throw new RallyError('ERR_INTERNAL', 'There is no scope to judge again with');
  return [first, ...others].find(({ conclusion }) => conclusion.startsWith('follow')) ?? first;
}

/** A record of a selection does not say out of which scope: that of the recording is the first guess. */
function scopesOf({ scope }: Verdicts, { scope: recorded }: Obtained): readonly BaseScope[] {
  return scope === 'selection' ? [recorded, ...BASE_SCOPES.filter((known) => known !== recorded)] : [scope];
}

function asStored(stored: Verdicts, obtained: Obtained, profile: Profile | null, scope: BaseScope): Verdicts {
  const select = stored.results.filter(({ inScope, reason }) => inScope || reason !== NOT_SELECTED).map(({ id }) => id);
  return judgeRun(CATALOGUE, profile, obtained, {
    scope,
    strict: stored.strict,
    ...(stored.scope === 'selection' ? { select } : {}),
  });
}
