import type { Ability, Evidence } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import type { CatalogueEntry } from '../catalogue.js';
import type { Finding, Rule, Verdict } from '../rule.js';

/** A finding with the text that its verdict makes mandatory. */
export function finding(verdict: Verdict, more: Partial<Finding> = {}): Finding {
  return { verdict, text: `it is ${verdict}`, ...more };
}

/** A rule that says `findings` whatever the evidence. */
export function rule(id: Rule['id'], findings: readonly Finding[], more: Partial<Rule> = {}): Rule {
  return {
    id,
    title: `Title of ${id}`,
    source: [{ document: 'ours' }],
    requirement: 'A requirement.',
    why: 'A reason.',
    level: 'MUST',
    revision: 1,
    needs: ['m1'],
    remedy: 'A remedy.',
    check: () => findings,
    ...more,
  };
}

export function entry(made: Rule, area = 'vertical-pairing', clause = 'vpi'): CatalogueEntry {
  return { rule: made, area, clause };
}

/** A catalogue of rules `RVP-T-01`, `RVP-T-02`, ... with one verdict each. */
export function catalogueOf(...verdicts: readonly Verdict[]): CatalogueEntry[] {
  return verdicts.map((verdict, index) =>
    entry(rule(`RVP-T-${String(index + 1).padStart(2, '0')}`, [finding(verdict)])),
  );
}

export const WIRED_ABILITY: Ability = { kinds: ['m1', 'exchange', 'keys', 'profile', 'sessions'], sessions: 2 };

/** Evidence of a run in which nothing was seen. */
export function evidence(more: Partial<Evidence> = {}): Evidence {
  return {
    dutMac: Uint8Array.of(2, 0, 0, 0, 0, 1),
    source: 'run',
    ability: WIRED_ABILITY,
    exchanges: [],
    management: [],
    losses: [],
    events: [],
    benchFailure: null,
    ...more,
  };
}

export const PROFILE: Profile = {
  version: 1,
  device: { name: 'Sample device' },
  ics: { transports: ['none'], wscVersion: '2.0', methods: ['pin'] },
  ixit: {
    method: 'pin',
    pin: '12345670',
    sessions: 2,
    limits: { startMs: 1000, sessionMs: 5000, discoveryMs: 30_000, refreshMs: 0, answerMs: 60_000 },
  },
};
