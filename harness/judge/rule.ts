import type { Evidence, EvidenceKind, Scenario } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';

/** Ids are final: `RVP-<area>-<nn>`, never renumbered, never reused. */
export type RuleId = `RVP-${string}`;
export type Level = 'MUST' | 'SHOULD' | 'INFO';
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'not-applicable' | 'not-run' | 'error';

/** The document a rule comes from. */
export interface Source {
  /** `S` the primary specification, `REQ`, `WSC`, `UDA`, `WSD`, `DPWS`, `PNPX`, `WIN`, `RFC 9562`, `ours`. */
  readonly document: string;
  /** Section heading; absent where the rule catalogue gives none. */
  readonly heading?: string;
  /** Line of the sentence in the primary specification (document `S` only). */
  readonly line?: number;
}

/** Where a finding points: bytes of a message or document and of the frame they came in. */
export interface Location {
  /** e.g. `m1.vendorExtension[0].tlv[1]`. */
  readonly path: string;
  /** e.g. `M1`, `EAP-Response/Identity`. */
  readonly message: string;
  /** Exchange number, from 1; absent outside an exchange. */
  readonly exchange?: number;
  /** Frame number in the capture, from 1. */
  readonly frame?: number;
  /** Byte offset in the message and in the frame. */
  readonly messageOffset: number;
  readonly frameOffset?: number;
  readonly lengthBytes: number;
  /** The bytes themselves, lower-case hex (at most 64 bytes; `hexCut` when there are more). Never a secret. */
  readonly hex: string;
  readonly hexCut?: boolean;
  /** Name in the bundle's `documents/` for a spot in a document that was fetched; offsets then count in it. */
  readonly document?: string;
  /** Line and column from 1, for text: SSDP, XML. */
  readonly line?: number;
  readonly column?: number;
}

/**
 * What a rule says of one spot. `fail` also for SHOULD rules: the judge turns it into a warning. A pass finding says
 * what was examined; a rule never returns an empty list.
 */
export interface Finding {
  readonly verdict: Verdict;
  /** One sentence: what is so. For `not-applicable`, `not-run`, `inconclusive`, `error`: the reason. */
  readonly text: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly at?: Location;
  /** How a firmware engineer repairs it; the rule's `remedy` when absent. Failures only. */
  readonly remedy?: string;
  /** With `inconclusive`: the failed (or itself blocked) rule that makes this spot unreadable. */
  readonly blockedBy?: RuleId;
  /** With a fail of a MUST rule: an interpretation makes it a recommendation at this spot, so it only warns. */
  readonly level?: 'SHOULD';
  /** With a pass: worth telling (an INFO remark, a lawful oddity). */
  readonly note?: boolean;
}

/** One clause that must hold. Pure: no clock, no files, no sockets. */
export interface Rule {
  readonly id: RuleId;
  /** Ids of the same judgement in other areas: it is found and selected under them too, and judged once. */
  readonly alsoKnownAs?: readonly RuleId[];
  /** Imperative, at most 80 characters. */
  readonly title: string;
  readonly source: readonly Source[];
  /** The requirement in our words. */
  readonly requirement: string;
  /** What goes wrong on Windows when it does not hold. */
  readonly why: string;
  readonly level: Level;
  /** Raised when the judgement changes; from 1. */
  readonly revision: number;
  /** False with the reason when the profile rules it out; absent: always applies. */
  readonly appliesWhen?: (profile: Profile | null) => true | string;
  /** Evidence without which the rule cannot be judged: decides its scope. */
  readonly needs: readonly EvidenceKind[];
  /** Evidence that is looked at where there is some. */
  readonly uses?: readonly EvidenceKind[];
  /** Sessions it needs, when more than 1. */
  readonly sessions?: number;
  /** Scripted scenarios any of which shows it something; absent: it needs none. */
  readonly scenarios?: readonly Scenario[];
  /**
   * What it is shown of the exchanges that a stimulus broke: all of it, or no more than the device says before it hears
   * of the stimulus, up to M1. Absent: nothing, since what the device did there says nothing of an ordinary exchange.
   */
  readonly underStimuli?: 'whole' | 'm1';
  /** Keys of the interpretations register, e.g. `I-1`. */
  readonly interpretation?: readonly string[];
  /** Default repair. */
  readonly remedy: string;
  /** Rules whose failure can make this one inconclusive. */
  readonly blockedBy?: readonly RuleId[];
  readonly check: (evidence: Evidence, profile: Profile | null) => readonly Finding[];
}
