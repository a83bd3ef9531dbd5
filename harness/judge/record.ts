import type { Finding, Level, RuleId, Source, Verdict } from './rule.js';

/** Version of the run record's shape. */
export const RECORD_VERSION = 1;

export type ScopeName = 'full' | 'wired' | 'loopback' | 'capture' | 'unattended' | 'radio' | 'selection';

/** One rule's result, with the metadata every report needs. */
export interface RuleResult {
  readonly id: RuleId;
  readonly area: string;
  /** Clause group within the area, as the suites are cut: the file name of its rules. */
  readonly clause: string;
  readonly title: string;
  readonly requirement: string;
  readonly why: string;
  readonly remedy: string;
  readonly level: Level;
  readonly revision: number;
  readonly source: readonly Source[];
  readonly interpretation: readonly string[];
  readonly inScope: boolean;
  /** Absent outside the scope: counted, not judged. */
  readonly verdict?: Verdict;
  /** A SHOULD that does not hold (verdict pass), or that was turned into fail by strict. */
  readonly warning: boolean;
  /** First reason of a verdict other than pass, or of being out of scope; empty for a pass without warning. */
  readonly reason: string;
  readonly blockedBy: readonly RuleId[];
  readonly findings: readonly Finding[];
  /** What the run said before it was repeated for this rule's sake, and what each repeat said; absent: no repeat did. */
  readonly repeated?: {
    readonly first: Outcome;
    readonly repeats: readonly (Outcome & { readonly number: number })[];
  };
}

/** A verdict, and whether it comes with a warning. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly warning: boolean;
}

export interface Totals {
  readonly pass: number;
  readonly fail: number;
  readonly inconclusive: number;
  readonly 'not-applicable': number;
  readonly 'not-run': number;
  readonly error: number;
  readonly warnings: number;
  readonly outOfScope: number;
}

/**
 * Canonical result of judging: what `verdicts.json` holds. No time, path, host or locale in it, so that judging the
 * same evidence again gives the same bytes.
 */
export interface Verdicts {
  readonly recordVersion: typeof RECORD_VERSION;
  /** SHA-256 over id, revision, level of every rule: which catalogue judged. */
  readonly catalogueDigest: string;
  /** SHA-256 of the profile without secrets, canonical JSON; null without a profile. */
  readonly profileDigest: string | null;
  readonly dut: { readonly name: string; readonly mac: string | null };
  readonly scope: ScopeName;
  readonly strict: boolean;
  /** Rule ids that were to be judged, sorted. */
  readonly planned: readonly RuleId[];
  readonly results: readonly RuleResult[];
  readonly totals: Totals;
  /** MUST rules of the whole catalogue, in scope or not, that neither the profile nor the evidence rules out. */
  readonly mustApplicable: number;
  readonly mustPassed: number;
  readonly exitCode: 0 | 1 | 2 | 3;
  /** The sentence a manager reads. */
  readonly sentence: string;
}

/** What a run knows besides its verdicts: `run.json` of the bundle, extended when reports are written. */
export interface RunInfo {
  readonly bundleVersion: number;
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly bench: string;
  readonly place: string;
  readonly environment: Readonly<Record<string, string>>;
}
