import type { BenchFailure, EvidenceKind } from '#evidence/model.js';
import { canonicalJson } from './canonical.js';
import type { RuleResult, Verdicts } from './record.js';
import { totalsOf } from './results.js';
import type { RuleId } from './rule.js';
import { outcomeText, rulePairs, type RulePair } from './rule-pairs.js';
import { exitCodeOf, plannedMismatch, sentenceOf } from './sentence.js';
import { underWaivers, waiversIn } from './waivers.js';

/** A rule that says something else now than when the verdicts were stored. */
export interface ChangedJudgement {
  readonly id: RuleId;
  readonly storedRevision: number;
  readonly revision: number;
  readonly stored: string;
  readonly now: string;
  /** The rule itself is as it was, but one that is not hides it now, or did then. */
  readonly through?: RuleId;
}

/**
 * Whether stored verdicts follow from the stored evidence:
 * `follow`, to the byte; `follow-without-keys`, but for rules whose session keys were taken out; `other-rules`, the rules
 * of this version are not those that judged, or word it otherwise; `other-profile`, the profile that judged is not at
 * hand; `contradict`, a rule of the same revision gives another verdict, or the verdicts contradict themselves.
 */
export type Conclusion = 'follow' | 'follow-without-keys' | 'other-rules' | 'other-profile' | 'contradict';

export interface Rejudgement {
  readonly conclusion: Conclusion;
  /** Same revision, other verdict: never lawful. */
  readonly alarms: readonly ChangedJudgement[];
  /** Members of the stored verdicts that do not follow from its own results, or that no rule explains. */
  readonly contradictions: readonly string[];
  /** Of another revision or level now, or hidden by such a rule, with what it says now. */
  readonly revised: readonly ChangedJudgement[];
  readonly added: readonly RuleId[];
  readonly retired: readonly RuleId[];
  /** Same revision and verdict, other words. */
  readonly reworded: readonly RuleId[];
  /** Cannot be judged again without the session keys that are not in the bundle. */
  readonly withoutKeys: readonly RuleId[];
}

/** How the verdicts were judged again. */
export interface Circumstances {
  readonly benchFailure: BenchFailure | null;
  readonly uncovered: readonly EvidenceKind[];
  /** Rules that look at what session keys open, where the bundle has none; empty where it has. */
  readonly keyless: ReadonlySet<RuleId>;
}

/** Compare stored verdicts with those the same evidence gives now, judged with the same scope and strictness. */
export function rejudgementOf(stored: Verdicts, now: Verdicts, circumstances: Circumstances): Rejudgement {
  const changes: Record<'alarms' | 'revised', ChangedJudgement[]> = { alarms: [], revised: [] };
  const ids: Record<'added' | 'retired' | 'reworded' | 'withoutKeys', RuleId[]> = {
    added: [],
    retired: [],
    reworded: [],
    withoutKeys: [],
  };
  const pairs = rulePairs(stored, now);
  const through = throughOthers(pairs);
  for (const pair of pairs) {
    const kind = kindOf(pair, through, circumstances.keyless);
    if (kind === 'alarms' || kind === 'revised') changes[kind].push(changed(pair, through));
    else if (kind !== 'same') ids[kind].push(pair.id);
  }
  const otherRules = changes.revised.length + ids.added.length + ids.retired.length + ids.reworded.length > 0;
  const contradictions = otherRules
    ? ownContradictions(stored, now)
    : differing(stored, withStored(now, stored, ids.withoutKeys, circumstances));
  const otherProfile = stored.profileDigest !== now.profileDigest;
  return {
    conclusion: conclude({
      otherProfile,
      contradicts: changes.alarms.length > 0 || contradictions.length > 0,
      otherRules,
      keysMissing: ids.withoutKeys.length > 0,
    }),
    ...changes,
    contradictions,
    ...ids,
  };
}

function conclude(so: Record<'otherProfile' | 'contradicts' | 'otherRules' | 'keysMissing', boolean>): Conclusion {
  if (so.otherProfile) return 'other-profile';
  if (so.contradicts) return 'contradict';
  if (so.otherRules) return 'other-rules';
  return so.keysMissing ? 'follow-without-keys' : 'follow';
}

type Kind = 'same' | Exclude<keyof Rejudgement, 'conclusion' | 'contradictions'>;

function kindOf(
  { id, before, after }: RulePair,
  through: ReadonlyMap<RuleId, RuleId>,
  keyless: ReadonlySet<RuleId>,
): Kind {
  if (before === null || after === null) return before === null ? 'added' : 'retired';
  if (through.get(id) === id) return 'revised';
  if (canonicalJson(before) === canonicalJson(after)) return 'same';
  const same = outcomeText(before) === outcomeText(after);
  if (keyless.has(id) && (same || after.verdict === 'inconclusive' || after.verdict === 'not-run'))
    return 'withoutKeys';
  if (same) return 'reworded';
  return through.has(id) ? 'revised' : 'alarms';
}

/**
 * Rules whose judgement another version explains, each with the rule it is explained through: itself when it is not what
 * it was, by id, revision or level; else one that hides it, then or now, perhaps by hiding its hider.
 */
function throughOthers(pairs: readonly RulePair[]): ReadonlyMap<RuleId, RuleId> {
  const through = new Map<RuleId, RuleId>();
  for (const { id, before, after } of pairs)
    if (before?.revision !== after?.revision || before?.level !== after?.level) through.set(id, id);
  for (let known = -1; known !== through.size;) {
    known = through.size;
    for (const { id, before, after } of pairs) {
      const hider = [...(before?.blockedBy ?? []), ...(after?.blockedBy ?? [])].find((blocker) => through.has(blocker));
      if (hider !== undefined && !through.has(id)) through.set(id, through.get(hider) ?? hider);
    }
  }
  return through;
}

function changed({ id, before, after }: RulePair, through: ReadonlyMap<RuleId, RuleId>): ChangedJudgement {
  const other = through.get(id) ?? id;
  return {
    id,
    storedRevision: before?.revision ?? 0,
    revision: after?.revision ?? 0,
    stored: before === null ? '' : outcomeText(before),
    now: after === null ? '' : outcomeText(after),
    ...(other === id ? {} : { through: other }),
  };
}

/** What `now` would be, had the rules that lack their keys said what is stored. */
function withStored(
  now: Verdicts,
  stored: Verdicts,
  ids: readonly RuleId[],
  { benchFailure, uncovered }: Circumstances,
): Verdicts {
  if (ids.length === 0) return now;
  const kept = new Map(stored.results.filter(({ id }) => ids.includes(id)).map((result) => [result.id, result]));
  const mixed = now.results.map((result) => kept.get(result.id) ?? result);
  const { results, ...applied } = underWaivers(mixed, now.waivers);
  const must = [...kept.values()].filter(({ level }) => level === 'MUST');
  const count = (verdict: RuleResult['verdict']): number => must.filter((result) => result.verdict === verdict).length;
  const counts = {
    mustApplicable: now.mustApplicable - count('not-applicable'),
    mustPassed: now.mustPassed + count('pass'),
  };
  const outline = { ...now, results, ...applied, ...counts, benchFailure, uncovered };
  return {
    ...now,
    results,
    ...applied,
    ...counts,
    totals: totalsOf(results),
    exitCode: exitCodeOf(outline),
    sentence: sentenceOf(outline),
  };
}

/** True when `stored` waives what the waivers of `now` do, which come from the profile. */
function isWaivedAsIn({ waivers: given }: Verdicts, { results, waivers }: Verdicts): boolean {
  const { results: due, waivers: uses } = underWaivers(results, given);
  return canonicalJson({ results, waivers }) === canonicalJson({ results: due, waivers: uses });
}

/** Members of `stored` that differ from `expected`; the results are looked at one by one elsewhere. */
function differing(stored: Verdicts, expected: Verdicts): string[] {
  const names = [...new Set([...Object.keys(stored), ...Object.keys(expected)])].sort();
  const text = (verdicts: Verdicts, name: string): string =>
    canonicalJson({ member: (verdicts as unknown as Record<string, unknown>)[name] });
  const members = names.filter((name) => name !== 'results' && text(stored, name) !== text(expected, name));
  const order = ({ results }: Verdicts): string => results.map(({ id }) => id).join();
  return order(stored) === order(expected) ? members : [...members, 'results'];
}

/** What the rules of another version cannot explain: who was judged, and whether the parts fit one another. */
function ownContradictions(stored: Verdicts, now: Verdicts): string[] {
  const same = differing(stored, now).filter((name) => name === 'dut' || name === 'scope' || name === 'strict');
  const must = stored.results.filter(({ level, verdict }) => level === 'MUST' && verdict === 'pass').length;
  return [
    ...same,
    ...(plannedMismatch(stored) === null ? [] : ['planned']),
    ...(must === stored.mustPassed ? [] : ['mustPassed']),
    ...(canonicalJson(totalsOf(stored.results)) === canonicalJson(stored.totals) ? [] : ['totals']),
    ...(isWaivedAsIn(now, stored) ? [] : ['waivers']),
    ...((stored.totals.fail > 0 || waiversIn(stored, 'expired').length > 0) === (stored.exitCode === 1)
      ? []
      : ['exitCode']),
  ];
}
