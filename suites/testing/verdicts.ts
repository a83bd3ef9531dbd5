import type { Evidence, EvidenceKind } from '#evidence/model.js';
import { judge } from '#judge/judge.js';
import { sessionsNeeded } from '#judge/scope.js';
import type { Verdicts } from '#judge/record.js';
import type { Profile } from '#profile/schema.js';
import { CATALOGUE } from '../catalogue.js';

/** The whole catalogue's verdicts of this evidence, discovery and 802.11 included. */
export function judgeAll(profile: Profile | null, evidence: Evidence): Verdicts {
  return judge(CATALOGUE, profile, unseen(evidence), { scope: 'full', strict: false });
}

/**
 * The same evidence as no rule has seen it before. What rules remember of an exchange must not outlive a test: a
 * mutation run tries many versions of the rules in one process.
 */
export function unseen(evidence: Evidence): Evidence {
  return { ...evidence, exchanges: evidence.exchanges.map((exchange) => ({ ...exchange })) };
}

/** `VX-01` of `RVP-VX-01`. */
export function short(id: string): string {
  return id.replace(/^RVP-/, '');
}

/** Rules that only what is said on the network can show, without prefix, sorted. */
export const NETWORK_RULES: readonly string[] = needing('ssdp', 'description', 'wsd', 'metadata');

/** Rules about the PIN, which a person or a scripted Registrar shows, without prefix, sorted. */
export const PIN_RULES: readonly string[] = CATALOGUE.filter(
  ({ rule }) => rule.scenarios !== undefined || rule.needs.includes('operator'),
)
  .map(({ rule }) => short(rule.id))
  .sort();

/** Rules that only a bench or a capture of the air can show, without prefix, sorted. */
export const AIR_RULES: readonly string[] = needing('frames', 'join');

function needing(...kinds: readonly EvidenceKind[]): string[] {
  return CATALOGUE.filter(({ rule }) => rule.needs.some((kind) => kinds.includes(kind)))
    .map(({ rule }) => short(rule.id))
    .sort();
}

/** Rules that need more than the two sessions a run has by itself, without prefix. */
export const LONG_RUN_RULES: readonly string[] = CATALOGUE.filter(({ rule }) => sessionsNeeded(rule) > 2).map(
  ({ rule }) => short(rule.id),
);

/** Ids without prefix of the results that match, sorted. */
function idsOf(verdicts: Verdicts, matches: (result: Verdicts['results'][number]) => boolean): string[] {
  return verdicts.results
    .filter(matches)
    .map(({ id }) => short(id))
    .sort();
}

/** What a fault breaks: the failed MUST rules and the warned SHOULD rules. */
export function broken(verdicts: Verdicts): { fails: string[]; warns: string[] } {
  return {
    fails: idsOf(verdicts, ({ verdict }) => verdict === 'fail'),
    warns: idsOf(verdicts, ({ warning }) => warning),
  };
}

export function withVerdict(verdicts: Verdicts, wanted: NonNullable<Verdicts['results'][number]['verdict']>): string[] {
  return idsOf(verdicts, ({ verdict }) => verdict === wanted);
}

/** Ids of what was not run, but for rules of the network and the PIN: evidence made by hand has none. */
export function notRunOffNetwork(verdicts: Verdicts): string[] {
  return withVerdict(verdicts, 'not-run').filter((id) => !NETWORK_RULES.includes(id) && !PIN_RULES.includes(id));
}

/** Verdict of one rule, by its id without prefix. */
export function verdictOf(verdicts: Verdicts, id: string): string | undefined {
  return verdicts.results.find((result) => short(result.id) === id)?.verdict;
}

/** Reason of one rule. */
export function reasonOf(verdicts: Verdicts, id: string): string | undefined {
  return verdicts.results.find((result) => short(result.id) === id)?.reason;
}
