import type { Evidence } from '#evidence/model.js';
import type { CatalogueEntry } from '#judge/catalogue.js';
import { judge } from '#judge/judge.js';
import { sessionsNeeded } from '#judge/scope.js';
import type { RuleResult, Verdicts } from '#judge/record.js';
import { declares, differenceOf } from '#lab/bench/loopback-difference.js';
import type { LoopbackPlan } from '#lab/bench/loopback.js';
import { loopbackEvidence } from '#lab/bench/loopback-evidence.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import { makeDevice } from '#reference/device.js';
import type { EnrolleeMessage, Fault } from '#reference/fault.js';
import type { Model } from '#reference/model.js';
import { CATALOGUE } from '#suites/catalogue.js';
import type { Clause } from '#suites/clauses.js';
import { shownRules } from '../loopback-rules.js';

/** Two sessions: what compares sessions has something to compare. */
const SESSIONS = 2;
/** As many as any rule needs. */
export const MOST_SESSIONS = Math.max(...CATALOGUE.map(({ rule }) => sessionsNeeded(rule)));

/** As many sessions as the rules need that a fault breaks. */
export function sessionsFor({ fails, warns }: Fault): number {
  const broken = CATALOGUE.filter(({ rule }) => [...fails, ...warns].some((id) => id === rule.id));
  return Math.max(SESSIONS, ...broken.map(({ rule }) => sessionsNeeded(rule)));
}

export interface Judged {
  readonly evidence: Evidence;
  readonly verdicts: Verdicts;
}

/** A device of the model, with or without a fault, on the loopback bench, judged by the whole catalogue. */
export function judged(
  model: Model,
  fault: Fault | null,
  seed: number,
  sessions = SESSIONS,
  more: Pick<LoopbackPlan, 'addresses' | 'stimuli'> = {},
): Judged {
  const device = makeDevice(model, seed);
  const faults = fault === null ? [] : [fault.behaviour(device)];
  const evidence = loopbackEvidence({ device, faults, sessions, ...more });
  const profile = loopbackProfile(device, faults, sessions);
  return { evidence, verdicts: judge(CATALOGUE, profile, evidence, { scope: 'loopback', strict: false }) };
}

/** Ids of the results that match, sorted. */
export function idsOf({ results }: Verdicts, matches: (result: RuleResult) => boolean): string[] {
  return results
    .filter(matches)
    .map(({ id }) => id)
    .sort();
}

const CHAIN: readonly EnrolleeMessage[] = ['M1', 'M3', 'M5', 'M7', 'WSC_DONE'];

/** What of the evidence differs from the base model's although the fault does not declare it. */
export function undeclaredChanges(fault: Fault, base: Evidence, evidence: Evidence): string[] {
  const { ends } = fault;
  // What the Registrar never asked for is not missing, and its refusal is answered.
  const consequences =
    ends === undefined
      ? []
      : [
          'WSC_NACK.added',
          ...(ends === 'M1' ? ['WSC_ACK.missing'] : []),
          ...CHAIN.slice(CHAIN.indexOf(ends) + 1).map((name) => `${name}.missing`),
        ];
  return [...differenceOf(base, evidence).own].filter(
    (place) => !declares(fault, place) && !consequences.includes(place),
  );
}

/** The last message of M1 to WSC_DONE in each exchange. */
export function lastMessages({ exchanges }: Evidence): (string | undefined)[] {
  return exchanges.map(
    ({ messages }) =>
      messages
        .filter(({ from, wsc }) => from === 'enrollee' && CHAIN.some((name) => name === wsc.name))
        .map(({ wsc }) => wsc.name)
        .at(-1) ?? undefined,
  );
}

/** Rules this bench can show and no fault breaks: each MUST has to fail and each SHOULD to warn for its own reason. */
export function unprovenRules(catalogue: readonly CatalogueEntry[], faults: readonly Fault[]): string[] {
  const failed = new Set(faults.flatMap(({ fails }) => fails));
  const warned = new Set(faults.flatMap(({ warns }) => warns));
  return shownRules(catalogue)
    .filter(({ id, level }) => level !== 'INFO' && !(level === 'MUST' ? failed : warned).has(id))
    .map(({ id }) => id);
}

/** MUST rules that judge no statement of the specification and name no other standard they come from. */
export function groundlessRules(catalogue: readonly CatalogueEntry[], clauses: readonly Clause[]): string[] {
  const judging = new Set(clauses.flatMap(({ rules }) => rules));
  const own = ['S', 'ours'];
  return catalogue
    .map(({ rule }) => rule)
    .filter(({ level }) => level === 'MUST')
    .filter(({ id, source }) => !judging.has(id) && source.every(({ document }) => own.includes(document)))
    .map(({ id }) => id);
}
