import { blockingDefect, type Lookup } from './blocked.js';
import type { CatalogueEntry } from './catalogue.js';
import { levelledVerdict } from './fold.js';
import type { RuleResult, Totals } from './record.js';
import type { Finding, RuleId, Verdict } from './rule.js';
import { outcomeOf, type Outcome } from './waivers.js';

/** Result of a rule in scope, from its examination, its level and the rules that block it. */
export function judgedResult(entry: CatalogueEntry, look: Lookup, strict: boolean): RuleResult {
  const { rule } = entry;
  const examination = look(rule.id);
  if (examination === null) throw new RangeError(`${rule.id} is not in the catalogue that is judged`);
  const { findings, folded } = examination;
  const blockedBy = blockersOf(findings);
  const defect = blockingDefect(rule.id, findings, look);
  if (defect !== null) {
    const contradiction: Finding = { verdict: 'error', text: `the rule contradicts the others: it ${defect}` };
    return resultOf(entry, {
      inScope: true,
      verdict: 'error',
      warning: false,
      reason: contradiction.text,
      blockedBy,
      findings: [contradiction, ...findings],
    });
  }
  const { verdict, warning } = levelledVerdict(findings, rule.level, strict);
  const told = verdict === 'pass' ? folded : verdict;
  const reason = verdict === 'pass' && !warning ? '' : reasonOf(findings, told);
  return resultOf(entry, { inScope: true, verdict, warning, reason, blockedBy, findings });
}

/** Result of a rule outside the scope: counted, not judged; `reason` says why. */
export function outsideResult(entry: CatalogueEntry, reason: string): RuleResult {
  return resultOf(entry, { inScope: false, warning: false, reason, blockedBy: [], findings: [] });
}

export function totalsOf(results: readonly RuleResult[]): Totals {
  const outcomes = results.map(outcomeOf);
  const count = (outcome: Outcome): number => outcomes.filter((each) => each === outcome).length;
  const waived = count('waived');
  return {
    pass: count('pass'),
    fail: count('fail'),
    inconclusive: count('inconclusive'),
    'not-applicable': count('not-applicable'),
    'not-run': count('not-run'),
    error: count('error'),
    ...(waived === 0 ? {} : { waived }),
    warnings: results.filter(({ warning }) => warning).length,
    outOfScope: results.filter(({ inScope }) => !inScope).length,
  };
}

function reasonOf(findings: readonly Finding[], verdict: Verdict): string {
  return findings.find((finding) => finding.verdict === verdict)?.text ?? '';
}

function blockersOf(findings: readonly Finding[]): RuleId[] {
  const blockers = findings.flatMap(({ blockedBy }) => blockedBy ?? []);
  return blockers.length < 2 ? blockers : [...new Set(blockers)].sort();
}

/** What the rule says of itself, and what was judged. Written out: of a large archive there are millions of these. */
function resultOf(
  { rule, area, clause }: CatalogueEntry,
  judged: Pick<RuleResult, 'inScope' | 'verdict' | 'warning' | 'reason' | 'blockedBy' | 'findings'>,
): RuleResult {
  return {
    id: rule.id,
    area,
    clause,
    title: rule.title,
    requirement: rule.requirement,
    why: rule.why,
    remedy: rule.remedy,
    level: rule.level,
    revision: rule.revision,
    source: rule.source,
    interpretation: rule.interpretation ?? [],
    inScope: judged.inScope,
    ...(judged.verdict === undefined ? {} : { verdict: judged.verdict }),
    warning: judged.warning,
    reason: judged.reason,
    blockedBy: judged.blockedBy,
    findings: judged.findings,
  };
}
