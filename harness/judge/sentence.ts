import type { BenchFailure, EvidenceKind } from '#evidence/model.js';
import type { RuleResult, ScopeName, Verdicts, Waivers } from './record.js';
import type { RuleId } from './rule.js';
import { EVIDENCE_NAMES } from './scope.js';
import { outcomeOf, waiversIn, type Outcome } from './waivers.js';

/** What the sentence and the exit code are drawn from. */
export interface Outline {
  readonly scope: ScopeName;
  readonly strict: boolean;
  readonly planned: readonly RuleId[];
  readonly results: readonly RuleResult[];
  readonly mustApplicable: number;
  readonly mustPassed: number;
  readonly benchFailure: BenchFailure | null;
  /** Kinds of evidence no MUST rule of the catalogue looks at: while there are some, nothing is conformant. */
  readonly uncovered: readonly EvidenceKind[];
  /** Absent where the profile has none. */
  readonly waivers?: Waivers;
}

/** Names printed in one list of the sentence; the record has them all. */
const NAMES_SHOWN = 12;

/** Why judged and planned rules differ, or null. A report of such a record refuses its sentence. */
export function plannedMismatch(record: Pick<Verdicts, 'planned' | 'results'>): string | null {
  const judged = record.results.filter((result) => result.verdict !== undefined).map((result) => result.id);
  const missing = record.planned.filter((id) => !judged.includes(id));
  const extra = judged.filter((id, index) => !record.planned.includes(id) || judged.indexOf(id) !== index);
  if (missing.length > 0) return `planned but not judged: ${names(missing)}`;
  return extra.length > 0 ? `judged but not planned, or twice: ${names(extra)}` : null;
}

/** 1 over 3 over 2 over 0: a rule failed, or a waiver has expired; bench or tool error; a MUST rule waits for evidence; passed. */
export function exitCodeOf(outline: Outline): Verdicts['exitCode'] {
  if (withOutcome(outline, 'fail').length > 0 || waiversIn(outline, 'expired').length > 0) return 1;
  if (outline.benchFailure !== null || withOutcome(outline, 'error').length > 0) return 3;
  if (plannedMismatch(outline) !== null) return 3;
  return outline.planned.length === 0 || waiting(outline).length > 0 ? 2 : 0;
}

/** The sentence a manager reads: never more than the exit code says, and `conformant` only for the whole of it. */
export function sentenceOf(outline: Outline): string {
  const mismatch = plannedMismatch(outline);
  if (mismatch !== null) return `no statement: the tool contradicted its plan (${mismatch})`;
  switch (exitCodeOf(outline)) {
    case 0:
      return passSentence(outline);
    case 1:
      return failSentence(outline);
    case 2:
      return incompleteSentence(outline);
    case 3:
      return `no statement on ${scopeText(outline)}: ${errorText(outline)}`;
  }
}

function passSentence(outline: Outline): string {
  const { scope, mustApplicable, mustPassed, uncovered } = outline;
  const waived = withOutcome(outline, 'waived');
  if (
    waived.length === 0 &&
    scope === 'full' &&
    uncovered.length === 0 &&
    mustPassed === mustApplicable &&
    mustPassed > 0
  ) {
    return `conformant: all ${mustPassed} applicable MUST rules pass`;
  }
  const gap = scope === 'full' && uncovered.length > 0 ? `; no rules yet for ${kindNames(uncovered)}` : '';
  const by = waived.length === 0 ? '' : ` with ${numbered(waived.length, 'waiver')}`;
  const named = waived.length === 0 ? '' : `; waived ${names(waived)}`;
  return `passes ${scopeText(outline)}${by}: ${counts(outline)}${named}${gap}; not a statement of conformance`;
}

function failSentence(outline: Outline): string {
  const failed = withOutcome(outline, 'fail');
  const expired = waiversIn(outline, 'expired');
  const reasons: string[] = [];
  if (failed.length > 0) reasons.push(`${failed.length} failed (${names(failed)})`);
  if (expired.length > 0) {
    const days = expired.map(({ rule, expires }) => `${rule} after ${expires}`);
    reasons.push(`${numbered(expired.length, 'waiver')} expired (${names(days)})`);
  }
  const parts = [`fails ${scopeText(outline)}: ${reasons.join(', ')}`, counts(outline, 'pass')];
  parts.push(...waivedTexts(outline));
  if (waiting(outline).length > 0) parts.push(waitingText(outline));
  if (outline.benchFailure !== null || withOutcome(outline, 'error').length > 0) parts.push(errorText(outline));
  return parts.join('; ');
}

function incompleteSentence(outline: Outline): string {
  if (outline.planned.length === 0) return `no statement: the evidence shows nothing ${scopeText(outline)} judges`;
  const parts = [counts(outline, 'pass'), ...waivedTexts(outline), waitingText(outline)];
  return `incomplete in ${scopeText(outline)}: ${parts.join('; ')}`;
}

function errorText(outline: Outline): string {
  const parts: string[] = [];
  if (outline.benchFailure !== null) parts.push(`the bench failed (${outline.benchFailure.code})`);
  const errors = withOutcome(outline, 'error');
  if (errors.length > 0) parts.push(`${errors.length} ended in an error of ours (${names(errors)})`);
  return parts.join(', ');
}

function waitingText(outline: Outline): string {
  const ids = waiting(outline);
  return `${ids.length} ${ids.length === 1 ? 'waits' : 'wait'} for evidence (${names(ids)})`;
}

/** MUST rules in scope that could not be judged. */
function waiting({ results }: Outline): RuleId[] {
  return results
    .filter(({ level, verdict }) => level === 'MUST' && (verdict === 'inconclusive' || verdict === 'not-run'))
    .map(({ id }) => id);
}

function withOutcome({ results }: Outline, outcome: Outcome): RuleId[] {
  return results.filter((result) => outcomeOf(result) === outcome).map(({ id }) => id);
}

function waivedTexts(outline: Outline): string[] {
  const waived = withOutcome(outline, 'waived');
  return waived.length === 0 ? [] : [`${waived.length} waived (${names(waived)})`];
}

function numbered(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function counts({ mustPassed, mustApplicable }: Outline, verb = ''): string {
  return `${mustPassed} of ${mustApplicable} applicable MUST rules${verb === '' ? '' : ` ${verb}`}`;
}

function scopeText({ scope, strict }: Outline): string {
  return `scope ${scope}${strict ? ' (strict)' : ''}`;
}

function kindNames(kinds: readonly EvidenceKind[]): string {
  return kinds.map((kind) => EVIDENCE_NAMES[kind]).join(', ');
}

function names(ids: readonly string[]): string {
  const shown = ids.slice(0, NAMES_SHOWN).join(', ');
  return ids.length > NAMES_SHOWN ? `${shown} and ${ids.length - NAMES_SHOWN} more` : shown;
}
