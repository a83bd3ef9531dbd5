import pc from 'picocolors';
import type { PartDifference } from '#judge/manifest.js';
import type { ChangedJudgement, Rejudgement } from '#judge/rejudgement.js';
import type { SignatureState } from '#judge/signature.js';
import { visible, wrap } from './text.js';

/** All that is found out about a sealed run. */
export interface Verification {
  /** Files the seal covers. */
  readonly files: number;
  /** Files that are there and not vouched for. */
  readonly leftOut: readonly string[];
  readonly differences: readonly PartDifference[];
  readonly signature: SignatureState;
  readonly signedBy: string | null;
  readonly keyGiven: boolean;
  /** Null: not judged again, for the evidence is not what was sealed. */
  readonly rejudgement: Rejudgement | null;
}

/** Lines of a list before the rest is only counted. */
const MAX_LINES = 12;
const LABEL_COLUMNS = 11;

/** The same for people: what is sealed, who signed, whether the verdicts follow, and a sentence of it all at the end. */
export function formatVerification(
  verification: Verification,
  { color, width }: { readonly color: boolean; readonly width: number },
): string {
  const colors = pc.createColors(color);
  const paint = { verified: colors.green, refused: colors.red, unconfirmed: colors.yellow };
  const lines = [
    ...labelled('Seal', sealLines(verification), width),
    ...labelled('Signature', [signatureLine(verification)], width),
    ...labelled('Verdicts', verdictLines(verification.rejudgement), width),
    ...wrap(sentenceOf(verification), width).map((line) => paint[verificationResult(verification)](colors.bold(line))),
  ];
  return `${lines.join('\n')}\n`;
}

function sealLines({ files, differences, leftOut }: Verification): string[] {
  if (differences.length === 0) {
    const besides = leftOut.length === 0 ? '' : `; ${leftOut.join(', ')} not vouched for`;
    return [`${files} files as they were sealed${besides}`];
  }
  const told = differences.map(({ kind, name, detail }) => `${kind}: ${visible(name)} ${detail}`);
  return [`${differences.length} of ${files} files not as they were sealed`, ...limited(told)];
}

function signatureLine({ signature, signedBy, keyGiven }: Verification): string {
  const signer = signedBy ?? '';
  switch (signature) {
    case 'valid':
      return `valid, by key ${signer}`;
    case 'unsigned':
      return keyGiven ? 'none: the seal is not signed' : 'none: anybody could have made this seal';
    case 'unchecked':
      return `not checked: give the public key with --key; said to be by key ${signer}`;
    case 'missing':
      return `missing: manifest.sig is not there; said to be by key ${signer}`;
    case 'other-key':
      return `by another key than was given: ${signer}`;
    case 'broken':
      return 'broken: the manifest is not what this key signed';
  }
}

function verdictLines(rejudgement: Rejudgement | null): string[] {
  if (rejudgement === null) return ['not judged again: the files are not what was sealed'];
  const { conclusion, alarms, contradictions, revised, added, retired, reworded, withoutKeys } = rejudgement;
  const lines = alarms.map((change) => `${change.id} same revision, other verdict: ${fromTo(change)}`);
  if (contradictions.length > 0) lines.push(`do not fit what was judged: ${contradictions.join(', ')}`);
  lines.push(...revised.map((change) => `${change.id} ${reasonOf(change)}: ${fromTo(change)}`));
  if (added.length > 0) lines.push(`new rules, not judged then: ${added.join(', ')}`);
  if (retired.length > 0) lines.push(`rules this version no longer has: ${retired.join(', ')}`);
  if (reworded.length > 0) lines.push(`same verdict in other words: ${reworded.join(', ')}`);
  if (withoutKeys.length > 0) lines.push(`cannot be judged again without the session keys: ${withoutKeys.join(', ')}`);
  return [HEADS[conclusion], ...limited(lines)];
}

const HEADS: Readonly<Record<Rejudgement['conclusion'], string>> = {
  follow: 'follow from the evidence: judged again to the same bytes',
  'follow-without-keys': 'follow from the evidence, as far as it can be judged without the session keys',
  'other-rules': 'were given by other rules than those of this version',
  'other-profile': 'were given with a profile that is not the one in the bundle: give it with --profile',
  contradict: 'do not follow from the evidence',
};

function reasonOf({ storedRevision, revision, through }: ChangedJudgement): string {
  if (through !== undefined) return `hidden by ${through}, which is another now`;
  return storedRevision === revision ? 'is of another level now' : `revision ${storedRevision} -> ${revision}`;
}

function fromTo({ stored, now }: ChangedJudgement): string {
  return stored === now ? stored : `${stored} -> ${now}`;
}

/** `verified`; `refused`, not what was sealed or signed, or contradicting itself; `unconfirmed`, intact and undecided. */
export type VerificationResult = 'verified' | 'refused' | 'unconfirmed';

export function verificationResult(verification: Verification): VerificationResult {
  const { differences, rejudgement } = verification;
  if (differences.length > 0 || rejudgement === null || !isSignatureGood(verification)) return 'refused';
  switch (rejudgement.conclusion) {
    case 'follow':
    case 'follow-without-keys':
      return 'verified';
    case 'contradict':
      return 'refused';
    case 'other-rules':
    case 'other-profile':
      return 'unconfirmed';
  }
}

/** Without a key, a signature that cannot be checked is no reason to refuse; with one, only a valid one is enough. */
function isSignatureGood({ signature, keyGiven }: Verification): boolean {
  return signature === 'valid' || (!keyGiven && (signature === 'unsigned' || signature === 'unchecked'));
}

function sentenceOf(verification: Verification): string {
  const { differences, signature, rejudgement } = verification;
  switch (verificationResult(verification)) {
    case 'verified': {
      const sealed = signature === 'valid' ? 'sealed and signed' : 'sealed';
      const open = rejudgement?.withoutKeys.length ?? 0;
      const but =
        open === 0 ? '' : `, but for ${open} rule${open === 1 ? '' : 's'} that need${open === 1 ? 's' : ''} keys`;
      return `verified: ${sealed}, and the verdicts follow from the evidence${but}`;
    }
    case 'unconfirmed':
      return 'unconfirmed: this is the run that was sealed, but its verdicts cannot be confirmed with what is at hand';
    case 'refused':
      if (differences.length > 0) return 'refused: this is not the run that was sealed';
      if (!isSignatureGood(verification)) return 'refused: it is not signed as was asked for';
      return 'refused: the verdicts do not follow from the evidence';
  }
}

function limited(lines: readonly string[]): string[] {
  if (lines.length <= MAX_LINES) return [...lines];
  return [...lines.slice(0, MAX_LINES - 1), `and ${lines.length - MAX_LINES + 1} more, see --json`];
}

function labelled(label: string, lines: readonly string[], width: number): string[] {
  return lines
    .flatMap((line) => wrap(line, width - LABEL_COLUMNS))
    .map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_COLUMNS)}${line}`);
}
