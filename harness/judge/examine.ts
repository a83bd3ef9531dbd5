import { isStimulus, type Ability, type Evidence, type EvidenceKind } from '#evidence/model.js';
import { ruledOutBy } from '#profile/applicability.js';
import type { Profile } from '#profile/schema.js';
import { foldFindings } from './fold.js';
import type { Finding, Rule, Verdict } from './rule.js';
import { EVIDENCE_NAMES, missingScenarios, scenarioText, sessionsNeeded } from './scope.js';
import { shownTo } from './shown-exchanges.js';

/** What a rule said, before its level is applied. */
export interface Examination {
  readonly folded: Verdict;
  readonly findings: readonly Finding[];
}

/** Kinds whose absence a rule states itself, with the exact reason. */
const STATED_BY_RULE: ReadonlySet<EvidenceKind> = new Set(['m1', 'exchange', 'keys', 'profile', 'sessions']);

/** Examine one rule. Never throws: a rule that throws gets the verdict `error`, and the others are still judged. */
export function examine(rule: Rule, evidence: Evidence, profile: Profile | null): Examination {
  let findings: readonly Finding[];
  try {
    findings = examineUnguarded(rule, evidence, profile);
  } catch (error) {
    findings = [{ verdict: 'error', text: `the rule itself failed: ${describe(error)}` }];
  }
  if (findings.length === 0) findings = [{ verdict: 'error', text: 'the rule said nothing' }];
  return { folded: foldFindings(findings), findings };
}

function examineUnguarded(rule: Rule, evidence: Evidence, profile: Profile | null): readonly Finding[] {
  const reason = ruledOut(rule, profile);
  if (reason !== null) return [{ verdict: 'not-applicable', text: reason }];
  const unable = notAble(rule, evidence.ability);
  if (unable !== null) return [{ verdict: 'not-run', text: unable }];
  return rule.check(shownTo(rule, evidence), profile);
}

/** Why the profile rules the rule out, or null. */
function ruledOut({ appliesWhen }: Rule, profile: Profile | null): string | null {
  return appliesWhen === undefined ? null : ruledOutBy(appliesWhen, profile);
}

/** True when the profile does not rule the rule out; also when that cannot be decided, so that no rule is lost. */
export function isApplicable(rule: Rule, profile: Profile | null): boolean {
  try {
    return ruledOut(rule, profile) === null;
  } catch {
    return true;
  }
}

/** Why this run or capture could not show what the rule needs, or null. */
export function notAble(rule: Rule, ability: Ability): string | null {
  const scenarios = missingScenarios(ability, rule);
  if (scenarios !== null) {
    // The same words for all of them: in a run without a campaign there are a hundred.
    if (scenarios.some(isStimulus)) return 'its stimulus was not given; run --campaign gives it';
    return `${scenarioText(scenarios)} was not carried out`;
  }
  const missing = rule.needs.filter((kind) => !STATED_BY_RULE.has(kind) && !ability.kinds.includes(kind));
  if (missing.length > 0) {
    return `needs ${missing.map((kind) => EVIDENCE_NAMES[kind]).join(', ')}, which was not recorded`;
  }
  const needed = sessionsNeeded(rule);
  return needed > 1 && needed > ability.sessions ? `needs ${needed} sessions, there is ${ability.sessions}` : null;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
