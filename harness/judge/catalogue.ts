import type { Rule } from './rule.js';

/** A rule with its place in the suites: `suites/<area>/<clause>.rules.ts`. */
export interface CatalogueEntry {
  readonly rule: Rule;
  /** e.g. `vertical-pairing`. */
  readonly area: string;
  /** e.g. `transport-uuid`. */
  readonly clause: string;
}
