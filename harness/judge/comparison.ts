import type { RuleResult, RunInfo, Verdicts, WaiverUse } from './record.js';
import type { Level, RuleId } from './rule.js';
import { outcomeText, rulePairs, type RulePair } from './rule-pairs.js';

/** Version of the comparison's shape. */
export const COMPARISON_VERSION = 1;

/** A run to compare. */
export interface ComparedRun {
  readonly info: RunInfo;
  readonly verdicts: Verdicts;
  /** The profile without secrets, plain JSON; null where it is not at hand. */
  readonly profile: Readonly<Record<string, unknown>> | null;
}

/** A rule whose outcome is another in the later run. */
export interface RuleMove {
  readonly id: RuleId;
  readonly title: string;
  readonly level: Level;
  readonly before: string;
  readonly after: string;
  /** Of the later outcome; of the earlier one where the later has none. */
  readonly reason: string;
  readonly blockedBy: readonly RuleId[];
  /** The rule judges otherwise than it did: the move may be its own, not the device's. */
  readonly revisions?: readonly [before: number, after: number];
}

/** Something besides the rules that is not the same: `firmware`, `bench`, `profile ixit.sessions`. */
export interface Change {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** A waiver that came, went, was given another wording or day, or held before and has expired. */
export interface WaiverChange {
  readonly rule: string;
  readonly change: 'added' | 'removed' | 'changed' | 'expired';
  /** The later waiver; the earlier one where it was removed. */
  readonly waiver: WaiverUse;
}

/** How a rule moved. */
export type Move =
  /** Fails now and did not, though it was in scope; or passed, and can no longer be judged. */
  | 'regressions'
  | 'repaired'
  /** Failed, and still fails, but that is put up with now; or the other way round. */
  | 'newlyWaived'
  | 'noLongerWaived'
  /** Failed or passed, and is no longer in scope, applicable, or (after a failure) seen: nothing was repaired. */
  | 'noLongerJudged'
  /** Was outside the scope. */
  | 'newlyJudged'
  /** In scope before without a verdict on the device, and passes now. */
  | 'nowPassing'
  | 'newWarnings'
  | 'goneWarnings'
  | 'newRules'
  | 'retiredRules';

export type Moves = Readonly<Record<Move, readonly RuleMove[]>>;

/** What a run was, for the head of a comparison. */
export interface Side {
  readonly device: string;
  readonly mac: string | null;
  readonly startedAt: string;
  readonly scope: string;
  readonly exitCode: number;
  readonly sentence: string;
}

/** What changed from one run to a later one. Plain JSON. */
export interface Comparison extends Moves {
  readonly comparisonVersion: typeof COMPARISON_VERSION;
  readonly before: Side;
  readonly after: Side;
  /** What makes the two hard to compare, said before anything else. */
  readonly cautions: readonly string[];
  readonly changes: readonly Change[];
  /** Failing in both, waived or not. */
  readonly stillFailing: readonly RuleId[];
  readonly waiverChanges: readonly WaiverChange[];
  /** Rules whose judgement changed its revision, wherever they moved. */
  readonly revisedRules: readonly { readonly id: RuleId; readonly before: number; readonly after: number }[];
}

/** Compare two runs; the order matters. */
export function compareRuns(before: ComparedRun, after: ComparedRun): Comparison {
  const moves: Record<Move, RuleMove[]> = {
    regressions: [],
    repaired: [],
    newlyWaived: [],
    noLongerWaived: [],
    noLongerJudged: [],
    newlyJudged: [],
    nowPassing: [],
    newWarnings: [],
    goneWarnings: [],
    newRules: [],
    retiredRules: [],
  };
  const pairs = rulePairs(before.verdicts, after.verdicts);
  for (const pair of pairs) {
    const move = moveOf(pair);
    if (move !== null) moves[move].push(ruleMove(pair));
  }
  return {
    comparisonVersion: COMPARISON_VERSION,
    before: sideOf(before),
    after: sideOf(after),
    cautions: cautionsOf(before.verdicts, after.verdicts),
    changes: changesOf(before, after),
    ...moves,
    stillFailing: pairs.filter((pair) => isFailed(pair.before) && isFailed(pair.after)).map(({ id }) => id),
    waiverChanges: waiverChanges(before.verdicts, after.verdicts),
    revisedRules: pairs.flatMap(({ id, ...pair }) => {
      const revisions = revisionsOf(pair);
      return revisions === undefined ? [] : [{ id, before: revisions[0], after: revisions[1] }];
    }),
  };
}

function moveOf({ before, after }: RulePair): Move | null {
  if (before === null) return 'newRules';
  if (after === null) return 'retiredRules';
  const [was, is] = [standing(before), standing(after)];
  if (!before.inScope) return is === 'away' ? null : 'newlyJudged';
  if (was === is && was === 'failed') return waiverMove(before, after);
  if (was === is) return was === 'passed' ? warningMove(before, after) : null;
  if (is === 'failed' || (was === 'passed' && is === 'open')) return 'regressions';
  if (is === 'passed') return was === 'failed' ? 'repaired' : 'nowPassing';
  return was === 'passed' || was === 'failed' ? 'noLongerJudged' : null;
}

/** What a result says of the device: nothing yet, where it is `open`; nothing at all, where it is `away`. */
function standing({ verdict }: RuleResult): 'passed' | 'failed' | 'open' | 'away' {
  switch (verdict ?? 'not-applicable') {
    case 'pass':
      return 'passed';
    case 'fail':
      return 'failed';
    case 'inconclusive':
    case 'not-run':
    case 'error':
      return 'open';
    case 'not-applicable':
      return 'away';
  }
}

function warningMove(before: RuleResult, after: RuleResult): Move | null {
  if (before.warning === after.warning) return null;
  return after.warning ? 'newWarnings' : 'goneWarnings';
}

function waiverMove(before: RuleResult, after: RuleResult): Move | null {
  if ((before.waived === undefined) === (after.waived === undefined)) return null;
  return after.waived === undefined ? 'noLongerWaived' : 'newlyWaived';
}

/** What became of the waivers, in the order of the later run, then those that are gone. */
function waiverChanges(before: Verdicts, after: Verdicts): WaiverChange[] {
  const [earlier, later] = [before.waivers?.list ?? [], after.waivers?.list ?? []];
  const byRule = (list: readonly WaiverUse[], rule: string): WaiverUse | undefined =>
    list.find((waiver) => waiver.rule === rule);
  return [
    ...later.flatMap((waiver): WaiverChange[] => {
      const change = changeOf(byRule(earlier, waiver.rule), waiver);
      return change === null ? [] : [{ rule: waiver.rule, change, waiver }];
    }),
    ...earlier
      .filter(({ rule }) => byRule(later, rule) === undefined)
      .map((waiver): WaiverChange => ({ rule: waiver.rule, change: 'removed', waiver })),
  ];
}

function changeOf(was: WaiverUse | undefined, is: WaiverUse): WaiverChange['change'] | null {
  if (was === undefined) return 'added';
  if (is.state === 'expired' && was.state !== 'expired') return 'expired';
  const isSame = was.reason === is.reason && was.owner === is.owner && was.expires === is.expires;
  return isSame ? null : 'changed';
}

function isFailed(result: RuleResult | null): boolean {
  return result?.verdict === 'fail';
}

function ruleMove({ id, before, after }: RulePair): RuleMove {
  const told = after ?? before;
  const revisions = revisionsOf({ before, after });
  return {
    id,
    title: told?.title ?? '',
    level: told?.level ?? 'MUST',
    before: before === null ? 'no such rule' : outcomeText(before),
    after: after === null ? 'no such rule' : outcomeText(after),
    reason: told?.reason ?? '',
    blockedBy: told?.blockedBy ?? [],
    ...(revisions === undefined ? {} : { revisions }),
  };
}

function revisionsOf({ before, after }: Omit<RulePair, 'id'>): readonly [number, number] | undefined {
  if (before === null || after === null || before.revision === after.revision) return undefined;
  return [before.revision, after.revision];
}

function sideOf({ info, verdicts }: ComparedRun): Side {
  const { dut, scope, exitCode, sentence } = verdicts;
  return { device: dut.name, mac: dut.mac, startedAt: info.startedAt, scope, exitCode, sentence };
}

function cautionsOf(before: Verdicts, after: Verdicts): string[] {
  const cautions: string[] = [];
  const device = ({ dut }: Verdicts): string => `${dut.name} (${dut.mac ?? 'address not known'})`;
  const otherMac = before.dut.mac !== null && after.dut.mac !== null && before.dut.mac !== after.dut.mac;
  if (before.dut.name !== after.dut.name || otherMac) {
    cautions.push(`These are runs of different devices: ${device(before)} and ${device(after)}.`);
  }
  if (before.scope !== after.scope) {
    cautions.push(`These are runs of different scopes: ${before.scope} and ${after.scope}.`);
  }
  if (before.strict !== after.strict) {
    cautions.push(
      `Only the ${after.strict ? 'later' : 'earlier'} run was strict, where a SHOULD that does not hold fails.`,
    );
  }
  return cautions;
}

/** What is measured in every run anew, so that it says nothing. */
const MEASURED = /^time: /;

function changesOf(before: ComparedRun, after: ComparedRun): Change[] {
  const change = (what: string, was: string, is: string): Change[] => {
    return was === is ? [] : [{ what, before: was, after: is }];
  };
  const tool = ({ info }: ComparedRun): string => `${info.tool.name} ${info.tool.version}`;
  const environment = changedMembers(before.info.environment, after.info.environment).filter(
    ({ what }) => !MEASURED.test(what),
  );
  return [
    ...profileChanges(before, after),
    ...change('bench', before.info.bench, after.info.bench),
    ...change('place', before.info.place, after.info.place),
    ...change('tool', tool(before), tool(after)),
    ...change('rule catalogue', before.verdicts.catalogueDigest, after.verdicts.catalogueDigest),
    ...environment,
  ];
}

/** The firmware first, then which fields differ; where a profile is not at hand, only that they do. */
function profileChanges(before: ComparedRun, after: ComparedRun): Change[] {
  const [was, is] = [before.verdicts.profileDigest ?? 'none', after.verdicts.profileDigest ?? 'none'];
  if (was === is) return [];
  const digests = { what: 'profile', before: was, after: is };
  if (before.profile === null || after.profile === null) return [digests];
  const fields = changedMembers(before.profile, after.profile);
  const isFirmware = ({ what }: Change): boolean => what === 'device.firmware';
  return [
    ...fields.filter(isFirmware).map((field) => ({ ...field, what: 'firmware' })),
    digests,
    ...fields.filter((field) => !isFirmware(field)).map((field) => ({ ...field, what: `profile ${field.what}` })),
  ];
}

/** Leaves of two JSON values that differ, by path; lists count as one leaf. */
function changedMembers(before: unknown, after: unknown, path = ''): Change[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) => changedMembers(before[name], after[name], path === '' ? name : `${path}.${name}`));
  }
  const [was, is] = [leafText(before), leafText(after)];
  return was === is ? [] : [{ what: path, before: was, after: is }];
}

function leafText(value: unknown): string {
  if (value === undefined) return 'not given';
  if (value === '') return 'empty';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
