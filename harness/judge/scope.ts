import type { Ability, EvidenceKind, Scenario } from '#evidence/model.js';
import type { CatalogueEntry } from './catalogue.js';
import type { ScopeName } from './record.js';
import type { Rule } from './rule.js';

/** A scope that is decided by what a bench or a capture can show; a selection narrows one of these. */
export type BaseScope = Exclude<ScopeName, 'selection'>;

/** Every kind of evidence and what a reader calls it. */
export const EVIDENCE_NAMES: Readonly<Record<EvidenceKind, string>> = {
  m1: 'M1',
  exchange: 'the exchange',
  keys: 'session keys',
  frames: '802.11 frames',
  association: 'the association before WSC',
  ssdp: 'SSDP messages',
  description: 'the UPnP device description',
  wsd: 'WS-Discovery messages',
  metadata: 'DPWS metadata',
  join: 'the join after M8',
  operator: 'an operator',
  profile: 'a profile',
  sessions: 'several sessions',
};

export const EVIDENCE_KINDS = Object.keys(EVIDENCE_NAMES) as readonly EvidenceKind[];

const EXCHANGE: readonly EvidenceKind[] = ['m1', 'exchange', 'keys', 'profile', 'sessions'];

const DISCOVERY: readonly EvidenceKind[] = ['ssdp', 'description', 'wsd', 'metadata'];

const UNATTENDED: readonly EvidenceKind[] = EVIDENCE_KINDS.filter((kind) => kind !== 'operator');

/** What each scope is able to show. `capture` is not here: it shows what the capture holds. */
const SCOPE_KINDS: Readonly<Record<Exclude<BaseScope, 'capture'>, readonly EvidenceKind[]>> = {
  full: EVIDENCE_KINDS,
  radio: UNATTENDED,
  unattended: UNATTENDED,
  wired: EXCHANGE,
  loopback: [...EXCHANGE, 'frames', ...DISCOVERY],
};

/** What is heard of a registration by somebody else's Registrar: neither its keys nor what an encrypted network carries. */
export const OBSERVED_KINDS: readonly EvidenceKind[] = [
  'm1',
  'exchange',
  'frames',
  'association',
  'join',
  'profile',
  'sessions',
];

export const BASE_SCOPES: readonly BaseScope[] = ['full', 'radio', 'unattended', 'wired', 'loopback', 'capture'];

/**
 * Evidence a scope covers. A capture covers what it holds; a profile and the session keys count as covered with an
 * exchange, because without them the rules can say what is missing.
 */
export function scopeKinds(scope: BaseScope, ability: Ability): ReadonlySet<EvidenceKind> {
  if (scope !== 'capture') {
    const shown = new Set(SCOPE_KINDS[scope]);
    // The panel of a reference device answers what a person would be asked; recordings of before have no such answers.
    if (scope === 'loopback' && ability.kinds.includes('operator')) shown.add('operator');
    return shown;
  }
  const kinds = new Set<EvidenceKind>([...ability.kinds, 'profile']);
  if (kinds.has('exchange')) kinds.add('m1').add('keys');
  if (ability.sessions < 2) kinds.delete('sessions');
  else kinds.add('sessions');
  return kinds;
}

/** Sessions a rule needs: what it says, else 2 for one that compares sessions. */
export function sessionsNeeded(rule: Rule): number {
  return rule.sessions ?? (rule.needs.includes('sessions') ? 2 : 1);
}

/** Scripted scenarios any of which the rule needs, where none was planned or recognised; null where it lacks none. */
export function missingScenarios({ scenarios }: Ability, rule: Rule): readonly Scenario[] | null {
  if (rule.scenarios === undefined) return null;
  return rule.scenarios.some((scenario) => scenarios?.includes(scenario)) ? null : rule.scenarios;
}

/** Scenarios that a rule needs of our Registrar, in words. */
export function scenarioText(scenarios: readonly Scenario[]): string {
  if (scenarios.length > 3) return `one of ${scenarios.length} scripted scenarios`;
  return `the scripted scenario ${scenarios.join(' or ')}`;
}

/** Why a rule is outside a scope, or null when it is in it. Decided before judging, never by what the rule would say. */
export function outsideScope(rule: Rule, scope: BaseScope, ability: Ability): string | null {
  const kinds = scopeKinds(scope, ability);
  const needed: readonly EvidenceKind[] = sessionsNeeded(rule) > 1 ? [...rule.needs, 'sessions'] : rule.needs;
  const missing = [...new Set(needed.filter((kind) => !kinds.has(kind)))];
  if (missing.length > 0)
    return `scope ${scope} does not show: ${missing.map((kind) => EVIDENCE_NAMES[kind]).join(', ')}`;
  const sessions = sessionsNeeded(rule);
  if (scope === 'capture' && sessions > 1 && sessions > ability.sessions) {
    return `needs ${sessions} sessions, the capture has ${ability.sessions}`;
  }
  // What a run does not set out to do is left out, but for the scope that leaves out nothing.
  const scenarios = missingScenarios(ability, rule);
  if (scope === 'full' || scenarios === null) return null;
  return `needs ${scenarioText(scenarios)}, which is not part of scope ${scope}`;
}

/**
 * True when one of the patterns names the rule: its id or another one it is known as, its area, its clause or
 * `area/clause`; `*` stands for any characters, letter case does not matter.
 */
export function selected(entry: CatalogueEntry, patterns: readonly string[]): boolean {
  const names = [
    entry.rule.id,
    ...(entry.rule.alsoKnownAs ?? []),
    entry.area,
    entry.clause,
    `${entry.area}/${entry.clause}`,
  ];
  return patterns.some((pattern) => {
    const glob = globExpression(pattern);
    return names.some((name) => glob.test(name));
  });
}

function globExpression(pattern: string): RegExp {
  const literal = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'i');
}
