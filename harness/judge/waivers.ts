import type { Profile } from '#profile/schema.js';
import { hasExpired } from '#profile/waivers.js';
import type { RuleResult, WaiverState, WaiverUse, Waivers } from './record.js';
import type { Verdict } from './rule.js';

/** What a profile says of a waiver. */
export type ProfileWaiver = NonNullable<Profile['waivers']>[number];

/** Verdict of a rule, or that its failure is waived; undefined outside the scope. */
export type Outcome = Verdict | 'waived';

/** A waived failure is no longer one that counts, and never a pass. */
export function outcomeOf({ verdict, waived }: Pick<RuleResult, 'verdict' | 'waived'>): Outcome | undefined {
  return verdict === 'fail' && waived !== undefined ? 'waived' : verdict;
}

/** Results, and what became of each waiver; without `waivers` where there are none. */
export interface UnderWaivers {
  readonly results: readonly RuleResult[];
  readonly waivers?: Waivers;
}

/**
 * Results with the failures waived whose waiver holds on the day of the run. No verdict changes; what was waived before
 * is judged anew.
 *
 * @param given undefined: there are none. `asOf` is the day of the run, UTC, e.g. `2026-11-28`; throws RangeError for
 *   anything else
 */
export function underWaivers(
  results: readonly RuleResult[],
  given: { readonly asOf: string; readonly list: readonly ProfileWaiver[] } | undefined,
): UnderWaivers {
  if (given === undefined) return { results: results.map((result) => withWaiver(result, undefined)) };
  const { asOf, list } = given;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(asOf)) throw new RangeError(`waivers need the day of the run, not "${asOf}"`);
  const holding = new Map(
    list.filter(({ expires }) => !hasExpired(expires, asOf)).map((waiver) => [waiver.rule, waiver]),
  );
  const known = new Map<string, RuleResult>(results.map((result) => [result.id, result]));
  return {
    results: results.map((result) => withWaiver(result, holding.get(result.id))),
    waivers: {
      asOf,
      list: list.map(({ rule, reason, owner, expires }): WaiverUse => {
        const state = hasExpired(expires, asOf) ? 'expired' : stateBy(known.get(rule));
        return { rule, reason, owner, expires, state };
      }),
    },
  };
}

function withWaiver(result: RuleResult, waiver: ProfileWaiver | undefined): RuleResult {
  if (result.waived === undefined && waiver === undefined) return result;
  const bare: { -readonly [Key in keyof RuleResult]: RuleResult[Key] } = { ...result };
  delete bare.waived;
  if (bare.verdict !== 'fail' || waiver === undefined) return bare;
  const { reason, owner, expires } = waiver;
  return { ...bare, waived: { reason, owner, expires } };
}

function stateBy(result: RuleResult | undefined): Exclude<WaiverState, 'expired'> {
  if (result === undefined) return 'unknown';
  switch (result.verdict ?? 'not-run') {
    case 'fail':
      return 'waives';
    case 'pass':
    case 'not-applicable':
      return 'not-needed';
    case 'inconclusive':
    case 'not-run':
    case 'error':
      return 'open';
  }
}

/** Waivers of a run in one state. */
export function waiversIn({ waivers }: { readonly waivers?: Waivers }, state: WaiverState): readonly WaiverUse[] {
  return waivers?.list.filter((waiver) => waiver.state === state) ?? [];
}
