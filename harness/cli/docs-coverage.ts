import type { Rule } from '#judge/rule.js';
import { outsideScope } from '#judge/scope.js';
import { SCENARIOS } from '#lab/bench/scripted-session.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { CLAUSES, type Clause } from '#suites/clauses.js';
import { BROKEN, NEVER_PASSED, OTHER_MAKER } from '#suites/other-makers.js';
import { faultsOf } from './docs-faults.js';
import { document, table } from './docs-table.js';
import { beyondLoopback } from './loopback-rules.js';

/** Every id a rule is known as, and the one it is judged under. */
const JUDGED_AS: ReadonlyMap<string, string> = new Map(
  CATALOGUE.flatMap(({ rule }) => [rule.id, ...(rule.alsoKnownAs ?? [])].map((id) => [id, rule.id])),
);

/** The wired bench, with two sessions. */
const ABILITY = { kinds: [], sessions: 2, scenarios: SCENARIOS };

/** docs/coverage.md: every statement of the specification, who judges it, and how far that is proven. */
export function coveragePage(): string {
  const judged = CLAUSES.filter(
    ({ rules, kind }) => kind === undefined && rules.every((id) => JUDGED_AS.has(id)),
  ).length;
  const waiting = CLAUSES.filter(({ rules }) => rules.some((id) => !JUDGED_AS.has(id))).length;
  const open = waiting === 0 ? '' : `, ${waiting} wait in part for rules that are still to come (in brackets)`;
  const free = CLAUSES.filter(({ kind }) => kind !== undefined).length;
  return document('Coverage', [
    `What the WCN-NET specification says, statement by statement in our own words, and the rules that judge it. Of
${CLAUSES.length} statements ${judged} are judged${open},
${free} are context or permissions that no device can break. [faults.md](faults.md) says what each fault is.`,
    table([['line', 'statement', 'rules', 'faults'], ...CLAUSES.map(clauseRow)]),
    '## How far each rule is proven',
    `Every MUST rule is seen to pass on a conformant reference device and to fail on a faulty one; every SHOULD rule to
pass and to warn. Where that is possible, also on a device of another maker: ${OTHER_MAKER} on the wired bench. Rules
without a fault are either INFO, or such as the loopback bench cannot show: those are seen to pass and to fail on
evidence that the tests build.`,
    table([['rule', 'level', 'faults', OTHER_MAKER], ...CATALOGUE.map(ruleRow)]),
    '## Rules that the loopback bench cannot show',
    table([['rule', 'why'], ...beyond()]),
    '## Rules that no device of another maker could be tried on',
    table([['rule', 'why'], ...untried()]),
  ]);
}

function clauseRow({ lines, statement, rules, kind }: Clause): string[] {
  const named = rules.map(nameOf).join(' ');
  const faults = new Set(rules.flatMap((id) => faultsOf(JUDGED_AS.get(id) ?? id)));
  const count = faults.size === 0 ? '' : String(faults.size);
  return [lines.join(', '), statement, kind === undefined ? named : `${kind} ${named}`.trim(), count];
}

function nameOf(id: string): string {
  const judgedAs = JUDGED_AS.get(id);
  if (judgedAs === undefined) return `(${id})`;
  return judgedAs === id ? id : `${id} (judged as ${judgedAs})`;
}

function ruleRow({ rule }: (typeof CATALOGUE)[number]): string[] {
  const breaks = BROKEN.includes(rule.id) ? ', was made to break it' : '';
  const faults = faultsOf(rule.id).map((id) => `\`${id}\``);
  return [rule.id, rule.level, faults.join(' '), whyUntried(rule) === null ? `passes${breaks}` : 'not tried'];
}

function beyond(): string[][] {
  return CATALOGUE.flatMap(({ rule }) => {
    const why = beyondLoopback(rule);
    return why === null ? [] : [[rule.id, why]];
  });
}

function untried(): string[][] {
  return CATALOGUE.flatMap(({ rule }) => {
    const why = whyUntried(rule);
    return why === null ? [] : [[rule.id, why]];
  });
}

/** Why the other maker's device was never seen to pass a rule; null when it was. */
function whyUntried(rule: Rule): string | null {
  return outsideScope(rule, 'wired', ABILITY) ?? NEVER_PASSED.get(rule.id) ?? null;
}
