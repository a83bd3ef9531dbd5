import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { whenDeclared } from './discovery.js';
import { benchError, inconclusive, pass } from './finding.js';
import { uda } from './sources.js';

/** What is particular to a rule about UPnP: where UDA says it, and all that rules do not share. */
interface UpnpRule extends Omit<Rule, 'source' | 'revision' | 'appliesWhen'> {
  /** Heading in UDA. */
  readonly heading: string;
  /** 1 unless given. */
  readonly revision?: number;
}

/** A rule that applies to what is declared to be found by UPnP. */
export function upnpRule({ heading, revision = 1, ...rest }: UpnpRule): Rule {
  return { ...rest, source: [uda(heading)], revision, appliesWhen: whenDeclared('upnp') };
}

/**
 * Findings of a rule about everything of a kind: what fails, each text once, else that all of it is right. A run that was
 * cut says so instead: what was still to come may have been wrong.
 */
export function allOf(evidence: Evidence, found: readonly Finding[], passed: string): Finding[] {
  const told = new Set<string>();
  const findings = found.filter(({ text, verdict }) => {
    const isNew = !told.has(`${verdict} ${text}`);
    told.add(`${verdict} ${text}`);
    return isNew;
  });
  if (findings.some(({ verdict }) => verdict !== 'pass' && verdict !== 'not-applicable')) return findings;
  const open = cutShort(evidence, passed);
  if (open !== null) return [open];
  return findings.length > 0 ? findings : [pass(passed)];
}

/** Why nothing final can be said of a follow-up that did not come to its end; null for one that did, and for a capture. */
export function cutShort(evidence: Evidence, soFar: string): Finding | null {
  if (evidence.source === 'capture' || evidence.discovery?.isComplete === true) return null;
  return evidence.benchFailure === null
    ? inconclusive(`${soFar}, and nobody listened to the end`)
    : benchError(`${soFar}, and then the bench failed: ${evidence.benchFailure.text}`);
}
