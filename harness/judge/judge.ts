import { toHex } from '#base/bytes.js';
import type { Evidence, EvidenceKind } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import type { Lookup } from './blocked.js';
import type { CatalogueEntry } from './catalogue.js';
import { catalogueDigest, profileDigest } from './digests.js';
import { examine, isApplicable, type Examination } from './examine.js';
import { RECORD_VERSION, type RuleResult, type Verdicts } from './record.js';
import { judgedResult, outsideResult, totalsOf } from './results.js';
import type { RuleId } from './rule.js';
import { EVIDENCE_KINDS, outsideScope, selected, type BaseScope } from './scope.js';
import { exitCodeOf, sentenceOf, type Outline } from './sentence.js';
import { underWaivers } from './waivers.js';

/** Why a rule that no pattern of a selection matches is not judged. */
export const NOT_SELECTED = 'not selected';

export interface JudgeOptions {
  readonly scope: BaseScope;
  /** Ids, areas, clauses or globs: only rules of the scope that match are judged, and the scope is a `selection`. */
  readonly select?: readonly string[];
  /** A SHOULD that does not hold fails. */
  readonly strict: boolean;
  /** Day of the run, UTC, e.g. `2026-11-28`: what waivers have expired. Needed where the profile has some. */
  readonly asOf?: string;
  /** Name of the device; by default the profile's, else the one M1 gives. */
  readonly deviceName?: string;
}

/**
 * Judge the evidence of one device. Pure, and never throws for what a device or a rule does: the same catalogue,
 * profile, evidence and options give the same verdicts. Throws RangeError when the profile has waivers and `asOf` is no day.
 */
export function judge(
  catalogue: readonly CatalogueEntry[],
  profile: Profile | null,
  evidence: Evidence,
  options: JudgeOptions,
): Verdicts {
  const select = options.select ?? [];
  const look = examiner(catalogue, evidence, profile);
  const judged = catalogue.map((entry) => {
    const outside = outsideReason(entry, evidence, options.scope, select);
    return {
      rule: entry.rule,
      result: outside === null ? judgedResult(entry, look, options.strict) : outsideResult(entry, outside),
    };
  });
  const list = profile?.waivers ?? [];
  const { results, ...applied } = underWaivers(
    judged.map(({ result }): RuleResult => result),
    list.length === 0 ? undefined : { asOf: options.asOf ?? '', list },
  );
  const must = judged
    .filter(
      ({ rule, result }) =>
        result.level === 'MUST' && result.verdict !== 'not-applicable' && isApplicable(rule, profile),
    )
    .map(({ result }) => result);
  const outline: Outline = {
    scope: select.length > 0 ? 'selection' : options.scope,
    strict: options.strict,
    planned: plannedRules(results),
    results,
    mustApplicable: must.length,
    mustPassed: must.filter(({ verdict }) => verdict === 'pass').length,
    benchFailure: evidence.benchFailure,
    uncovered: uncoveredKinds(catalogue),
    ...applied,
  };
  return {
    recordVersion: RECORD_VERSION,
    catalogueDigest: catalogueDigest(catalogue),
    profileDigest: profileDigest(profile),
    dut: {
      name: options.deviceName ?? profile?.device.name ?? nameInM1(evidence) ?? 'unnamed device',
      mac: evidence.dutMac === null ? null : toHex(evidence.dutMac, ':'),
    },
    scope: outline.scope,
    strict: outline.strict,
    planned: outline.planned,
    results,
    totals: totalsOf(results),
    ...applied,
    mustApplicable: outline.mustApplicable,
    mustPassed: outline.mustPassed,
    exitCode: exitCodeOf(outline),
    sentence: sentenceOf(outline),
  };
}

/** Entries that will be judged: what `--dry-run` shows and a bench plans for. */
export function plan(
  catalogue: readonly CatalogueEntry[],
  ability: Evidence['ability'],
  options: Pick<JudgeOptions, 'scope' | 'select'>,
): readonly CatalogueEntry[] {
  return catalogue.filter((entry) => outsideReason(entry, { ability }, options.scope, options.select ?? []) === null);
}

/** Each rule is examined at most once, also one outside the selection that blocks a selected one. */
function examiner(catalogue: readonly CatalogueEntry[], evidence: Evidence, profile: Profile | null): Lookup {
  const rules = new Map(catalogue.map(({ rule }) => [rule.id, rule]));
  const done = new Map<RuleId, Examination>();
  return (id) => {
    const known = done.get(id);
    if (known !== undefined) return known;
    const rule = rules.get(id);
    if (rule === undefined) return null;
    const examination = examine(rule, evidence, profile);
    done.set(id, examination);
    return examination;
  };
}

function outsideReason(
  entry: CatalogueEntry,
  { ability }: Pick<Evidence, 'ability'>,
  scope: BaseScope,
  select: readonly string[],
): string | null {
  if (select.length > 0 && !selected(entry, select)) return NOT_SELECTED;
  return outsideScope(entry.rule, scope, ability);
}

function plannedRules(results: readonly RuleResult[]): RuleId[] {
  return results
    .filter(({ inScope }) => inScope)
    .map(({ id }) => id)
    .sort();
}

/** Kinds of evidence no MUST rule of the catalogue looks at. */
export function uncoveredKinds(catalogue: readonly CatalogueEntry[]): EvidenceKind[] {
  const covered = new Set(catalogue.filter(({ rule }) => rule.level === 'MUST').flatMap(({ rule }) => rule.needs));
  return EVIDENCE_KINDS.filter((kind) => !covered.has(kind));
}

/** Control characters and those that change the direction of text: a device's name goes to terminals. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Device Name of the first M1. */
function nameInM1(evidence: Evidence): string | null {
  for (const { messages } of evidence.exchanges) {
    const m1 = messages.find(({ from, wsc }) => from === 'enrollee' && wsc.name === 'M1');
    const node = m1 === undefined ? null : attribute(m1.wsc, ATTRIBUTE.DeviceName);
    const name = node === null ? '' : new TextDecoder().decode(node.value).replace(UNPRINTABLE, '\ufffd').trim();
    if (name !== '') return name;
  }
  return null;
}
